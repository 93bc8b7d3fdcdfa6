"""Programs of the source tree that measure what the application may not import, each run in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from ics_flow.bench.measuring import Figures

_TREE = Path(__file__).parents[2]


def beside(name: str, *arguments: str) -> Figures:
    """What the program of that name in ``tests/bench`` measures, or why it does not."""
    if not (_TREE / "tests" / "bench" / f"{name}.py").exists():
        return {"not_measured": f"{name} stands in the source tree, which is not here"}
    ran = subprocess.run(  # noqa: S603 our own program
        [sys.executable, "-m", f"tests.bench.{name}", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=_TREE,
    )
    if ran.returncode:
        _, _, last = ran.stderr.strip().rpartition("\n")
        return {"not_measured": last or f"{name} ended with {ran.returncode}"}
    figures: Figures = json.loads(ran.stdout)
    return figures
