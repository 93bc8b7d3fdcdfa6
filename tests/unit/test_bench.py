"""The benchmarks run and say what they promise to; how fast anything is, no test asks."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from engine import read_pathways
from ics_flow.bench import pathways
from ics_flow.bench.benchmarks import BENCHMARKS, QUICK, what_a_case_leaves
from ics_flow.bench.measuring import a_second, spread
from ics_flow.cli.bench import NAMES, command
from ics_flow.clock import wall_clock
from ics_flow.domain.release import Release
from ics_flow.store import Database
from ics_flow.store.counting import counting
from tests import databases


def test_every_benchmark_can_be_asked_for_by_name() -> None:
    assert tuple(BENCHMARKS) == NAMES


def test_the_benchs_own_releases_can_be_published() -> None:
    assert "three_tasks" in Release.read(pathways.three_tasks()).pathways
    assert "waiting" in Release.read(pathways.waiting(60)).pathways
    assert "review_loop" in read_pathways(pathways.review_loop())


def test_a_case_of_three_tasks_is_counted_whole() -> None:
    left = what_a_case_leaves(QUICK)

    tables = left["tables"]
    assert left["tasks"] == 3
    assert isinstance(tables, dict)
    assert {"history", "payload", "snapshot", "case_row"} <= tables.keys()
    assert left["total"] == {
        "rows": sum(each["rows"] for each in tables.values()),
        "bytes": sum(each["bytes"] for each in tables.values()),
    }


@pytest.mark.parametrize("name", ["nothing-due", "timers-a-second", "entries-a-second", "looking-back"])
def test_the_figures_come_as_json(name: str, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"

    ran = CliRunner().invoke(command, [name, "--quick", "--json", str(file)])

    assert ran.exit_code == 0, ran.output
    assert json.loads(file.read_text()).keys() == {"machine", name}


def test_a_benchmark_that_is_not_there_is_refused_with_the_names() -> None:
    ran = CliRunner().invoke(command, ["warp-speed"])

    assert ran.exit_code == 2
    assert "nothing-due" in ran.output


def test_a_spread_names_the_middle_and_the_ends() -> None:
    assert spread([3.0, 1.0, 2.0]) == {"median": 2.0, "least": 1.0, "p90": 2.8, "p95": 2.9, "rounds": 3}
    assert a_second(500, 250.0) == 2_000


@pytest.mark.database
def test_what_the_database_is_asked_is_counted(tmp_path: Path) -> None:
    with Database(databases.new(tmp_path)) as database:
        database.upgrade()

        with counting(database) as asked, database.unit(wall_clock) as unit:
            unit.accounts.of("nobody")
            unit.persons.of("nobody")
        with database.unit(wall_clock) as unit:
            unit.accounts.of("nobody")

    assert (asked.statements, asked.transactions, asked.commits) == (2, 1, 1)
