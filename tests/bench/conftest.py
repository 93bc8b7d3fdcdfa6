"""Small generated councils, made once: what holds for them holds for large ones, which are cast of the same moulds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from ics_flow.application import Application
from ics_flow.bench.council import NOW, found
from ics_flow.bench.moulds import live
from ics_flow.domain.release import read_files
from ics_flow.store import Database
from tests import databases

MOULDS_APART = 4

CouncilOf = Callable[[int], Application]
"""Gives the application over a council of so many cases."""


@pytest.fixture(scope="session")
def council_of(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[CouncilOf]:
    release = read_files(root / "bpmn", root / "forms")
    moulds = live(release, NOW, MOULDS_APART)
    with ExitStack() as opened:

        @cache
        def made(cases: int) -> Application:
            url = databases.new(tmp_path_factory.mktemp("council"), kept=True)
            database = opened.enter_context(Database(url))
            database.upgrade()
            return found(database, release, cases, moulds)

        yield made
