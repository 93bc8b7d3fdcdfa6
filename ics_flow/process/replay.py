"""A whole case from its inputs: one function for every second thought.

Correction of an answer, rollback, another release, another calendar and what-if are each a replay of changed inputs. Timers come from time, messages from the replay,
facts are read anew; an input that no longer fits is a conflict, never dropped silently.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import engine
from engine import Calendar, Value
from ics_flow.domain.errors import Refused
from ics_flow.domain.view import CaseView
from ics_flow.process.apply import Applied, apply, next_due
from ics_flow.process.case import CaseState, World
from ics_flow.process.fold import Happened, fold
from ics_flow.process.inputs import Input, TaskCompleted, TimePassed, with_answers
from ics_flow.process.trails import Trails

CLOCK = "clock"
"""The actor of what time brings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An input with its place in the history: when, by whom, under which release whatever began with it runs, and in which working days it counts."""

    position: int
    at: datetime
    actor: str
    release: str
    calendar: Calendar
    input: Input
    corrections: int = 0


@dataclass(frozen=True, slots=True)
class Replayed:
    """Where the replay of a case came to, and by which ways."""

    state: CaseState
    view: CaseView
    trails: Trails


@dataclass(frozen=True, slots=True)
class Conflict:
    """The first input that no longer fits, when it was given, and why."""

    position: int
    at: datetime
    sentence: str


def replay(givens: Iterable[Given], view: CaseView, world: World, until: datetime) -> Replayed | Conflict:
    """The case after all the inputs, and after time up to ``until`` in the world as it is now, from the empty view given; or the first conflict."""
    reached, position, at = Replayed(CaseState(), view, Trails()), 0, until
    try:
        for given in givens:
            position, at = given.position, given.at
            then = replace(world, release=given.release, calendar=given.calendar)
            reached = _let_pass(reached, then, until=given.at, position=position)
            if not isinstance(given.input, TimePassed):
                reached = _take(reached, then, given)
        at = until
        return _let_pass(reached, world, until=until, position=position)
    except (Refused, engine.StepRefused) as refused:
        return Conflict(position, at, str(refused))


def correct(givens: Sequence[Given], position: int, changes: Mapping[str, Value]) -> tuple[Given, ...]:
    """The same inputs with answers of the completion at that position corrected (None: taken away)."""
    return tuple(
        replace(
            given,
            input=with_answers(given.input, changes),
            corrections=given.corrections + 1,
        )
        if given.position == position and isinstance(given.input, TaskCompleted)
        else given
        for given in givens
    )


def without(givens: Iterable[Given], position: int) -> tuple[Given, ...]:
    """The same inputs but for the one at that position."""
    return tuple(given for given in givens if given.position != position)


def _let_pass(reached: Replayed, world: World, *, until: datetime, position: int) -> Replayed:
    due = next_due(reached.state)
    if due is None or due > until:
        return reached
    passed = Given(
        position=position,
        at=until,
        actor=CLOCK,
        release=world.release,
        calendar=world.calendar,
        input=TimePassed(),
    )
    return _take(reached, world, passed)


def _take(reached: Replayed, world: World, given: Given) -> Replayed:
    applied: Applied = apply(reached.state, given.input, world, given.at)
    happened = Happened(
        position=given.position,
        at=given.at,
        actor=given.actor,
        given=given.input,
        steps=applied.steps,
        corrections=given.corrections,
    )
    reached.trails.take(applied.steps)
    return Replayed(applied.state, fold(reached.view, happened), reached.trails)
