"""A whole case from its inputs: one function for every second thought.

Correction of an answer, rollback, another release, another calendar and what-if are each a replay of changed inputs. Timers come from time, messages from the replay,
facts are read anew; an input that no longer fits is a conflict, never dropped silently.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import engine
from engine import Calendar, Pathways, Value
from ics_flow.domain.errors import Refused
from ics_flow.domain.view import CaseView, ProcessView
from ics_flow.process.apply import Applied, apply, next_due
from ics_flow.process.case import CaseState, World
from ics_flow.process.cause import ProcessMove, naming
from ics_flow.process.fold import Happened, fold
from ics_flow.process.inputs import Input, TaskCompleted, TimePassed, with_answers, with_names
from ics_flow.process.trails import Trails

CLOCK = "clock"
"""The actor of what time brings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """An input with its place in the history: when, by whom, under which release whatever began with it runs, and in which working days it counts.

    Processes that were moved since begin under the release that ``moved`` names, whatever was in force; it is the same for every input of a case.
    """

    position: int
    at: datetime
    actor: str
    release: str
    calendar: Calendar
    input: Input
    corrections: int = 0
    moved: Mapping[str, str] = field(default_factory=dict)


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
    reached, position, at, moves = Replayed(CaseState(), view, Trails()), 0, until, world.moved
    try:
        for given in givens:
            position, at, moves = given.position, given.at, given.moved
            then = replace(world, release=given.release, calendar=given.calendar, moved=moves)
            reached = _let_pass(reached, then, until=given.at, position=position)
            if not isinstance(given.input, TimePassed):
                reached = _take(reached, then, given)
        at = until
        return _let_pass(reached, replace(world, moved=moves), until=until, position=position)
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


def moved(
    givens: Sequence[Given], moves: Iterable[ProcessMove], pathways: Callable[[str], Pathways]
) -> tuple[Given, ...]:
    """The same inputs with processes under other releases from their beginning, and what was done in them under the names that it has there."""
    moves = tuple(moves)
    now = {**moved_in(givens), **{move.process: move.after for move in moves}}
    called = naming(moves, pathways)
    return tuple(replace(given, moved=now, input=with_names(given.input, called)) for given in givens)


def under(givens: Iterable[Given], calendar: Calendar) -> tuple[Given, ...]:
    """The same inputs, all counted in the same working days."""
    return tuple(replace(given, calendar=calendar) for given in givens)


def on_release(
    givens: Sequence[Given],
    processes: Iterable[ProcessView],
    release: str,
    pathways: Callable[[str], Pathways],
    since: datetime,
) -> tuple[Given, ...]:
    """The same inputs as if the release had been in force from an instant on; ``processes`` are those that the case really had."""
    moves = (
        ProcessMove(process=each.name, before=each.release, after=release)
        for each in processes
        if each.started >= since
    )
    return tuple(
        replace(given, release=release) if given.at >= since else given
        for given in moved(givens, moves, pathways)
    )


def time_passed(givens: Sequence[Given], position: int, at: datetime, world: World) -> Given:
    """That time went on up to an instant in the world as it is then: whatever begins with it, begins under the release of the day."""
    return Given(
        position=position,
        at=at,
        actor=CLOCK,
        release=world.release,
        calendar=world.calendar,
        input=TimePassed(),
        moved=moved_in(givens),
    )


def moved_in(givens: Sequence[Given]) -> Mapping[str, str]:
    """The releases of the processes that were moved."""
    return givens[-1].moved if givens else {}


def forget_moves(givens: Sequence[Given], view: CaseView) -> tuple[Given, ...]:
    """The same inputs without the moves of processes that did not come to be: what begins under such a name another day begins anew."""
    begun = {process.name for process in view.processes}
    kept = {name: release for name, release in moved_in(givens).items() if name in begun}
    if kept.keys() == moved_in(givens).keys():
        return tuple(givens)
    return tuple(replace(given, moved=kept) for given in givens)


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
