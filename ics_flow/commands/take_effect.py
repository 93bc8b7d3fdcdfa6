"""What time makes of the board's decisions: an approved change takes effect on its day, and a trial ends after its last.

Only over what it was drawn on: where another release or calendar was published since, it is held up and says so. Where something else keeps it
from taking effect, its history says what. Not here: when it is tried again (``Application.let_changes_take_effect``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from engine import london_date
from ics_flow.board import request
from ics_flow.board.keeping import change_of, write_change
from ics_flow.board.orders import STAY, order_moves, order_recount
from ics_flow.board.request import ChangeRequest, Put
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.work import Work
from ics_flow.domain.history import Json
from ics_flow.domain.ids import COUNCIL, change_subject
from ics_flow.domain.release import RELEASE_PUBLISHED
from ics_flow.gate import require_passed
from ics_flow.store.releases import InForce


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeEffect(Command):
    """Let become of a change request what its day brings."""

    change: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteHindered(Command):
    """Note what keeps a change from taking effect, or its trial from ending, on its day."""

    change: str
    why: str


def note_hindered(command: NoteHindered, work: Work) -> Outcome:
    """Write it in the request's history, unless that is what stands there, or nothing is to become of the change any more."""
    found = change_of(work.unit, command.change)
    if not _is_due(work, found) or (found.hindered is not None and found.hindered.why == command.why):
        return Outcome()
    return _written(work, command.change, request.CHANGE_HINDERED, {"why": command.why})


def take_effect(command: TakeEffect, work: Work) -> Outcome:
    """Put in force what was approved, or take out of force what was on trial; nothing before its day."""
    found = change_of(work.unit, command.change)
    if not _is_due(work, found):
        return Outcome()
    last = found.last
    if last is not None and last.standing == "approved":
        return _begin(work, found, last.put)
    if found.in_force is not None:
        return _end(work, found, found.in_force.put)
    return Outcome()


def _is_due(work: Work, found: ChangeRequest) -> bool:
    """Whether the day has come on which something becomes of the change."""
    today = london_date(work.unit.instant_for(change_subject(found.id)))
    return found.wakes_on is not None and found.wakes_on <= today


def _begin(work: Work, found: ChangeRequest, put: Put) -> Outcome:
    if not _stands(work, put.base_release, put.base_calendar):
        return _written(work, found.id, request.CHANGE_HELD_UP, {})
    require_passed(work.archive.release(put.release), work.archive.calendar(put.calendar))
    _put_in_force(work, found, put.release, put.calendar)
    if any(choice != STAY for choice in put.open_cases.values()):
        order_moves(work.unit, put.release, put.open_cases, by=work.actor, reason=found.title)
    _count_again(work, found, put.base_calendar, put.calendar)
    return _written(work, found.id, request.CHANGE_IN_FORCE, {})


def _end(work: Work, found: ChangeRequest, put: Put) -> Outcome:
    if not _stands(work, put.release, put.calendar):
        return _written(work, found.id, request.TRIAL_OVERTAKEN, {})
    _put_in_force(work, found, put.base_release, put.base_calendar)
    _count_again(work, found, put.calendar, put.base_calendar)
    return _written(work, found.id, request.CHANGE_OVER, {})


def _count_again(work: Work, found: ChangeRequest, before: str, after: str) -> None:
    """Have open cases counted again where other days count now."""
    if before != after:
        calendars = work.archive.calendar(before), work.archive.calendar(after)
        order_recount(work.unit, *calendars, by=work.actor, reason=found.title)


def _stands(work: Work, release: str, calendar: str) -> bool:
    return work.unit.in_force() == InForce(release=release, calendar=calendar)


def _put_in_force(work: Work, found: ChangeRequest, release: str, calendar: str) -> None:
    """Write in the council's history what is in force from now on, and which change did it."""
    said = {
        "name": found.title,
        "law_of": work.archive.release(release).law_of.isoformat(),
        "change": found.id,
    }
    entry = work.unit.history.append(
        COUNCIL,
        kind=RELEASE_PUBLISHED,
        actor=work.actor,
        cause=work.command_id,
        release=release,
        calendar=calendar,
        parts={"release": said},
    )
    work.unit.put_in_force(entry.position, InForce(release=release, calendar=calendar))


def _written(work: Work, change: str, kind: str, parts: Mapping[str, Json]) -> Outcome:
    entry = write_change(work.unit, change, kind, parts, actor=work.actor, cause=work.command_id)
    return Outcome(position=entry.position)
