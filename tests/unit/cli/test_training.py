"""Databases for training from the command line: made once, of one kind, and the demonstration among them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ics_flow.bootstrap import case_clock
from ics_flow.clock import ManualClock
from ics_flow.demonstration import NotForTraining, fill
from ics_flow.store import Database
from ics_flow.store.training import Kind
from tests import databases
from tests.unit.cli.conftest import END, Command

pytestmark = pytest.mark.database


def kind(url: str) -> Kind:
    with Database(url) as database:
        return database.kind


@pytest.mark.parametrize(("options", "made"), [((), "live"), (("--training",), "training")])
def test_a_database_is_made_once_and_stays_what_it_is(
    command: Command, own: str, options: tuple[str, ...], made: str
) -> None:
    assert command("db", "make", *options).code == 0

    for again in ((), ("--training",)):
        answer = command("db", "make", *again)
        assert answer.code == 1
        assert "stays what it was made as" in answer.err
    assert command("db", "upgrade").code == 0
    assert kind(own) == made


def test_a_database_that_is_only_upgraded_is_live(command: Command, own: str) -> None:
    command("db", "upgrade")

    assert kind(own) == "live"


def test_a_demonstration_has_a_trainer(demonstration: str) -> None:
    with Database(demonstration) as database, database.reading() as reading:
        assert [account.name for account in reading.accounts.all() if "trainer" in account.roles]


def test_made_up_children_are_not_put_into_a_live_database(tmp_path: Path) -> None:
    nothing: Mapping[str, bytes] = {}
    with Database(databases.new(tmp_path, "live")) as database:
        database.upgrade()
        with pytest.raises(NotForTraining):
            fill(database, nothing, end=END, advance=lambda _done, _of: None)


def test_a_clock_that_begins_at_the_end_of_the_data_goes_on_with_real_time(tmp_path: Path) -> None:
    made = datetime(2026, 7, 22, 9, tzinfo=UTC)
    url = databases.new(tmp_path)
    with Database(url) as database:
        database.make("training", ahead=END - made)
    with Database(url) as database:
        assert case_clock(database, ManualClock(made))() == END
        assert case_clock(database, ManualClock(made + timedelta(days=1)))() == END + timedelta(days=1)
