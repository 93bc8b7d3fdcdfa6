"""Forms on a page: what a browser sent, read by a form, and a form drawn as HTML.

Everything that is decided about a form is decided in ``ics_flow.domain.forms``.
"""

from __future__ import annotations

from flask import get_template_attribute, request
from markupsafe import Markup

from ics_flow.domain.forms import (
    AddPeople,
    DescribedSection,
    Form,
    Occasion,
    Parsed,
    RowAction,
    Sheet,
    read_row_action,
    with_row_action,
)

MACROS = "forms/macros.html"


def parsed_request(form: Form, section: str | None = None) -> Parsed:
    """What the browser sent for the form, or for one section of it."""
    return form.parse(request.form, section)


def requested_row_action() -> RowAction | None:
    """The rows that the pressed button adds or removes; None for any other button."""
    return read_row_action(request.form.get("_action", ""))


def with_rows(form: Form, parsed: Parsed, action: RowAction, occasion: Occasion) -> Parsed:
    """What was typed, with the rows that the pressed button adds or removes; of people, those who were ticked."""
    ticked = request.form.getlist(action.ticks) if isinstance(action, AddPeople) else ()
    people = [person for person in occasion.people if person.id in ticked]
    return with_row_action(form, parsed, action, people)


def drawn(sheet: Sheet) -> Markup:
    """The fields of a form, for the inside of the page's ``<form>``."""
    return _drawn("sheet", sheet)


def drawn_errors(sheet: Sheet) -> Markup:
    """The summary of what is wrong, for the top of the page."""
    return _drawn("errors", sheet.errors)


def drawn_record(described: tuple[DescribedSection, ...], level: int = 2) -> Markup:
    """A record to read, with section headings of that level."""
    return _drawn("record", described, level)


def _drawn(macro: str, *arguments: object) -> Markup:
    html: Markup = get_template_attribute(MACROS, macro)(*arguments)
    return html
