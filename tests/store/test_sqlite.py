"""SQLite: its tables to the letter, its files, its pragmas, and what it says when it cannot serve."""

import re
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from pysqlite3 import dbapi2
from sqlalchemy import create_engine

from ics_flow.clock import ManualClock
from ics_flow.domain.errors import StoreBusy, StoreUnfit
from ics_flow.store import Database
from ics_flow.store.sqlite import require_sqlite
from ics_flow.store.tables import APPEND_ONLY, metadata
from tests import databases
from tests.store.test_database import append

pytestmark = pytest.mark.sqlite("these are SQLite's own ways")


@pytest.fixture
def path(url: str) -> Path:
    """The file of the test's own database."""
    return databases.file_of(url)


def schema(path: Path) -> dict[str, str]:
    raw = dbapi2.connect(str(path))
    rows = raw.execute(
        "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'"
    ).fetchall()
    raw.close()
    return {name: re.sub(r"\s+", " ", sql).replace("( ", "(").replace(" )", ")") for name, sql in rows}


def test_the_migrations_make_exactly_what_is_declared_triggers_too(migrated: str, tmp_path: Path) -> None:
    declared = tmp_path / "declared.db"
    engine = create_engine(f"sqlite:///{declared}", module=dbapi2)
    metadata.create_all(engine)
    engine.dispose()

    assert schema(databases.file_of(migrated)) == schema(declared)
    triggers = sum(name.startswith("trigger ") for name in schema(databases.file_of(migrated)))
    assert triggers >= 2 * len(APPEND_ONLY)


def test_the_comparison_sees_a_missing_trigger_and_a_missing_column(migrated: str, path: Path) -> None:
    raw = dbapi2.connect(str(path), isolation_level=None)
    raw.execute("DROP TRIGGER payload_refuses_delete")
    raw.execute("ALTER TABLE person_row DROP COLUMN address")
    raw.close()

    missing = {
        name for name, sql in schema(databases.file_of(migrated)).items() if schema(path).get(name) != sql
    }
    assert missing == {"trigger payload_refuses_delete", "table person_row"}


def test_alembic_finds_nothing_left_to_migrate(migrated: str) -> None:
    engine = create_engine(migrated, module=dbapi2)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_a_database_is_made_from_nothing_and_upgrading_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "ics-flow.db"
    with Database(f"sqlite:///{path}") as database:
        database.upgrade()
        before = schema(path)
        database.upgrade()
        database.require_current()
    assert schema(path) == before


def test_a_database_that_cannot_be_opened_is_refused_with_a_sentence(
    tmp_path: Path, clock: ManualClock
) -> None:
    with (
        Database(f"sqlite:///{tmp_path}/nowhere/ics-flow.db") as database,
        pytest.raises(StoreUnfit, match="cannot be opened"),
        database.unit(clock),
    ):
        pass


def test_a_file_that_is_no_database_is_refused_with_a_sentence(tmp_path: Path, clock: ManualClock) -> None:
    (tmp_path / "notes.txt").write_text("Ring the school. " * 100)
    with (
        Database(f"sqlite:///{tmp_path}/notes.txt") as database,
        pytest.raises(StoreUnfit, match="not a database"),
        database.unit(clock),
    ):
        pass


def test_a_full_disk_is_told_in_a_sentence_and_leaves_nothing(database: Database, clock: ManualClock) -> None:
    def fill() -> None:
        with database.unit(clock) as unit:
            append(unit, "command-1")
            unit.history._connection.exec_driver_sql("PRAGMA max_page_count = 1")
            append(unit, "much" * 100_000)

    with pytest.raises(StoreUnfit, match="disk is full"):
        fill()

    with database.reading() as reading:
        assert reading.history.read("case:one") == ()


def test_an_old_sqlite_is_refused_with_a_sentence() -> None:
    with pytest.raises(StoreUnfit, match=r"SQLite 3\.51\.2 is too old: before 3\.51\.3"):
        require_sqlite((3, 51, 2))
    require_sqlite((3, 51, 3))


@pytest.mark.parametrize("writing", [True, False])
def test_every_connection_is_durable_and_strict(
    database: Database, clock: ManualClock, *, writing: bool
) -> None:
    with database.unit(clock) if writing else database.reading() as unit:
        found = {
            pragma: unit.history._connection.exec_driver_sql(f"PRAGMA {pragma}").scalar()
            for pragma in (
                "journal_mode",
                "synchronous",
                "foreign_keys",
                "recursive_triggers",
                "busy_timeout",
            )
        }
    assert found == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "recursive_triggers": 1,
        "busy_timeout": 5000,
    }


def test_a_writer_that_waits_too_long_is_told_so(path: Path, database: Database, clock: ManualClock) -> None:
    raw = dbapi2.connect(str(path), isolation_level=None)
    raw.execute("BEGIN IMMEDIATE")
    with database.reading() as reading:  # reading goes on meanwhile
        assert reading.history.subjects() == ()

    with pytest.raises(StoreBusy, match="Try again"), without_patience(database).unit(clock):
        pass
    raw.close()


def without_patience(database: Database) -> Database:
    with database._writing.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA busy_timeout = 10")
    return database
