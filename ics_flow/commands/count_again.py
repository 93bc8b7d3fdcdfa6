"""A case counted again in the working days that count now: what a new calendar asks of the cases whose dates it moves."""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import CannotMove
from ics_flow.commands.move_processes import refusal, require_ordered
from ics_flow.commands.work import CaseFile, Work
from ics_flow.process.cause import calendar_cause
from ics_flow.process.replay import Conflict
from ics_flow.process.restatement import Restatement
from ics_flow.process.second_thought import changed, restate

REASON = "Other working days count"


@dataclass(frozen=True, slots=True, kw_only=True)
class CountAgain(Command):
    """Count a case again in the calendar that is in force."""

    case_id: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What counting a case again came to: the entry that says so, where anything moved; or why it could not be counted."""

    position: int | None
    changed: Restatement
    why: str | None = None


def count_again(command: CountAgain, work: Work) -> Outcome:
    """Restate the case where that moves anything; the outcome has no position where it does not. Raises ``CannotMove``."""
    require_ordered(work)
    file = work.case(command.case_id)
    counted = recount(file, REASON)
    if counted.why is not None:
        raise CannotMove(counted.why)
    file.close()
    return Outcome(case_id=file.case, position=counted.position)


def recount(file: CaseFile, reason: str) -> Counted:
    """The case counted again in the calendar that is in force, and written where that moves anything."""
    work = file.work
    view, givens = file.as_recorded()
    why = calendar_cause(work.calendar_hash)
    outcome, _ = restate(givens, view, why, file.at, work.world)
    moved = changed(view, outcome, why, work.world)
    if isinstance(outcome, Conflict):
        return Counted(None, moved, refusal(outcome, givens, file))
    if moved == Restatement() and outcome.state == file.state:
        return Counted(None, moved)
    return Counted(file.restate(why, moved, outcome, reason).position, moved)
