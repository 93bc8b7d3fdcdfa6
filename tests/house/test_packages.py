"""What the project depends on is explained, locked and free of addresses.

Here: pyproject.toml, package.json, the lock files and docs/dependencies.md held together. Not here: what the packages do.
"""

from __future__ import annotations

import json
import re
import tomllib
from itertools import chain
from pathlib import Path

import pytest

PYTHON_LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-event-log.lock")
LOCKS = (*PYTHON_LOCKS, "web/frontend/package-lock.json")
ADDRESS = re.compile(r"\w+://|\b[\w-]+\.(?:org|com|io|net|dev)\b|^--[\w-]*index", re.MULTILINE)


def test_every_dependency_has_its_reason(root: Path) -> None:
    assert wanted(root) - explained(root / "docs" / "dependencies.md") == set()


def test_no_reason_outlives_its_dependency(root: Path) -> None:
    assert explained(root / "docs" / "dependencies.md") - wanted(root) == set()


def test_a_dependency_without_a_reason_would_be_found(tmp_path: Path) -> None:
    page = tmp_path / "dependencies.md"
    page.write_text("| package | what for |\n| --- | --- |\n| `flask` | pages |\n")

    assert {"flask", "lxml"} - explained(page) == {"lxml"}


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(root: Path, lock: str) -> None:
    assert addresses((root / lock).read_text()) == []


@pytest.mark.parametrize(
    "line",
    [
        '"resolved": "https://packages.example/a.tgz"',
        "--extra-index-url packages",
        "--index-url packages",
        "# from packages.example.org",
    ],
)
def test_an_address_in_a_lock_would_be_found(line: str) -> None:
    assert addresses(f"flask==3.1.3\n{line}\n") != []


@pytest.mark.parametrize("lock", PYTHON_LOCKS)
def test_every_locked_package_has_its_hashes(root: Path, lock: str) -> None:
    assert without_hash((root / lock).read_text()) == []


def test_a_package_without_hashes_would_be_found() -> None:
    assert without_hash("flask==3.1.3 \\\n    --hash=sha256:ab\nlxml==6.1.3\n") == ["lxml==6.1.3"]


def test_the_product_and_its_tests_use_the_same_releases(root: Path) -> None:
    product, development = ((root / lock).read_text() for lock in PYTHON_LOCKS[:2])

    assert set(pins(product)) <= set(pins(development))


def wanted(root: Path) -> set[str]:
    """The packages that pyproject.toml and package.json ask for by name."""
    project = tomllib.loads((root / "pyproject.toml").read_text())
    python = [*project["project"]["dependencies"], *chain(*project["dependency-groups"].values())]
    page = json.loads((root / "web" / "frontend" / "package.json").read_text())
    return {re.split(r"[^\w.-]", text)[0].lower() for text in python} | {
        *page["dependencies"],
        *page["devDependencies"],
    }


def explained(page: Path) -> set[str]:
    """The packages that have a row of their own in the table."""
    return set(re.findall(r"^\| `([^`]+)` \|", page.read_text(), re.MULTILINE))


def addresses(text: str) -> list[str]:
    """The pieces of a lock that look like an address or an option that names one."""
    return ADDRESS.findall(text)


def pins(text: str) -> list[str]:
    """The pinned packages of a lock, as `name==version`."""
    return re.findall(r"^[\w.-]+==[^\s;]+", text, re.MULTILINE)


def without_hash(text: str) -> list[str]:
    """The pinned packages of a lock that no hash follows."""
    return [
        pin
        for pin in pins(text)
        if not re.search(rf"^{re.escape(pin)}[^\n]*\\\n +--hash=sha256:\w+", text, re.MULTILINE)
    ]
