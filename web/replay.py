"""A case's life as a film, and its history proved: for those who have the right to replay (`bpmn/rights.yaml`).

Each entry is a page of its own, which works without scripts; with them frames come several at a time. Not here: what a frame shows
(`ics_flow/queries/film.py`), the past without its film (`past.py`), and how a history is proved (`ics_flow/verification.py`).
"""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from engine.calendar import LONDON
from ics_flow.custody import HeldOne, hold_one_against
from ics_flow.domain.history import Fault
from ics_flow.domain.ids import case_subject, person_subject
from ics_flow.incidents import open_incident
from ics_flow.queries.diagrams import MAP
from ics_flow.queries.film import FOLLOW, Film, Frame, film, position_at
from ics_flow.queries.opened import ChildsFile
from ics_flow.queries.standpoint import PAGE
from ics_flow.queries.telling import Told
from ics_flow.store.unit import Reading
from ics_flow.verification import Verified, verify
from web import words
from web.children import STATUS, picture_config
from web.desk import desk
from web.errors import PageError
from web.fields import as_typed, typed_date
from web.past import STANDING, age_then, date_words, end_of_minute
from web.visits import signed_in

pages = Blueprint("replay", __name__, url_prefix="/children/<case>")

TOGETHER = 10
"""How many frames are sent at once."""

PARTS = {
    "mark": "then/mark.html",
    **{part: f"replay/{part}.html" for part in ("head", "entry", "choice", "words", "body")},
}
"""What changes on the page from entry to entry, and the template that draws it."""
WAYS = {"first": "First", "previous": "Previous", "next": "Next", "last": "Last"}


@pages.get("/replay")
def show(case: str) -> str | tuple[str, int]:
    """One entry of the film: the one that is asked for, the last of a day that is asked for, or else the last."""
    typed = typed_date(request.args, "on")
    wrong = [PageError(typed.fault, "on-day")] if typed.fault else []
    asked, diagram = _number("entry"), request.args.get("diagram", MAP)
    with desk().application.reading() as reading:
        file = _opened(reading, case, "replay")
        found = film(reading, file, asked, asked, diagram)
        if typed.on is not None:
            day_over = end_of_minute(datetime.combine(typed.on, time(23, 59), LONDON))
            asked = position_at(found.told, day_over)
            found = film(reading, file, asked, asked, diagram)
    frame = found.frames[0]
    drawn = render_template(
        "replay.html",
        **_around(case, found, frame, diagram),
        file=file,
        typed=typed if wrong else as_typed(frame.told.at.astimezone(LONDON).date()),
        errors=wrong,
        config=_picture(frame),
        ways=_ways(found.last, frame.told.position),
        words_now=_words(frame, found.last),
    )
    return drawn, 422 if wrong else 200


@pages.get("/replay/frames")
def frames(case: str) -> Response:
    """Ten frames of the film, for the script that plays it."""
    first, diagram = _number("from") or 1, request.args.get("diagram", MAP)
    with desk().application.reading() as reading:
        file = _opened(reading, case, "replay")
        found = film(reading, file, first, first + TOGETHER - 1, diagram)
    return jsonify(
        {
            "list": render_template("replay/list.html", **_around(case, found, found.frames[0], diagram)),
            "frames": {
                frame.told.position: {
                    **{
                        part: render_template(template, **_around(case, found, frame, diagram))
                        for part, template in PARTS.items()
                    },
                    "title": _title(frame, found.last),
                    "words_now": _words(frame, found.last),
                    "picture": _picture(frame),
                }
                for frame in found.frames
            },
        }
    )


@pages.get("/verify")
def prove(case: str) -> str:
    """The history of the case and of the child's names proved, with the result in words."""
    with desk().application.reading() as reading:
        file = _opened(reading, case, "verification")
        subjects = (case_subject(case), person_subject(file.view.person))
        held = {subject: hold_one_against(reading, subject) for subject in subjects}
    proved = {subject: verify(desk().application, subject) for subject in subjects}
    faults = _faults(proved, held)
    return render_template(
        "verify.html",
        file=file,
        child=file.child,
        history=proved[subjects[0]],
        person=proved[subjects[1]],
        held=held[subjects[0]],
        faults=faults,
        incident=open_incident(desk().application, faults, actor=signed_in().id).number if faults else "",
    )


def _faults(proved: dict[str, Verified], held: dict[str, HeldOne]) -> tuple[Fault, ...]:
    """Everything that was found wrong, each once."""
    found = [fault for each in proved.values() for fault in each.faults]
    found += [fault for each in held.values() for fault in each.faults]
    return tuple(dict.fromkeys(found))


def _opened(reading: Reading, case: str, what: str) -> ChildsFile:
    """The file, for whoever may replay it; the reading is noted."""
    file = desk().opened(reading, case, what)
    if not file.may("replay"):
        abort(403)
    return file


def _number(name: str) -> int | None:
    """The entry that the address names, if it names one."""
    asked = request.args.get(name, "")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 8 and int(asked) else None


def _around(case: str, found: Film, frame: Frame, diagram: str) -> dict[str, Any]:
    """What every part of a frame is drawn from."""
    position = frame.told.position
    return {
        "case": case,
        "frame": frame,
        "child": frame.child,
        "told": frame.told,
        "at": frame.told.at,
        "age": age_then(frame.child, frame.told.at),
        "last": found.last,
        "listed": _listed(found.told, position),
        "diagram": diagram,
        "map": MAP,
        "follow": FOLLOW,
        "standing": STANDING,
        "status": STATUS,
        "date_words": date_words,
        "names": found.names,
        "film_title": _title(frame, found.last),
    }


def _listed(told: tuple[Told, ...], position: int) -> tuple[Told, ...]:
    """The entries that stand in the list beside one: its page of the history."""
    first = (position - 1) // PAGE * PAGE
    return told[first : first + PAGE]


def _ways(last: int, position: int) -> tuple[tuple[str, str, int], ...]:
    """Where the four links lead: their name, their words and the entry."""
    to = {"first": 1, "previous": max(1, position - 1), "next": min(last, position + 1), "last": last}
    return tuple((name, said, to[name]) for name, said in WAYS.items())


def _title(frame: Frame, last: int) -> str:
    return f"Entry {frame.told.position} of {last}: {frame.child.name}, as it was"


def _words(frame: Frame, last: int) -> str:
    """The entry as the slider and the status line say it."""
    told = frame.told
    return f"Entry {told.position} of {last}, {words.moment(told.at)}: {told.sentence}"


def _picture(frame: Frame) -> dict[str, Any]:
    return {**picture_config(frame.picture), "label": frame.picture.heading}
