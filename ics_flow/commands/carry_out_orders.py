"""The board's orders for open cases carried out, so many cases a transaction: each case is moved, or stays, or is moved back, once.

The entry that moves a case has the order's id as its cause, so the history itself refuses to be moved twice by one order. Not here: which processes an order is about (``board.orders``).
"""

from __future__ import annotations

from collections.abc import Callable

from ics_flow.board.orders import chosen
from ics_flow.commands.command import CLOCK
from ics_flow.commands.count_again import recount
from ics_flow.commands.errors import MoveStands
from ics_flow.commands.move_processes import UndoMove, refusal, undo_move, write_move
from ics_flow.commands.work import Work
from ics_flow.domain.errors import Refused
from ics_flow.domain.ids import case_subject
from ics_flow.process.moving import plan
from ics_flow.store import UnitOfWork
from ics_flow.store.orders import OrderRow

UNDOING = {"running": "waiting", "undoing": "undoing"}
"""In which state the cases are that an order has still to do with, by the order's own."""

BROKEN = "The history of this case cannot be followed, so nothing is done with it until somebody has looked into that."

At = Callable[[UnitOfWork, str], Work]
"""What a command works with, in that unit of work and under that id."""


def carry_out(order: OrderRow, unit: UnitOfWork, work: At, most: int) -> int:
    """Do with so many cases what the order says; gives in how many. Where none is left, the order is carried out."""
    claimed = unit.claim_ordered(order.id, UNDOING[order.state], most)
    for case in claimed:
        _carry_out(order, case, unit, work)
    if not claimed and not unit.orders.progress(order.id)[UNDOING[order.state]]:
        unit.orders.put(order.id, "done")
    return len(claimed)


def give_up(order: OrderRow, unit: UnitOfWork) -> int:
    """Note of the first case that is left that the order cannot be carried out in it; gives how many that were."""
    claimed = unit.claim_ordered(order.id, UNDOING[order.state], 1)
    for case in claimed:
        became = "cannot" if order.state == "running" else "moved"
        unit.orders.settle(order.id, case, became, sentence=BROKEN)
    return len(claimed)


def _carry_out(order: OrderRow, case: str, unit: UnitOfWork, work: At) -> None:
    match order.state, order.kind:
        case "undoing", _:
            _move_back(order, case, unit, work)
        case _, "calendar":
            _count_again(order, case, unit, work)
        case _:
            _move(order, case, unit, work)


def _move(order: OrderRow, case: str, unit: UnitOfWork, work: At) -> None:
    file = work(unit, order.id).case(case)
    view, givens = file.as_recorded()
    moves = chosen(view, order.target, order.choices)
    planned = plan(givens, view, moves, file.at, file.work.world)
    why = " ".join(dict.fromkeys(refusal(conflict, givens, file) for _, conflict in planned.refused)) or None
    if planned.moves:
        position = write_move(file, view, planned, order.reason).position
        changed = planned.changed.encode()
        unit.orders.settle(order.id, case, "moved", sentence=why, changed=changed, position=position)
        return
    file.close()
    unit.orders.settle(order.id, case, "cannot" if why else "stayed", sentence=why)


def _count_again(order: OrderRow, case: str, unit: UnitOfWork, work: At) -> None:
    file = work(unit, order.id).case(case)
    counted = recount(file, order.reason)
    file.close()
    became = "cannot" if counted.why else ("moved" if counted.position else "stayed")
    changed = counted.changed.encode() if counted.position else None
    unit.orders.settle(
        order.id, case, became, sentence=counted.why, changed=changed, position=counted.position
    )


def _move_back(order: OrderRow, case: str, unit: UnitOfWork, work: At) -> None:
    moved = unit.orders.case(order.id, case)
    command = UndoMove(command_id=f"{order.id}-undo", actor=CLOCK, case_id=case, reason=order.reason)
    try:
        require_last(unit, case, moved.position if moved else None)
        undone = undo_move(command, work(unit, command.command_id))
    except Refused as refused:
        position = moved.position if moved else None
        changed = moved.changed if moved else None
        unit.orders.settle(order.id, case, "moved", sentence=str(refused), changed=changed, position=position)
        return
    unit.orders.settle(order.id, case, "undone", position=undone.position)


def require_last(unit: UnitOfWork, case: str, position: int | None) -> None:
    """Raise ``MoveStands`` where the entry at that position is not the last of the case."""
    head = unit.history.head(case_subject(case))
    if head is None or head.position != position:
        raise MoveStands
