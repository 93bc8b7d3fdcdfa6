"""A child's file as it was known at an instant: folded from what its history had recorded by then, with no engine step taken.

As it was *known*: what was put right later stands here as it stood before. Not here: who may look, which is asked of the rights of now
(`opened.py`), and the film that shows one entry after another (`film.py`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from engine import MessageThrown, Value
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import COUNCIL, case_subject, person_subject
from ics_flow.domain.release import RELEASE_PUBLISHED
from ics_flow.domain.view import CaseView, DeadlineView, ProcessView, TaskView, UndeliveredView
from ics_flow.process.correction import CASE_RESTATED, values_in
from ics_flow.process.fold import Happened, fold, forget, new_view
from ics_flow.process.following import happened_of, view_after
from ics_flow.process.inputs import ProcessStarted, TaskCompleted
from ics_flow.process.restatement import Restatement
from ics_flow.process.sharing import Share, shares
from ics_flow.process.trails import Trails
from ics_flow.process.versions import Version, versions
from ics_flow.queries.diagrams import Picture, as_then, map_of, marks_of_trail, picture_of
from ics_flow.queries.due import Due, seen
from ics_flow.queries.explain import MovedOn, Why, derived
from ics_flow.queries.naming import pathway_name, task_title
from ics_flow.queries.opened import ChildsFile, NoSuchPart
from ics_flow.queries.people import Names
from ics_flow.queries.records import ReadRecord, record_of
from ics_flow.queries.standpoint import Standpoint
from ics_flow.queries.telling import Told, tell
from ics_flow.store.reading import ChildRow
from ics_flow.store.unit import Reading

PERSON_AS_KNOWN = ("person-recorded", "person-changed")


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTask:
    """A task that waited then: since when, for whom, and when it was due."""

    name: str
    title: str
    process_title: str
    roles: tuple[str, ...]
    opened: datetime
    deadline: str | None
    due: Due | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastDate:
    """A deadline as it stood then, and the corrections that had moved it by then."""

    deadline: DeadlineView
    due: Due
    process_title: str
    moved: tuple[MovedOn, ...]

    @property
    def standing(self) -> str:
        """How it stood: running, overdue, met (late or in time), or over without being met."""
        deadline = self.deadline
        if deadline.met_on is not None:
            return "met late" if deadline.met_on > deadline.due_on else "met"
        if deadline.ended is not None:
            return "over"
        return "overdue" if self.due.days_over else "running"


class Life:
    """A case on its way through its entries: the view without what is over, and what is over kept beside it."""

    def __init__(self) -> None:
        self.view: CaseView | None = None
        self.deadlines: dict[str, DeadlineView] = {}
        self.processes: dict[str, ProcessView] = {}
        self.trails = Trails()
        self.known: dict[str, dict[str, Value]] = {}  # by process: from its answers and messages
        self._brought: dict[str, set[str]] = {}  # by process: the names that came with a message
        self.moved: dict[str, list[tuple[Entry, Restatement]]] = {}  # by deadline
        self._written: dict[int, str] = {}  # the process that an entry's answers went to

    def take(self, entry: Entry) -> None:
        """Go on by one entry."""
        self.trails.go_on(entry)
        if entry.kind == CASE_RESTATED:
            self._restate(entry)
            return
        happened = happened_of(entry)
        self.view = fold(self.view or _begun(entry), happened)
        self._learn(happened)
        self._keep()

    def _restate(self, entry: Entry) -> None:
        self.view = view_after(entry, self.view)
        if entry.parts["view"] is not None:
            self.deadlines, self.processes = {}, {}
            if "correction" in entry.parts:
                self._put_right(entry)
        changed = Restatement.decode(entry.parts["restated"])
        for each in changed.moved:
            self.moved.setdefault(each.name, []).append((entry, changed))
        self._keep()

    def _keep(self) -> None:
        """Keep what is known of every deadline and process, and go on without those that are over."""
        assert self.view is not None  # noqa: S101 an entry has been taken
        self.deadlines.update((each.name, each) for each in self.view.deadlines)
        self.processes.update((each.name, each) for each in self.view.processes)
        self.view = forget(self.view)

    def _learn(self, happened: Happened) -> None:
        match happened.given:
            case TaskCompleted(task=task, data=data):
                process = task.partition("/")[0]
                self._written[happened.position] = process
                self.known.setdefault(process, {}).update(data)
            case ProcessStarted(data=data) if happened.steps:
                self.known.setdefault(happened.steps[0].process, {}).update(data)
            case _:
                pass
        brought: dict[str, Value] = {}
        for taken in happened.steps:
            if taken.process != happened.steps[0].process:
                self.known.setdefault(taken.process, {}).update(brought)
                self._brought.setdefault(taken.process, set()).update(brought)
            for effect in taken.effects:
                if isinstance(effect, MessageThrown):
                    brought.update(effect.payload)

    def _put_right(self, entry: Entry) -> None:
        """Know what was put right; what came with a message and may follow from it is known no longer, where it is not called the same."""
        correction: Any = entry.parts["correction"]
        changed = values_in(correction)
        written = self._written.get(correction["position"])
        for process, known in self.known.items():
            if process == written:
                known.update(changed)
                continue
            for name in self._brought.get(process, ()) if changed else ():
                if name in changed:
                    known[name] = changed[name]
                else:
                    known.pop(name, None)


class Beside:
    """What a page of the past needs beside the case's own history, read once: who is called how, what was published when, how the child was known when."""

    def __init__(self, reading: Reading, file: ChildsFile) -> None:
        self.file = file
        self.names = Names(reading)
        self._published = [each for each in reading.history.read(COUNCIL) if each.kind == RELEASE_PUBLISHED]
        self._recorded = [
            each
            for each in reading.history.read(person_subject(file.view.person))
            if each.kind in PERSON_AS_KNOWN and "names" in each.parts
        ]

    def standpoint(self, at: datetime, last: Entry) -> Standpoint:
        """Where the reader would have stood then: with what was in force."""
        entry = next((each for each in reversed(self._published) if each.at <= at), last)
        archive = self.file.by.archive
        return replace(
            self.file.by,
            at=at,
            release=archive.release(entry.release or ""),
            calendar=archive.calendar(entry.calendar or ""),
        )

    def child(self, view: CaseView, at: datetime) -> ChildRow:
        """The child as known then, and the worker under the name of now."""
        worker = view.allocated_worker
        child = replace(
            self.file.child,
            team=view.team,
            worker=worker,
            worker_name=self.names.of(worker) if worker else None,
            open=view.is_open,
        )
        entry = next((each for each in reversed(self._recorded) if each.at <= at), None)
        return _as_recorded(child, entry) if entry else child


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """A child's file as it was known at an instant; `entries` are those that its history had by then."""

    child: ChildRow
    entries: Sequence[Entry]
    life: Life
    view: CaseView
    by: Standpoint
    names: Names

    @property
    def at(self) -> datetime:
        """The instant."""
        return self.by.at

    def tasks(self) -> tuple[PastTask, ...]:
        """What waited to be done, as the first page of the file showed it."""
        found = map(self._task, self.view.tasks)
        return tuple(sorted(found, key=lambda task: (task.due is None, task.title)))

    def _task(self, task: TaskView) -> PastTask:
        deadline = task.due(self.view)
        return PastTask(
            name=task.name,
            title=task_title(self.by.release, task.name, task.title),
            process_title=pathway_name(self.by.release, task.process),
            roles=task.roles,
            opened=task.opened,
            deadline=deadline.name if deadline else None,
            due=seen(deadline, self.by.today, self.by.calendar) if deadline else None,
        )

    def outside(self) -> tuple[UndeliveredView, ...]:
        """What was still to be done outside."""
        return tuple(each for each in self.view.undelivered if not each.done)

    def other_dates(self) -> tuple[PastDate, ...]:
        """The dates that were still to be kept and stand beside no task, in order of the day."""
        beside = {task.deadline for task in self.tasks()}
        found = sorted(self.view.deadlines, key=lambda deadline: deadline.due)
        return tuple(self.date(each) for each in found if each.is_unmet and each.name not in beside)

    def dates(self) -> tuple[PastDate, ...]:
        """Every date that had been set by then, the latest set first."""
        found = sorted(self.life.deadlines.values(), key=lambda deadline: deadline.set_at, reverse=True)
        return tuple(map(self.date, found))

    def date(self, deadline: DeadlineView) -> PastDate:
        """One of the dates."""
        return PastDate(
            deadline=deadline,
            due=seen(deadline, self.by.today, self.by.calendar),
            process_title=pathway_name(self.by.release, deadline.process),
            moved=tuple(self._moved(deadline.name)),
        )

    def why(self, name: str) -> Why:
        """Why a date fell on its day, as far as was known then; raises NoSuchPart."""
        deadline = self.life.deadlines.get(name)
        if deadline is None:
            raise NoSuchPart("There was no such date in this file then.")
        release = self.by.archive.release(self.life.processes[deadline.process].release)
        known = self.life.known.get(deadline.process, {})
        return derived(deadline, release, known, self.by, tuple(self._moved(name)))

    def map(self) -> Picture:
        """The map of all procedures, as far as the case had come."""
        late = {deadline.process for deadline in self._overdue()}
        return as_then(map_of(self.by.release, tuple(self.life.processes.values()), late))

    def process(self, name: str) -> Picture:
        """The diagram of a procedure, of the release that it followed; raises NoSuchPart."""
        found = self.life.processes.get(name)
        if found is None:
            raise NoSuchPart("This procedure had not begun then.")
        release = self.by.archive.release(found.release)
        pathway = release.pathways[found.pathway]
        late = {each.scope.partition("/")[2] for each in self._overdue() if each.process == name}
        return as_then(picture_of(release, pathway, marks_of_trail(pathway, self.life.trails.of[name], late)))

    def told(self) -> tuple[Told, ...]:
        """What had happened, in words, the oldest first."""
        return tell(self.entries, self.by.release, self.names)

    def records(self) -> tuple[Version, ...]:
        """Every version of every record that there was, as it stood, the oldest first."""
        return versions(self.entries)

    def record(self, position: int) -> ReadRecord:
        """A version of a record as it stood; raises NoSuchPart."""
        return record_of(self.entries, self.by.archive, self.names, position)

    def shared(self) -> tuple[Share, ...]:
        """All that had been shared of the file, and what had been taken back by then, the oldest first."""
        return shares(self.entries)

    def _overdue(self) -> Iterator[DeadlineView]:
        return (each for each in self.view.deadlines if each.is_unmet and each.due <= self.at)

    def _moved(self, name: str) -> Iterator[MovedOn]:
        for entry, changed in self.life.moved.get(name, ()):
            for moved in changed.moved:
                if moved.name == name:
                    yield MovedOn(
                        moved=moved,
                        at=entry.at,
                        by=self.names.of(entry.actor),
                        reason=str(entry.parts.get("reason") or ""),
                    )


