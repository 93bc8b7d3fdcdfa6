"""A pathway ended before its end, by a manager and with a reason."""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import PermissionDenied, ReasonMissing
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
    manager = work.manager_of(file.view.allocated_worker)
    if not work.release.rights.may(work.worker(), "end_pathway", file.view, manager):
        raise PermissionDenied
    if not command.reason.strip():
        raise ReasonMissing
    file.let_time_pass()
    entry = file.take(
        "process-stopped",
        ProcessStopped(process=command.process),
        parts={"reason": command.reason.strip()},
    )
    file.close()
    return Outcome(case_id=file.case, position=entry.position)
