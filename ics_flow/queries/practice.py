"""What was done in a case, folded from what its history recorded: steps taken, dates to be kept, and acts beside the diagram.

No engine step is taken, no table and no clock is read. Not here: counts and medians over many cases (``conformance.py``), and the keeping
of what was folded (``ics_flow.practice``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from engine import Calendar, Effect, Entered, Left, ProcessEnded, TimerFired, Withdrawn, join, london_date
from engine.diagram import Call, MessageCatch, Node, Pathway, SubProcess, TimerEvent, UserTask
from ics_flow.domain.history import Entry
from ics_flow.domain.measured import (
    PROCEDURE,
    CaseMeasured,
    DateToKeep,
    Departure,
    DepartureKind,
    Drawn,
    Ending,
    StepTaken,
)
from ics_flow.domain.view import CaseView, DeadlineView
from ics_flow.process.apply import Taken
from ics_flow.process.correction import CASE_RESTATED, rolled_back_in, why_restated
from ics_flow.process.fold import Happened, forget
from ics_flow.process.following import happened_of, view_after
from ics_flow.process.inputs import DoneOutside, ProcessStarted, ProcessStopped, TaskCompleted
from ics_flow.process.restatement import Restatement
from ics_flow.process.world import Archive

_HOUR = timedelta(hours=1)


def measure(case: str, entries: Iterable[Entry], archive: Archive) -> CaseMeasured:
    """What was done in the case, from all its entries, or from the first so many of them."""
    folding = _Folding(archive)
    position = 0
    for entry in entries:
        folding.take(entry)
        position = entry.position
    return CaseMeasured(
        case=case,
        position=position,
        steps=tuple(step.taken for step in folding.steps.values()),
        dates=tuple(map(folding.date, folding.deadlines.values())),
        departures=tuple(folding.departures),
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """A step with the instant at which it was come to."""

    taken: StepTaken
    opened: datetime
    node: Node | None  # None: a whole procedure

    @property
    def is_open(self) -> bool:
        return self.taken.ending is None


class _Folding:
    """A case on its way through its entries."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.view: CaseView | None = None
        self.steps: dict[str, _Step] = {}
        self.open: dict[str, None] = {}  # names of the steps that have not ended
        self.deadlines: dict[str, DeadlineView] = {}
        self.departures: list[Departure] = []
        self._releases: dict[str, str] = {}  # by process
        self._set: dict[
            str, tuple[str | None, tuple[Drawn, ...]]
        ] = {}  # by deadline: the team, and where it is drawn
        self._restated: Counter[str] = Counter()  # by deadline

    def take(self, entry: Entry) -> None:
        """Go on by one entry."""
        before, after = self.view, view_after(entry, self.view)
        self.view = after
        self._releases.update((process.name, process.release) for process in after.processes)
        if entry.kind == CASE_RESTATED:
            self._restate(entry, after)
        else:
            happened = happened_of(entry)
            calendar = self.archive.calendar(entry.calendar or "")
            for taken in happened.steps:
                self._step(taken, happened, calendar)
            self._depart(entry, happened, before or after)
        for deadline in after.deadlines:
            self.deadlines[deadline.name] = deadline
            if deadline.name not in self._set:
                self._set[deadline.name] = (after.team, self._drawn(deadline.name))
        self.view = forget(after)

    def date(self, deadline: DeadlineView) -> DateToKeep:
        """A deadline as it stands at the end."""
        team, drawn = self._set[deadline.name]
        return DateToKeep(
            name=deadline.name,
            drawn=drawn,
            title=deadline.title,
            kind=deadline.kind,
            team=team,
            due_on=deadline.due_on,
            met_on=deadline.met_on,
            ended_on=london_date(deadline.ended) if deadline.ended else None,
            restated=self._restated[deadline.name],
        )

    # Steps

    def _step(self, taken: Taken, happened: Happened, calendar: Calendar) -> None:
        """Go on by one engine step."""
        if taken.began is not None:
            self._begin(taken.process, taken.instant)
        for effect in taken.effects:
            if isinstance(effect, Entered):
                self._begin(join(taken.process, effect.name), taken.instant)
            elif isinstance(effect, ProcessEnded):
                stopped = happened.given == ProcessStopped(process=taken.process)
                self._end_process(taken, "ended by hand" if stopped else "done", calendar)
            elif (ending := _ending(effect)) is not None:
                name = join(taken.process, effect.name)  # type: ignore[union-attr]
                match happened.given:
                    case TaskCompleted(task=task, skipped=True) if task == name:
                        ending = "skipped"
                    case _:
                        pass
                self._end(name, taken.instant, ending, calendar)

    def _begin(self, name: str, at: datetime) -> None:
        """A token came to the element of that name, or the procedure so named began; only what takes time is a step."""
        node = self._node(name)
        if node is not None and not _takes_time(node):
            return
        team = self.view.team if self.view else None
        taken = StepTaken(name=name, drawn=self._drawn(name), team=team, opened_on=london_date(at))
        self.steps[name] = _Step(taken, at, node)
        self.open[name] = None

    def _end(self, name: str, at: datetime, ending: Ending, calendar: Calendar) -> None:
        """What is so named ended, if it is an open step."""
        if name not in self.open:
            return
        del self.open[name]
        step = self.steps[name]
        ended_on = london_date(at)
        self.steps[name] = replace(
            step,
            taken=replace(
                step.taken,
                ended_on=ended_on,
                ending=ending,
                days=max(0, calendar.working_days_between(step.taken.opened_on, ended_on)),
                hours=max(0, (at - step.opened) // _HOUR),
            ),
        )

    def _end_process(self, taken: Taken, ending: Ending, calendar: Calendar) -> None:
        within = f"{taken.process}/"
        for name in [name for name in self.open if name.startswith(within)]:
            self._end(name, taken.instant, "withdrawn", calendar)
        self._end(taken.process, taken.instant, ending, calendar)

    # Second thoughts

    def _restate(self, entry: Entry, after: CaseView) -> None:
        """Note what was put right, and stand where that led.

        That a case was moved to another release, or counted again by other working days, is nobody's departure.
        """
        parts: Any = entry.parts
        why, changed = why_restated(parts), Restatement.decode(parts["restated"])
        self._restated.update(moved.name for moved in changed.moved)
        if "task" in why:
            self._note(
                entry, "corrected" if rolled_back_in(why) is None else "rolled back", why["task"], after
            )
            for moved in changed.moved:
                self._note(
                    entry, "put off" if moved.after > moved.before else "brought forward", moved.name, after
                )
        if parts["view"] is not None:
            self.deadlines = {}
            self._stand_at(after, entry.at, self.archive.calendar(entry.calendar or ""))

    def _stand_at(self, view: CaseView, at: datetime, calendar: Calendar) -> None:
        """Stand where a correction led the whole case: what waits there is open, and nothing else is.

        What was come to only by the way that was put right is taken back; what waits again has not been done.
        """
        instants = {task.name: task.opened for task in view.tasks}
        instants |= {process.name: process.started for process in view.processes if process.ended is None}
        waiting = {*instants, *(timer.name for timer in view.timers)}
        stands = {scope for name in waiting for scope in (*_scopes(name), name)}
        for process in view.processes:
            if process.ended is not None:
                self._end(process.name, process.ended, "done", calendar)
        running = {process.name for process in view.processes if process.ended is None}
        stands |= {
            scope
            for name in self.open
            if isinstance(self.steps[name].node, MessageCatch) and name.partition("/")[0] in running
            for scope in (*_scopes(name), name)
        }
        for name in [name for name in self.open if name not in stands]:
            self._end(name, at, "taken back", calendar)
        for name in sorted(stands - self.open.keys()):
            again = self.steps.get(name)
            if again is None:
                self._begin(name, instants.get(name, at))
            else:
                taken = replace(again.taken, ended_on=None, ending=None, days=None, hours=None)
                self.steps[name] = replace(again, taken=taken)
                self.open[name] = None

    # Acts beside the diagram

    def _depart(self, entry: Entry, happened: Happened, before: CaseView) -> None:
        match happened.given:
            case TaskCompleted(task=task, skipped=True):
                self._note(entry, "skipped", task, before)
            case ProcessStopped(process=process):
                self._note(entry, "ended by hand", process, before)
            case DoneOutside(name=name):
                self._note(entry, "done outside", name, before)
            case ProcessStarted() if _is_led_to(self._pathway(happened.steps[0].process)):
                self._note(entry, "begun by hand", happened.steps[0].process, before)
            case _:
                pass

    def _note(self, entry: Entry, kind: DepartureKind, name: str, view: CaseView) -> None:
        self.departures.append(
            Departure(
                kind=kind,
                position=entry.position,
                name=name,
                drawn=self._drawn(name),
                team=view.team,
                on=london_date(entry.at),
            )
        )

    # Where things are drawn

    def _pathway(self, process: str) -> Pathway:
        return self.archive.release(self._releases[process]).pathways[process.partition("#")[0]]

    def _drawn(self, name: str) -> tuple[Drawn, ...]:
        return tuple(Drawn(pathway.id, _shown_at(node)) for pathway, node in self._way(name))

    def _node(self, name: str) -> Node | None:
        """The element that a name of the case leads to; None for a whole procedure."""
        return self._way(name)[-1][1]

    def _way(self, name: str) -> tuple[tuple[Pathway, Node | None], ...]:
        process = name.partition("/")[0]
        return tuple(_way(self.archive, self._releases[process], name))


def _way(archive: Archive, release: str, name: str) -> Iterator[tuple[Pathway, Node | None]]:
    """The diagrams that a name leads through, outermost first, each with the element on it: calls, then what is named itself."""
    process, _, path = name.partition("/")
    pathways = archive.pathways(release)
    pathway = pathways[process.partition("#")[0]]
    graph, node = pathway.graph, None
    for segment in path.split("/") if path else ():
        if isinstance(node, Call):
            yield pathway, node
            pathway = pathways[node.pathway]
            graph = pathway.graph
        node = graph.nodes[segment.partition("#")[0]]
        if isinstance(node, SubProcess):
            graph = node.graph
    yield pathway, node


def _shown_at(node: Node | None) -> str:
    """The element that shows what is drawn there: a clock on an activity's edge shows on the activity."""
    if node is None:
        return PROCEDURE
    if isinstance(node, TimerEvent | MessageCatch):
        return node.attached_to or node.id
    return node.id


def _takes_time(node: Node) -> bool:
    """Whether somebody or something is waited for there; clocks and messages on an activity's edge wait with it."""
    match node:
        case UserTask() | Call() | SubProcess():
            return True
        case TimerEvent(attached_to=None) | MessageCatch(attached_to=None):
            return True
        case _:
            return False


def _ending(effect: Effect) -> Ending | None:
    match effect:
        case Left():
            return "done"
        case Withdrawn():
            return "withdrawn"
        case TimerFired():
            return "fired"
        case _:
            return None


def _is_led_to(pathway: Pathway) -> bool:
    """Whether other procedures lead to this one, so that beginning it by hand puts it in where none did."""
    return any(start.message is not None for start in pathway.graph.starts())


def _scopes(name: str) -> Iterator[str]:
    """The process and the activities that an element stands in, by name."""
    parts = name.split("/")
    return ("/".join(parts[:depth]) for depth in range(1, len(parts)))
