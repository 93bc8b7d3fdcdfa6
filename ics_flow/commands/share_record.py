"""One version of a record shared with a carer or a partner agency's worker, who sees nothing else of the child's file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine import london_date
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import reason_given
from ics_flow.commands.work import Work
from ics_flow.domain.errors import Refused
from ics_flow.process.inputs import RecordShared
from ics_flow.process.sharing import RECORD_SHARED, may_be_shared
from ics_flow.process.versions import versions

SHARE = "share"
"""The act beside the diagrams (``bpmn/rights.yaml``)."""


class NotToBeShared(Refused):
    """Only the newest version of a record can be shared, once it is authorised, or kept where nobody is asked to authorise it."""


class NotSharedWith(Refused):
    """Records are shared with carers and partner agencies; whoever else works with the child has the file."""


class SharedAlready(Refused):
    """This record is shared with that person already."""


class LastDayIsOver(Refused):
    """The last day of sharing is over already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareRecord(Command):
    """Share the version that the entry at the position ``record`` made, with the reason: until the end of a day, or until it is taken back."""

    case_id: str
    record: int
    worker: str
    until: date | None = None
    reason: str


def share_record(command: ShareRecord, work: Work) -> Outcome:
    """Write that the record is shared; raises ``NotToBeShared``, ``NotSharedWith``, ``SharedAlready``, ``LastDayIsOver``."""
    reason = reason_given(command.reason)
    file = work.case(command.case_id)
    file.require_may(SHARE)
    today = london_date(file.at)
    if not work.release.rights.reads_what_is_shared(work.worker(command.worker)):
        raise NotSharedWith
    if command.until is not None and command.until < today:
        raise LastDayIsOver
    made = versions(work.unit.history.read(file.subject))
    version = may_be_shared(made, work.archive).get(command.record)
    if version is None:
        raise NotToBeShared
    if command.worker in {share.worker for share in file.view.shares_of(command.record, today)}:
        raise SharedAlready
    file.let_time_pass()
    shared = RecordShared(
        record=version.position, title=version.title, worker=command.worker, until=command.until
    )
    entry = file.take(RECORD_SHARED, shared, parts={"reason": reason})
    file.close()
    return Outcome(case_id=file.case, position=entry.position)
