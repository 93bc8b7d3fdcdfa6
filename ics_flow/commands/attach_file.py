"""A file attached to a child's case: its bytes kept once and for all, its hash and what it is written in the history."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import DescriptionMissing
from ics_flow.commands.work import Work
from ics_flow.domain.attachments import called, kind_of
from ics_flow.domain.ids import new_id
from ics_flow.process.attachments import ATTACHED, AttachedFile
from ics_flow.process.inputs import FileAttached

ATTACH = "attach"
"""The act beside the diagrams (``bpmn/rights.yaml``)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachFile(Command):
    """Attach a file, with a line that says what it is."""

    case_id: str
    name: str
    what: str
    body: bytes = field(repr=False)


def attach_file(command: AttachFile, work: Work) -> Outcome:
    """Keep the file; raises ``KindNotTaken``, ``FileTooLong``, ``FileMissing`` where it is none that may be kept."""
    kind = kind_of(command.body)
    file = work.case(command.case_id)
    file.require_may(ATTACH)
    if not command.what.strip():
        raise DescriptionMissing
    attachment = AttachedFile(
        id=new_id(work.unit.entropy),
        name=called(command.name, kind),
        what=command.what.strip(),
        kind=kind.name,
        size=len(command.body),
        sha256=hashlib.sha256(command.body).hexdigest(),
    )
    file.let_time_pass()
    work.unit.attachments.keep(attachment.id, file.case, command.body)
    entry = file.take(ATTACHED, FileAttached(attachment=attachment.id), parts={"file": attachment.to_json()})
    file.close()
    return Outcome(case_id=file.case, position=entry.position)
