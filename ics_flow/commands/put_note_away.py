"""A change note put away by whoever has read it."""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.board.keeping import change_of
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class PutNoteAway(Command):
    """Show the actor the note of a change no more."""

    remembered = False

    change: str


def put_note_away(command: PutNoteAway, work: Work) -> Outcome:
    """Keep that it was read; it stays readable on the board's pages."""
    work.unit.board.put_away(work.worker().id, change_of(work.unit, command.change).id)
    return Outcome()
