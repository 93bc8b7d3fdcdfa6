"""A case thought through again: why, from which inputs, where that leads, and what it changes.

Why is a correction or a rollback (``correction.py``), processes moved to another release or other days that count (``cause.py``). Not here: how a history is followed and proved
(``following.py``), and how the outcome is written (``commands.work``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from engine import london_date
from ics_flow.domain.forms import spoken_date
from ics_flow.domain.history import Entry
from ics_flow.domain.view import CaseView
from ics_flow.process.case import World
from ics_flow.process.cause import is_recount, moves_in, naming
from ics_flow.process.correction import CASE_RESTATED, rolled_back_in, values_in, why_restated
from ics_flow.process.fold import new_view
from ics_flow.process.inputs import decode_input
from ics_flow.process.replay import (
    Conflict,
    Given,
    Replayed,
    correct,
    forget_moves,
    moved,
    moved_in,
    replay,
    time_passed,
    under,
    without,
)
from ics_flow.process.restatement import Restatement, compare
from ics_flow.process.rollback import built_on
from ics_flow.process.world import Archive


def restate(
    givens: Sequence[Given], view: CaseView, why: Any, at: datetime, world: World
) -> tuple[Replayed | Conflict, tuple[Given, ...]]:
    """The case replayed for that reason up to an instant, and the inputs from which it is replayed from now on."""
    again = rethought(givens, why, view.position + 1, at, world)
    outcome = replay(again, new_view(view.case, view.person), world, at)
    if isinstance(outcome, Conflict):
        return outcome, again
    if rolled_back_in(why) is not None:
        lost = built_on(again, why["position"], view, outcome.view)
        if lost is not None:
            return lost, again
    return outcome, forget_moves(again, outcome.view)


def rethought(
    givens: Sequence[Given], why: Any, position: int, at: datetime, world: World
) -> tuple[Given, ...]:
    """The inputs of a case that is thought through again at that position of its history; what time brings until then is the last of them."""
    givens = (*givens, time_passed(givens, position, at, world))
    if moves := moves_in(why):
        return moved(givens, moves, world.pathways)
    if is_recount(why):
        return under(givens, world.calendar)
    if rolled_back_in(why) is not None:
        return without(givens, why["position"])
    return correct(givens, why["position"], values_in(why))


def given_of(entry: Entry, archive: Archive, before: Sequence[Given]) -> Given:
    """The input that an entry records, after those before."""
    return Given(
        position=entry.position,
        at=entry.at,
        actor=entry.actor,
        release=entry.release or "",
        calendar=archive.calendar(entry.calendar or ""),
        input=decode_input(entry.parts["input"]),
        moved=moved_in(before),
    )


def givens_of(entries: Iterable[Entry], archive: Archive) -> tuple[Given, ...]:
    """All that was given in a case, as it was put right since, from what is recorded: no engine step is taken, and nothing is proved."""
    givens: tuple[Given, ...] = ()
    taken: list[Given] = []
    for entry in entries:
        if entry.kind != CASE_RESTATED:
            taken.append(given_of(entry, archive, taken))
            continue
        parts: Any = entry.parts
        if parts["view"] is None:
            continue
        world = archive.world(entry.release or "", entry.calendar or "")
        givens = rethought(taken, why_restated(parts), entry.position, entry.at, world)
        taken = list(forget_moves(givens, CaseView.from_json(parts["view"])))
    return tuple(taken)


def changed(before: CaseView, outcome: Replayed | Conflict, why: Any, world: World) -> Restatement:
    """What the replay of a case changed in its view; a conflict changes nothing."""
    match outcome:
        case Replayed(view=after):
            return compare(before, after, naming(moves_in(why), world.pathways))
        case Conflict(at=at, sentence=sentence):
            return Restatement(conflict=f"{spoken_date(london_date(at))}: {sentence}")
