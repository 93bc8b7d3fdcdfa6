"""What the gate has found, as data for the change board and as a line for the command line."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

from engine import Json, Problem

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong (``error``) or worth a look (``warning``): where, what, and how to mend it."""

    severity: Severity
    file: str
    element: str | None
    message: str
    mend: str

    def to_json(self) -> Json:
        """The finding as JSON data, its fields by name."""
        return asdict(self)

    @property
    def problem(self) -> Problem:
        """The same as one fault of an authored file."""
        return Problem(self.file, self.element, f"{self.message} {self.mend}")

    def __str__(self) -> str:
        return f"{self.severity}: {self.problem}"


def error(file: str, element: str | None, message: str, mend: str) -> Finding:
    """Something that keeps a release from being published."""
    return Finding(severity="error", file=file, element=element, message=message, mend=mend)


def warning(file: str, element: str | None, message: str, mend: str) -> Finding:
    """Something that a person should look at."""
    return Finding(severity="warning", file=file, element=element, message=message, mend=mend)
