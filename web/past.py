"""A child's file as it was known at an instant: what there was to do, the map, the records, the dates and the history, each marked as past.

Whoever may open the file now may see it so. Not here: the film (`replay.py`), and how the past is folded (`ics_flow/queries/as_it_was.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.routing import BaseConverter, ValidationError
from werkzeug.wrappers import Response

from engine.calendar import LONDON
from ics_flow.domain.history import instant_text
from ics_flow.domain.ids import case_subject
from ics_flow.process.versions import versions
from ics_flow.queries.as_it_was import Past, PastDate, as_it_was
from ics_flow.queries.diagrams import Picture
from ics_flow.queries.opened import NoSuchPart
from ics_flow.queries.plans import plans_of
from ics_flow.queries.standpoint import page_of
from ics_flow.store.reading import ChildRow
from web import forms, words
from web.addresses import page_number
from web.children import STATUS, picture_config, standing_words
from web.deadlines import lines_of
from web.desk import desk
from web.errors import PageError
from web.fields import TypedDate, as_typed, typed_date
from web.teaching import Place

pages = Blueprint("past", __name__, url_prefix="/children/<case>/then")

SECTIONS = (
    ("overview", "Then"),
    ("map", "Map"),
    ("records", "Records"),
    ("shared", "Shared"),
    ("dates", "Dates"),
    ("history", "History"),
)
STANDING = {
    "running": ("To be kept", "blue"),
    "overdue": ("Overdue", "red"),
    "met": ("Kept in time", "green"),
    "met late": ("Kept late", "orange"),
    "over": ("Over, not kept", "grey"),
}


class InstantInAddress(BaseConverter):
    """An instant as a history writes it, without a fraction that is nothing: `2026-03-20T10:00:00Z`."""

    regex = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{6})?Z"

    def to_python(self, value: str) -> datetime:
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            raise ValidationError from None

    def to_url(self, value: datetime) -> str:
        return instant_text(value).replace(".000000Z", "Z")


@pages.get("")
def choose(case: str) -> str | Response | tuple[str, int]:
    """The page that asks for a day and a time, and leads there."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "as it was")
    typed, clock = typed_date(request.args, "on"), request.args.get("time", "").strip()[:20]
    at, wrong = _instant(typed, clock) if request.args else (None, [])
    if at is not None:
        return redirect(url_for("past.overview", case=case, at=at), 303)
    drawn = render_template(
        "then/choose.html",
        child=file.child,
        typed=typed if request.args else as_typed(desk().today),
        time=clock,
        errors=wrong,
    )
    return drawn, 422 if wrong else 200


@pages.get("/<instant:at>")
def overview(case: str, at: datetime) -> str:
    """What there was to do, the dates to keep, and what was to be done outside."""
    past = _opened(case, at, "overview")
    return _section(past, "overview", "Then", standing=STANDING, plans=plans_of(past.view, past.by.release))


@pages.get("/<instant:at>/map")
def map(case: str, at: datetime) -> str:  # noqa: A001 the page's own name
    """The map of all procedures, as far as the case had come."""
    past = _opened(case, at, "map")
    return _picture(past, past.map())


@pages.get("/<instant:at>/processes/<name:process>")
def process(case: str, at: datetime, process: str) -> str:
    """The diagram of one procedure, of the release that it followed."""
    past = _opened(case, at, "procedure")
    return _picture(past, past.process(process))


@pages.get("/<instant:at>/records")
def records(case: str, at: datetime) -> str:
    """Every version of every record that there was, newest first."""
    past = _opened(case, at, "records")
    made = past.records()
    shown = page_of(made[::-1], page_number())
    standing = standing_words(made, past.view, past.by.archive)
    return _section(past, "records", "Records", records=shown, status=STATUS, standing=standing)


@pages.get("/<instant:at>/records/<int:position>")
def record(case: str, at: datetime, position: int) -> str:
    """One version of a record as it stood."""
    past = _opened(case, at, "record")
    found = past.record(position)
    with desk().application.reading() as reading:
        made = versions(reading.history.read(case_subject(case)))
    stands = next(version for version in made if version.position == position)
    back = stands.rolled_back if stands.rolled_back != found.version.rolled_back else None
    return _section(
        past,
        "record",
        found.version.title,
        here="records",
        record=found,
        record_html=forms.drawn_record(found.sections, 3),
        decision_html=forms.drawn_record(found.decision, 4) if found.decision else "",
        rolled_back_since=back,
        status=STATUS,
    )


