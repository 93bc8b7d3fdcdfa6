"""What the gate has found, as data for the change board and as a line for the command line."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal, Self

from engine import Json, Problem

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong (``error``) or worth a look (``warning``): where, what, and how to mend it.

    ``path`` are the elements at which something is done, one after another, on the way to where the pathway is stuck.
    """

    severity: Severity
    file: str
    element: str | None
    message: str
    mend: str
    path: tuple[str, ...] = ()

    @classmethod
    def of(cls, problem: Problem) -> Self:
        """The fault of a file that cannot be read or of a scenario, told as the gate tells what it finds."""
        return cls(
            severity="error", file=problem.file, element=problem.element, message=problem.message, mend=""
        )

    def to_json(self) -> Json:
        """The finding as JSON data, its fields by name."""
        return {**asdict(self), "path": list(self.path)}

    @property
    def problem(self) -> Problem:
        """The same as one fault of an authored file."""
        return Problem(self.file, self.element, f"{self.message} {self.mend}".strip())

    def __str__(self) -> str:
        return f"{self.severity}: {self.problem}"


def error(file: str, element: str | None, message: str, mend: str, path: tuple[str, ...] = ()) -> Finding:
    """Something that keeps a release from being published."""
    return Finding(severity="error", file=file, element=element, message=message, mend=mend, path=path)


def warning(file: str, element: str | None, message: str, mend: str) -> Finding:
    """Something that a person should look at."""
    return Finding(severity="warning", file=file, element=element, message=message, mend=mend)
