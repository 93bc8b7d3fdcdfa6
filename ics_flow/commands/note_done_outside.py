"""What no pathway took and somebody has now done outside."""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import CaseNotFound, NothingOutside, ReasonMissing
from ics_flow.commands.work import Work
from ics_flow.process.inputs import DoneOutside


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDoneOutside(Command):
    """Note that what the message at that position of the history asked for was done, and how."""

    case_id: str
    position: int
    message: str
    note: str


def note_done_outside(command: NoteDoneOutside, work: Work) -> Outcome:
    """Take it off the list of what is to be done outside."""
    file = work.case(command.case_id)
    if work.release.rights.may_read(work.worker(), file.view) is None:
        raise CaseNotFound
    if not command.note.strip():
        raise ReasonMissing("Say what was done, when and by whom: it stands in the history.")
    asked = {(each.position, each.message) for each in file.view.undelivered if not each.done}
    if (command.position, command.message) not in asked:
        raise NothingOutside
    file.let_time_pass()
    entry = file.take(
        "done-outside",
        DoneOutside(position=command.position, message=command.message),
        parts={"note": command.note.strip()},
    )
    file.close()
    return Outcome(case_id=file.case, position=entry.position)
