"""What a task led to when it was done: told once, on the page that comes after it."""

from __future__ import annotations

from dataclasses import dataclass

from engine import TaskOpened, join
from ics_flow.domain.ids import case_subject
from ics_flow.process.following import happened_of
from ics_flow.queries.opened import ChildsFile
from ics_flow.queries.people import Names
from ics_flow.queries.telling import tell
from ics_flow.store.unit import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The names of the tasks that an entry opened, and what else followed, a line each."""

    opened: frozenset[str]
    lines: tuple[str, ...]


def what_followed(reading: Reading, file: ChildsFile, position: int) -> Followed | None:
    """What followed from the reader's own entry at that position; None where there is no such entry."""
    entry = next(iter(reading.history.read(case_subject(file.case), after=position - 1)), None)
    if entry is None or entry.actor != file.by.worker.id or "input" not in entry.parts:
        return None
    (told,) = tell((entry,), file.by.release, Names(reading), tasks=False)
    opened = (
        join(step.process, effect.name)
        for step in happened_of(entry).steps
        for effect in step.effects
        if isinstance(effect, TaskOpened)
    )
    return Followed(opened=frozenset(opened), lines=told.followed)
