"""The case given to a worker, or to another."""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import NoSuchWorker, reason_given
from ics_flow.commands.work import Work
from ics_flow.process.inputs import CaseAllocated


@dataclass(frozen=True, slots=True, kw_only=True)
class AllocateWorker(Command):
    """Give the case to the worker, with the reason."""

    case_id: str
    worker: str
    reason: str


def allocate_worker(command: AllocateWorker, work: Work) -> Outcome:
    """Give the case to the worker, whose team becomes the case's."""
    file = work.case(command.case_id)
    file.require_may("reassign")
    reason = reason_given(command.reason)
    worker = work.worker(command.worker)
    if not worker.roles.intersection(work.release.rights.may_do_beside.get("hold_cases", ())):
        raise NoSuchWorker
    file.let_time_pass()
    entry = file.take(
        "case-allocated",
        CaseAllocated(team=worker.team or file.view.team, worker=worker.id),
        parts={"reason": reason},
    )
    file.close()
    return Outcome(case_id=file.case, position=entry.position)
