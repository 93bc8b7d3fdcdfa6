"""What the environment settles, read once at the start: where the database is, where the pathways and forms are, and the secret.

No other module reads the environment.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias
from urllib.parse import unquote, urlsplit

from ics_flow.domain.errors import SettingsWrong

_SHORTEST_SECRET = 32
_FILE = "sqlite:///"
_SERVER = ("postgresql://", "postgresql+psycopg://")


Security: TypeAlias = Literal["none", "starttls", "tls"]
_MAIL_SERVERS: Mapping[str, tuple[Security, int]] = {
    "smtp": ("none", 25),
    "smtp+starttls": ("starttls", 587),
    "smtps": ("tls", 465),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mailbox:
    """A mailbox, and the server that takes mail for it."""

    address: str
    sender: str
    host: str
    port: int
    security: Security
    username: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The settings of one installation; `secret` signs what a browser brings back and is asked for only where pages are served."""

    database: str
    bpmn: Path
    forms: Path
    secret: str | None
    checkpoint_key: Path | None = None
    checkpoint_folder: Path | None = None
    checkpoint_mailbox: Mailbox | None = None
    checkpoint_keepers: tuple[str, ...] = ()

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


def _checkpoints(environment: Mapping[str, str]) -> dict[str, Any]:
    key, *places = (f"ICS_FLOW_CHECKPOINT_{name}" for name in ("KEY", "FOLDER", "MAILBOX", "KEEPERS"))
    if (key in environment) != any(place in environment for place in places):
        raise SettingsWrong(
            f"{key} and a place to send checkpoints to ({', '.join(places[:-1])} or {places[-1]}) go together: set both, or neither."
        )
    if key not in environment:
        return {}
    return {
        "checkpoint_key": Path(environment[key]),
        "checkpoint_folder": _folder(environment, places[0], "") if places[0] in environment else None,
        "checkpoint_mailbox": _mailbox(environment, places[1]) if places[1] in environment else None,
        "checkpoint_keepers": tuple(environment.get(places[2], "").replace(",", " ").split()),
    }


def _mailbox(environment: Mapping[str, str], variable: str) -> Mailbox:
    address, server = environment[variable], environment.get("ICS_FLOW_SMTP", "")
    try:
        parts = urlsplit(server)
        security, port = _MAIL_SERVERS[parts.scheme]
        port = parts.port or port
    except (ValueError, KeyError):
        parts, security, port = urlsplit(""), "none", 0
    if "@" not in address or not parts.hostname:
        raise SettingsWrong(
            f"{variable} must be the address of a mailbox, and ICS_FLOW_SMTP name the server that takes mail for it, such as "
            "smtp+starttls://relay.example.gov.uk (or smtps://, or smtp:// for a relay on this machine)."
        )
    return Mailbox(
        address=address,
        sender=environment.get("ICS_FLOW_SMTP_FROM", address),
        host=parts.hostname,
        port=port,
        security=security,
        username=unquote(parts.username) if parts.username else None,
        password=environment.get("ICS_FLOW_SMTP_PASSWORD"),
    )


def _secret(text: str | None) -> str | None:
    if text is not None and len(text) < _SHORTEST_SECRET:
        raise SettingsWrong(
            f"ICS_FLOW_SECRET has fewer than {_SHORTEST_SECRET} characters. Set a longer one."
        )
    return text
