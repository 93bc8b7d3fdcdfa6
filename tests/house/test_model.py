"""The model that `ics-flow docs` writes is kept as it would be written now, and says what the diagrams and forms say."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.diagram import Call, Node, TimerEvent
from ics_flow.cli.program import run
from ics_flow.domain.release import Release, read_files
from ics_flow.modelling import pages_of


@pytest.fixture(scope="module")
def release(root: Path) -> Release:
    """The pathways and forms that ship."""
    return Release.read(read_files(root / "bpmn", root / "forms"))


@pytest.fixture(autouse=True)
def in_the_tree(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command finds pathways and forms where it stands."""
    monkeypatch.chdir(root)


def test_the_pages_are_those_that_would_be_written_now(root: Path) -> None:
    assert run(["docs", str(root / "docs/model"), "--check"]) == 0, "run `ics-flow docs`"


def test_a_page_that_is_not_as_it_would_be_written_now_is_named(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(root / "docs/model", tmp_path / "model")
    page = tmp_path / "model/hierarchy.md"
    page.write_text(page.read_text(encoding="utf-8").replace("Referral", "Transferral"), encoding="utf-8")
    (tmp_path / "model/records.md").unlink()

    assert run(["docs", str(tmp_path / "model"), "--check"]) == 1
    named = {Path(line.partition(":")[0]).name for line in capsys.readouterr().out.splitlines()}
    assert named == {"hierarchy.md", "records.md"}


def test_what_was_stale_is_written(tmp_path: Path) -> None:
    assert run(["docs", str(tmp_path / "model")]) == 0
    assert run(["docs", str(tmp_path / "model"), "--check"]) == 0


def test_every_pathway_form_question_and_clock_stands_in_the_pages(release: Release) -> None:
    pages = pages_of(release)
    pathways = release.pathways.by_id.values()

    assert [each.id for each in pathways if f"`{each.file}`" not in pages["process-model.md"]] == []
    assert [each.id for each in pathways if f"(`{each.id}`)" not in pages["hierarchy.md"]] == []
    for form in release.forms.values():
        told = pages["records.md"].partition(f"\n## {form.name}\n")[2].partition("\n## ")[0]
        keys = set(re.findall(r"^ *- `([a-z_0-9]+)`", told, re.MULTILINE))
        asked = {question.key for _, question in form.questions} | {rows.key for rows in form.rows}
        assert asked - keys == set(), form.name
    assert (
        "| `decision_due` | `working_days_after(received_on, 1)` | statutory |" in pages["process-model.md"]
    )


def bases_of(node: Node) -> Iterator[str]:
    """The bases that an element gives in words: a clock's own, or those that a call gives the clocks of what it calls."""
    match node:
        case TimerEvent():
            given = [node.properties.get("basis")]
        case Call():
            given = [value for name, value in node.inputs if name.endswith("_basis")]
        case _:
            given = []
    yield from (basis for basis in given if isinstance(basis, str))


def test_every_basis_of_a_clock_stands_in_the_process_model(release: Release) -> None:
    page = pages_of(release)["process-model.md"]
    pathways = release.pathways.by_id.values()
    bases = {basis for pathway in pathways for node in pathway.graph.walk() for basis in bases_of(node)}

    assert len(bases) > 30
    assert [basis for basis in bases if " ".join(basis.split()) not in page] == []


def test_every_row_of_a_table_has_as_many_cells_as_its_head(release: Release) -> None:
    for page in pages_of(release).values():
        tables = re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE)
        for lines in map(str.splitlines, tables):
            assert len({len(re.findall(r"(?<!\\)\|", line)) for line in lines}) == 1, lines[0]
