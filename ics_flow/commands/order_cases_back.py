"""Open cases that still follow a change that is out of force, ordered back to what is in force again: once a trial has ended, or the board has taken a change back.

Not here: how a case is moved (``carry_out_orders``).
"""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.board import orders, request
from ics_flow.board.keeping import change_of, write_change
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import PermissionDenied
from ics_flow.commands.proposals import APPROVE
from ics_flow.commands.work import Work
from ics_flow.domain.errors import Refused


class NoneLeftBehind(Refused):
    """No open case follows this change any more, or something else is in force than was before it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCasesBack(Command):
    """Order that the open cases of a change that is out of force follow again what was in force before it."""

    change: str


def order_cases_back(command: OrderCasesBack, work: Work) -> Outcome:
    """Give the order, and write it in the request's history; raises ``NoneLeftBehind``."""
    if not work.release.rights.may_anywhere(work.worker(), APPROVE):
        raise PermissionDenied
    found = change_of(work.unit, command.change)
    put = found.out_of_force
    if put is None or not orders.left_behind(work.unit, found):
        raise NoneLeftBehind
    order = orders.order_back(work.unit, put, by=command.actor, reason=found.title)
    entry = write_change(
        work.unit,
        found.id,
        request.CASES_ORDERED_BACK,
        {"order": order.id},
        actor=command.actor,
        cause=command.command_id,
    )
    return Outcome(opened=(order.id,), position=entry.position)
