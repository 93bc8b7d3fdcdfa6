"""Finding a child by the beginnings of names and the date of birth: only among files that the searcher may open."""

from __future__ import annotations

from datetime import date

from ics_flow.queries.standpoint import PAGE, Shown, Standpoint
from ics_flow.store.persons import folded
from ics_flow.store.reading import ChildRow, Reach
from ics_flow.store.unit import Reading


def find_children(
    reading: Reading, by: Standpoint, name: str, born: date | None, number: int
) -> Shown[ChildRow]:
    """The children whose names begin with every word and who were born on that day, if one is given."""
    total, rows = reading.pages.children(
        sorted(folded(name)), born, reach_of(by), skip=(number - 1) * PAGE, most=PAGE
    )
    return Shown(rows, number, total)


def reach_of(by: Standpoint) -> Reach:
    """Whose files the worker's searches may show, as the rights of the release have it."""
    reaches = {by.release.rights.reach.get(role, "none") for role in by.worker.roles}
    return Reach(
        everywhere="all" in reaches,
        team=by.worker.team if "team" in reaches else None,
        worker=by.worker.id,
    )
