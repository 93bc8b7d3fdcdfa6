"""A file that was attached by mistake taken out of sight. Its bytes stay, and so does that it was there."""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import NoSuchAttachment, PermissionDenied, reason_given
from ics_flow.commands.work import Work
from ics_flow.process.attachments import WITHDRAWN, Attachment, attachments, may_withdraw
from ics_flow.process.inputs import AttachmentWithdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawAttachment(Command):
    """Withdraw the attached file of that id, with the reason."""

    case_id: str
    attachment: str
    reason: str


def withdraw_attachment(command: WithdrawAttachment, work: Work) -> Outcome:
    """Write that the file was attached by mistake; nobody is handed it from here on."""
    file = work.case(command.case_id)
    file.require_may_read()
    reason = reason_given(command.reason)
    found = _standing(command, work, file.subject)
    if not may_withdraw(found, work.worker(), work.release.rights, file.view, file.manager):
        raise PermissionDenied
    file.let_time_pass()
    entry = file.take(WITHDRAWN, AttachmentWithdrawn(attachment=found.file.id), parts={"reason": reason})
    file.close()
    return Outcome(case_id=file.case, position=entry.position)


def _standing(command: WithdrawAttachment, work: Work, subject: str) -> Attachment:
    for each in attachments(work.unit.history.read(subject)):
        if each.file.id == command.attachment and each.withdrawn is None:
            return each
    raise NoSuchAttachment
