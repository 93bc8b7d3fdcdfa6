"""What a database was made as holds for ever, and only one made for training has a clock that can be moved on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from alembic import command
from pysqlite3 import dbapi2
from sqlalchemy.exc import DBAPIError

from ics_flow.clock import ManualClock
from ics_flow.store import Database
from ics_flow.store.database import AlreadyMade, _migrations
from ics_flow.store.training import NotATrainingDatabase
from tests import databases

MORNING = datetime(2026, 3, 20, 9, tzinfo=UTC)


REFUSED = (dbapi2.Error, psycopg.Error)


@pytest.fixture
def training(tmp_path: Path) -> Iterator[Database]:
    with Database(databases.new(tmp_path, "training")) as database:
        database.make("training")
        yield database


def alter(database: Database, *statements: str) -> None:
    """What somebody who owns the tables could try."""
    with databases.raw(url_of(database)) as raw:
        if not databases.on_postgresql():
            raw.execute("PRAGMA foreign_keys = ON")
            raw.execute("PRAGMA recursive_triggers = ON")
        for statement in statements:
            raw.execute(statement)


def without_trigger(database: Database, table: str) -> None:
    """Take away what refuses a change."""
    on = f" ON {table}" if databases.on_postgresql() else ""
    alter(database, f"DROP TRIGGER {table}_refuses_update{on}")


def url_of(database: Database) -> str:
    return database._url.render_as_string(hide_password=False)


def move(database: Database, by: timedelta) -> None:
    with database.unit(ManualClock(MORNING)) as unit:
        unit.training_clock.move(by)


def test_a_database_that_is_only_upgraded_is_live_and_stays_so(
    database: Database, training: Database
) -> None:
    assert (database.kind, training.kind) == ("live", "training")
    for each in (database, training):
        each.upgrade()
    assert (database.kind, training.kind) == ("live", "training")


@pytest.mark.parametrize("kind", ["live", "training"])
def test_what_is_made_is_not_made_again_as_anything(
    database: Database, training: Database, kind: str
) -> None:
    for each in (database, training):
        with pytest.raises(AlreadyMade, match="stays what it was made as"):
            each.make(kind)  # type: ignore[arg-type]
    assert (database.kind, training.kind) == ("live", "training")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE database_kind SET kind = 'training'",
        "DELETE FROM database_kind",
        "INSERT INTO database_kind (number, kind) VALUES (2, 'training')",
        "INSERT INTO database_kind (number, kind) VALUES (1, 'training') ON CONFLICT (number) DO UPDATE SET kind = 'training'",
        "INSERT INTO training_clock (kind, ahead) VALUES ('training', 0)",
        "INSERT INTO training_clock (kind, ahead) VALUES ('live', 0)",
    ],
)
def test_a_live_database_lets_nobody_make_it_one_for_training(database: Database, statement: str) -> None:
    with pytest.raises(REFUSED):
        alter(database, statement)
    assert database.kind == "live"


def test_without_its_trigger_the_kind_would_change(database: Database) -> None:
    without_trigger(database, "database_kind")
    alter(database, "UPDATE database_kind SET kind = 'training'")
    assert database.kind == "training"


def test_a_live_database_has_no_clock_to_move(database: Database) -> None:
    with pytest.raises(NotATrainingDatabase, match="live database"):
        move(database, timedelta(days=1))
    with pytest.raises(NotATrainingDatabase):
        database.clock_ahead()


def test_the_clock_of_a_training_database_is_moved_on_and_every_process_sees_it(training: Database) -> None:
    move(training, timedelta(days=1, microseconds=1))
    move(training, timedelta(days=9))

    with Database(url_of(training)) as another:
        assert another.clock_ahead() == timedelta(days=10, microseconds=1)


@pytest.mark.parametrize(
    "statement", ["UPDATE training_clock SET ahead = ahead - 1", "DELETE FROM training_clock"]
)
def test_the_clock_never_goes_back(training: Database, statement: str) -> None:
    with pytest.raises(DBAPIError):
        move(training, -timedelta(microseconds=1))
    with pytest.raises(REFUSED):
        alter(training, statement)
    assert training.clock_ahead() == timedelta()


def test_without_its_trigger_the_clock_would_go_back(training: Database) -> None:
    without_trigger(training, "training_clock")
    move(training, -timedelta(days=1))
    assert training.clock_ahead() == -timedelta(days=1)


def test_a_clock_may_begin_behind_the_walls(tmp_path: Path) -> None:
    with Database(databases.new(tmp_path, "ended")) as database:
        database.make("training", ahead=-timedelta(days=200))
        assert database.clock_ahead() == -timedelta(days=200)


@pytest.mark.parametrize(("cause", "kind"), [("demonstration-made", "training"), ("release-1", "live")])
def test_a_database_of_before_is_live_unless_it_is_a_demonstration(
    tmp_path: Path, cause: str, kind: str
) -> None:
    with Database(databases.new(tmp_path, "before")) as database:
        with database._migrating() as connection:
            before = _migrations()
            before.attributes["connection"] = connection
            command.upgrade(before, "0001")
        with database.unit(ManualClock(MORNING)) as unit:
            unit.history.append("council", kind="made", actor="setup", cause=cause, parts={})

        database.upgrade()

        assert database.kind == kind
        if kind == "training":
            assert database.clock_ahead() == timedelta()
