"""What work on many cases writes is gathered: as many statements as for one case, and no row before the one that it refers to."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ics_flow.clock import ManualClock
from ics_flow.domain.ids import case_subject
from ics_flow.store import Database, UnitOfWork
from ics_flow.store.cases import Snapshot
from tests.replay.statements import counted
from tests.store.views import NOON, first_view, next_view, timer

CASES = ("a", "b", "c")


@pytest.fixture(autouse=True)
def due(database: Database, clock: ManualClock) -> None:
    """Three cases with a timer each that is due."""
    clock.set_to(NOON)
    with database.unit(clock) as unit:
        for case in CASES:
            unit.secrets.make(case)
            unit.projection.write(None, replace(first_view(case), timers=(timer("assessment#1/due#1", -1),)))


def fire(unit: UnitOfWork, case: str) -> None:
    """Write what a timer does that is fired: an entry, a snapshot, other rows."""
    assert unit.open_case(case) is not None
    entry = unit.history.append(
        case_subject(case), kind="timers-fired", actor="clock", cause=case, parts={"input": {}}
    )
    before = replace(first_view(case), timers=(timer("assessment#1/due#1", -1),))
    unit.projection.write(before, replace(next_view(case), timers=()))
    unit.snapshots.keep(case, Snapshot(entry.position, entry.hash, b"state", 1))


def test_work_on_claimed_cases_takes_as_many_statements_as_on_one(
    database: Database, clock: ManualClock
) -> None:
    with counted() as one, database.unit(clock) as unit:
        for case in unit.claim_due(1):
            fire(unit, case)
    with counted() as two, database.unit(clock) as unit:
        for case in unit.claim_due(2):
            fire(unit, case)

    assert len(one.statements) == len(two.statements)
    with database.reading() as reading:
        assert reading.projection.due_cases(NOON, 10) == ()
        assert [len(reading.history.read(case_subject(case))) for case in CASES] == [1, 1, 1]


def test_work_on_cases_that_were_not_claimed_is_written_at_once(
    database: Database, clock: ManualClock
) -> None:
    with database.unit(clock) as unit:
        fire(unit, "a")
        assert len(unit.history.read(case_subject("a"))) == 1


def test_nothing_of_what_was_gathered_is_kept_when_one_case_fails(
    database: Database, clock: ManualClock
) -> None:
    def fire_and_fail() -> None:
        with database.unit(clock) as unit:
            for case in unit.claim_due(2):
                fire(unit, case)
            _ = 1 / 0

    with pytest.raises(ZeroDivisionError):
        fire_and_fail()

    with database.reading() as reading:
        assert reading.projection.due_cases(NOON, 10) == CASES
        assert reading.history.read(case_subject("a")) == ()
