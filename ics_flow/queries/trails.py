"""The way of each process through its diagram, from recorded effects alone: what was entered and left, and what stands open.

What the marks look like belongs in `diagrams.py`; no engine step is taken here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from engine import Entered, Left, ProcessEnded, TaskOpened, TimerFired, TimerSet, Withdrawn
from engine.diagram import Pathway
from ics_flow.domain.view import CaseView
from ics_flow.process.apply import Taken
from ics_flow.queries.diagrams import Mark, State, element_of, node_at, place_of


@dataclass(slots=True)
class Trail:
    """What one process did so far: how often each place was entered and left, and what is waited for now."""

    entered: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    open: dict[str, None] = field(default_factory=dict)  # names, in the order in which they were entered
    asked: set[str] = field(default_factory=set)  # tasks and timers, which a view knows too
    ended: bool = False

    def take(self, taken: Taken) -> None:
        """Go on by one engine step."""
        for effect in taken.effects:
            match effect:
                case Entered(name):
                    self.enter(name)
                case Left(name):
                    self.left[place_of(name)] += 1
                    self.open.pop(name, None)
                case Withdrawn(name) | TimerFired(name):
                    self.open.pop(name, None)
                case TaskOpened() | TimerSet():
                    self.asked.add(effect.name)
                case ProcessEnded():
                    self.ended = True
                    self.open.clear()
                case _:
                    pass

    def enter(self, name: str) -> None:
        """A token came to what is so named."""
        self.entered[place_of(name)] += 1
        self.open[name] = None

    def stand_at(self, waiting: Collection[str]) -> None:
        """Stand where a correction led: these tasks and timers wait, in the activities that hold them, and no others do."""
        scopes = {scope for name in waiting for scope in _scopes(name)}
        for name in tuple(self.open):
            held = any(other.startswith(f"{name}/") for other in self.open)
            if (name in self.asked and name not in waiting) or (held and name not in scopes):
                del self.open[name]
        for name in sorted(scopes.union(waiting) - self.open.keys()):
            self.enter(name)
        self.asked.update(waiting)


@dataclass(slots=True)
class Trails:
    """The trails of a case's processes, by name."""

    of: dict[str, Trail] = field(default_factory=dict)

    def take(self, steps: Iterable[Taken]) -> None:
        """Go on by what an entry did."""
        for taken in steps:
            self.of.setdefault(taken.process, Trail()).take(taken)

    def restate(self, view: CaseView) -> None:
        """Stand where a correction led the whole case."""
        names = {*(task.name for task in view.tasks), *(timer.name for timer in view.timers)}
        trails = {process.name: self.of.get(process.name, Trail()) for process in view.processes}
        for process in view.processes:
            begins = f"{process.name}/"
            trail = trails[process.name]
            trail.ended = process.ended is not None
            trail.stand_at({name.removeprefix(begins) for name in names if name.startswith(begins)})
        self.of = trails


def marks_of_trail(pathway: Pathway, trail: Trail, late: Collection[str]) -> dict[str, Mark]:
    """The marks on a process's diagram; `late` are the scopes within it whose time has run out."""
    late_elements = {element_of(pathway, name) for name in late}
    open_now = Counter(place_of(name) for name in trail.open)
    found: dict[str, Mark] = {}
    for place, entered in (trail.left if trail.ended else trail.entered).items():
        element = node_at(pathway, place)
        if element is None:
            continue
        state: State = "done"
        if open_now[place]:
            state = "overdue" if element in late_elements else "active"
        found[element] = Mark(element=element, state=state, times=entered - open_now[place])
    return found


def _scopes(name: str) -> Iterable[str]:
    """The activities that an element stands in, by name."""
    parts = name.split("/")
    return ("/".join(parts[:depth]) for depth in range(1, len(parts)))
