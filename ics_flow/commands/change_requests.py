"""Change requests: raised by anybody, talked over, put on the agenda of a meeting, and given a fate. A request's id is that of the command that raised it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from engine import london_date
from ics_flow.board import request
from ics_flow.board.keeping import board_of, change_of, write_change
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import PermissionDenied
from ics_flow.commands.work import Work
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import Json
from ics_flow.domain.ids import change_subject

KEEP_BOARD = "keep_board"
TAKE_CALLS = "take_calls"
"""The acts, as ``bpmn/rights.yaml`` names them."""

LONGEST = 20_000
"""How many characters one text of a request may have."""


class WishMissing(Refused):
    """Say in a few words what should change, and why."""


class TooLong(Refused):
    """Say it more shortly: a text of a request has at most 20,000 characters."""


class NoSuchArea(Refused):
    """There is no such service area."""


class NoSuchMeeting(Refused):
    """No meeting of the board is called for that day. Call the meeting first."""


class MeetingIsOver(Refused):
    """The minutes of that meeting are published. Choose a meeting that is still to come."""


class NoSuchFate(Refused):
    """A request is to be drafted, put off, or not taken up."""


class SettledOtherwise(Refused):
    """The request was put to the board: its fate is the board's decision now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseChange(Command):
    """Ask for a change: what is wished and why, for which service area, about which page; ``caller`` is whom the helpdesk writes for."""

    title: str
    wish: str
    why: str
    area: str
    about: str = ""
    law: bool = False
    caller: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscussChange(Command):
    """Say something of a request."""

    change: str
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutOnAgenda(Command):
    """Put a request on the agenda of the meeting of that day."""

    change: str
    meeting: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleChange(Command):
    """Give a request its fate, and say why."""

    change: str
    fate: str
    words: str


def raise_change(command: RaiseChange, work: Work) -> Outcome:
    """Begin the request's history; anybody who works here may."""
    rights, worker = work.release.rights, work.worker()
    if not (command.title.strip() and command.wish.strip() and command.why.strip()):
        raise WishMissing
    require_short(command.title, command.wish, command.why, command.about, command.caller)
    if command.area not in rights.areas:
        raise NoSuchArea
    if command.caller.strip() and not rights.may_anywhere(worker, TAKE_CALLS):
        raise PermissionDenied
    said: dict[str, Json] = {
        "title": command.title.strip(),
        "wish": command.wish.strip(),
        "why": command.why.strip(),
        "area": command.area,
        "about": command.about.strip(),
        "law": command.law,
        "caller": command.caller.strip(),
    }
    return _written(work, command.command_id, request.CHANGE_REQUESTED, {"request": said})


def discuss_change(command: DiscussChange, work: Work) -> Outcome:
    """Write what was said; anybody who works here may."""
    work.worker()
    change_of(work.unit, command.change)
    if not command.words.strip():
        raise WishMissing
    require_short(command.words)
    return _written(work, command.change, request.CHANGE_DISCUSSED, {"words": command.words.strip()})


def put_on_agenda(command: PutOnAgenda, work: Work) -> Outcome:
    """Write for which meeting; raises ``NoSuchMeeting``, ``MeetingIsOver``."""
    require_keeps_board(work)
    change_of(work.unit, command.change)
    meeting = board_of(work.unit).meetings.get(command.meeting)
    if meeting is None:
        raise NoSuchMeeting
    if meeting.minutes is not None or meeting.on < london_date(
        work.unit.instant_for(change_subject(command.change))
    ):
        raise MeetingIsOver
    return _written(work, command.change, request.CHANGE_ON_AGENDA, {"meeting": command.meeting.isoformat()})


def settle_change(command: SettleChange, work: Work) -> Outcome:
    """Write the fate; raises ``SettledOtherwise`` once something was put to the board."""
    require_keeps_board(work)
    found = change_of(work.unit, command.change)
    if command.fate not in request.FATES:
        raise NoSuchFate
    if not command.words.strip():
        raise WishMissing("Say why: the reason stands in the history of the request.")
    require_short(command.words)
    if found.last is not None and found.last.standing not in ("withdrawn", "refused", "held up"):
        raise SettledOtherwise
    parts: dict[str, Json] = {"fate": command.fate, "words": command.words.strip()}
    return _written(work, command.change, request.CHANGE_SETTLED, parts)


def require_keeps_board(work: Work) -> None:
    """Raise ``PermissionDenied`` unless the actor keeps the board's meetings and minutes."""
    if not work.release.rights.may_anywhere(work.worker(), KEEP_BOARD):
        raise PermissionDenied


def require_short(*texts: str) -> None:
    """Raise ``TooLong`` for a text that nobody would read."""
    if any(len(text) > LONGEST for text in texts):
        raise TooLong


def _written(work: Work, change: str, kind: str, parts: dict[str, Json]) -> Outcome:
    entry = write_change(work.unit, change, kind, parts, actor=work.actor, cause=work.command_id)
    return Outcome(position=entry.position)
