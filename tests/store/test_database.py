"""The database as a whole: migrations, durability, writers who take turns, and what it says when it cannot serve."""

import os
import re
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from ics_flow.clock import ManualClock
from ics_flow.domain.errors import AppendConflict, StoreUnfit
from ics_flow.domain.history import check_chain
from ics_flow.store import Database, UnitOfWork
from tests import databases


def append(unit: UnitOfWork, cause: str) -> None:
    unit.history.append("case:one", kind="note-made", actor="worker", cause=cause, parts={"note": cause})


def test_upgrading_again_changes_nothing(database: Database) -> None:
    database.upgrade()

    database.require_current()


def test_a_database_of_another_version_is_refused_with_a_sentence(url: str) -> None:
    databases.sql(url, "UPDATE alembic_version SET version_num = '0000'")

    with Database(url) as database, pytest.raises(StoreUnfit, match="db upgrade"):
        database.require_current()


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


def test_a_process_killed_before_the_commit_leaves_nothing(url: str) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_BEFORE_COMMIT, url],
        check=False,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )

    assert killed.returncode == -signal.SIGKILL
    with Database(url) as database, database.reading() as reading:
        assert [entry.cause for entry in reading.history.read("case:one")] == ["kept"]


def test_two_writers_take_turns(url: str, clock: ManualClock) -> None:
    def write(name: str) -> None:
        with Database(url) as database:
            for number in range(25):
                written = False
                while not written:
                    with suppress(AppendConflict), database.unit(clock) as unit:
                        append(unit, f"{name}-{number}")
                        written = True

    writers = [threading.Thread(target=write, args=(name,)) for name in ("first", "second")]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()

    with Database(url) as database, database.reading() as reading:
        chain = reading.history.stored("case:one")
    assert len(chain) == 50
    assert check_chain("case:one", chain) == ()


def test_reading_cannot_write(database: Database) -> None:
    with pytest.raises(Exception, match=r"read-?only"), database.reading() as reading:
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
