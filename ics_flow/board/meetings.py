"""The board's own history folded: its meetings with agenda day, minutes and actions, the law that is to come, and who represents which area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from ics_flow.domain.history import Entry

MEETING_CALLED = "meeting-called"
ATTENDANCE_ASKED = "attendance-asked"
MINUTES_PUBLISHED = "minutes-published"
LAW_NOTED = "law-noted"
REPRESENTATIVE_NAMED = "representative-named"


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What somebody is to do after a meeting, and by when."""

    what: str
    who: str
    by: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """A meeting of the board: who asked to attend, and its minutes once they are published."""

    on: date
    where: str
    called_by: str
    guests: tuple[str, ...] = ()
    minutes: str | None = None
    actions: tuple[Action, ...] = ()
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ComingLaw:
    """A change of the law that is to come: what, from which day, and where it is written."""

    title: str
    starts: date
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Board:
    """The board as it stands: meetings by day, the law to come, and the representative (a worker's id) of each service area."""

    meetings: Mapping[date, Meeting] = field(default_factory=dict)
    law: tuple[ComingLaw, ...] = ()
    representatives: Mapping[str, str] = field(default_factory=dict)

    def next_meeting(self, today: date) -> Meeting | None:
        """The meeting that comes next, today's included."""
        return min((each for each in self.meetings.values() if each.on >= today), key=_on, default=None)

    def law_from(self, today: date) -> tuple[ComingLaw, ...]:
        """The law that is still to come, the nearest first."""
        return tuple(sorted((each for each in self.law if each.starts >= today), key=_starts))


def fold_board(entries: Iterable[Entry]) -> Board:
    """The board as its history tells it."""
    board = Board()
    for entry in entries:
        board = _after(board, entry)
    return board


def _after(board: Board, entry: Entry) -> Board:
    said: Any = entry.parts
    match entry.kind:
        case "meeting-called":
            on = date.fromisoformat(said["meeting"]["on"])
            return _with(board, Meeting(on=on, where=said["meeting"]["where"], called_by=entry.actor))
        case "attendance-asked":
            meeting = board.meetings[date.fromisoformat(said["meeting"])]
            return _with(board, replace(meeting, guests=(*meeting.guests, entry.actor)))
        case "minutes-published":
            written = said["minutes"]
            meeting = board.meetings[date.fromisoformat(written["meeting"])]
            actions = tuple(
                Action(
                    what=each["what"],
                    who=each["who"],
                    by=date.fromisoformat(each["by"]) if each["by"] else None,
                )
                for each in written["actions"]
            )
            return _with(
                board, replace(meeting, minutes=written["words"], actions=actions, published_at=entry.at)
            )
        case "law-noted":
            law = said["law"]
            coming = ComingLaw(
                title=law["title"], starts=date.fromisoformat(law["starts"]), source=law["source"]
            )
            return replace(board, law=(*board.law, coming))
        case "representative-named":
            named = said["representative"]
            return replace(board, representatives={**board.representatives, named["area"]: named["worker"]})
        case _:
            raise ValueError(f"The board's history has no entry of the kind {entry.kind}.")


def _with(board: Board, meeting: Meeting) -> Board:
    return replace(board, meetings={**board.meetings, meeting.on: meeting})


def _on(meeting: Meeting) -> date:
    return meeting.on


def _starts(law: ComingLaw) -> date:
    return law.starts
