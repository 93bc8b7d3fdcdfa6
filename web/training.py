"""The clock of a training database: the banner that tells its day on every page, and the buttons by which a trainer moves it on.

A live database has neither: the banner is not drawn and the address does not exist. What moving means is the command's.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import Blueprint, abort, g, redirect, request, url_for
from werkzeug.wrappers import Response

from engine.calendar import london_date
from ics_flow.commands.move_clock import CLOCK_MOVED, MOVE_CLOCK, By, MoveClock
from ics_flow.domain.ids import COUNCIL
from ics_flow.domain.workers import Worker
from ics_flow.store.unit import Reading
from web import notices
from web.addresses import local_path
from web.desk import desk
from web.fields import command_id
from web.security import READS_ONLY
from web.visits import signed_in

pages = Blueprint("training", __name__)

CLOCK_WAS_MOVED = "clock-moved"
AT_ONCE = 250
"""In how many cases due timers fire before the next page is shown: a second or two. The rest are the ticker's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """What a button does with the clock, and what it says."""

    words: str
    by: By
    number: int = 1


MOVES: Mapping[str, Move] = {
    "day": Move(words="A day", by="days"),
    "fortnight": Move(words="Ten working days", by="working_days", number=10),
    "deadline": Move(words="To the next deadline", by="next_deadline"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """What a move of the clock came to: from which day to which, and what became overdue on the way, by title with how many."""

    before: date
    after: date
    overdue: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Banner:
    """What every page of a training database says of its clock, and the moves offered to whoever is signed in."""

    today: date
    still_due: int
    moves: Mapping[str, Move]
    command_id: str
    back: str
    moved: Moved | None  # by the request before


@pages.post("/training-clock")
def move() -> Response:
    """Move the clock on, let what has fallen due fire, and go back to the page in hand."""
    chosen = MOVES.get(request.form.get("move", ""))
    if chosen is None:
        abort(400)
    application = desk().application
    application.handle(
        MoveClock(command_id=command_id(), actor=signed_in().id, by=chosen.by, number=chosen.number)
    )
    application.tick(AT_ONCE)
    return notices.leave(redirect(local_path(request.form.get("back", "/")), 303), CLOCK_WAS_MOVED)


def look_at_clock(worker: Worker | None) -> None:
    """Read the clock once for the request in hand, with what is due by it; in a live database nothing is asked for."""
    if not desk().application.is_training:
        return
    now = desk().now
    with desk().application.reading() as reading:
        coming = reading.training_clock.coming(now)
        moved = _moved(reading) if notices.is_left(CLOCK_WAS_MOVED) else None
    g.training_banner = Banner(
        today=london_date(now),
        still_due=coming.due,
        moves={
            name: each
            for name, each in MOVES.items()
            if _may_move(worker) and (each.by != "next_deadline" or coming.next_due is not None)
        },
        command_id=uuid.uuid4().hex,  # never the one that came with a form of the page
        back=_back(),
        moved=moved,
    )


def banner() -> Banner | None:
    """The banner of the page in hand; none in a live database, nor where even the clock could not be read."""
    found: Banner | None = g.get("training_banner")
    return found


def _moved(reading: Reading) -> Moved | None:
    """The last move of the clock, where it is the last thing that the council's history tells."""
    head = reading.history.head(COUNCIL)
    for entry in reading.history.read(COUNCIL, after=head.position - 1) if head else ():
        if entry.kind == CLOCK_MOVED:
            clock: Any = entry.parts["clock"]
            before, after = (datetime.fromisoformat(clock[end]) for end in ("from", "to"))
            return Moved(
                before=london_date(before),
                after=london_date(after),
                overdue=reading.training_clock.became_overdue(before, after),
            )
    return None


def _may_move(worker: Worker | None) -> bool:
    return worker is not None and desk().release.rights.may_anywhere(worker, MOVE_CLOCK)


def _back() -> str:
    """Where the page in hand can be opened again."""
    rule = request.url_rule
    if request.method in READS_ONLY:
        return request.full_path.rstrip("?")
    return request.path if rule and "GET" in (rule.methods or ()) else url_for("tray.show")
