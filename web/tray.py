"""The work tray: the page a day begins with."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from ics_flow.queries.due import Urgency
from ics_flow.queries.tray import SORTS, Sort, Tray, tray
from web import deadlines, words
from web.addresses import page_number
from web.board import change_notes
from web.desk import desk

pages = Blueprint("tray", __name__)

HEADINGS = {
    Urgency.OVERDUE: "Overdue",
    Urgency.TODAY: "Due today",
    Urgency.TOMORROW: "Due tomorrow",
    Urgency.THIS_WEEK: "Due this week",
    Urgency.LATER: "Due later",
    Urgency.NO_DATE: "Without a date",
}

SORTED_BY: dict[Sort, str] = {
    "date": "date",
    "child": "child",
    "address": "address",
    "kind": "who set the date",
}
KINDS = {**deadlines.KINDS, "none": "Without a date"}


@pages.get("/")
def show() -> str:
    """What waits for the worker, or in the worker's team."""
    with desk().application.reading() as reading:
        found = tray(
            reading,
            desk().standpoint(),
            show="team" if request.args.get("show") == "team" else "mine",
            sort=next((sort for sort in SORTS if sort == request.args.get("sort")), "date"),
            number=page_number(),
        )
        notes = change_notes(reading)
    return render_template(
        "tray.html",
        tray=found,
        counts=counts(found),
        headings=HEADINGS,
        sorts=SORTED_BY,
        kinds=KINDS,
        notes=notes,
    )


def counts(found: Tray) -> str:
    """How much there is and how much of it presses, as a sentence."""
    said = [words.count(found.shown.total, "task")]
    for urgency, phrase in (
        (Urgency.OVERDUE, "overdue"),
        (Urgency.TODAY, "due today"),
        (Urgency.TOMORROW, "due tomorrow"),
    ):
        if found.by_urgency[urgency]:
            said.append(f"{found.by_urgency[urgency]:,} {phrase}")
    if found.outside:
        said.append(f"{len(found.outside):,} to be done outside")
    return f"{', '.join(said)}."
