"""A whole council replayed elsewhere: every history of a demonstration proved by processes that live in other time zones, under other hash seeds.

``python -m tests.replay.everywhere`` (``make replay-everywhere``) makes the whole demonstration first. As ``python -m tests.replay.everywhere PATH`` it proves
the database at the path where it is, and says what came of it: what the other processes do.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ics_flow.application import Application
from ics_flow.clock import ManualClock, wall_clock
from ics_flow.demonstration import fill
from ics_flow.domain.history import read_entry
from ics_flow.domain.release import read_files
from ics_flow.process.following import follow
from ics_flow.store import Database
from ics_flow.verification import verify
from tests.replay.written import surroundings

ROOT = Path(__file__).parents[2]
END = datetime(2026, 3, 29, 11, tzinfo=UTC)
"""The day on which the clocks go forward, so that much is done and due around it."""

ELSEWHERE: tuple[Mapping[str, str], ...] = (
    {"TZ": "Pacific/Auckland", "PYTHONHASHSEED": "0", "LC_ALL": "C"},
    {"TZ": "America/St_Johns", "PYTHONHASHSEED": "1", "LC_ALL": "C.UTF-8"},
    {"TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "4294967295", "LC_ALL": "C"},
)


def make(path: Path, families: int | None = None) -> None:
    """A demonstration at the path, the whole one unless so many families are asked for."""
    with Database(f"sqlite:///{path}") as database:
        database.make("training", ahead=END - wall_clock())
        release = read_files(ROOT / "bpmn", ROOT / "forms")
        fill(database, release, end=END, advance=lambda _done, _of: None, families=families)


def said_here(path: Path) -> dict[str, Any]:
    """Every history: how many entries were proved, the last running fingerprint that following it gives anew, and each fault."""
    said: dict[str, Any] = {}
    with Database(f"sqlite:///{path}") as database:
        application = Application(database, ManualClock(END), secrets.token_bytes)
        with application.reading() as reading:
            subjects = reading.history.subjects()
        for subject in subjects:
            proved = verify(application, subject)
            said[subject] = [
                proved.entries,
                _fingerprint(application, subject),
                [fault.sentence for fault in proved.faults],
            ]
    return said


def said_there(path: Path, places: Sequence[Mapping[str, str]] = ELSEWHERE) -> list[dict[str, Any]]:
    """What a process in each of those surroundings says of the database, with the surroundings that it found; all at once."""
    asked = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.replay.everywhere", path],
            cwd=ROOT,
            env={**os.environ, **place},
            stdout=subprocess.PIPE,
            text=True,
        )
        for place in places
    ]
    answers = [each.communicate()[0] for each in asked]
    if any(each.returncode for each in asked):
        raise RuntimeError("A process could not prove the database at all: see what it said above.")
    return [json.loads(answer) for answer in answers]


def _fingerprint(application: Application, subject: str) -> str | None:
    kind, _, case = subject.partition(":")
    if kind != "case":
        return None
    with application.reading() as reading:
        secret = reading.secrets.of(case)
        stored = reading.history.stored(subject)
    return follow(map(read_entry, stored), application.archive, secret or b"").fingerprint


def main() -> int:
    """Make the whole council, prove it here and elsewhere, and say whether all agree; gives the exit code."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "council.db"
        make(path)
        here = said_here(path)
        there = said_there(path)
    wrong = sorted(
        subject
        for subject, said in here.items()
        if said[2] or any(answer["said"].get(subject) != said for answer in there)
    )
    for subject in wrong:
        sys.stdout.write(
            f"{subject}: {[here[subject], *(answer['said'].get(subject) for answer in there)]}\n"
        )
    entries = sum(said[0] for said in here.values())
    places = ", ".join(f"{place['TZ']} with hash seed {place['PYTHONHASHSEED']}" for place in ELSEWHERE)
    if not wrong:
        sys.stdout.write(
            f"{len(here)} histories with {entries} entries come out alike here and in {places}.\n"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    if sys.argv[1:]:
        answer = {"said": said_here(Path(sys.argv[1])), "surroundings": surroundings()}
        sys.stdout.write(json.dumps(answer))
    else:
        sys.exit(main())
