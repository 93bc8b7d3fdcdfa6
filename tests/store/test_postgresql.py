"""PostgreSQL: its tables to the letter, what its roles may do, who waits for whom, and what it says when it cannot serve."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import DBAPIError

from ics_flow.clock import Clock, ManualClock
from ics_flow.domain.errors import StoreBusy, StoreLost, StoreUnfit
from ics_flow.store import Database, UnitOfWork
from ics_flow.store.persons import Person
from ics_flow.store.tables import APPEND_ONLY, metadata
from tests import databases
from tests.store.test_database import append
from tests.store.views import NOON, first_view, timer

pytestmark = pytest.mark.postgresql("these are PostgreSQL's own ways")

ROLE = "ics_flow_test"
ALEX = Person(person_id="alex", given_name="Alexandra", family_name="Pseudonym")


def dumped(url: str) -> list[str]:
    """Every statement that makes the database what it is, but for Alembic's own table."""
    text = databases.server().tool("pg_dump", "-s", "-O", "-T", "alembic_version", "-d", databases.plain(url))
    return [line for line in text.splitlines() if line and not line.startswith(("--", "\\"))]


def in_a_unit(database: Database, clock: Clock, act: Callable[[UnitOfWork], object]) -> None:
    """Act in a unit of work of its own that has no patience."""
    with database.unit(clock) as unit:
        unit._connection.exec_driver_sql("SET LOCAL lock_timeout = 50")
        act(unit)


def test_the_migrations_make_exactly_what_is_declared_triggers_too(migrated: str, tmp_path: Path) -> None:
    declared = databases.new(tmp_path)
    engine = create_engine(declared)
    metadata.create_all(engine)
    engine.dispose()

    assert dumped(migrated) == dumped(declared)
    triggers = [
        line for line in dumped(migrated) if "_refuses_" in line and line.startswith("CREATE TRIGGER")
    ]
    assert len(triggers) >= 3 * len(APPEND_ONLY)


def test_the_comparison_sees_a_missing_trigger_and_a_missing_column(migrated: str, url: str) -> None:
    databases.sql(url, "DROP TRIGGER payload_refuses_truncate ON payload")
    databases.sql(url, "ALTER TABLE person_row DROP COLUMN address")

    missing = set(dumped(migrated)) - set(dumped(url))
    assert any("payload_refuses_truncate" in line for line in missing)
    assert any("address" in line for line in missing)


# --- Roles ------------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def role() -> Iterator[str]:
    """A role that may not do anything yet."""
    databases.server().run(f"CREATE ROLE {ROLE} LOGIN")
    yield ROLE
    databases.server().run(f"DROP ROLE {ROLE}")


@pytest.fixture
def granted(url: str, role: str) -> Iterator[str]:
    """The address of a database as the role reaches it."""
    with Database(url) as database:
        database.upgrade(grant=role)
    yield url.replace("//postgres@", f"//{role}@")
    databases.sql(url, f"DROP OWNED BY {role}")


def test_the_programs_role_does_all_that_the_program_does(granted: str, clock: ManualClock) -> None:
    with Database(granted) as database:
        database.require_current()
        with database.unit(clock) as unit:
            unit.secrets.make("one")
            append(unit, "command-1")
            assert unit.open_case("one") is not None
            unit.persons.keep(ALEX)
            unit.reads.log(at=unit.at, worker="sam", what="file", right="team")
            assert unit.persons.held("alex") == ALEX
            unit.projection.clear()


