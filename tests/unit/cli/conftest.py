"""A demonstration made once, a copy of it for every test, and the command line run in this process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from ics_flow.cli.program import run
from ics_flow.clock import wall_clock
from ics_flow.demonstration import fill
from ics_flow.domain.release import read_files
from ics_flow.store import Database
from tests import databases

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
def made(root: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a small demonstration, which no test may change."""
    return make(root, databases.new(tmp_path_factory.mktemp("made"), "made", kept=True), families=FEW)


@pytest.fixture(scope="session")
def council(root: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the whole demonstration, which no test may change."""
    return make(root, databases.new(tmp_path_factory.mktemp("council"), "council", kept=True))


def make(root: Path, url: str, *, end: datetime = END, **given: Any) -> str:
    """A demonstration made in the empty database of that address."""
    with Database(url) as database:
        database.make("training", ahead=end - wall_clock())
        release = read_files(root / "bpmn", root / "forms")
        fill(database, release, end=end, advance=lambda _done, _of: None, **given)
    return url


@pytest.fixture
def demonstration(made: str, tmp_path: Path) -> str:
    """The address of a demonstration of the test's own, which the command line opens."""
    return databases.copied(made, tmp_path)


@pytest.fixture
def own(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of the database that the command line opens: the test's demonstration where it has one, and otherwise none yet."""
    if "demonstration" in request.fixturenames:
        return str(request.getfixturevalue("demonstration"))
    return databases.new(tmp_path)


@pytest.fixture
def command(
    root: Path, own: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """Runs ``ics-flow`` with arguments over the test's own database."""
    monkeypatch.setenv("ICS_FLOW_DATABASE", own)
    monkeypatch.setenv("ICS_FLOW_BPMN", str(root / "bpmn"))
    monkeypatch.setenv("ICS_FLOW_FORMS", str(root / "forms"))

    def run_it(*arguments: str) -> Answer:
        code = run(arguments)
        said = capsys.readouterr()
        return Answer(code, said.out, said.err)

    return run_it
