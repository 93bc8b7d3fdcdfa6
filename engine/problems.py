"""What can be wrong with an authored file, and what can be refused at run time: every message is a sentence for a person.

Not here: how the faults are found (``reading``) or shown (the command line, the change board).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault of an authored file: where it is, what is wrong, how to mend it."""

    file: str
    element: str | None
    message: str

    def __str__(self) -> str:
        where = f"{self.file}, {self.element}" if self.element else self.file
        return f"{where}: {self.message}"


class Refused(Exception):
    """The authored files cannot be used as they are."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class StepRefused(Exception):
    """The step cannot be taken from this state."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        super().__init__(f"{(type(self).__doc__ or '').strip()} ({subject})")


class NotWaiting(StepRefused):
    """Nothing of that name is waiting: it has been done already, or was withdrawn."""


class NotDue(StepRefused):
    """That timer is not due yet."""


class NoWayOn(StepRefused):
    """No condition of the decision holds and it has no default, so the pathway cannot go on."""


class GoesRound(StepRefused):
    """The pathway goes round and round without waiting for anybody."""


class BadValue(StepRefused):
    """An expression of the diagram gave a value that cannot be used there."""
