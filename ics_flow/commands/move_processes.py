"""Processes of a case moved to another release, and moved back: what the board orders for open cases, found out by replay.

Which cases are moved is the orders' (``ics_flow.board.orders``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ics_flow.commands.command import CLOCK, Command, Outcome
from ics_flow.commands.errors import (
    CannotMove,
    MoveStands,
    NothingToMove,
    PermissionDenied,
    reason_given,
)
from ics_flow.commands.work import CaseFile, Work
from ics_flow.domain.view import CaseView
from ics_flow.process.apply import next_due
from ics_flow.process.cause import ProcessMove, moves_cause, moves_in, naming, undoes
from ics_flow.process.correction import CASE_RESTATED, why_restated
from ics_flow.process.moving import Planned, plan, running, told
from ics_flow.process.replay import Conflict, Given

MOVE = "move_cases"
"""The act (``bpmn/rights.yaml``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveProcesses(Command):
    """Have processes of a case (all that run, where none is named) go on under another release, with the reason."""

    case_id: str
    processes: tuple[str, ...] = ()
    release: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoMove(Command):
    """Take back the move that is the last thing in a case's history, with the reason."""

    case_id: str
    reason: str


def move_processes(command: MoveProcesses, work: Work) -> Outcome:
    """Move all of them; raises ``NothingToMove``, or ``CannotMove`` with what no longer fits and when it was done."""
    reason = reason_given(command.reason)
    require_ordered(work)
    file = work.case(command.case_id)
    view, givens = file.as_recorded()
    moves = running(view, command.release, command.processes or None)
    if not moves or len(moves) < len(command.processes):
        raise NothingToMove
    planned = plan(givens, view, moves, file.at, work.world)
    if planned.refused:
        raise CannotMove(refusal(planned.refused[0][1], givens, file))
    return write_move(file, view, planned, reason)


def undo_move(command: UndoMove, work: Work) -> Outcome:
    """Restate the case as if it had not been moved; raises ``MoveStands`` where anything has followed."""
    reason = reason_given(command.reason)
    require_ordered(work)
    file = work.case(command.case_id)
    moves, position = last_move(file)
    view, givens = file.as_recorded()
    planned = plan(givens, view, tuple(move.back for move in moves), file.at, work.world)
    if planned.refused:
        raise CannotMove(refusal(planned.refused[0][1], givens, file))
    return write_move(file, view, planned, reason, position)


def require_ordered(work: Work) -> None:
    """Raise ``PermissionDenied`` unless the actor may move cases; what the clock does, an order of the board has it do."""
    if work.actor != CLOCK and not work.release.rights.may_anywhere(work.worker(), MOVE):
        raise PermissionDenied


def last_move(file: CaseFile) -> tuple[tuple[ProcessMove, ...], int]:
    """The move that is the last entry of the case, and its position; raises ``MoveStands`` where something has followed, or is due."""
    head = file.work.unit.history.head(file.subject)
    last = file.work.unit.history.read(file.subject, after=head.position - 1 if head else 0)[-1:]
    due = next_due(file.state)
    if not last or last[0].kind != CASE_RESTATED or (due is not None and due <= file.at):
        raise MoveStands
    why = why_restated(last[0].parts)
    moves = moves_in(why)
    if not moves or undoes(why) is not None:
        raise MoveStands
    return moves, last[0].position


def write_move(
    file: CaseFile, view: CaseView, planned: Planned, reason: str, undone: int | None = None
) -> Outcome:
    """Write what was planned, with drafts carried to tasks that are called otherwise now."""
    assert planned.outcome is not None  # noqa: S101 something is moved
    entry = file.restate(moves_cause(planned.moves, undone), planned.changed, planned.outcome, reason)
    called = naming(planned.moves, file.work.archive.pathways)
    waiting = {task.name for task in planned.outcome.view.tasks}
    for task in view.tasks:
        if (now := called(task.name)) != task.name and now in waiting:
            file.work.unit.drafts.carry(file.case, task.name, now)
    file.close()
    before = {called(task.name) for task in view.tasks}
    opened = tuple(task.name for task in planned.outcome.view.tasks if task.name not in before)
    return Outcome(case_id=file.case, opened=opened, position=entry.position)


def refusal(conflict: Conflict, givens: Sequence[Given], file: CaseFile) -> str:
    """What no longer fits, in a sentence."""
    entries = file.work.unit.history.read(file.subject)
    return told(conflict, givens, entries, file.work.archive.pathways)
