"""check, scenario, eval and publish."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Command


@pytest.fixture
def folder(root: Path, tmp_path: Path) -> Path:
    """Pathways and forms of the test's own, with one scenario."""
    shutil.copytree(root / "bpmn", tmp_path / "bpmn", ignore=shutil.ignore_patterns("scenarios"))
    shutil.copytree(root / "forms", tmp_path / "forms")
    (tmp_path / "bpmn/scenarios").mkdir()
    shutil.copy(root / "bpmn/scenarios/contact_no_further_action.yaml", tmp_path / "bpmn/scenarios")
    return tmp_path


def test_pathways_and_forms_that_are_in_order_pass(command: Command, folder: Path) -> None:
    answer = command("check", str(folder))

    assert (answer.code, answer.out) == (0, "")
    assert "All is well" in answer.err


def test_each_problem_is_a_line_with_file_and_element(command: Command, folder: Path) -> None:
    (folder / "bpmn/rights.yaml").write_text("roles: [", encoding="utf-8")
    diagram = folder / "bpmn/referral.bpmn"
    diagram.write_text(
        diagram.read_text(encoding="utf-8").replace(
            "working_days_after(received_on, 1)", "working_days_after(received_on 1)"
        ),
        encoding="utf-8",
    )

    answer = command("check", str(folder))

    lines = answer.out.splitlines()
    assert answer.code == 1
    assert any(line.startswith("bpmn/rights.yaml: ") for line in lines)
    assert any(line.startswith("bpmn/referral.bpmn, decision_due") for line in lines)


def test_a_folder_that_is_called_like_a_diagram_is_named(command: Command, folder: Path) -> None:
    (folder / "bpmn/x.bpmn").mkdir()

    answer = command("check", str(folder))

    assert answer.code == 1
    assert answer.err.startswith("bpmn/x.bpmn: This is a folder")


def test_a_scenario_that_fails_is_a_problem_of_check(command: Command, folder: Path) -> None:
    scenario = folder / "bpmn/scenarios/contact_no_further_action.yaml"
    scenario.write_text(
        scenario.read_text(encoding="utf-8") + "  - expect: {running: [referral]}\n", encoding="utf-8"
    )

    answer = command("check", str(folder))

    assert answer.code == 1
    assert answer.out.startswith("bpmn/scenarios/contact_no_further_action.yaml, step ")
    assert "Expected among running: referral. There was: nothing." in answer.out


def test_a_folder_without_pathways_is_a_misunderstanding(command: Command, tmp_path: Path) -> None:
    answer = command("check", str(tmp_path))

    assert answer.code == 2


def test_a_scenario_passes_by_itself(command: Command, root: Path) -> None:
    answer = command("scenario", str(root / "bpmn/scenarios/contact_no_further_action.yaml"))

    assert (answer.code, answer.out) == (0, "")


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ('working_days_after(date("2026-03-20"), 15)', "2026-04-14"),
        ("=today()", "2026-03-20"),
        ("1 < 2 and null", "null"),
        ("2 > 1", "true"),
        ('["a", 0.5]', "[a, 0.5]"),
        ('duration("P3M")', "P3M"),
        ("now()", "2026-03-20T12:00:00+00:00"),
    ],
)
def test_the_value_of_an_expression_is_printed(command: Command, expression: str, value: str) -> None:
    answer = command("eval", expression, "--on", "2026-03-20")

    assert (answer.code, answer.out) == (0, f"{value}\n")


@pytest.mark.parametrize(
    "expression",
    ["1 +", "nonsense(1)", "foo", "received_on + 1", "born()", 'working_days_after(date("1800-01-01"), 1)'],
)
def test_an_expression_that_cannot_be_used_is_refused_in_a_sentence(
    command: Command, expression: str
) -> None:
    answer = command("eval", expression)

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("Error: ")


def test_the_first_release_is_published_and_a_second_is_not(command: Command) -> None:
    assert command("db", "upgrade").code == 0

    first, second = command("publish"), command("publish", "--name", "Another")

    assert (first.code, second.code) == (0, 1)
    assert first.out.startswith("Published ")
    assert "change board" in second.err


def test_a_release_with_problems_is_not_published(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command("db", "upgrade")
    (folder / "bpmn/statute.yaml").unlink()
    monkeypatch.setenv("ICS_FLOW_BPMN", str(folder / "bpmn"))

    answer = command("publish")

    assert answer.code == 1
    assert "statute.yaml" in answer.out
    assert (
        "No procedures have been published"
        in command("account", "add", "jo", "--name", "Jo", "--role", "TA").err
    )
