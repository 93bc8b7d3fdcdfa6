"""A real database for every test, copied from one that the migrations made."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ics_flow.clock import ManualClock
from ics_flow.domain.ids import Entropy
from ics_flow.store import Database
from tests import databases


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a database as the migrations leave it."""
    url = databases.new(tmp_path_factory.mktemp("migrated"), kept=True)
    with Database(url) as database:
        database.upgrade()
    return url


@pytest.fixture
def url(migrated: str, tmp_path: Path) -> str:
    """The address of the test's own database."""
    return databases.copied(migrated, tmp_path)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with Database(url) as opened:
        yield opened


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(datetime(2026, 3, 20, 9, tzinfo=UTC))


@pytest.fixture
def entropy() -> Entropy:
    return random.Random(20).randbytes
