"""The rehearsal of an upgrade finds what it must, and says so where there is nothing to rehearse with. Here the tree itself is the commit before."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests import databases
from tests.reliability.rehearsal import NotRehearsed, main, make_database, tree_of, upgrade

pytestmark = pytest.mark.sqlite("the database that is rehearsed with is a file")


@pytest.fixture(scope="module")
def before(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database as the commit before left it."""
    path = tmp_path_factory.mktemp("before") / "before.db"
    make_database(root, path)
    return path


@pytest.fixture
def path(before: Path, tmp_path: Path) -> Path:
    """A copy of that database, for the test to change."""
    return Path(shutil.copy(before, tmp_path / "before.db"))


def test_a_database_is_brought_up_to_date_proved_and_worked_on(path: Path) -> None:
    found = upgrade(path)

    assert found.faults == ()
    assert found.histories > 20
    assert found.entries > found.histories
    assert "#" in found.done


def test_a_history_that_was_altered_in_between_is_found(path: Path) -> None:
    url = f"sqlite:///{path}"
    databases.without_triggers(url)
    (subject,) = databases.sql(url, "SELECT min(subject) FROM history WHERE subject LIKE 'case:%'")[0]
    databases.sql(
        url,
        "UPDATE payload SET body = body || ' ' WHERE subject = ? AND position = 2 AND name = 'input'",
        subject,
    )

    found = upgrade(path)

    assert {(fault.subject, fault.position, fault.field) for fault in found.faults} == {(subject, 2, "input")}


def test_where_there_is_no_commit_before_it_is_said_and_nothing_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    subprocess.run(["git", "init", "--quiet", tmp_path / "new"], check=True)

    with pytest.raises(NotRehearsed, match="There is no commit HEAD~1 here"):
        tree_of("HEAD~1", tmp_path / "tree", tmp_path / "new")
    assert main("no-such-commit") == 0
    assert capsys.readouterr().out.startswith("Not rehearsed. There is no commit no-such-commit here")


def test_a_commit_that_does_not_run_today_is_told_apart_from_an_upgrade_that_fails(tmp_path: Path) -> None:
    (tmp_path / "ics_flow").mkdir()
    (tmp_path / "ics_flow" / "__init__.py").write_text("import a_package_of_that_day\n")

    with pytest.raises(NotRehearsed, match="No module named 'a_package_of_that_day'"):
        make_database(tmp_path, tmp_path / "before.db")
