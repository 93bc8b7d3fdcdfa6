"""Founded councils, copied for every test that lets one work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.replay.council import Council, found, release_files


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Path:
    """The database of a council that has not begun to work."""
    path = tmp_path_factory.mktemp("founded") / "ics-flow.db"
    found(path, release_files(root))
    return path


@pytest.fixture(scope="session")
def morning(founded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of a council with one case, in which an assessment and a meeting are waited for."""
    council = Council.copied(founded, tmp_path_factory.mktemp("morning") / "ics-flow.db")
    council.start(council.assess(), "meeting_typed_late")
    council.close()
    return council.path


@pytest.fixture
def council(founded: Path, tmp_path: Path) -> Iterator[Council]:
    council = Council.copied(founded, tmp_path / "ics-flow.db")
    yield council
    council.close()
