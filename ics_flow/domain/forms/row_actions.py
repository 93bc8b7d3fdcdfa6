"""Adding and removing rows by submit button, so that a form in rows works without JavaScript.

A button sends ``_action``: ``add:family``, ``remove:family:2``, or ``people:attendees`` with the people who were ticked. Nothing is checked then; what was typed stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from ics_flow.domain.forms.answers import MOST_ROWS, rows_of
from ics_flow.domain.forms.form import Form, Parsed, blank_row
from ics_flow.domain.forms.people import with_people
from ics_flow.domain.forms.questions import Rows, Suggested


@dataclass(frozen=True, slots=True)
class AddRow:
    """One more row at the end."""

    key: str

    def __str__(self) -> str:
        return f"add:{self.key}"


@dataclass(frozen=True, slots=True)
class RemoveRow:
    """One row less; rows count from nought."""

    key: str
    index: int

    def __str__(self) -> str:
        return f"remove:{self.key}:{self.index}"


@dataclass(frozen=True, slots=True)
class AddPeople:
    """A row for each of the people who were ticked; on the page their boxes are called ``ticks``."""

    key: str

    def __str__(self) -> str:
        return f"people:{self.key}"

    @property
    def ticks(self) -> str:
        """The name of the boxes."""
        return f"{self.key}.people"


RowAction: TypeAlias = AddRow | RemoveRow | AddPeople
ACTION = re.compile(
    r"(?:add:(?P<add>[a-z0-9_]+)|people:(?P<people>[a-z0-9_]+)|remove:(?P<remove>[a-z0-9_]+):(?P<index>[0-9]{1,4}))"
)


def read_row_action(text: str) -> RowAction | None:
    """The action of a button that adds or removes rows; None for any other button."""
    found = ACTION.fullmatch(text)
    if found is None:
        return None
    if found["people"]:
        return AddPeople(found["people"])
    return AddRow(found["add"]) if found["add"] else RemoveRow(found["remove"], int(found["index"]))


def with_row_action(
    form: Form, parsed: Parsed, action: RowAction, people: Sequence[Suggested] = ()
) -> Parsed:
    """What was typed, with rows added (for the ``people`` who were ticked) or removed; unchanged where there are no such rows, or no room for others."""
    rows = next((rows for rows in form.rows if rows.key == action.key), None)
    if rows is None:
        return parsed
    filled = rows_of(parsed.answers.get(rows.key))
    match action:
        case AddRow():
            added = [*filled, blank_row(rows)] if len(filled) < MOST_ROWS else filled
            return Parsed({**parsed.answers, rows.key: added}, parsed.raw, ())
        case AddPeople():
            typed = (found for name in parsed.raw if (found := re.match(rf"{rows.key}\[([0-9]+)\]", name)))
            added = with_people(rows, filled, people, max((int(found[1]) + 1 for found in typed), default=0))
            kept = added if people and len(added) <= MOST_ROWS else filled
            return Parsed({**parsed.answers, rows.key: kept}, parsed.raw, ())
        case RemoveRow(_, index):
            left = [row for place, row in enumerate(filled) if place != index]
            return Parsed({**parsed.answers, rows.key: left}, dict(_raw_without(parsed.raw, rows, index)), ())


def _raw_without(
    raw: Mapping[str, tuple[str, ...]], rows: Rows, index: int
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """What could not be read, without that row's; the rows after it move up."""
    for name, texts in raw.items():
        found = re.fullmatch(rf"{rows.key}\[([0-9]+)\]\.(.+)", name)
        if found is None or int(found[1]) < index:
            yield name, texts
        elif int(found[1]) > index:
            yield f"{rows.key}[{int(found[1]) - 1}].{found[2]}", texts
