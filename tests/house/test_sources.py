"""The house's rules about source files, each seen to fail once.

Here: what no linter knows. Not here: what ruff, mypy and import-linter check by themselves.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

PACKAGES = ("engine", "ics_flow", "web")

# Put together here, so that this file does not hold what it looks for.
UNFINISHED = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|X" + r"XX)\b")
ONE_MACHINE = re.compile(
    r"(?<![\w.])/(?:home|root|work|Users)/\w|registry\." + r"npmjs|python" + r"hosted\.org|pypi\.org/simple"
)


def test_the_store_commits_in_one_place(root: Path) -> None:
    assert len(list(commits(python_files(root, "ics_flow/store")))) == 1


def test_nothing_but_the_store_commits(root: Path) -> None:
    outside = [file for file in python_files(root, *PACKAGES) if "store" not in file.parts]

    assert list(commits(outside)) == []


def test_a_second_commit_would_be_found(tmp_path: Path) -> None:
    (tmp_path / "unit.py").write_text(
        "def close(connection):\n    connection.commit()\n    connection.commit()\n"
    )

    assert len(list(commits([tmp_path / "unit.py"]))) == 2


def test_every_module_says_what_it_is_for(root: Path) -> None:
    files = python_files(root, *PACKAGES, "tests")

    assert [str(file.relative_to(root)) for file in files if not has_docstring(file)] == []


@pytest.mark.parametrize("source", ["", "x = 1\n", '""" """\n'])
def test_a_module_without_a_word_would_be_found(tmp_path: Path, source: str) -> None:
    module = tmp_path / "module.py"
    module.write_text(source)

    assert not has_docstring(module)


def test_only_one_module_reads_the_clock(root: Path) -> None:
    assert ruff("check", *PACKAGES, "tests", cwd=root) == ""


@pytest.mark.parametrize(
    "reading",
    [
        "from datetime import UTC, datetime\n\nprint(datetime.now(UTC))\n",
        "import datetime as dt\n\nprint(dt.datetime.utcnow())\n",
        "from datetime import date\n\ntoday = date.today\n",
        "from time import time\n\nprint(time())\n",
        "import time\n\nprint(time.time_ns())\n",
    ],
)
def test_a_second_reader_of_the_clock_would_be_found(root: Path, reading: str) -> None:
    assert "TID251" in ruff("check", "--stdin-filename", "engine/step.py", "-", cwd=root, source=reading)
    assert ruff("check", "--stdin-filename", "ics_flow/clock.py", "-", cwd=root, source=reading) == ""


def test_work_left_over_is_no_comment(root: Path) -> None:
    assert mentions(UNFINISHED, own_files(root)) == []


def test_no_file_speaks_of_one_machine_or_one_registry(root: Path) -> None:
    assert mentions(ONE_MACHINE, own_files(root)) == []


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        (UNFINISHED, "# TO" + "DO: finish\n"),
        (ONE_MACHINE, "open('/home" + "/ann/notes')\n"),
        (ONE_MACHINE, "https://registry." + "npmjs.org/esbuild\n"),
    ],
)
def test_a_forbidden_mention_would_be_found(tmp_path: Path, rule: re.Pattern[str], text: str) -> None:
    (tmp_path / "notes.md").write_text("Fine.\n" + text)

    assert mentions(rule, [tmp_path / "notes.md"]) == [f"{tmp_path / 'notes.md'}:2"]


def python_files(root: Path, *folders: str) -> list[Path]:
    """The modules under the folders, without those that the pages' packages bring."""
    found = (file for folder in folders for file in (root / folder).rglob("*.py"))
    return sorted(file for file in found if "node_modules" not in file.parts)


def commits(files: Iterable[Path]) -> Iterator[str]:
    """The places where a method named commit is called."""
    for file in files:
        for node in ast.walk(ast.parse(file.read_text())):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "commit"
            ):
                yield f"{file}:{node.lineno}"


def has_docstring(file: Path) -> bool:
    """Whether the module begins with a sentence."""
    return bool((ast.get_docstring(ast.parse(file.read_text())) or "").strip())


def own_files(root: Path) -> list[Path]:
    """The files of the project: those that git keeps or would keep."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        check=True,
        capture_output=True,
        text=True,
    )
    files = (root / name for name in listed.stdout.split("\0") if name)
    return sorted(file for file in files if file.is_file())


def mentions(rule: re.Pattern[str], files: Iterable[Path]) -> list[str]:
    """The lines in text files that the rule matches, as `file:line`."""
    found = []
    for file in files:
        try:
            lines = file.read_text().splitlines()
        except UnicodeDecodeError:
            continue
        found += [f"{file}:{number}" for number, line in enumerate(lines, 1) if rule.search(line)]
    return found


def ruff(*arguments: str, cwd: Path, source: str | None = None) -> str:
    """What ruff says about reading the clock; nothing when all is well."""
    answer = subprocess.run(
        [
            sys.executable,
            "-m",
            "ruff",
            *arguments,
            "--select",
            "TID251",
            "--no-cache",
            "--quiet",
            "--output-format=concise",
        ],
        cwd=cwd,
        input=source,
        capture_output=True,
        text=True,
        check=False,
    )
    assert answer.stderr == ""
    return answer.stdout
