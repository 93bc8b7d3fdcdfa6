"""``kill -9`` at every statement of a real process's command leaves all of it or nothing, and the same command sent again is done once."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from itertools import count
from pathlib import Path

import pytest

from ics_flow.commands.complete_task import CompleteTask
from tests import databases
from tests.replay.council import Council
from tests.replay.truth import require_truth

WRITE = "initial_assessment#1/assessment#1/write#1"


@pytest.fixture(scope="module")
def killed(
    morning: str, root: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[str, CompleteTask, list[tuple[str, str]]]:
    """The database as it was before, the command, and for each process that died what it was about to do, and its database."""
    folder = tmp_path_factory.mktemp("killed")
    before = databases.copied(morning, folder, "before", kept=True)
    council = Council(before)
    council.numbers = count(1_000)  # those below were used before
    (case,) = council.cases()
    command = council.completion(case, WRITE, by="sw", outcome="core_assessment")
    council.close()
    (folder / "command.json").write_text(json.dumps({"command": asdict(command), "database": before}))
    done = subprocess.run(
        [sys.executable, "-m", "tests.reliability.killed", str(folder)],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return before, command, [(doing, url) for doing, url in json.loads(done.stdout)]


def test_the_process_was_killed_at_every_statement(
    killed: tuple[str, CompleteTask, list[tuple[str, str]]],
) -> None:
    died = [doing for doing, _ in killed[2]]

    assert died[-2:] == ["COMMIT", "answer"]
    assert {
        "INSERT INTO history",
        "INSERT INTO payload",
        "INSERT INTO snapshot",
        "INSERT INTO request",
    } <= set(died)


def test_a_killed_process_leaves_all_or_nothing_and_the_command_sent_again_is_done_once(
    killed: tuple[str, CompleteTask, list[tuple[str, str]]],
) -> None:
    url, command, died = killed
    before = Council(url)
    was, rows = before.stored(command.case_id), before.derived()
    before.close()
    for number, (doing, left) in enumerate(died, start=1):
        council = Council(left, seed=number)
        require_truth(council)
        done = len(council.stored(command.case_id)) > len(was)
        assert done == (doing == "answer"), f"killed before {doing!r}"
        if not done:
            assert (council.stored(command.case_id), council.derived()) == (was, rows)

        first = council.handle(command)
        second = council.handle(command)

        assert first == second
        causes = [entry.cause for entry in council.entries(command.case_id)]
        assert causes.count(command.command_id) == 1
        assert council.kinds(command.case_id)[len(was) :] == ["task-completed"]
        require_truth(council)
        council.close()
