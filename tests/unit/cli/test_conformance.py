"""conformance summarise and history xes, over a whole demonstration."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from tests import databases
from tests.unit.cli.conftest import Command

pytestmark = pytest.mark.database


def test_every_case_is_measured_once_and_again_when_asked(command: Command, demonstration: str) -> None:
    ((cases,),) = databases.sql(demonstration, "SELECT count(*) FROM case_secret")

    assert command("conformance", "summarise").out == f"{cases} cases measured.\n"
    steps = databases.sql(demonstration, "SELECT * FROM measured_step ORDER BY case_id, name")
    assert command("conformance", "summarise").out == "0 cases measured.\n"
    assert command("conformance", "summarise", "--anew").out == f"{cases} cases measured.\n"

    assert databases.sql(demonstration, "SELECT * FROM measured_step ORDER BY case_id, name") == steps
    assert len(steps) > cases


def test_rebuilding_leaves_what_was_measured_true(command: Command, demonstration: str) -> None:
    command("conformance", "summarise")

    assert command("rebuild").code == 0

    assert command("conformance", "summarise").out == "0 cases measured.\n"


def test_histories_are_written_as_an_event_log(command: Command, demonstration: str, tmp_path: Path) -> None:
    path = tmp_path / "log.xes"

    answer = command("history", "xes", "--pathway", "referral", "--from", "2024-01-01", "--out", str(path))

    assert answer.code == 0
    log = etree.parse(str(path)).getroot()
    events = sum(1 for _ in log.iter("{*}event"))
    assert events
    assert answer.out == f"{path} holds {events} events of {sum(1 for _ in log.iter('{*}trace'))} cases.\n"
    assert "File exists" in command("history", "xes", "--out", str(path)).err


@pytest.mark.parametrize(
    ("options", "told"),
    [(("--pathway", "no_such"), "There is no pathway “no_such”."), (("--from", "soon"), "soon")],
)
def test_what_cannot_be_written_is_told_in_a_sentence(
    command: Command, demonstration: str, tmp_path: Path, options: tuple[str, ...], told: str
) -> None:
    answer = command("history", "xes", *options, "--out", str(tmp_path / "log.xes"))

    assert answer.code != 0
    assert told in answer.err
    assert not (tmp_path / "log.xes").exists()
