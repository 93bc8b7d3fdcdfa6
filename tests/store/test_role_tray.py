"""The tray of somebody of no team: the tasks for a role anywhere, of which only the most pressing are read, by an index."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from ics_flow.clock import ManualClock
from ics_flow.store import Database
from ics_flow.store.persons import Person
from ics_flow.store.reading import _first_of
from tests import databases
from tests.store.views import NOON, deadline, first_view, task

TASK = "assessment#1/record#1/write#1"
DAYS = {"a": 3, "b": None, "c": 1, "d": 2}
INDEX = "ix_task_role_role_due_case_id_task"


@pytest.fixture
def filled(database: Database, clock: ManualClock) -> Database:
    """Four cases whose tasks wait for a service manager, one of them without a day, and one for somebody else."""
    with database.unit(clock) as unit:
        for case, days in {**DAYS, "other": 0}.items():
            unit.persons.keep(Person(person_id=f"child-{case}", given_name="Ava", family_name="Example"))
            view = first_view(case)
            unit.projection.write(
                None,
                replace(
                    view,
                    person=f"child-{case}",
                    tasks=(task(TASK, "PM" if case == "other" else "SM"),),
                    deadlines=() if days is None else (deadline("assessment#1", days),),
                ),
            )
    return database


def waiting(database: Database) -> list[str | None]:
    with database.reading() as reading:
        return [row.child.case for row in reading.pages.waiting(None, ["SM", "board_member"], "sm")]


def test_what_presses_comes_first_and_what_has_no_day_last(filled: Database) -> None:
    assert waiting(filled) == ["c", "d", "a", "b"]


def test_a_task_that_takes_another_day_moves_in_the_tray(filled: Database, clock: ManualClock) -> None:
    before = replace(
        first_view("a"), tasks=(task(TASK, "SM"),), deadlines=(deadline("assessment#1", 3),), person="child-a"
    )
    sooner = replace(before, deadlines=(deadline("assessment#1/record#1", 0),))
    with filled.unit(clock) as unit:
        unit.projection.write(before, sooner)

    assert waiting(filled) == ["a", "c", "d", "b"]
    assert [due for case, due in dues(filled) if case == "a"] == [NOON]


def test_a_task_that_went_to_another_role_is_in_the_tray_no_longer(
    filled: Database, clock: ManualClock
) -> None:
    before = replace(
        first_view("c"), tasks=(task(TASK, "SM"),), deadlines=(deadline("assessment#1", 1),), person="child-c"
    )
    with filled.unit(clock) as unit:
        unit.projection.write(before, replace(before, tasks=(task(TASK, "PM"),)))

    assert waiting(filled) == ["d", "a", "b"]


@pytest.mark.parametrize("dated", [True, False])
def test_the_first_tasks_of_a_role_are_read_in_the_order_of_an_index(
    filled: Database, *, dated: bool
) -> None:
    assert INDEX in plan(filled, dated=dated)
    assert "sort" not in plan(filled, dated=dated).lower().replace("temp b-tree", "sort")


def test_without_the_index_they_would_be_sorted(filled: Database, clock: ManualClock) -> None:
    with filled.unit(clock) as unit:
        unit.projection._connection.exec_driver_sql(f"DROP INDEX {INDEX}")
    filled.close()  # a connection keeps the plans that it has made

    assert "sort" in plan(filled, dated=True).lower().replace("temp b-tree", "sort")


def plan(database: Database, *, dated: bool) -> str:
    """How the database would find the tasks of a role."""
    with database.reading() as reading:
        connection = reading.pages._connection
        sql = _first_of("SM", dated=dated).compile(connection, compile_kwargs={"literal_binds": True})
        if not databases.on_postgresql():
            return " ".join(row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}"))
        for way in ("seqscan", "bitmapscan"):  # so small a table is not worth an index
            connection.exec_driver_sql(f"SET LOCAL enable_{way} = off")
        return " ".join(row[0] for row in connection.exec_driver_sql(f"EXPLAIN {sql}"))


def dues(database: Database) -> list[tuple[str, datetime]]:
    """When each task of the service manager's is due, as it is kept beside the role."""
    with database.reading() as reading:
        found = reading.pages._connection.execute(_first_of("SM", dated=True))
        return [(row.case_id, row.due) for row in found]


def test_the_days_beside_the_roles_are_those_of_the_tasks(filled: Database) -> None:
    assert dues(filled) == [
        (case, NOON + timedelta(days=days))
        for case, days in sorted(DAYS.items(), key=lambda item: item[1] or 0)
        if days is not None
    ]
