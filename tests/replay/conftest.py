"""A founded council, copied for every test that lets one work."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests import databases
from tests.replay.council import Council, found, release_files


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory, root: Path) -> str:
    url = databases.new(tmp_path_factory.mktemp("founded"), kept=True)
    found(url, release_files(root))
    return url


@pytest.fixture
def council(founded: str, tmp_path: Path) -> Iterator[Council]:
    council = Council.copied(founded, tmp_path)
    yield council
    council.close()
