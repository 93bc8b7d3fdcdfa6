"""The same in gives the same out: under other hash seeds, in other time zones, at another hour of the day.

The cases are random diagrams, played in a process of their own for each setting.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PLAYED = """
import hashlib, json
from engine import encode_effect
from tests.flow import test_second_interpreter as matches

digest = hashlib.sha256()
real = matches.Match.compare

def noted(self, step):
    told = [step.state.encode(), [encode_effect(effect) for effect in step.effects]]
    digest.update(json.dumps(told).encode())
    real(self, step)

matches.Match.compare = noted
for seed in range(40):
    matches.play(seed)
print(digest.hexdigest())
"""


def digest(root: Path, **settings: str) -> str:
    """What forty random cases come to, effect by effect, under those settings."""
    done = subprocess.run(
        [sys.executable, "-c", PLAYED],
        cwd=root,
        env={**os.environ, "PYTHONPATH": str(root), **settings},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    return done.stdout.strip()


@pytest.fixture(scope="module")
def expected() -> str:
    return digest(Path(__file__).resolve().parents[3], PYTHONHASHSEED="0", TZ="Europe/London")


@pytest.mark.parametrize(
    "settings",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4242", "TZ": "Pacific/Auckland"},
        {"TZ": "America/Los_Angeles"},
    ],
    ids=["hash seed", "both", "time zone"],
)
def test_neither_hash_seed_nor_time_zone_changes_anything(
    root: Path, expected: str, settings: dict[str, str]
) -> None:
    assert digest(root, **{"PYTHONHASHSEED": "0"} | settings) == expected
