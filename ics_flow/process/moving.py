"""What moving processes of a case to another release would come to, found by replay: which can be moved, what that changes, and what keeps the others.

Not here: which processes are to be moved (the board's orders), and how a move is written (``commands.move_processes``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine import Pathways, london_date
from ics_flow.domain.forms import spoken_date
from ics_flow.domain.history import Entry
from ics_flow.domain.view import CaseView
from ics_flow.process.case import World
from ics_flow.process.cause import ProcessMove, moves_cause
from ics_flow.process.following import views
from ics_flow.process.inputs import ProcessStarted, ProcessStopped, TaskCompleted
from ics_flow.process.replay import Conflict, Given, Replayed
from ics_flow.process.restatement import Restatement
from ics_flow.process.second_thought import changed, restate

PATHWAY_GONE = "There is no such procedure in that release."


NOTHING = Restatement()


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """The moves that can be made together, where the case would stand then and what would be changed; and those that cannot, each with why."""

    moves: tuple[ProcessMove, ...] = ()
    outcome: Replayed | None = None
    changed: Restatement = NOTHING
    refused: tuple[tuple[ProcessMove, Conflict], ...] = ()


def running(view: CaseView, release: str, processes: Iterable[str] | None = None) -> tuple[ProcessMove, ...]:
    """The moves to a release of the processes that run (only those named, where some are) and are not under it yet."""
    return tuple(
        ProcessMove(process=each.name, before=each.release, after=release)
        for each in view.processes
        if each.ended is None and each.release != release and (processes is None or each.name in processes)
    )


def plan(
    givens: Sequence[Given], view: CaseView, moves: Sequence[ProcessMove], at: datetime, world: World
) -> Planned:
    """The moves planned up to an instant: all together where they can be, else as many as can, in their order."""
    planned = _together(givens, view, tuple(moves), at, world)
    if isinstance(planned, Planned) or len(moves) == 1:
        return planned if isinstance(planned, Planned) else Planned(refused=((moves[0], planned),))
    found, refused = Planned(), []
    for move in moves:
        further = _together(givens, view, (*found.moves, move), at, world)
        if isinstance(further, Conflict):
            refused.append((move, further))
        else:
            found = further
    return Planned(moves=found.moves, outcome=found.outcome, changed=found.changed, refused=tuple(refused))


def _together(
    givens: Sequence[Given], view: CaseView, moves: tuple[ProcessMove, ...], at: datetime, world: World
) -> Planned | Conflict:
    if not moves:
        return Planned()
    for move in moves:
        if move.process.partition("#")[0] not in world.pathways(move.after):
            return Conflict(0, at, PATHWAY_GONE)
    why = moves_cause(moves)
    outcome, _ = restate(givens, view, why, at, world)
    if isinstance(outcome, Conflict):
        return outcome
    return Planned(moves=moves, outcome=outcome, changed=changed(view, outcome, why, world))


def told(
    conflict: Conflict,
    givens: Iterable[Given],
    entries: Iterable[Entry],
    pathways: Callable[[str], Pathways],
) -> str:
    """What no longer fits, in a sentence: the act, its day, and why."""
    given = next((each for each in givens if each.position == conflict.position), None)
    if given is None:
        return conflict.sentence
    match given.input:
        case TaskCompleted(task=task):
            act = f"“{_title(task, entries)}”, done"
        case ProcessStarted(pathway=pathway):
            act = f"“{pathways(given.release)[pathway].name}”, begun by hand"
        case ProcessStopped(process=process):
            act = f"“{pathways(given.release)[process.partition('#')[0]].name}”, ended"
        case _:
            return conflict.sentence
    return f"{act} on {spoken_date(london_date(conflict.at))}, would not fit. {conflict.sentence}"


def _title(task: str, entries: Iterable[Entry]) -> str:
    """What the task was called when it waited."""
    waiting = (each for view in views(entries) for each in view.tasks)
    return next((each.title for each in waiting if each.name == task), task)
