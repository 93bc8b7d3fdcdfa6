"""A demonstration made once, a copy of it for every test, and the command line run in this process."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

import pytest

from ics_flow.cli.program import run
from ics_flow.clock import wall_clock
from ics_flow.demonstration import fill
from ics_flow.domain.release import read_files
from ics_flow.store import Database

END = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
FEW = 3  # families beside the children who are told word for word


@dataclass(frozen=True)
class Answer:
    """What a command came to: its exit code, what it printed, and what it said beside."""

    code: int
    out: str
    err: str


Command: TypeAlias = Callable[..., Answer]


@pytest.fixture(scope="session")
def made(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demonstration, which no test may change."""
    return make(root, tmp_path_factory.mktemp("made") / "made.db", families=FEW)


@pytest.fixture(scope="session")
def council(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole demonstration, which no test may change."""
    return make(root, tmp_path_factory.mktemp("council") / "made.db")


def make(root: Path, path: Path, *, end: datetime = END, **given: int) -> Path:
    """A demonstration made at the path."""
    with Database(f"sqlite:///{path}") as database:
        database.make("training", ahead=end - wall_clock())
        release = read_files(root / "bpmn", root / "forms")
        fill(database, release, end=end, advance=lambda _done, _of: None, **given)
    return path


@pytest.fixture
def demonstration(made: Path, tmp_path: Path) -> Path:
    """A demonstration of the test's own, which the command line opens."""
    return Path(shutil.copy(made, tmp_path / "ics-flow.db"))


@pytest.fixture
def command(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs ``ics-flow`` with arguments over the test's own database."""
    monkeypatch.setenv("ICS_FLOW_DATABASE", f"sqlite:///{tmp_path / 'ics-flow.db'}")
    monkeypatch.setenv("ICS_FLOW_BPMN", str(root / "bpmn"))
    monkeypatch.setenv("ICS_FLOW_FORMS", str(root / "forms"))

    def run_it(*arguments: str) -> Answer:
        code = run(arguments)
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return run_it
