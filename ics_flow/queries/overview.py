"""The first page of a child's file: what there is to do, the dates to keep, what is to be done outside, what was said at the last closure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from engine.diagram import Pathway
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import case_subject
from ics_flow.domain.release import Release
from ics_flow.domain.view import UndeliveredView
from ics_flow.process.inputs import CaseAllocated, decode_input
from ics_flow.process.versions import versions
from ics_flow.queries.allocating import only_allocates
from ics_flow.queries.due import Due, due_of, seen
from ics_flow.queries.naming import pathway_name, task_title
from ics_flow.queries.opened import ChildsFile
from ics_flow.queries.plans import Plan, plans
from ics_flow.queries.records import ReadRecord, read_record
from ics_flow.store.unit import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenTask:
    """A waiting task, and what the reader may do with it."""

    name: str
    title: str
    process_title: str
    roles: tuple[str, ...]
    due: Due | None
    may_do: bool
    may_skip: bool
    drafted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenDate:
    """A deadline that is not met yet and presses no single task."""

    name: str
    due: Due


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """What the first page of a file shows."""

    plans: tuple[Plan, ...]
    tasks: tuple[OpenTask, ...]
    dates: tuple[OpenDate, ...]
    outside: tuple[UndeliveredView, ...]
    closure: ReadRecord | None
    may_start: tuple[Pathway, ...]
    others_start: tuple[tuple[Pathway, tuple[str, ...]], ...]  # with the roles that may
    may_allocate: bool
    worker_was_kept: bool  # whether nobody has given the case to anybody since it was opened again


def overview(reading: Reading, file: ChildsFile) -> Overview:
    """The first page of the file."""
    drafted = reading.pages.drafted(file.case)
    entries = _entries_of_earlier_episodes(reading, file)
    return Overview(
        plans=plans(file),
        tasks=tuple(sorted(_tasks(file, drafted), key=_what_presses_first)),
        dates=tuple(_dates(file)),
        outside=tuple(each for each in file.view.undelivered if not each.done),
        closure=_last_closure(reading, file, entries),
        may_start=tuple(each for each in startable(file) if not only_allocates(each, file.by.release)),
        others_start=tuple(_for_others(file)),
        may_allocate=file.may("reassign"),
        worker_was_kept=_worker_was_kept(file, entries),
    )


def _what_presses_first(task: OpenTask) -> tuple[bool, date, str]:
    """The reader's own tasks first; among them by the day that they are due, those without a date last."""
    return (not task.may_do, task.due.on if task.due else date.max, task.title)


def startable(file: ChildsFile) -> tuple[Pathway, ...]:
    """The pathways that the reader may start by hand in this file now."""
    holds, manager = file.by.release.rights.holds, file.child.worker_manager
    return tuple(
        pathway for pathway, roles in _startable(file) if holds(file.by.worker, roles, file.view, manager)
    )


def contact_pathway(release: Release) -> Pathway | None:
    """The pathway by which a contact about a child whose case is open is recorded, where the release has one."""
    for pathway in release.pathways.by_id.values():
        start = pathway.start(None)
        if start is not None and start.takes_contacts:
            return pathway
    return None


def _for_others(file: ChildsFile) -> Iterator[tuple[Pathway, tuple[str, ...]]]:
    """The pathways that only others may start by hand now."""
    own = startable(file)
    return (
        each
        for each in _startable(file)
        if each[0] not in own and not only_allocates(each[0], file.by.release)
    )


def _startable(file: ChildsFile) -> tuple[tuple[Pathway, tuple[str, ...]], ...]:
    """The pathways that somebody may start by hand in this file now, by name, with the roles that may."""
    found = []
    for pathway in file.by.release.pathways.by_id.values():
        start = pathway.start(None)
        if start is None or not start.started_by:
            continue
        begins_episode = start.properties.get("episode") == "begins"
        if begins_episode and file.state.over:
            continue
        runs_already = file.view.runs(pathway.id) and not start.while_running
        if begins_episode != file.view.is_open and not runs_already:
            found.append((pathway, start.started_by))
    return tuple(sorted(found, key=lambda each: each[0].name))


def _tasks(file: ChildsFile, drafted: frozenset[str]) -> Iterator[OpenTask]:
    may_skip = file.may("skip")
    for task in file.view.tasks:
        yield OpenTask(
            name=task.name,
            title=task_title(file.by.release, task.name, task.title),
            process_title=pathway_name(file.by.release, task.process),
            roles=task.roles,
            due=due_of(task, file.view, file.by.today, file.by.calendar),
            may_do=file.may_do(task),
            may_skip=may_skip,
            drafted=task.name in drafted,
        )


def _dates(file: ChildsFile) -> Iterator[OpenDate]:
    """The dates that do not stand beside a task already."""
    beside = {deadline.name for task in file.view.tasks if (deadline := task.due(file.view))}
    unmet = (each for each in file.view.deadlines if each.is_unmet and each.name not in beside)
    for deadline in sorted(unmet, key=lambda deadline: deadline.due):
        yield OpenDate(name=deadline.name, due=seen(deadline, file.by.today, file.by.calendar))


def _entries_of_earlier_episodes(reading: Reading, file: ChildsFile) -> tuple[Entry, ...]:
    """The history, where an involvement has ended; nothing is read where none has."""
    ended = any(episode.ended is not None for episode in file.view.episodes)
    return reading.history.read(case_subject(file.case)) if ended else ()


def _worker_was_kept(file: ChildsFile, entries: tuple[Entry, ...]) -> bool:
    if not file.view.is_open or file.view.allocated_worker is None or len(file.view.episodes) < 2:
        return False
    since = (each for each in entries if each.at >= file.view.episodes[-1].began and "input" in each.parts)
    return not any(isinstance(decode_input(each.parts["input"]), CaseAllocated) for each in since)


def _last_closure(reading: Reading, file: ChildsFile, entries: tuple[Entry, ...]) -> ReadRecord | None:
    """The record with which the last involvement was closed, where there was one before this."""
    ended = [episode.ended for episode in file.view.episodes if episode.ended is not None]
    closing = [version for version in versions(entries) if version.authorised_at == ended[-1]]
    return read_record(reading, file, closing[-1].position) if closing else None
