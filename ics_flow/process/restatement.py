"""What a second thought changed: the difference between a case as it stood and the same case replayed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

from engine import Json
from ics_flow.domain.view import CaseView


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """A deadline whose day changed."""

    name: str
    title: str
    before: date
    after: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Restatement:
    """What moved, was un-fired, fired, appeared or went; names are those of deadlines and tasks. A conflict changed nothing."""

    moved: tuple[Moved, ...] = ()
    unfired: tuple[str, ...] = ()
    fired: tuple[str, ...] = ()
    appeared: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    conflict: str | None = None

    def encode(self) -> Json:
        """The restatement as JSON."""
        return {
            "moved": [
                {
                    "name": each.name,
                    "title": each.title,
                    "before": each.before.isoformat(),
                    "after": each.after.isoformat(),
                }
                for each in self.moved
            ],
            **{name: list(getattr(self, name)) for name in ("unfired", "fired", "appeared", "gone")},
            "conflict": self.conflict,
        }

    @classmethod
    def decode(cls, data: Any) -> Self:
        """The restatement that ``encode`` wrote."""
        moved = tuple(
            Moved(
                name=each["name"],
                title=each["title"],
                before=date.fromisoformat(each["before"]),
                after=date.fromisoformat(each["after"]),
            )
            for each in data["moved"]
        )
        names = {
            each.name: tuple(data[each.name])
            for each in fields(cls)
            if each.name not in ("moved", "conflict")
        }
        return cls(moved=moved, conflict=data["conflict"], **names)


def compare(before: CaseView, after: CaseView, called: Callable[[str], str] = str) -> Restatement:
    """What changed between two views of one case; ``called`` gives what a name of the first is in the second."""
    old = {called(deadline.name): deadline for deadline in before.deadlines}
    new = {deadline.name: deadline for deadline in after.deadlines}
    both = [(old[name], new[name]) for name in old if name in new]
    tasks_before = {called(task.name) for task in before.tasks}
    tasks_after = {task.name for task in after.tasks}
    return Restatement(
        moved=tuple(
            Moved(name=now.name, title=now.title, before=was.due_on, after=now.due_on)
            for was, now in both
            if was.due_on != now.due_on
        ),
        unfired=tuple(now.name for was, now in both if was.fired and not now.fired),
        fired=tuple(was.name for was, now in both if now.fired and not was.fired),
        appeared=(*sorted(new.keys() - old.keys()), *sorted(tasks_after - tasks_before)),
        gone=(*sorted(old.keys() - new.keys()), *sorted(tasks_before - tasks_after)),
    )
