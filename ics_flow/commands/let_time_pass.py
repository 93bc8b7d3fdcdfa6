"""The clock's own command: whatever has fallen due in a case fires."""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class LetTimePass(Command):
    """Let the case's due timers fire."""

    remembered = False

    case_id: str


def let_time_pass(command: LetTimePass, work: Work) -> Outcome:
    """Write down what time has brought; the outcome has no position where that is nothing."""
    file = work.case(command.case_id)
    file.let_time_pass()
    file.close()
    return Outcome(case_id=file.case, position=file.view.position if file.times else None)