@pytest.mark.parametrize("table", [table.name for table in APPEND_ONLY])
@pytest.mark.parametrize("act", ["UPDATE {} SET {} = {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_programs_role_may_only_add_to_what_is_append_only(
    url: str, granted: str, table: str, act: str
) -> None:
    column = metadata.tables[table].columns.keys()[0]
    databases.without_triggers(url)

    with pytest.raises(Exception, match="permission denied"):
        databases.sql(granted, act.format(table, column, column))


@pytest.mark.parametrize(
    "statement",
    [
        "DROP TABLE history",
        "ALTER TABLE history DISABLE TRIGGER ALL",
        "SET session_replication_role = replica",
    ],
)
def test_the_programs_role_cannot_take_the_triggers_away(granted: str, statement: str) -> None:
    with pytest.raises(Exception, match=r"must be owner|permission denied"):
        databases.sql(granted, statement)


def test_a_role_without_grants_is_told_what_to_do(url: str, role: str, clock: ManualClock) -> None:
    with (
        Database(url.replace("//postgres@", f"//{role}@")) as database,
        pytest.raises(StoreUnfit, match="--grant"),
    ):
        in_a_unit(database, clock, lambda unit: unit.secrets.make("one"))


def test_a_role_that_is_not_there_is_told_in_a_sentence(database: Database) -> None:
    with pytest.raises(StoreUnfit, match="no such role"):
        database.upgrade(grant="nobody")


# --- Who waits for whom -------------------------------------------------------------------------------------------------------


def due(unit: UnitOfWork, *cases: str) -> None:
    """Cases each with two timers that have come due."""
    for number, case in enumerate(cases):
        unit.secrets.make(case)
        timers = (timer("p#1/due#1", -2 + number / 100), timer("p#1/due#2", -1))
        unit.projection.write(None, replace(first_view(case), timers=timers))


@pytest.fixture
def noon() -> ManualClock:
    return ManualClock(NOON)


def test_what_is_read_of_a_case_is_what_whoever_held_it_has_left(
    database: Database, clock: ManualClock
) -> None:
    with database.unit(clock) as unit:
        unit.secrets.make("one")
    holding, done = threading.Event(), threading.Event()

    def second() -> int:
        holding.wait()
        with database.unit(clock) as unit:
            unit.history.head("case:one")  # it has begun to read before it waits
            threading.Timer(0.2, done.set).start()
            opened = unit.open_case("one")
        assert opened is not None
        assert opened.head is not None
        assert unit.history.head("case:one") == opened.head
        return opened.head.position

    with ThreadPoolExecutor(1) as threads, database.unit(clock) as unit:
        unit.open_case("one")
        waiting = threads.submit(second)
        holding.set()
        done.wait()
        append(unit, "command-1")
        assert not waiting.done()
        unit._connection.commit()
        assert waiting.result(timeout=5) == 1


def test_due_cases_are_claimed_once_and_those_in_hand_are_left_out(
    database: Database, noon: ManualClock
) -> None:
    with database.unit(noon) as unit:
        due(unit, "a", "b", "c", "d")

    with database.unit(noon) as first, database.unit(noon) as second:
        assert first.claim_due(2) == ("a", "b")
        assert second.claim_due(10) == ("c", "d")
        assert second.claim_due(10, but=("c",)) == ("d",)
    with database.unit(noon) as third:
        assert third.claim_due(1, but=("a",)) == ("b",)


def test_a_claim_ends_with_the_process_that_made_it(database: Database, noon: ManualClock) -> None:
    with database.unit(noon) as unit:
        due(unit, "a")

    def claim_and_fail(unit: UnitOfWork) -> None:
        assert unit.claim_due(1) == ("a",)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        in_a_unit(database, noon, claim_and_fail)
    with database.unit(noon) as unit:
        assert unit.claim_due(1) == ("a",)


def test_two_who_wait_for_each_other_are_parted_and_told(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        for case in ("one", "two"):
            unit.secrets.make(case)
    met = threading.Barrier(2)

    def cross(first: str, second: str) -> str:
        try:
            with database.unit(clock) as unit:
                unit.open_case(first)
                met.wait()
                unit.open_case(second)
        except StoreBusy:
            return "told"
        return "done"

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(cross, ("one", "two"), ("two", "one"))) == ["done", "told"]


def test_whoever_waits_too_long_for_a_case_is_told_so(
    url: str, database: Database, clock: ManualClock
) -> None:
    with database.unit(clock) as unit:
        unit.secrets.make("one")
    with database.unit(clock) as holder:
        holder.open_case("one")
        with pytest.raises(StoreBusy):
            in_a_unit(database, clock, lambda unit: unit.open_case("one"))


def test_while_what_is_derived_is_made_again_no_command_comes_to_it_and_pages_go_on(
    database: Database, clock: ManualClock
) -> None:
    with database.unit(clock) as unit:
        unit.persons.keep(ALEX)

    with database.unit(clock) as rebuilding:
        rebuilding.projection.clear()
        with database.reading() as reading:
            assert reading.persons.of("alex") == ALEX
        with pytest.raises(StoreBusy):
            in_a_unit(database, clock, lambda unit: unit.persons.held("alex"))


def test_one_upgrade_waits_for_another(tmp_path: Path) -> None:
    url = databases.new(tmp_path)

    def upgrade(_: int) -> None:
        with Database(url) as database:
            database.upgrade()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(upgrade, range(3)))
    with Database(url) as database:
        database.require_current()


# --- What it says ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["//nobody@127.0.0.1:1/nowhere", None])
def test_a_server_or_database_that_is_not_there_is_told_in_a_sentence(url: str, address: str | None) -> None:
    gone = f"postgresql+psycopg:{address}" if address else url.replace("/test_", "/gone_")

    with Database(gone) as database, pytest.raises(StoreLost, match="cannot be reached"):
        database.require_current()


def test_names_stay_out_of_the_servers_errors(database: Database, clock: ManualClock) -> None:
    twice = "INSERT INTO person_token (token, person_id) VALUES ('pseudonym', 'alex')"

    def keep_twice(unit: UnitOfWork) -> None:
        unit.persons.keep(ALEX)
        unit._connection.exec_driver_sql(twice)

    with pytest.raises(DBAPIError, match="duplicate key") as caught:
        in_a_unit(database, clock, keep_twice)

    assert "Key (token" not in str(caught.value)
    assert "Key (token" not in str(caught.value.orig)


def test_a_password_is_not_told(url: str) -> None:
    with Database(url.replace("//postgres@", "//postgres:secret@")) as database:
        assert "secret" not in database.name
        assert "/test_" in database.name


def test_instants_come_back_in_utc_whatever_the_servers_zone(
    url: str, database: Database, clock: ManualClock
) -> None:
    databases.sql(url, f"ALTER DATABASE {make_url(url).database} SET timezone TO 'Pacific/Kiritimati'")
    with database.unit(clock) as unit:
        unit.reads.log(at=unit.at, worker="sam", what="file", right="team")

    with database.reading() as reading:
        (read,) = reading.reads.by_worker("sam")
    assert read.at == clock()
    assert read.at.utcoffset() == timedelta()
