"""Busy days, each from one integer. ``SIMULATION_SEEDS=1000 pytest tests/reliability/test_simulation.py`` tries more; ``SIMULATION_SEED=17`` one again."""

from __future__ import annotations

import os
from collections import Counter
from dataclasses import replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from psycopg import IsolationLevel

from ics_flow.application import Application
from ics_flow.commands.command import Command, Outcome
from ics_flow.store import Database, postgresql, sqlite
from tests import databases
from tests.reliability.simulation import Broken, Simulation

ONE = os.environ.get("SIMULATION_SEED")
SEEDS = [int(ONE)] if ONE else range(int(os.environ.get("SIMULATION_SEEDS", "30")))


def test_whatever_goes_wrong_nothing_is_lost_doubled_or_half_done(morning: str, tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for seed in SEEDS:
        seen += Simulation(seed, morning, tmp_path).run()

    if not ONE:
        wanted = {
            "done",
            "killed",
            "disk fails",
            "answer lost",
            "sent twice",
            "other body",
            "races",
            "overtaken",
        }
        assert wanted <= seen.keys(), f"The days were too quiet to show anything: {seen}"


def test_the_same_seed_gives_the_same_day(morning: str, tmp_path: Path) -> None:
    days = []
    for name in ("first", "second"):
        folder = tmp_path / name
        folder.mkdir()
        simulation = Simulation(3, morning, folder)
        simulation.run()
        days.append(simulation.council.sql("SELECT * FROM history ORDER BY subject, position"))

    assert days[0] == days[1]


class WithoutCommandIds(Application):
    """An application that takes every sending for a new wish."""

    sendings = count()

    def handle(self, command: Command) -> Outcome:
        """Do what is asked, each time it is asked."""
        if not command.remembered:
            return super().handle(command)
        return super().handle(replace(command, command_id=f"{command.command_id}~{next(self.sendings)}"))


class WithoutTransactions(Database):
    """A database in which every statement stands alone."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self._writing.dispose()
        if databases.on_postgresql():
            alone = postgresql.engine(self._url, IsolationLevel.READ_COMMITTED, read_only=False)
            self._writing = alone.execution_options(isolation_level="AUTOCOMMIT")
        else:
            self._writing = sqlite.engine(self._url, begin="SELECT 1", pragmas=sqlite.PRAGMAS)


@pytest.mark.parametrize(
    "naive",
    [{"application": WithoutCommandIds}, {"database": WithoutTransactions}],
    ids=["ids", "transactions"],
)
def test_the_simulation_finds_what_a_naive_store_does_wrong(
    morning: str, tmp_path: Path, naive: dict[str, Any]
) -> None:
    def days() -> None:
        for seed in range(20):
            Simulation(seed, morning, tmp_path, **naive).run()

    with pytest.raises(Broken, match=r"^seed \d+: "):
        days()
