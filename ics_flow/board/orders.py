"""The board's orders for open cases: move them to a release, pathway by pathway, or count them again in a calendar.

Here: what is ordered, by whom it may be stopped, and how far it has come. Not here: how a case is moved (``commands.carry_out_orders``), and the rows (``store.orders``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from engine import Calendar, london_date
from ics_flow.board.holidays import changed_days
from ics_flow.board.request import ChangeRequest, Put
from ics_flow.domain.errors import Refused
from ics_flow.domain.ids import new_id
from ics_flow.domain.view import CaseView, ProcessView
from ics_flow.process.cause import ProcessMove
from ics_flow.process.moving import running
from ics_flow.store import Reading, UnitOfWork
from ics_flow.store.orders import OrderRow

STAY, MOVE, UNDER = "stay", "move", "under"
Choice: TypeAlias = str
"""What becomes of the open cases of a pathway: ``stay``, ``move``, the day (ISO) from which on those that began move, or ``under`` and the
hash of a release: those move that follow it."""


class NoSuchOrder(Refused):
    """There is no such order."""


class NotToBeStopped(Refused):
    """The order is not being carried out, so there is nothing to stop."""


class NotToBeGoneOnWith(Refused):
    """The order was not stopped, so there is nothing to go on with."""


class NotToBeUndone(Refused):
    """An order is undone once it is stopped or carried out, and one of a calendar not at all: publish the former calendar instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far an order has come, in cases; `left` are those still to be moved, or to be moved back."""

    order: OrderRow
    cases: int
    left: int
    moved: int
    stayed: int
    cannot: int
    undone: int

    @property
    def is_over(self) -> bool:
        """Nothing is left to be done."""
        return self.left == 0


def is_to_move(choice: Choice, process: ProcessView) -> bool:
    """Whether the process is one of those that move."""
    match choice.split():
        case ["stay"]:
            return False
        case ["move"]:
            return True
        case ["under", release]:
            return process.release == release
        case _:
            return london_date(process.started) > date.fromisoformat(choice)


def chosen(view: CaseView, release: str, choices: Mapping[str, Choice]) -> tuple[ProcessMove, ...]:
    """The moves of a case that the order asks for."""
    asked = {
        process.name for process in view.processes if is_to_move(choices.get(process.pathway, STAY), process)
    }
    return running(view, release, asked)


def order_moves(
    unit: UnitOfWork, release: str, choices: Mapping[str, Choice], *, by: str, reason: str
) -> OrderRow:
    """Order that open cases are moved to a release, from now on; the cases are those of this moment."""
    order = _order(unit, "release", release, choices, by, reason)
    moving = sorted(pathway for pathway, choice in choices.items() if choice != STAY)
    unit.orders.take_in_running(order.id, moving, release)
    return order


def left_behind(reading: Reading, change: ChangeRequest) -> tuple[str, ...]:
    """The cases that still follow a change that is out of force, while what was in force before it is in force again."""
    put, now = change.out_of_force, reading.in_force()
    if put is None or now is None or now.release != put.base_release:
        return ()
    return reading.orders.running(sorted(put.open_cases), put.base_release, under=put.release)


def carries_out(order: OrderRow, put: Put) -> bool:
    """Whether the order moves open cases to what was put to the board, or counts them again in its calendar."""
    if order.kind == "release":
        return order.target == put.release
    return order.target == put.calendar != put.base_calendar


def back(put: Put) -> Mapping[str, Choice]:
    """What becomes of open cases where all that follow the change are to follow again what was in force before it."""
    return dict.fromkeys(put.open_cases, f"{UNDER} {put.release}")


def order_back(unit: UnitOfWork, put: Put, *, by: str, reason: str) -> OrderRow:
    """Order that open cases that follow the change are moved to what was in force before it."""
    order = _order(unit, "release", put.base_release, back(put), by, reason)
    unit.orders.take_in_running(order.id, sorted(put.open_cases), put.base_release, under=put.release)
    return order


def order_recount(
    unit: UnitOfWork, before: Calendar, after: Calendar, *, by: str, reason: str
) -> OrderRow | None:
    """Order that the cases in which a date is to be kept are counted again; None where the same days count in both calendars."""
    if not changed_days(before, after):
        return None
    order = _order(unit, "calendar", after.hash, {}, by, reason)
    unit.orders.take_in_dated(order.id)
    return order


def _order(
    unit: UnitOfWork, kind: str, target: str, choices: Mapping[str, Choice], by: str, reason: str
) -> OrderRow:
    order = OrderRow(
        id=new_id(unit.entropy),
        kind="release" if kind == "release" else "calendar",
        target=target,
        choices=dict(choices),
        reason=reason,
        ordered_by=by,
        ordered_at=unit.at,
        state="running",
    )
    unit.orders.add(order)
    return order


def progress_of(reading: Reading, order: str) -> Progress:
    """How far the order has come; raises ``NoSuchOrder``."""
    found = order_of(reading, order)
    states = reading.orders.progress(order)
    return Progress(
        order=found,
        cases=states.total(),
        left=states["waiting"] + states["undoing"],
        moved=states["moved"] + states["undoing"],
        stayed=states["stayed"],
        cannot=states["cannot"],
        undone=states["undone"],
    )


def order_of(reading: Reading, order: str) -> OrderRow:
    """The order of that id; raises ``NoSuchOrder``."""
    found = reading.orders.of(order)
    if found is None:
        raise NoSuchOrder
    return found


def stop(unit: UnitOfWork, order: str) -> None:
    """Have no further case moved; those that were stay moved. Raises ``NotToBeStopped``."""
    if order_of(unit, order).state != "running":
        raise NotToBeStopped
    unit.orders.put(order, "stopped")


def go_on(unit: UnitOfWork, order: str) -> None:
    """Have the order carried out from where it was stopped; raises ``NotToBeGoneOnWith``."""
    if order_of(unit, order).state != "stopped":
        raise NotToBeGoneOnWith
    unit.orders.put(order, "running")


def undo(unit: UnitOfWork, order: str) -> None:
    """Have every case moved back in which nothing has followed; those that wait stay. Raises ``NotToBeUndone``."""
    found = order_of(unit, order)
    if found.kind != "release" or found.state not in ("stopped", "done"):
        raise NotToBeUndone
    unit.orders.turn(order, "waiting", "stayed")
    unit.orders.turn(order, "moved", "undoing")
    unit.orders.put(order, "undoing")
