"""Who looked: every reading of every child's file, by worker and day, with what is unusual; for those who may see it (`bpmn/rights.yaml`).

Looking here is itself noted. Not here: one child's readers (`children.py`), and what is unusual (`ics_flow/queries/readings.py`).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from flask import Blueprint, abort, render_template, request

from engine.calendar import LONDON, london_date
from ics_flow.queries.people import Names
from ics_flow.queries.readings import MOST, readings
from web.addresses import page_number
from web.desk import desk
from web.errors import PageError
from web.fields import TypedDate, as_typed, typed_date
from web.visits import signed_in

pages = Blueprint("readings", __name__, url_prefix="/readings")

A_WEEK = timedelta(days=6)
A_DAY = timedelta(days=1)
RIGHT = "sees who looked"


@pages.get("")
def show() -> str | tuple[str, int]:
    """The readings of some days: the last week's where none are asked for, and of those the unusual ones."""
    if not desk().release.rights.may_see_readers(signed_in()):
        abort(403)
    today = london_date(desk().access.now)
    first = _typed("from", today - A_WEEK)
    last = _typed("to", today)
    wrong = [
        PageError(typed.fault or "Enter a date", f"{name}-day")
        for name, typed in (("from", first), ("to", last))
        if typed.on is None
    ]
    worker = request.args.get("worker", "")
    only_unusual = request.args.get("show", "unusual") != "all"
    with desk().application.reading() as reading:
        names = Names(reading).all()
    _note(names.get(worker))
    with desk().application.reading() as reading:
        found = readings(
            reading,
            desk().standpoint(),
            since=_begin(first.on or today - A_WEEK),
            until=_begin((last.on or today) + A_DAY),
            worker=worker or None,
            only_unusual=only_unusual,
            number=page_number(),
        )
    drawn = render_template(
        "readings.html",
        found=found,
        most=MOST,
        rules=desk().release.rights.unusual_reading,
        first=first,
        last=last,
        workers=sorted(names.items(), key=lambda each: (each[1], each[0])),
        chosen=worker,
        chosen_name=names.get(worker, ""),
        only_unusual=only_unusual,
        errors=wrong,
    )
    return drawn, 422 if wrong else 200


def _typed(name: str, otherwise: date) -> TypedDate:
    """The date of the address, or another where none is typed there."""
    typed = typed_date(request.args, name)
    return as_typed(otherwise) if typed == TypedDate() else typed


def _begin(on: date) -> datetime:
    return datetime.combine(on, time(), LONDON).astimezone(UTC)


def _note(whose: str | None) -> None:
    """Note that whoever is signed in was shown who looked: it is no child's file, and it is a reading."""
    what = f"who looked: {whose or 'everybody'}"
    desk().access.note_reading(signed_in().id, case=None, person=None, what=what, right=RIGHT)
