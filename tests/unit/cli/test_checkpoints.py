"""checkpoint, history export and history replay, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ics_flow.bundle import verifier
from tests import databases
from tests.unit.cli.conftest import Command

pytestmark = pytest.mark.database

FIRST_CASE = "SELECT min(subject) FROM history WHERE substr(subject, 1, 5) = 'case:'"


@pytest.fixture
def key(command: Command, demonstration: str, tmp_path: Path) -> str:
    """The fingerprint of the key that the settings name from here on, beside a folder to send checkpoints to."""
    return command("checkpoint", "key", str(tmp_path / "key.pem")).out.strip()


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    monkeypatch.setenv("ICS_FLOW_CHECKPOINT_KEY", str(tmp_path / "key.pem"))
    monkeypatch.setenv("ICS_FLOW_CHECKPOINT_FOLDER", str(folder))
    return folder


def test_a_checkpoint_is_made_sent_and_holds(command: Command, key: str, elsewhere: Path) -> None:
    made = command("checkpoint", "make")
    held = command("checkpoint", "verify", "--fingerprint", key)

    assert (made.code, held.code) == (0, 0), made.err + held.err
    assert [path.name for path in elsewhere.iterdir()] == ["checkpoint-00000001.json"]
    assert held.out.startswith("Every history fits checkpoint 1 of ")
    assert command("checkpoint", "verify", "--fingerprint", "ab" * 32).code == 1


def test_a_history_that_is_gone_is_named(
    command: Command, key: str, elsewhere: Path, demonstration: str
) -> None:
    command("checkpoint", "make")
    databases.without_triggers(demonstration)
    [(subject,)] = databases.sql(demonstration, FIRST_CASE)
    for table in ("payload", "history"):
        databases.sql(demonstration, f"DELETE FROM {table} WHERE subject = ?", subject)  # noqa: S608

    answer = command("checkpoint", "verify", "--fingerprint", key)

    assert answer.code == 1
    assert f"The history of {subject} is gone." in answer.out
    assert "Nothing was mended. The council's history keeps this as incident" in answer.err


def test_a_key_is_never_written_over_nor_read_where_others_may(
    command: Command, key: str, elsewhere: Path, tmp_path: Path
) -> None:
    again = command("checkpoint", "key", str(tmp_path / "key.pem"))
    (tmp_path / "key.pem").chmod(0o644)
    open_to_all = command("checkpoint", "make")

    assert again.code == open_to_all.code == 1
    assert "is there already" in again.err
    assert "chmod 600" in open_to_all.err


def test_a_bundle_is_handed_over_verified_and_replayed(
    command: Command, key: str, elsewhere: Path, tmp_path: Path, demonstration: str
) -> None:
    command("checkpoint", "make")
    [(subject,)] = databases.sql(demonstration, FIRST_CASE)
    path = tmp_path / "bundle.zip"

    exported = command("history", "export", subject.removeprefix("case:"), "--to", str(path))
    again = command("history", "export", subject, "--to", str(path))
    replayed = command("history", "replay", str(path))

    assert exported.code == 0, exported.err
    assert again.code == 1
    assert "cannot be written: File exists" in again.err
    assert verifier.main([str(path), "--key", key]) == verifier.WELL
    assert replayed.out == "Every case came out as it says it did.\n"
    assert command("history", "replay", str(elsewhere / "checkpoint-00000001.json")).code == 1
