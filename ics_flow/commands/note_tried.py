"""That a draft was tried, in the history of its change request: its scenarios played, or what happened replayed on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from ics_flow.board.keeping import change_of, write_tried
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.open_release_draft import require_may_draft
from ics_flow.commands.work import Work


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteTried(Command):
    """Keep what came of trying a draft, for exactly this release (and these scenarios, where they were played), by hash."""

    change: str
    kind: Literal["scenarios", "what-if"]
    release: str
    scenarios: str | None = None
    passed: bool
    found: str


def note_tried(command: NoteTried, work: Work) -> Outcome:
    """Write it; the actor is whoever asked for the trial."""
    require_may_draft(work)
    change_of(work.unit, command.change)
    entry = write_tried(
        work.unit,
        command.change,
        command.kind,
        release=command.release,
        scenarios=command.scenarios,
        passed=command.passed,
        found=command.found,
        actor=work.actor,
        cause=work.command_id,
    )
    return Outcome(position=entry.position)
