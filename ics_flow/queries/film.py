"""A case's life as a film: one frame an entry, each with the case as it stood once the entry was written.

Not here: how the past is folded (`as_it_was.py`), and how frames follow one another on a page (`web`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ics_flow.domain.history import Entry
from ics_flow.domain.ids import case_subject
from ics_flow.domain.rights import ALLOCATED_WORKER
from ics_flow.domain.view import DeadlineView, UndeliveredView
from ics_flow.process.versions import Version, versions_after_each
from ics_flow.queries.as_it_was import Beside, Life, Past, PastDate, PastTask, seen_then
from ics_flow.queries.diagrams import MAP, Picture
from ics_flow.queries.naming import pathway_name
from ics_flow.queries.opened import ChildsFile, NoSuchPart
from ics_flow.queries.plans import Plan, plans_of
from ics_flow.queries.telling import Told, tell
from ics_flow.store.reading import ChildRow
from ics_flow.store.unit import Reading

FOLLOW = "follow"
"""The picture of whatever procedure an entry moved."""

MOST_RECORDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What stands on the screen at one entry."""

    told: Told
    child: ChildRow
    shown: str  # the map, or the process whose diagram it is
    picture: Picture
    procedures: tuple[tuple[str, str], ...]  # name and title of every one that had begun
    tray: tuple[PastTask, ...]  # what stood in the allocated worker's tray
    tasks: tuple[PastTask, ...]  # what waited for others
    plans: tuple[Plan, ...]
    outside: tuple[UndeliveredView, ...]
    changed: tuple[PastDate, ...]  # the dates that this entry set, met, ended or moved
    other_dates: tuple[PastDate, ...]  # those still to be kept that stand beside no task
    records: tuple[Version, ...]  # the latest, newest first
    records_in_all: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """The frames that were asked for, and the whole life in words, an entry each."""

    frames: tuple[Frame, ...]
    told: tuple[Told, ...]
    names: Mapping[str, str]

    @property
    def last(self) -> int:
        """The position of the last entry."""
        return self.told[-1].position


def film(reading: Reading, file: ChildsFile, first: int | None, last: int | None, diagram: str) -> Film:
    """The frames from one entry to another (None: the last there is), with the map, the process of that name, or whichever the entry moved.

    Raises NoSuchPart for entries that there are not.
    """
    entries = reading.history.read(case_subject(file.case))
    first, last = first or len(entries), min(last or len(entries), len(entries))
    if not 1 <= first <= last:
        raise NoSuchPart("The history of this file has no such entry.")
    beside, life, frames = Beside(reading, file), Life(), []
    roles = {account.worker_id: account.roles for account in reading.accounts.all()}
    all_told = tell(entries, file.by.release, beside.names)
    made = versions_after_each(entries)
    for told, entry, records in zip(all_told, entries[:last], made, strict=False):
        before = dict(life.deadlines) if entry.position >= first else {}
        life.take(entry)
        if entry.position >= first:
            past = seen_then(beside, entries[: entry.position], life, entry.at)
            frames.append(_frame(past, told, records, before, _moved_by(entry) or MAP, diagram, roles))
    return Film(frames=tuple(frames), told=all_told, names=beside.names.all())


def position_at(told: tuple[Told, ...], at: datetime) -> int:
    """The position of the last entry that had been written at that instant, or of the first where there was none."""
    return max((each.position for each in told if each.at <= at), default=told[0].position)


def _frame(
    past: Past,
    told: Told,
    records: tuple[Version, ...],
    before: Mapping[str, DeadlineView],
    moved: str,
    diagram: str,
    roles: Mapping[str, Sequence[str]],
) -> Frame:
    life = past.life
    tray, others = _trays(past, roles)
    shown = moved if diagram == FOLLOW else diagram
    if shown not in life.processes:
        shown = MAP
    return Frame(
        told=told,
        child=past.child,
        shown=shown,
        picture=past.map() if shown == MAP else past.process(shown),
        procedures=tuple((name, pathway_name(past.by.release, name)) for name in life.processes),
        tray=tray,
        tasks=others,
        plans=plans_of(past.view, past.by.release),
        outside=past.outside(),
        changed=tuple(past.date(each) for name, each in life.deadlines.items() if before.get(name) != each),
        other_dates=past.other_dates(),
        records=records[: -MOST_RECORDS - 1 : -1],
        records_in_all=len(records),
    )


def _trays(
    past: Past, roles: Mapping[str, Sequence[str]]
) -> tuple[tuple[PastTask, ...], tuple[PastTask, ...]]:
    """What waited for the worker who was allocated then, by the roles that the worker has now, and what waited for others."""
    worker = past.child.worker
    held = {ALLOCATED_WORKER, *roles.get(worker, ())} if worker else set()
    tasks = past.tasks()
    theirs = tuple(task for task in tasks if held.intersection(task.roles))
    return theirs, tuple(task for task in tasks if task not in theirs)


def _moved_by(entry: Entry) -> str | None:
    """The process in which an entry's first step was taken."""
    steps: Any = entry.parts.get("steps")
    return steps[0]["process"] if steps else None
