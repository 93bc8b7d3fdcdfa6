"""A pathway ended before its end, by a manager and with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import reason_given
from ics_flow.commands.work import Work
from ics_flow.process.inputs import ProcessStopped


@dataclass(frozen=True, slots=True, kw_only=True)
class EndPathway(Command):
    """End a running process of the case, such as ``referral#1``; the reason stands in the history."""

    case_id: str
    process: str
    reason: str


def end_pathway(command: EndPathway, work: Work) -> Outcome:
    """Withdraw everything that the process waits for."""
    file = work.case(command.case_id)
    file.require_may("end_pathway")
    reason = reason_given(command.reason)
    file.let_time_pass()
    entry = file.take(
        "process-stopped",
        ProcessStopped(process=command.process),
        parts={"reason": reason},
    )
    file.close()
    return Outcome(case_id=file.case, position=entry.position)
