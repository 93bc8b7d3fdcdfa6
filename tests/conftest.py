"""What every test may use: the folder of the tree, which database it runs on, and how hard the property tests try.

Not here: fixtures of one kind of test; those stand in the conftest of their folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import databases

SELDOM = frozenset({"authored", "house", "unit"})
"""The kinds of test into which a database comes only where they say so."""

SLOW_IS_FINE = [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]

settings.register_profile("quick", max_examples=50, deadline=None, suppress_health_check=SLOW_IS_FINE)
settings.register_profile("ci", parent=settings.get_profile("quick"), derandomize=True, print_blob=True)
settings.register_profile("thorough", parent=settings.get_profile("quick"), max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE") or ("ci" if os.environ.get("CI") else "quick"))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let the database be chosen."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), help="what the tests run on (sqlite)")


def pytest_configure(config: pytest.Config) -> None:
    """Tell the choice to the tests and to the processes that they start."""
    if chosen := config.getoption("--database"):
        os.environ[databases.VARIABLE] = chosen
    config.addinivalue_line("markers", "sqlite(why): is about a database file, so it runs on SQLite alone")
    config.addinivalue_line("markers", "postgresql(why): is about a server, so it runs on PostgreSQL alone")
    config.addinivalue_line("markers", "database: a database comes into it, other than into most of its kind")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the chosen database has no part in; what no database comes into runs once, where nothing is chosen."""
    if databases.on_postgresql():
        outside = [item for item in items if not comes_into(item)]
        config.hook.pytest_deselected(items=outside)
        items[:] = [item for item in items if comes_into(item)]
    other = "sqlite" if databases.on_postgresql() else "postgresql"
    for item in items:
        if mark := item.get_closest_marker(other):
            item.add_marker(pytest.mark.skip(reason=mark.args[0]))


def comes_into(item: pytest.Item) -> bool:
    """Whether a database comes into the test."""
    kind = item.path.relative_to(Path(__file__).parent).parts[0]
    return kind not in SELDOM or item.get_closest_marker("database") is not None


@pytest.fixture(autouse=True)
def forgotten() -> Iterator[None]:
    """The databases that a test had made are gone after it."""
    yield
    databases.forget()


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder that holds the whole tree."""
    return Path(__file__).resolve().parent.parent
