"""Why a date is what it is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ics_flow.queries.explain import Why, explain
from ics_flow.queries.opened import NoSuchPart
from web import words
from web.desk import desk

pages = Blueprint("deadlines", __name__, url_prefix="/children/<case>")

KINDS = {"statutory": "Set by law or statutory guidance", "local": "Set by the council", "none": "A reminder"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the derivation."""

    question: str
    answer: str


@pages.get("/dates/<name:deadline>")
def show(case: str, deadline: str) -> str:
    """The derivation of a deadline, from its event to its day."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "why a date")
        why = explain(reading, file, deadline)
    return render_template("deadline.html", child=file.child, why=why, lines=tuple(lines_of(why)))


@pages.get("/dates/of/<name:task>")
def of_task(case: str, task: str) -> Response:
    """The way from a task to the deadline that presses it most."""
    with desk().application.reading() as reading:
        file = desk().opened(reading, case, "why a date")
    deadline = file.task(task).due(file.view)
    if deadline is None:
        raise NoSuchPart("This task has no date any more.")
    return redirect(url_for("deadlines.show", case=case, deadline=deadline.name), 303)


def lines_of(why: Why) -> Iterator[Line]:
    """The derivation, line by line."""
    for counted in why.counted_from:
        yield Line(counted.label, words.day(counted.on))
    if why.rule:
        yield Line("Rule", why.rule)
    yield Line("Due", words.day(why.deadline.due_on))
    yield Line("Kind of date", KINDS[why.deadline.kind])
    if why.deadline.basis:
        yield Line("Where the rule comes from", why.deadline.basis)
    if why.met_by:
        yield Line("Kept by the date in", why.met_by)
    if why.deadline.met_on:
        late = why.deadline.met_on > why.deadline.due_on
        yield Line("Done", f"{words.day(why.deadline.met_on)}, {'late' if late else 'in time'}")
    yield Line("The clock began", words.moment(why.deadline.set_at))
