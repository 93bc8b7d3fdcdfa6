"""The same fingerprints on any machine: other time zones, other hash seeds, another process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from ics_flow.domain.history import read_entry
from tests import databases
from tests.replay.council import Council
from tests.replay.everywhere import ELSEWHERE, said_here, said_there
from tests.replay.everywhere import make as make_council
from tests.replay.make_golden import LIVES
from tests.replay.moves import ONWARD, Correct, HoursPass, Restart, completion, make
from tests.replay.written import Written, write_archive, written

SURROUNDINGS = (
    {"TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1", "LC_ALL": "C"},
    {"TZ": "America/St_Johns", "PYTHONHASHSEED": "4294967295", "LC_ALL": "C.UTF-8"},
)


@pytest.fixture(scope="module")
def lives(founded: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the histories of some lives, and the archive that they name."""
    folder = tmp_path_factory.mktemp("lives")
    (folder / "histories").mkdir()
    for name, live in {**LIVES, "at_random": _at_random}.items():
        council = Council.copied(founded, folder, name, seed=7)
        history = written(council, live(council))
        write_archive(council, folder / "archive")
        council.close()
        (folder / "histories" / f"{name}.json").write_text(json.dumps(history.to_json()))
    return folder


def test_other_time_zones_and_hash_seeds_give_the_same_fingerprints(lives: Path, root: Path) -> None:
    histories = {
        path.name: Written.from_json(json.loads(path.read_text()))
        for path in (lives / "histories").glob("*.json")
    }
    recorded: dict[str, list[Any]] = {
        name: [len(history.entries), read_entry(history.entries[-1]).fingerprint, []]
        for name, history in histories.items()
    }

    answers = [_ask(lives, root, surroundings) for surroundings in SURROUNDINGS]

    for answer in answers:
        assert answer["said"] == recorded
    one, other = (answer["surroundings"] for answer in answers)
    assert one[0] != other[0], "the hash seeds do not differ, so nothing was shown"
    assert one[1] != other[1], "the time zones do not differ, so nothing was shown"


@pytest.mark.skipif(databases.on_postgresql(), reason="the demonstration is a file")
def test_a_council_comes_out_alike_in_other_time_zones_and_under_other_hash_seeds(tmp_path: Path) -> None:
    """A few of its families; `make replay-everywhere` proves all of them."""
    path = tmp_path / "council.db"
    make_council(path, families=2)
    here = said_here(path)

    there = said_there(path, ELSEWHERE[:2])

    assert len(here) > 20
    assert [subject for subject, said in here.items() if said[2]] == []
    for answer in there:
        assert answer["said"] == here
    assert len({str(answer["surroundings"][0]) for answer in there}) == len(there), (
        "the hash seeds do not differ"
    )
    assert len({str(answer["surroundings"][1]) for answer in there}) == len(there), (
        "the time zones do not differ"
    )


def _at_random(council: Council) -> str:
    """A life of made-up answers, corrections and time."""
    case = council.assess()
    council.start(case, "review_loop")
    for seed in range(16):
        view = council.standing(case)[1]
        for task in view.tasks[:1]:
            council.handle(completion(council, view, task, seed, ONWARD.get(task.form, {})))
        make(council, case, HoursPass(seed * 50, ticked=seed % 3 == 0))
        make(council, case, Correct(seed * 5, seed))
        if seed % 5 == 0:
            make(council, case, Restart())
    return case


def _ask(lives: Path, root: Path, surroundings: dict[str, str]) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "tests.replay.written", str(lives)],
        cwd=root,
        env={**os.environ, **surroundings},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)
