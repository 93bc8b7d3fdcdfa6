"""The database as a whole: migrations, durability, one writer at a time, and what it says when it cannot serve."""

import os
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from pysqlite3 import dbapi2
from sqlalchemy import create_engine
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from ics_flow.clock import ManualClock
from ics_flow.domain.errors import StoreBusy, StoreUnfit
from ics_flow.domain.history import check_chain
from ics_flow.store import Database, UnitOfWork
from ics_flow.store.database import require_sqlite
from ics_flow.store.tables import metadata


def append(unit: UnitOfWork, cause: str) -> None:
    unit.history.append("case:one", kind="note-made", actor="worker", cause=cause, parts={"note": cause})


def schema(path: Path) -> dict[str, str]:
    raw = dbapi2.connect(str(path))
    rows = raw.execute(
        "SELECT type || ' ' || name, sql FROM sqlite_master WHERE sql IS NOT NULL AND name <> 'alembic_version'"
    ).fetchall()
    raw.close()
    return {name: re.sub(r"\s+", " ", sql).replace("( ", "(").replace(" )", ")") for name, sql in rows}


def test_the_migrations_make_exactly_what_is_declared_triggers_too(migrated: Path, tmp_path: Path) -> None:
    declared = tmp_path / "declared.db"
    engine = create_engine(f"sqlite:///{declared}", module=dbapi2)
    metadata.create_all(engine)
    engine.dispose()

    assert schema(migrated) == schema(declared)
    assert sum(name.startswith("trigger ") for name in schema(migrated)) == 4


def test_the_comparison_sees_a_missing_trigger_and_a_missing_column(migrated: Path, path: Path) -> None:
    raw = dbapi2.connect(str(path), isolation_level=None)
    raw.execute("DROP TRIGGER payload_refuses_delete")
    raw.execute("ALTER TABLE person_row DROP COLUMN address")
    raw.close()

    missing = {name for name, sql in schema(migrated).items() if schema(path).get(name) != sql}
    assert missing == {"trigger payload_refuses_delete", "table person_row"}


def test_alembic_finds_nothing_left_to_migrate(migrated: Path) -> None:
    engine = create_engine(f"sqlite:///{migrated}", module=dbapi2)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    engine.dispose()


def test_every_table_can_be_made_on_postgresql() -> None:
    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    for table in metadata.sorted_tables:
        assert str(CreateTable(table).compile(dialect=dialect))
        for index in table.indexes:
            assert str(CreateIndex(index).compile(dialect=dialect))


def test_a_database_is_made_from_nothing_and_upgrading_again_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "ics-flow.db"
    with Database(f"sqlite:///{path}") as database:
        database.upgrade()
        before = schema(path)
        database.upgrade()
        database.require_current()
    assert schema(path) == before


def test_a_database_of_another_version_is_refused_with_a_sentence(path: Path) -> None:
    raw = dbapi2.connect(str(path), isolation_level=None)
    raw.execute("UPDATE alembic_version SET version_num = '0000'")
    raw.close()

    with Database(f"sqlite:///{path}") as database, pytest.raises(StoreUnfit, match="db upgrade"):
        database.require_current()


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


def test_a_unit_of_work_that_raises_leaves_nothing(database: Database, clock: ManualClock) -> None:
    def work_that_fails() -> None:
        with database.unit(clock) as unit:
            append(unit, "command-1")
            unit.secrets.make("one")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work_that_fails()

    with database.reading() as reading:
        assert reading.history.read("case:one") == ()
        assert reading.secrets.of("one") is None


KILLED_BEFORE_COMMIT = """
import os, signal, sys
from ics_flow.clock import wall_clock
from ics_flow.store import Database
with Database(sys.argv[1]) as database:
    with database.unit(wall_clock) as unit:
        unit.history.append("case:one", kind="note-made", actor="w", cause="kept", parts={"note": "kept"})
    with database.unit(wall_clock) as unit:
        unit.history.append("case:one", kind="note-made", actor="w", cause="lost", parts={"note": "lost" * 100_000})
        os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_process_killed_before_the_commit_leaves_nothing(path: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE_COMMIT, f"sqlite:///{path}"],
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )

    assert killed.returncode == -signal.SIGKILL
    with Database(f"sqlite:///{path}") as database, database.reading() as reading:
        assert [entry.cause for entry in reading.history.read("case:one")] == ["kept"]


def test_two_writers_take_turns(path: Path, clock: ManualClock) -> None:
    def write(name: str) -> None:
        with Database(f"sqlite:///{path}") as database:
            for number in range(25):
                with database.unit(clock) as unit:
                    append(unit, f"{name}-{number}")

    writers = [threading.Thread(target=write, args=(name,)) for name in ("first", "second")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    with Database(f"sqlite:///{path}") as database, database.reading() as reading:
        chain = reading.history.stored("case:one")
    assert len(chain) == 50
    assert check_chain("case:one", chain) == ()


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


def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match="readonly"), database.reading() as reading:
        reading.secrets.make("one")


def test_a_reading_sees_one_moment(database: Database, clock: ManualClock) -> None:
    with database.reading() as reading:
        assert reading.history.subjects() == ()
        with database.unit(clock) as unit:
            append(unit, "command-1")
        assert reading.history.subjects() == ()
    with database.reading() as reading:
        assert reading.history.subjects() == ("case:one",)


def test_what_people_wrote_stays_out_of_the_databases_errors(database: Database, clock: ManualClock) -> None:
    with pytest.raises(Exception, match="hidden") as caught, database.unit(clock) as unit:
        unit.drafts.save(
            "none", "task", "section", {"concern": "seen bruised"}, seen=0, by="worker", at=unit.at
        )

    assert "bruised" not in str(caught.value)


def test_commit_stands_once_in_the_source() -> None:
    root = Path(__file__).parents[2]
    sources = [path for package in ("engine", "ics_flow", "web") for path in (root / package).rglob("*.py")]

    commits = [path.name for path in sources for _ in re.findall(r"\.commit\(", path.read_text())]
    assert commits == ["database.py"]
