"""Founded councils, copied for every test that lets one work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.replay.council import Council, found, release_files


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, root: Path) -> str:
    """The database of a council that has not begun to work."""
    url = databases.new(tmp_path_factory.mktemp("founded"), kept=True)
    found(url, release_files(root))
    return url


@pytest.fixture(scope="session")
def morning(founded: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The database of a council with one case, in which an assessment and a meeting are waited for."""
    council = Council.copied(founded, tmp_path_factory.mktemp("morning"), kept=True)
    council.start(council.assess(), "meeting_typed_late")
    council.close()
    return council.url


@pytest.fixture
def council(founded: str, tmp_path: Path) -> Iterator[Council]:
    council = Council.copied(founded, tmp_path)
    yield council
    council.close()
