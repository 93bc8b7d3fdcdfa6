"""The commands about the database: what they do, and what they say when they cannot."""

from __future__ import annotations

from pathlib import Path

import pytest

from ics_flow.store import Database
from tests.unit.cli.conftest import Command

pytestmark = pytest.mark.database


@pytest.mark.sqlite("a server has tools of its own")
def test_a_copy_is_made_of_a_database_in_use_and_stands_by_itself(
    command: Command, demonstration: str, tmp_path: Path
) -> None:
    with Database(demonstration) as database, database.reading() as reading:
        subjects = reading.history.subjects()

        answer = command("db", "backup", str(tmp_path / "copy.db"))

    assert (answer.code, answer.err) == (0, "")
    assert answer.out.endswith(f"is copied to {tmp_path / 'copy.db'}.\n")
    assert not list(tmp_path.glob("copy.db?*")), "A copy is one file."
    with Database(f"sqlite:///{tmp_path / 'copy.db'}") as copy, copy.reading() as reading:
        assert reading.history.subjects() == subjects


@pytest.mark.sqlite("a server has tools of its own")
def test_a_copy_is_not_written_over_another(command: Command, demonstration: str, tmp_path: Path) -> None:
    (tmp_path / "copy.db").write_text("the last copy")

    answer = command("db", "backup", str(tmp_path / "copy.db"))

    assert answer.code == 1
    assert "no copy is written over another" in answer.err
    assert (tmp_path / "copy.db").read_text() == "the last copy"


@pytest.mark.sqlite("a server does know roles")
def test_a_file_has_no_roles(command: Command, tmp_path: Path) -> None:
    answer = command("db", "upgrade", "--grant", "ics_flow")

    assert answer.code == 1
    assert "has no roles" in answer.err


def test_a_password_is_not_printed(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ICS_FLOW_DATABASE", "postgresql+psycopg://flow:secret@127.0.0.1:1/flow")

    answer = command("db", "upgrade")

    assert answer.code == 1
    assert "cannot be reached" in answer.err
    assert "secret" not in answer.out + answer.err


def test_an_address_that_cannot_be_understood_is_told_in_a_sentence(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ICS_FLOW_DATABASE", "postgresql+psycopg://flow@db:port/flow")

    answer = command("db", "upgrade")

    assert answer.code == 1
    assert "cannot be understood" in answer.err
