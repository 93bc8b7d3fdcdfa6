"""An order for open cases stopped, gone on with, or undone, by the board."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, assert_never

from ics_flow.board import orders
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import PermissionDenied
from ics_flow.commands.proposals import APPROVE
from ics_flow.commands.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SteerOrder(Command):
    """Stop an order, go on with it, or undo what it did where nothing has followed."""

    remembered = False

    order: str
    act: Literal["stop", "go on", "undo"]


def steer_order(command: SteerOrder, work: Work) -> Outcome:
    """Have the order go that way; raises what it cannot do as it stands."""
    if not work.release.rights.may_anywhere(work.worker(), APPROVE):
        raise PermissionDenied
    match command.act:
        case "stop":
            orders.stop(work.unit, command.order)
        case "go on":
            orders.go_on(work.unit, command.order)
        case "undo":
            orders.undo(work.unit, command.order)
        case _:
            assert_never(command.act)
    return Outcome()
