"""What an act would lead to, in the words of the history, shown before anybody confirms it."""

from __future__ import annotations

from ics_flow.commands.command import Command
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import case_subject
from ics_flow.queries.people import Names
from ics_flow.queries.telling import Told, tell
from web.desk import desk


def foreseen(command: Command, case: str) -> tuple[Entry, Told]:
    """The entry that the command would write, and the same in words; raises ``Refused`` as the command would."""
    *_, entry = desk().application.foresee(command, case)
    with desk().application.reading() as reading:
        entries = reading.history.read(case_subject(case))
        *_, told = tell((*entries, entry), desk().release, Names(reading))
    return entry, told