def as_it_was(reading: Reading, file: ChildsFile, at: datetime) -> Past:
    """The file that is open now as it was known at that instant; raises NoSuchPart for one before it was opened."""
    entries = [entry for entry in reading.history.read(case_subject(file.case)) if entry.at <= at]
    if not entries:
        raise NoSuchPart("The file had not been opened then.")
    life = Life()
    for entry in entries:
        life.take(entry)
    return seen_then(Beside(reading, file), entries, life, at)


def seen_then(beside: Beside, entries: Sequence[Entry], life: Life, at: datetime) -> Past:
    """The file at that instant, of a life that has come to the last of the entries."""
    view = life.view
    assert view is not None  # noqa: S101 there are entries
    return Past(
        child=beside.child(view, at),
        entries=entries,
        life=life,
        view=view,
        by=beside.standpoint(at, entries[-1]),
        names=beside.names,
    )


def _begun(entry: Entry) -> CaseView:
    """The view before the first entry."""
    parts: Any = entry.parts
    return new_view(entry.subject.partition(":")[2], parts["opened"]["person"])


def _as_recorded(child: ChildRow, entry: Entry) -> ChildRow:
    """The child as an entry of the person's own history has it."""
    parts: Any = entry.parts
    return replace(
        child,
        given_name=parts["names"]["given_name"],
        family_name=parts["names"]["family_name"],
        born=_day(parts["facts"]["born"]),
        expected=_day(parts["facts"]["expected"]),
        address=parts.get("address"),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
