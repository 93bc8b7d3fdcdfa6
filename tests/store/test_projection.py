"""The derived rows: written as a difference, found by index, thrown away and made again."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event

from ics_flow.clock import ManualClock
from ics_flow.domain.view import CaseView
from ics_flow.store import Database, Reading
from ics_flow.store.cases import Snapshot
from ics_flow.store.projection import _DUE
from ics_flow.store.tables import DERIVED
from tests import databases
from tests.store.views import NOON, deadline, first_view, next_view, share, task, timer


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Every statement sent meanwhile, BEGIN too; COMMIT is not one that is seen."""
    seen: list[str] = []

    def note(_connection: Connection, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement)

    def begin(connection: Connection) -> None:
        if connection.dialect.name == "postgresql":
            seen.append("BEGIN")  # the driver's own, which it does not show

    event.listen(database._writing, "begin", begin)
    event.listen(database._writing, "before_cursor_execute", note)
    yield seen
    event.remove(database._writing, "begin", begin)
    event.remove(database._writing, "before_cursor_execute", note)


def rows(reading: Reading) -> dict[str, list[tuple[Any, ...]]]:
    connection = reading.projection._connection
    return {
        table.name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
        for table in DERIVED
    }


VIEWS = {
    "a first view": first_view(),
    "a task done": next_view(),
    "other roles": replace(first_view(), tasks=(task("assessment#1/record#1/write#1", "PM"),)),
    "more deadlines": replace(
        first_view(), deadlines=(deadline("assessment#1", 10), deadline("assessment#1/record#1", 3))
    ),
    "a message seen to": replace(
        first_view(),
        undelivered=(replace(first_view().undelivered[0], done=True),),
    ),
    "an allocation": replace(first_view(), allocated_worker="sam", team="south"),
    "a new version": replace(
        first_view(), records=(replace(first_view().records[0], version=2, by="sam", position=7),)
    ),
    "a record shared": replace(first_view(), shares=(share("cara"), share("phil", 7))),
    "a share taken back": replace(
        first_view(), shares=(replace(share("cara"), taken_back=NOON), share("phil", 7))
    ),
    "closed": replace(
        first_view(),
        episodes=(replace(first_view().episodes[0], ended=NOON),),
        processes=(),
        tasks=(),
        deadlines=(),
        timers=(),
        undelivered=(),
    ),
}


@pytest.mark.parametrize("after", VIEWS.values(), ids=VIEWS)
@pytest.mark.parametrize("before", VIEWS.values(), ids=VIEWS)
def test_writing_the_difference_gives_the_rows_that_writing_it_all_gives(
    database: Database, clock: ManualClock, before: CaseView, after: CaseView
) -> None:
    other = replace(first_view(), case="other")
    with database.unit(clock) as unit:
        unit.projection.write(None, other)
        unit.projection.write(None, before)
        unit.projection.write(before, after)
    with database.reading() as reading:
        by_difference = rows(reading)

    with database.unit(clock) as unit:
        unit.projection.clear()
        unit.projection.write(None, after)
        unit.projection.write(None, other)
    with database.reading() as reading:
        assert rows(reading) == by_difference


