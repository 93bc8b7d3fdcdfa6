"""A process that a test plays step by step: the engine's functions with the state kept, which goes through JSON after every step.

Not here: the diagrams (``drawing``), and what is asserted.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import TypeVar

import engine
from ics_flow.calendar import england

CALENDAR = england()
FRIDAY = datetime(2026, 3, 20, 10, tzinfo=UTC)

_E = TypeVar("_E", bound=engine.Effect)


def no_facts(name: str, arguments: tuple[engine.Value, ...]) -> engine.Value:
    return None


def moment(at: datetime = FRIDAY, today: date | None = None) -> engine.Moment:
    return engine.Moment(instant=at, calendar=CALENDAR, facts=no_facts, today=today)


class Playing:
    """One process. What the last step did is in ``effects``."""

    def __init__(
        self,
        files: Mapping[str, bytes],
        data: Mapping[str, engine.Value] | None = None,
        *,
        name: str = "p",
        at: datetime = FRIDAY,
        message: str | None = None,
    ) -> None:
        self.pathways = engine.read_pathways(files)
        self.effects: tuple[engine.Effect, ...] = ()
        self.keep(engine.start(self.pathways, name, data or {}, moment(at), message=message))

    def keep(self, step: engine.Step) -> None:
        self.state = engine.State.decode(json.loads(json.dumps(step.state.encode())))
        self.effects = step.effects

    def complete(self, task: str, at: datetime = FRIDAY, **answers: engine.Value) -> None:
        self.keep(engine.complete(self.pathways, self.state, task, answers, moment(at)))

    def fire(self, timer: str, at: datetime | None = None) -> None:
        """The timer fired, at its own due unless told."""
        due = next((each.due for each in engine.timers(self.state) if each.name == timer), FRIDAY)
        self.keep(engine.fire(self.pathways, self.state, timer, moment(at or due)))

    def let_pass(self, until: datetime) -> list[str]:
        """Every due timer fires, the earliest first, each at its own due; their names."""
        fired = []
        while (waiting := engine.timers(self.state)) and waiting[0].due <= until:
            self.fire(waiting[0].name)
            fired.append(waiting[0].name)
        return fired

    def deliver(self, message: str, **payload: engine.Value) -> bool:
        """Whether anything took the message."""
        step = engine.deliver(self.pathways, self.state, message, payload, moment())
        if step is not None:
            self.keep(step)
        return step is not None

    def end(self) -> None:
        self.keep(engine.end(self.pathways, self.state, moment()))

    @property
    def tasks(self) -> tuple[str, ...]:
        return engine.tasks(self.state, self.pathways)

    @property
    def dues(self) -> dict[str, datetime]:
        return {timer.name: timer.due for timer in engine.timers(self.state)}

    @property
    def data(self) -> dict[str, engine.Value]:
        return dict(self.state.scope.data)

    def scope(self, path: str) -> engine.Scope:
        return dict(self.state.scope.walk())[path]

    def told(self, kind: type[_E]) -> list[_E]:
        """The last step's effects of one kind."""
        return [effect for effect in self.effects if isinstance(effect, kind)]
