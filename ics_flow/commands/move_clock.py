"""The clock of a training database moved on by a trainer. What then falls due fires as it would have; that is the cases' own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal, TypeAlias, assert_never

from engine.calendar import LONDON, london_date
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import PermissionDenied
from ics_flow.commands.work import Work
from ics_flow.domain.errors import Refused
from ics_flow.domain.ids import COUNCIL
from ics_flow.store.training import NotATrainingDatabase

CLOCK_MOVED = "clock-moved"
MOVE_CLOCK = "move_clock"
"""The act, as ``bpmn/rights.yaml`` names it."""

By: TypeAlias = Literal["days", "working_days", "next_deadline"]


class NoNextDeadline(Refused):
    """No clock is running in any child's case, so there is no next deadline to move to."""


class ClockGoesOn(Refused):
    """The clock is moved on by a day at least: it does not go back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveClock(Command):
    """Move the clock on by a number of days or working days, to the same time of day; or to when the next timer of any case falls due."""

    by: By
    number: int = 1


def move_clock(command: MoveClock, work: Work) -> Outcome:
    """Write in the council's history who moved the clock from when to when; raises ``NotATrainingDatabase`` in a live one."""
    if not work.clock_leaps:
        raise NotATrainingDatabase
    if not work.release.rights.may_anywhere(work.worker(), MOVE_CLOCK):
        raise PermissionDenied
    now = work.unit.at
    to = _destination(command, work)
    if to <= now:
        raise ClockGoesOn
    work.unit.training_clock.move(to - now)
    entry = work.unit.history.append(
        COUNCIL,
        kind=CLOCK_MOVED,
        actor=command.actor,
        cause=command.command_id,
        release=work.release.hash,
        calendar=work.calendar_hash,
        parts={"clock": {"from": now.isoformat(), "to": to.isoformat()}},
    )
    return Outcome(position=entry.position)


def _destination(command: MoveClock, work: Work) -> datetime:
    now = work.unit.at
    match command.by:
        case "days":
            return _same_time(now, london_date(now) + timedelta(days=command.number))
        case "working_days":
            calendar = work.archive.calendar(work.calendar_hash)
            return _same_time(now, calendar.working_days_after(london_date(now), command.number))
        case "next_deadline":
            found = work.unit.training_clock.coming(now).next_due
            if found is None:
                raise NoNextDeadline
            return found
        case _:
            assert_never(command.by)


def _same_time(at: datetime, on: date) -> datetime:
    """The same time of day in London on another day."""
    return datetime.combine(on, at.astimezone(LONDON).time(), LONDON).astimezone(at.tzinfo)
