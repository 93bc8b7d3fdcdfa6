"""The board's meetings: called, asked to, minuted; the law to come noted, and the representative of a service area named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ics_flow.board import meetings
from ics_flow.board.keeping import board_of, write_board
from ics_flow.board.meetings import Action, Meeting
from ics_flow.commands.change_requests import NoSuchArea, NoSuchMeeting, require_keeps_board, require_short
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.work import Work
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import Json


class MeetingThere(Refused):
    """A meeting is called for that day already."""


class PlaceMissing(Refused):
    """Say where the board meets."""


class AskedAlready(Refused):
    """You have asked to attend this meeting already."""


class MinutesThere(Refused):
    """The minutes of this meeting are published, and stay as they are."""


class MinutesMissing(Refused):
    """Write what was talked over and decided."""


class ActionIncomplete(Refused):
    """Say of each action what is to be done, and who does it."""


class LawIncomplete(Refused):
    """Say what the law changes, and where that is written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallMeeting(Command):
    """Call a meeting of the board."""

    on: date
    where: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AskToAttend(Command):
    """Ask to attend a meeting: anybody may."""

    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishMinutes(Command):
    """Publish the minutes of a meeting, with its actions: what, who, by when."""

    on: date
    words: str
    actions: tuple[tuple[str, str, date | None], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteComingLaw(Command):
    """Note a change of the law that is to come, which stands on every agenda until it has."""

    title: str
    starts: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NameRepresentative(Command):
    """Name who represents a service area on the board."""

    area: str
    worker: str


def call_meeting(command: CallMeeting, work: Work) -> Outcome:
    """Write the day and the place; raises ``MeetingThere``."""
    require_keeps_board(work)
    if not command.where.strip():
        raise PlaceMissing
    require_short(command.where)
    if command.on in board_of(work.unit).meetings:
        raise MeetingThere
    meeting: dict[str, Json] = {"on": command.on.isoformat(), "where": command.where.strip()}
    return _written(work, meetings.MEETING_CALLED, {"meeting": meeting})


def ask_to_attend(command: AskToAttend, work: Work) -> Outcome:
    """Write that the actor asks to attend."""
    worker = work.worker()
    if worker.id in _open(work, command.on).guests:
        raise AskedAlready
    return _written(work, meetings.ATTENDANCE_ASKED, {"meeting": command.on.isoformat()})


def publish_minutes(command: PublishMinutes, work: Work) -> Outcome:
    """Write the minutes, once and for good."""
    require_keeps_board(work)
    _open(work, command.on)
    if not command.words.strip():
        raise MinutesMissing
    actions = tuple(Action(what=what.strip(), who=who.strip(), by=by) for what, who, by in command.actions)
    if any(not (each.what and each.who) for each in actions):
        raise ActionIncomplete
    require_short(command.words, *(each.what for each in actions), *(each.who for each in actions))
    written: dict[str, Json] = {
        "meeting": command.on.isoformat(),
        "words": command.words.strip(),
        "actions": [
            {"what": each.what, "who": each.who, "by": each.by.isoformat() if each.by else None}
            for each in actions
        ],
    }
    return _written(work, meetings.MINUTES_PUBLISHED, {"minutes": written})


def note_coming_law(command: NoteComingLaw, work: Work) -> Outcome:
    """Write what the law changes, from when, and its source."""
    require_keeps_board(work)
    if not (command.title.strip() and command.source.strip()):
        raise LawIncomplete
    require_short(command.title, command.source)
    law: dict[str, Json] = {
        "title": command.title.strip(),
        "starts": command.starts.isoformat(),
        "source": command.source.strip(),
    }
    return _written(work, meetings.LAW_NOTED, {"law": law})


def name_representative(command: NameRepresentative, work: Work) -> Outcome:
    """Write who represents the area from now on; raises ``NoSuchArea``, ``NoSuchWorker``."""
    require_keeps_board(work)
    if command.area not in work.release.rights.areas:
        raise NoSuchArea
    named: dict[str, Json] = {"area": command.area, "worker": work.worker(command.worker).id}
    return _written(work, meetings.REPRESENTATIVE_NAMED, {"representative": named})


def _open(work: Work, on: date) -> Meeting:
    meeting = board_of(work.unit).meetings.get(on)
    if meeting is None:
        raise NoSuchMeeting
    if meeting.minutes is not None:
        raise MinutesThere
    return meeting


def _written(work: Work, kind: str, parts: dict[str, Json]) -> Outcome:
    entry = write_board(work.unit, kind, parts, actor=work.actor, cause=work.command_id)
    return Outcome(position=entry.position)
