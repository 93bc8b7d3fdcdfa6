"""How expressions, roles and elements of a procedure are called by those who decide on a change of it.

Not here: what has changed (``compare``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.diagram import (
    Call,
    Decision,
    End,
    MessageCatch,
    MessageThrow,
    Node,
    Parallel,
    ScriptTask,
    Start,
    SubProcess,
    Text,
    TimerEvent,
    UserTask,
    names_in,
)
from engine.feel import Expression
from ics_flow.domain.listing import either

KINDS: Mapping[type[Node], str] = {
    Start: "start",
    End: "end",
    UserTask: "task",
    Call: "call of a shared procedure",
    SubProcess: "box",
    ScriptTask: "calculation",
    Decision: "decision",
    Parallel: "parallel gateway",
    TimerEvent: "clock",
    MessageCatch: "message waited for",
    MessageThrow: "message sent",
}

_DAY = r"(?:date\()?(?P<day>[a-z][a-z0-9_]*|today\(\))\)?"
_WORKING_DAYS = re.compile(rf"working_days_after\(\s*{_DAY}\s*,\s*(?P<number>\d+)\s*\)")
_DURATION = re.compile(rf'{_DAY}\s*\+\s*duration\("P(?P<number>\d+)(?P<unit>[DWMY])"\)')
_UNITS = {"D": "day", "W": "week", "M": "month", "Y": "year"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """So much time after a day."""

    length: str
    day: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """What people call roles, forms and the answers to questions."""

    roles: Mapping[str, str]
    labels: Mapping[str, str]  # of questions, by key
    forms: frozenset[str]

    def period(self, text: Text) -> Period | None:
        """The period that an expression adds to a day, where it does no more than that."""
        if not isinstance(text, Expression):
            return None
        source = text.source.strip()
        if found := _WORKING_DAYS.fullmatch(source):
            return Period(length=_counted(found["number"], "working day"), day=self.day(found["day"]))
        if found := _DURATION.fullmatch(source):
            return Period(length=_counted(found["number"], _UNITS[found["unit"]]), day=self.day(found["day"]))
        return None

    def day(self, name: str) -> str:
        """What people call a day that the process knows."""
        if name == "today()":
            return "the day itself"
        return f"“{self.labels[name]}”" if name in self.labels else name.replace("_", " ")

    def value(self, text: Text) -> str:
        """What gives a value, in words where there are some."""
        if (period := self.period(text)) is not None:
            return f"{period.length} after {period.day}"
        return f"={text.source.strip()}" if isinstance(text, Expression) else f"“{text}”"

    def are_roles(self, text: Text) -> bool:
        """Whether a text names roles and nothing else."""
        names = names_in(text) if isinstance(text, str) else ()
        return bool(names) and all(name in self.roles for name in names)

    def who(self, roles: Iterable[str] | Expression) -> str:
        """Roles as people say them."""
        if isinstance(roles, Expression):
            return f"={roles.source.strip()}"
        return either([self.roles.get(role, role) for role in roles]) or "nobody"


def _counted(number: str, one: str) -> str:
    return f"{number} {one}" if number == "1" else f"{number} {one}s"
