"""What a draft would have done, asked about last year's cases; and the question thrown away again. No part of any history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ics_flow.board import what_if
from ics_flow.board.drafts import draft_of, files_of
from ics_flow.board.findings import read_draft
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.open_release_draft import require_may_draft
from ics_flow.commands.work import Work

A_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskWhatIf(Command):
    """Have it found out in the background what the draft, as it is now, would have done in the year gone by."""

    remembered = False

    draft: str


def ask_what_if(command: AskWhatIf, work: Work) -> Outcome:
    """Keep the question; the outcome's ``opened`` is its id. Raises ``engine.Refused`` where the draft cannot be read."""
    require_may_draft(work)
    unit = work.unit
    release, calendar = read_draft(files_of(unit, draft_of(unit, command.draft)))
    unit.calendars.keep(calendar.hash, calendar.canonical_bytes)
    question = what_if.ask(
        unit, release, calendar.hash, since=unit.at - A_YEAR, until=unit.at, by=command.actor
    )
    return Outcome(opened=(question.id,))
