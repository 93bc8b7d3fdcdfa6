"""What the environment settles, read once at the start: where the database is, where the pathways and forms are, and the secret.

No other module reads the environment.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from ics_flow.domain.errors import SettingsWrong

_SHORTEST_SECRET = 32
_FILE = "sqlite:///"
_SERVER = ("postgresql://", "postgresql+psycopg://")


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one installation; `secret` signs what a browser brings back and is asked for only where pages are served."""

    database: str
    bpmn: Path
    forms: Path
    secret: str | None
    checkpoint_key: Path | None = None
    checkpoint_folder: Path | None = None

    @property
    def folder(self) -> Path:
        """Where the program may put files of its own: beside the database file, or in ``var`` where the database is a server's."""
        return (
            Path(self.database.removeprefix(_FILE)).parent if self.database.startswith(_FILE) else Path("var")
        )

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """The settings that ICS_FLOW_... variables give; raises SettingsWrong with the variable's name."""
        return cls(
            database=_database(environment.get("ICS_FLOW_DATABASE", "sqlite:///var/ics-flow.db")),
            bpmn=_folder(environment, "ICS_FLOW_BPMN", "bpmn"),
            forms=_folder(environment, "ICS_FLOW_FORMS", "forms"),
            secret=_secret(environment.get("ICS_FLOW_SECRET")),
            **_checkpoints(environment),
        )

    def require_secret(self) -> str:
        """The secret; raises SettingsWrong where none was set."""
        if self.secret is None:
            raise SettingsWrong(
                "ICS_FLOW_SECRET is not set. Set it to a text of at least 32 characters that nobody can guess, and keep it the same "
                'from start to start; python3 -c "import secrets; print(secrets.token_urlsafe(48))" prints a good one.'
            )
        return self.secret


def _database(url: str) -> str:
    if not url.startswith((_FILE, *_SERVER)):
        raise SettingsWrong(
            "ICS_FLOW_DATABASE must be the address of a database file such as sqlite:///var/ics-flow.db (four slashes for a path "
            "from the root), or of a database of a server such as postgresql+psycopg://ics_flow@db.example.gov.uk/ics_flow."
        )
    return url


def _folder(environment: Mapping[str, str], variable: str, default: str) -> Path:
    folder = Path(environment.get(variable, default))
    if variable in environment and not folder.is_dir():
        raise SettingsWrong(f"{variable} names {folder}, which is not a folder.")
    return folder


def _checkpoints(environment: Mapping[str, str]) -> dict[str, Path]:
    variables = ("ICS_FLOW_CHECKPOINT_KEY", "ICS_FLOW_CHECKPOINT_FOLDER")
    key, folder = (environment.get(variable) for variable in variables)
    if key is None and folder is None:
        return {}
    if key is None or folder is None:
        raise SettingsWrong(f"{variables[0]} and {variables[1]} go together: set both, or neither.")
    return {
        "checkpoint_key": Path(key),
        "checkpoint_folder": _folder(environment, variables[1], ""),
    }


def _secret(text: str | None) -> str | None:
    if text is not None and len(text) < _SHORTEST_SECRET:
        raise SettingsWrong(
            f"ICS_FLOW_SECRET has fewer than {_SHORTEST_SECRET} characters. Set a longer one."
        )
    return text