@pages.get("/<instant:at>/shared")
def shared(case: str, at: datetime) -> str:
    """What had been shared of the file with whom, newest first."""
    past = _opened(case, at, "what is shared")
    shown = page_of(past.shared()[::-1], page_number())
    return _section(past, "shared", "Shared", shown=shown, today=past.by.today)


@pages.get("/<instant:at>/dates")
def dates(case: str, at: datetime) -> str:
    """Every date that had been set by then, with how it stood."""
    past = _opened(case, at, "dates")
    return _section(past, "dates", "Dates", dates=page_of(past.dates(), page_number()), standing=STANDING)


@pages.get("/<instant:at>/dates/<name:deadline>")
def why(case: str, at: datetime, deadline: str) -> str:
    """Why a date fell on its day, as far as was known then."""
    past = _opened(case, at, "why a date")
    found = past.why(deadline)
    return _section(past, "why", found.deadline.title, here="dates", why=found, lines=tuple(lines_of(found)))


@pages.get("/<instant:at>/history")
def history(case: str, at: datetime) -> str:
    """What had happened, newest first, in the words of that day's procedures."""
    past = _opened(case, at, "history")
    return _section(past, "history", "History", history=page_of(past.told()[::-1], page_number()))


def end_of_minute(on: datetime) -> datetime:
    """The last instant of the minute: what is said to have happened at 2:05pm has happened by then."""
    return on.replace(second=59, microsecond=999_999).astimezone(UTC)


def age_then(child: ChildRow, at: datetime) -> str:
    """How old the child was, or when it was expected."""
    if child.born is not None:
        return words.age(child.born, at.astimezone(LONDON).date())
    return f"expected {words.short_day(child.expected)}" if child.expected is not None else ""


def date_words(date: PastDate) -> str:
    """How a date stood, in a sentence."""
    deadline = date.deadline
    if deadline.met_on is not None:
        return f"Due {words.short_day(deadline.due_on)}; done {words.short_day(deadline.met_on)}"
    if deadline.ended is not None:
        return f"Due {words.short_day(deadline.due_on)}; nothing asked for it any more from {words.moment(deadline.ended)}"
    return words.due(date.due)


def _instant(typed: TypedDate, clock: str) -> tuple[datetime | None, list[PageError]]:
    """The instant that was asked for, to the end of its minute, or of its day where no time is given; or what is wrong."""
    if typed.on is None:
        return None, [PageError(typed.fault or "Enter a date", "on-day")]
    try:
        clock_time = time.fromisoformat(clock.replace(".", ":").zfill(5)) if clock else time(23, 59)
    except ValueError:
        return None, [PageError("Enter a time such as 14:05, or leave it empty", "time")]
    moment = datetime.combine(typed.on, clock_time.replace(tzinfo=None), LONDON)
    if (moment if clock else moment.replace(hour=0, minute=0)) > desk().now:
        return None, [PageError("Enter a day and a time that are over", "on-day")]
    return min(end_of_minute(moment), desk().now), []


def _opened(case: str, at: datetime, what: str) -> Past:
    """The file as it was; the reading is noted, as every reading is."""
    if at > desk().now:
        raise NoSuchPart("That instant is still to come.")
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, f"{what}, as it was")
        past = as_it_was(reading, file, at)
        past.names.all()
    return past


def _picture(past: Past, picture: Picture) -> str:
    return _section(past, "map", picture.heading, picture=picture, config=picture_config(picture))


def _section(past: Past, template: str, title: str, *, here: str | None = None, **context: Any) -> str:
    return render_template(
        f"then/{template}.html",
        past=past,
        child=past.child,
        at=past.at,
        age=age_then(past.child, past.at),
        names=past.names.all(),
        section_title=title,
        sections=tuple(_sections(past, here or template)),
        date_words=date_words,
        **context,
    )


def _sections(past: Past, here: str) -> Iterator[Place]:
    for name, text in SECTIONS:
        address = url_for(f"past.{name}", case=past.view.case, at=past.at)
        yield Place(text, address, name == here)
