"""The way of each process through its diagram, from effects alone: what was entered and left, and what stands open.

A restatement keeps the trails of the case as it was thought through again, so that a page of the past needs no engine step. What the
marks look like is the queries'.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from engine import Entered, Json, Left, ProcessEnded, TaskOpened, TimerFired, TimerSet, Withdrawn
from ics_flow.domain.history import Entry
from ics_flow.domain.view import CaseView
from ics_flow.process.apply import Taken
from ics_flow.process.correction import CASE_RESTATED


def place_of(name: str) -> str:
    """Where in the diagrams a name within a process leads, whichever time it was: `assessment#1/write#2` is at `assessment/write`."""
    return "/".join(segment.partition("#")[0] for segment in name.split("/"))


@dataclass(slots=True)
class Trail:
    """What one process did so far: how often each place was entered and left, and what is waited for now."""

    entered: Counter[str] = field(default_factory=Counter)
    left: Counter[str] = field(default_factory=Counter)
    open: dict[str, None] = field(default_factory=dict)  # names, in the order in which they were entered
    asked: set[str] = field(default_factory=set)  # tasks and timers, which a view knows too; not kept
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
        """Stand where a restatement led that kept no trails: these tasks and timers wait, in the activities that hold them, and no others do."""
        scopes = {scope for name in waiting for scope in _scopes(name)}
        for name in tuple(self.open):
            held = any(other.startswith(f"{name}/") for other in self.open)
            if (name in self.asked and name not in waiting) or (held and name not in scopes):
                del self.open[name]
        for name in sorted(scopes.union(waiting) - self.open.keys()):
            self.enter(name)
        self.asked.update(waiting)

    def encode(self) -> Json:
        """The trail as JSON."""
        return {
            "entered": dict(self.entered),
            "left": dict(self.left),
            "open": list(self.open),
            "ended": self.ended,
        }

    @classmethod
    def decode(cls, data: Any) -> Self:
        """The trail that ``encode`` wrote."""
        return cls(
            entered=Counter(data["entered"]),
            left=Counter(data["left"]),
            open=dict.fromkeys(data["open"]),
            ended=data["ended"],
        )


@dataclass(slots=True)
class Trails:
    """The trails of a case's processes, by name."""

    of: dict[str, Trail] = field(default_factory=dict)

    def go_on(self, entry: Entry) -> None:
        """Go on by a recorded entry."""
        parts: Any = entry.parts
        if entry.kind != CASE_RESTATED:
            self.take(map(Taken.decode, parts["steps"]))
        elif parts.get("trails") is not None:
            self.of = {name: Trail.decode(each) for name, each in parts["trails"].items()}
        elif parts["view"] is not None:
            self.stand_where(CaseView.from_json(parts["view"]))

    def take(self, steps: Iterable[Taken]) -> None:
        """Go on by engine steps."""
        for taken in steps:
            self.of.setdefault(taken.process, Trail()).take(taken)

    def stand_where(self, view: CaseView) -> None:
        """Stand where a restatement led that kept no trails: the first ones did not."""
        names = {*(task.name for task in view.tasks), *(timer.name for timer in view.timers)}
        trails = {process.name: self.of.get(process.name, Trail()) for process in view.processes}
        for process in view.processes:
            begins = f"{process.name}/"
            trail = trails[process.name]
            trail.ended = process.ended is not None
            trail.stand_at({name.removeprefix(begins) for name in names if name.startswith(begins)})
        self.of = trails

    def encode(self) -> Json:
        """The trails as JSON."""
        return {name: trail.encode() for name, trail in self.of.items()}


def _scopes(name: str) -> Iterable[str]:
    """The activities that an element stands in, by name."""
    parts = name.split("/")
    return ("/".join(parts[:depth]) for depth in range(1, len(parts)))