def test_the_rows_are_those_of_the_view(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        unit.projection.write(None, first_view())

    with database.reading() as reading:
        found = rows(reading)
    due = NOON + timedelta(days=10)
    assert found["case_row"] == [("one", "alex", "north", None, True)]
    assert [(row[1], row[5], row[7], row[9]) for row in found["task_row"]] == [
        ("assessment#1/record#1/write#1", ["SW", "SWRO"], due, "statutory")
    ]
    assert [row[2] for row in found["task_role"]] == ["SW", "SWRO"]
    assert found["timer_row"] == [("one", "assessment#1/due#10", "assessment#1", due)]
    assert [row[2:6] for row in found["record_row"]] == [
        (1, "initial_assessment", "Initial assessment", "draft")
    ]
    with database.reading() as reading:
        assert reading.projection.case_of("alex") == "one"
        assert reading.projection.case_of("nobody") is None
    assert [row[1] for row in found["process_row"]] == ["assessment#1", "referral#1"]
    assert found["undelivered_row"] == [
        (
            "one",
            "referral#1/strategy_wanted#1",
            "referral#1",
            "strategy_wanted",
            "Hold a strategy discussion.",
            NOON,
        )
    ]


def test_a_view_that_is_the_same_writes_nothing(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        unit.projection.write(None, first_view())
    with statements(database) as seen, database.unit(clock) as unit:
        unit.projection.write(first_view(), replace(first_view(), position=5))

    assert len(seen) == 1, seen  # the BEGIN


def test_completing_a_task_takes_few_statements(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        unit.secrets.make("one")
        unit.projection.write(None, first_view())
        unit.drafts.save("one", "assessment#1/record#1/write#1", "all", {}, seen=0, by="sam", at=unit.at)

    after = next_view()
    after = replace(
        after, deadlines=(replace(after.deadlines[0], ended=NOON), deadline("assessment#1/record#1", 2))
    )
    after = replace(after, timers=(timer("assessment#1/record#1/due#2", 2),))
    with statements(database) as seen, database.unit(clock) as unit:
        assert unit.requests.claim("command-1", "body", worker="sam", at=unit.at) is None
        held = unit.open_case("one")
        assert held is not None
        entry = unit.history.append(
            "case:one",
            kind="task-completed",
            actor="sam",
            cause="command-1",
            parts={"answers": {}, "input": {}, "effects": []},
        )
        unit.projection.write(first_view(), after)
        unit.snapshots.keep("one", Snapshot(entry.position, entry.hash, b"state", 1))
        unit.drafts.discard("one", "assessment#1/record#1/write#1")
        unit.requests.keep("command-1", {"case": "one"})

    most = 16 if databases.on_postgresql() else 15  # the lock of the case is a statement of its own there
    assert len(seen) + 1 <= most + 2, seen  # BEGIN and COMMIT stand beside them


def test_due_cases_come_longest_due_first_and_once_each(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        for case, days in (("a", 3.0), ("b", 1.0), ("c", 2.0), ("d", 5.0)):
            timers = (timer("p#1/due#1", days), timer("p#1/due#2", days + 0.5))
            unit.projection.write(None, replace(first_view(case), timers=timers))

    with database.reading() as reading:
        until = NOON + timedelta(days=3)
        assert reading.projection.due_cases(until, 100) == ("b", "c", "a")
        assert reading.projection.due_cases(until, 2) == ("b",)
        assert reading.projection.due_cases(until - timedelta(microseconds=1), 100) == ("b", "c")
        assert reading.projection.due_cases(NOON, 100) == ()


def test_rows_that_nobody_knows_of_are_put_right(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        unit.projection.write(None, first_view())
        unit.projection.write(None, next_view())
    with database.reading() as reading:
        put_right = rows(reading)

    with database.unit(clock) as unit:
        unit.projection.clear()
        unit.projection.write(None, next_view())
    with database.reading() as reading:
        assert rows(reading) == put_right


def plan(database: Database) -> str:
    with database.reading() as reading:
        connection = reading.projection._connection
        sql = _DUE.params(until=NOON, most=10, but=()).compile(
            connection, compile_kwargs={"render_postcompile": True}
        )
        if not databases.on_postgresql():
            found = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", ("2026", 10, 0))
            return " ".join(row[3] for row in found)
        for way in ("seqscan", "bitmapscan"):  # so small a table is not worth an index
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        found = connection.exec_driver_sql(f"EXPLAIN {sql}", {"until": NOON, "most": 10})
        return " ".join(row[0] for row in found)


@pytest.mark.postgresql("the words are the server's")
def test_due_cases_are_read_in_the_order_of_an_index(database: Database) -> None:
    assert "Index Only Scan using ix_timer_row_due_case_id" in plan(database)
    assert "Sort" not in plan(database)


@pytest.mark.sqlite("the words are SQLite's")
def test_due_cases_are_one_read_of_an_index(database: Database, clock: ManualClock) -> None:
    assert "SEARCH timer_row USING COVERING INDEX ix_timer_row_due_case_id (due<?)" in plan(database)
    assert "TEMP B-TREE" not in plan(database)

    with database.unit(clock) as unit:
        unit.projection._connection.exec_driver_sql("DROP INDEX ix_timer_row_due_case_id")
    database.close()  # a connection keeps the plans that it has made
    assert "SCAN timer_row" in plan(database)
