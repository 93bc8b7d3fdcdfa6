"""The program itself: help, exit codes that scripts can trust, and no traceback at a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import click
import pytest

from ics_flow.cli import authored
from tests.unit.cli.conftest import Command

MAIN = "from ics_flow.cli import main; main()"


def ics_flow(root: Path, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "ICS_FLOW_DATABASE": f"sqlite:///{folder / 'own.db'}"}
    return subprocess.run(
        [sys.executable, "-c", MAIN, *arguments],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_help_names_every_command_and_the_exit_codes(command: Command) -> None:
    answer = command("--help")

    assert answer.code == 0
    for name in (
        "demo",
        "serve",
        "worker",
        "check",
        "scenario",
        "eval",
        "publish",
        "history",
        "rebuild",
        "db",
    ):
        assert f"\n  {name} " in answer.out
    assert "Exit codes" in answer.out


@pytest.mark.parametrize(
    "name", ["demo", "serve", "worker", "check", "scenario", "eval", "publish", "rebuild"]
)
def test_every_command_tells_how_it_is_used(command: Command, name: str) -> None:
    answer = command(name, "--help")

    assert answer.code == 0
    assert answer.out.startswith(f"Usage: ics-flow {name}")


def test_a_real_process_ends_with_0_and_the_day_that_was_asked_for(root: Path, tmp_path: Path) -> None:
    done = ics_flow(root, tmp_path, "eval", 'working_days_after(date("2026-03-20"), 15)')

    assert (done.returncode, done.stdout) == (0, "2026-04-14\n")


def test_a_real_process_ends_with_2_when_it_is_not_understood(root: Path, tmp_path: Path) -> None:
    done = ics_flow(root, tmp_path, "frobnicate")

    assert (done.returncode, done.stdout) == (2, "")
    assert "No such command" in done.stderr


def test_a_real_process_ends_with_1_and_a_sentence_where_there_is_no_database(
    root: Path, tmp_path: Path
) -> None:
    done = ics_flow(root, tmp_path, "rebuild")

    assert (done.returncode, done.stdout) == (1, "")
    assert "ics-flow db upgrade" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_unexpected_error_gets_a_sentence_with_an_incident_and_its_detail_goes_to_the_log(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("Ava Example")

    monkeypatch.setattr(authored, "check", click.Command("check", callback=broken))

    answer = command("check")

    log = tmp_path / "ics-flow.log"
    line = json.loads(log.read_text(encoding="utf-8").splitlines()[-1])
    assert answer.code == 1
    assert str(log) in answer.err
    assert line["incident"] in answer.err
    assert "Traceback" not in answer.err
    assert line["error"] == "RuntimeError"
    assert any("broken" in place for place in line["way"])
    assert "Ava Example" not in log.read_text(encoding="utf-8")
