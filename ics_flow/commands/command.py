"""What every command has, and what it comes to."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, ClassVar, Self

from ics_flow.domain.history import Json, canonical

CLOCK = "clock"
"""Who acts when time does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Something asked for, once: its id makes a repeated sending harmless, its actor comes from the session."""

    remembered: ClassVar[bool] = (
        True  # whether a repeated sending is answered from what was kept of the first
    )

    command_id: str
    actor: str

    def body_hash(self) -> str:
        """What the command asks for, as a hash: the same id with another body is refused."""
        body = {
            each.name: _plain(getattr(self, each.name)) for each in fields(self) if each.name != "command_id"
        }
        return hashlib.sha256(canonical({"command": type(self).__name__, **body})).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What a command came to: the case, and the names of the tasks that now wait in it because of the command."""

    case_id: str | None = None
    opened: tuple[str, ...] = ()
    position: int | None = None

    def to_json(self) -> dict[str, Json]:
        """The outcome as it is kept for a repeated sending."""
        return {"case_id": self.case_id, "opened": list(self.opened), "position": self.position}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The outcome that ``to_json`` wrote."""
        return cls(case_id=data["case_id"], opened=tuple(data["opened"]), position=data["position"])


def _plain(value: Any) -> Json:
    match value:
        case bytes():
            return hashlib.sha256(value).hexdigest()
        case date():
            return value.isoformat()
        case tuple() | list():
            return [_plain(each) for each in value]
        case Mapping():
            return {str(key): _plain(each) for key, each in value.items()}
        case _:
            return value  # type: ignore[no-any-return]
