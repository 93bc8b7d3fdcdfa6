"""A copy of a database that is in use, restored elsewhere: every history in it is whole, and work goes on from there."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import pytest

from ics_flow.domain.errors import StoreUnfit
from ics_flow.store import Database
from ics_flow.verification import verify
from tests import databases
from tests.replay.council import Council
from tests.replay.truth import require_truth

ENOUGH = 5


@contextmanager
def busy(council: Council) -> Iterator[None]:
    """People record contacts meanwhile, some of which were before the block and some go on after it."""
    stopped, begun = threading.Event(), threading.Event()

    def work() -> None:
        for done in count(1):
            council.contact()
            if done == ENOUGH:
                begun.set()
            if stopped.is_set():
                return

    worker = threading.Thread(target=work)
    worker.start()
    begun.wait(60)
    try:
        yield
    finally:
        stopped.set()
        worker.join()


def backed_up(council: Council, folder: Path) -> str:
    """The address of a restored copy, made with the means that docs/running.md names."""
    if not databases.on_postgresql():
        council.database.back_up(folder / "copy.db")
        return f"sqlite:///{folder / 'copy.db'}"
    server, dump = databases.server(), databases.server().data / "council.dump"
    server.tool("pg_dump", "-Fc", "-d", databases.plain(council.url), "-f", str(dump))
    restored = databases.new(folder)
    server.tool("pg_restore", "--exit-on-error", "-d", databases.plain(restored), str(dump))
    return restored


def test_a_copy_of_a_database_in_use_is_restored_whole_and_work_goes_on(
    council: Council, tmp_path: Path
) -> None:
    council.assess()
    with busy(council):
        url = backed_up(council, tmp_path)

    restored = Council(url, seed=1)
    with restored.database.reading() as reading:
        subjects = reading.history.subjects()
    assert len(subjects) > ENOUGH
    assert [fault for subject in subjects for fault in verify(restored.application, subject).faults] == []
    assert set(subjects) < set(_subjects(council)), "Nothing was done after the copy, so nothing was shown."
    require_truth(restored)
    restored.numbers = count(1_000_000)
    restored.assess()
    require_truth(restored)
    restored.close()


def _subjects(council: Council) -> tuple[str, ...]:
    with council.database.reading() as reading:
        return reading.history.subjects()


def test_a_restored_copy_still_refuses_to_change_histories(council: Council, tmp_path: Path) -> None:
    council.contact()

    url = backed_up(council, tmp_path)

    with pytest.raises(Exception, match="append-only"):
        databases.sql(url, "DELETE FROM payload")


@pytest.mark.sqlite("a server has its own tools")
def test_no_copy_is_written_over_another(council: Council, tmp_path: Path) -> None:
    council.database.back_up(tmp_path / "copy.db")

    with pytest.raises(StoreUnfit, match="there already"):
        council.database.back_up(tmp_path / "copy.db")


@pytest.mark.sqlite("a server has its own tools")
def test_what_is_no_database_is_not_copied(tmp_path: Path) -> None:
    with Database(f"sqlite:///{tmp_path / 'none.db'}") as database, pytest.raises(StoreUnfit):
        database.back_up(tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()


@pytest.mark.postgresql("a file has no server")
def test_a_server_is_not_copied_to_a_file(council: Council, tmp_path: Path) -> None:
    with pytest.raises(StoreUnfit, match="pg_dump"):
        council.database.back_up(tmp_path / "copy.db")
