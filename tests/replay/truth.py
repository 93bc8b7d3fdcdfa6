"""What is true of every case at every moment: its chain is whole, following it gives what is kept, and what is derived from it can be made again.

Used after every step of the generated tests, here and in ``tests/reliability``.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

from ics_flow.domain.history import check_chain
from ics_flow.domain.ids import case_subject
from ics_flow.process.fold import forget, new_view
from ics_flow.process.following import views
from ics_flow.process.replay import Conflict, replay
from ics_flow.store import UnitOfWork
from tests.replay.council import OF_CASES, Council


class NothingKept(Exception):
    """Ends a unit of work of which nothing is kept."""


def require_truth(council: Council) -> None:
    """Raise AssertionError unless everything that is kept of every case follows from its history."""
    for case in council.cases():
        require_true_case(council, case)
    require_true_rows(council)


def require_true_case(council: Council, case: str) -> None:
    """Raise AssertionError unless the case's chain is whole and its state, view and fingerprint are those of its history."""
    stored, entries = council.stored(case), council.entries(case)
    faults = check_chain(case_subject(case), stored, (stored[-1].position, stored[-1].hash))
    assert not faults, faults
    assert [entry.at for entry in entries] == sorted(entry.at for entry in entries), "the history turns round"

    followed = council.follow(case)
    assert not followed.faults, followed.faults
    assert followed.view is not None
    assert followed.fingerprint == entries[-1].fingerprint

    state, view, fingerprint = council.standing(case)
    assert (state, fingerprint) == (followed.state, followed.fingerprint)
    assert view == forget(followed.view)
    *_, folded = views(entries)
    assert folded == followed.view

    empty = new_view(folded.case, folded.person)
    world = council.application.archive.world(entries[-1].release or "", entries[-1].calendar or "")
    again = replay(followed.givens, empty, world, entries[-1].at)
    assert not isinstance(again, Conflict), again
    assert again.state == followed.state, "a replay of the same inputs comes to another state"
    assert replace(again.view, position=folded.position) == folded, (
        "a replay of the same inputs comes to another view"
    )


def require_true_rows(council: Council) -> None:
    """Raise AssertionError unless the derived rows are those that the histories make anew."""
    kept = council.derived()
    assert rebuilt(council) == kept


def rebuilt(council: Council) -> dict[str, list[tuple[object, ...]]]:
    """The derived rows made anew from the histories, of which nothing is kept."""
    made: dict[str, list[tuple[object, ...]]] = {}
    with suppress(NothingKept), council.database.unit(council.clock) as unit:
        made = _rebuild(unit, council)
        raise NothingKept
    return made


def _rebuild(unit: UnitOfWork, council: Council) -> dict[str, list[tuple[object, ...]]]:
    unit.projection.clear()
    for case in council.cases():
        *_, view = views(council.entries(case))
        unit.projection.write(None, view)
    return {table: _rows(unit, table) for table in OF_CASES}


def _rows(unit: UnitOfWork, table: str) -> list[tuple[object, ...]]:
    connection = unit.projection._connection
    rows = connection.exec_driver_sql(f"SELECT * FROM {table}").all()  # noqa: S608
    return sorted((tuple(row) for row in rows), key=repr)
