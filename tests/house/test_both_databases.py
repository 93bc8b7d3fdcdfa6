"""What a database comes into runs on PostgreSQL too: a module of the kinds in which that is seldom says so where it does."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.conftest import SELDOM

A_DATABASE = {"tests.databases", "tests.office", "ics_flow.store.Database"}


def test_every_module_that_opens_a_database_runs_on_both(root: Path) -> None:
    assert (
        list(unmarked(path for kind in SELDOM for path in (root / "tests" / kind).rglob("test_*.py"))) == []
    )


def test_a_module_that_does_not_say_so_would_be_found(tmp_path: Path) -> None:
    opening = "from tests import databases\n"
    (tmp_path / "test_said.py").write_text(f"{opening}pytestmark = pytest.mark.database\n")
    (tmp_path / "test_unsaid.py").write_text(opening)
    (tmp_path / "test_another.py").write_text("from ics_flow.store import Reading\n")

    assert [path.name for path in unmarked(tmp_path.iterdir())] == ["test_unsaid.py"]


def unmarked(paths: Iterable[Path]) -> Iterator[Path]:
    """The modules that open a database and do not say that it comes into them."""
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if A_DATABASE & set(imported(text)) and "pytest.mark.database" not in text:
            yield path


def imported(text: str) -> Iterator[str]:
    """What a module imports, by its whole name."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom):
            yield from (node.module or "", *(f"{node.module}.{each.name}" for each in node.names))
