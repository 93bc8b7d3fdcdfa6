"""Finding a child by the beginnings of names and the date of birth: only among files that the searcher may open."""

from __future__ import annotations

from datetime import date

from ics_flow.queries.standpoint import PAGE, Shown, Standpoint
from ics_flow.store.persons import folded
from ics_flow.store.reading import ChildRow, Reach
from ics_flow.store.unit import Reading

MOST_ALIKE = 10


def find_children(
    reading: Reading, by: Standpoint, name: str, born: date | None, number: int
) -> Shown[ChildRow]:
    """The children whose names begin with every word and who were born on that day, if one is given."""
    total, rows = reading.pages.children(
        sorted(folded(name)), born, reach_of(by), skip=(number - 1) * PAGE, most=PAGE
    )
    return Shown(rows, number, total)


def find_relatives(reading: Reading, by: Standpoint, name: str) -> tuple[ChildRow, ...]:
    """Parents, carers and others without a file whose names begin with every word, of the children whose files the searcher may open."""
    return reading.pages.relatives(sorted(folded(name)), reach_of(by), most=PAGE)


def alike(
    reading: Reading, by: Standpoint, given: str, family: str, born: date | None
) -> tuple[ChildRow, ...]:
    """The children within the searcher's reach who may be the one described: of both names, or of one of them and the same birth."""
    reach = reach_of(by)
    sought: list[tuple[frozenset[str], date | None]] = [(folded(f"{given} {family}"), None)]
    if born is not None:
        sought += [(folded(name), born) for name in (given, family) if folded(name)]
    found: dict[str, ChildRow] = {}
    for tokens, on in sought:
        _, rows = reading.pages.children(sorted(tokens), on, reach, skip=0, most=MOST_ALIKE)
        found |= {row.person: row for row in rows}
    return tuple(found.values())


def reach_of(by: Standpoint) -> Reach:
    """Whose files the worker's searches may show, as the rights of the release have it."""
    reaches = {by.release.rights.reach.get(role, "none") for role in by.worker.roles}
    return Reach(
        everywhere="all" in reaches,
        team=by.worker.team if "team" in reaches else None,
        worker=by.worker.id,
    )
