"""The import contracts of setup.cfg can fail: a small tree that breaks each is refused."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

MODULES = (
    "engine/step.py",
    "ics_flow/application.py",
    "ics_flow/bootstrap.py",
    "ics_flow/clock.py",
    "ics_flow/commands/start.py",
    "ics_flow/domain/ids.py",
    "ics_flow/queries/tray.py",
    "ics_flow/scheduler.py",
    "ics_flow/store/history.py",
    "web/app.py",
)


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("engine/step.py", "ics_flow.clock"),
        ("engine/step.py", "sqlalchemy"),
        ("ics_flow/application.py", "web.app"),
        ("ics_flow/application.py", "lxml.etree"),
        ("ics_flow/application.py", "flask"),
        ("ics_flow/bootstrap.py", "apscheduler.schedulers"),
        ("ics_flow/commands/start.py", "ics_flow.bootstrap"),
        ("ics_flow/commands/start.py", "ics_flow.queries.tray"),
        ("ics_flow/domain/ids.py", "ics_flow.store.history"),
        ("ics_flow/domain/ids.py", "ics_flow.clock"),
        ("ics_flow/store/history.py", "SpiffWorkflow"),
        ("web/app.py", "sqlalchemy.orm"),
    ],
)
def test_an_import_upwards_or_out_of_its_home_is_refused(
    root: Path, tmp_path: Path, module: str, imported: str
) -> None:
    tree(root, tmp_path)
    with (tmp_path / module).open("a") as file:
        file.write(f"import {imported}\n")

    assert "BROKEN" in lint_imports(tmp_path)


def test_imports_downwards_and_at_home_are_allowed(root: Path, tmp_path: Path) -> None:
    tree(root, tmp_path)
    for module, imported in [
        ("web/app.py", "ics_flow.application"),
        ("web/app.py", "flask"),
        ("ics_flow/application.py", "ics_flow.store.history"),
        ("ics_flow/application.py", "engine.step"),
        ("ics_flow/store/history.py", "sqlalchemy.orm"),
        ("ics_flow/scheduler.py", "apscheduler.schedulers.background"),
        ("engine/step.py", "SpiffWorkflow"),
    ]:
        with (tmp_path / module).open("a") as file:
            file.write(f"import {imported}\n")

    assert "0 broken" in lint_imports(tmp_path)


def tree(root: Path, folder: Path) -> None:
    """A small tree with the shape of the real one and its contracts."""
    shutil.copy(root / "setup.cfg", folder)
    for name in MODULES:
        module = folder / name
        module.parent.mkdir(parents=True, exist_ok=True)
        (module.parent / "__init__.py").touch()
        module.touch()
        if len(Path(name).parts) > 2:
            (module.parent.parent / "__init__.py").touch()


def lint_imports(folder: Path) -> str:
    """What import-linter says about the tree in the folder."""
    program = Path(sys.executable).with_name("lint-imports")
    answer = subprocess.run(
        [program, "--config", "setup.cfg", "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    return answer.stdout + answer.stderr
