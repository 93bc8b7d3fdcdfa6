"""What no pathway took and somebody has now done outside."""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import NothingOutside, ReasonMissing
from ics_flow.commands.work import Work
from ics_flow.process.inputs import DoneOutside


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteDoneOutside(Command):
    """Note that what the message so named asked for was done, and how."""

    case_id: str
    name: str
    note: str


def note_done_outside(command: NoteDoneOutside, work: Work) -> Outcome:
    """Take it off the list of what is to be done outside."""
    file = work.case(command.case_id)
    file.require_may_read()
    if not command.note.strip():
        raise ReasonMissing("Say what was done, when and by whom: it stands in the history.")
    if command.name not in {each.name for each in file.view.undelivered if not each.done}:
        raise NothingOutside
    file.let_time_pass()
    entry = file.take(
        "done-outside",
        DoneOutside(name=command.name),
        parts={"note": command.note.strip()},
    )
    file.close()
    return Outcome(case_id=file.case, position=entry.position)
