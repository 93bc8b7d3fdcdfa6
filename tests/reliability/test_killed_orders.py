"""``kill -9`` while an order is carried out: begun again until it is done, it has moved every case, and none twice."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

from ics_flow.board.orders import order_moves, progress_of
from ics_flow.calendar import england
from tests import databases
from tests.replay.council import Council, release_files
from tests.replay.moves import another_release, published_ungated
from tests.replay.truth import require_truth

CASES = 5
DUE = "initial_assessment#1/assessment#1/finalise_due#1"


def test_an_order_that_is_killed_again_and_again_moves_every_case_once(
    founded: str, root: Path, tmp_path: Path
) -> None:
    url = databases.copied(founded, tmp_path)
    council = Council(url)
    for _ in range(CASES):
        council.assess()
    council.clock.advance(hours=1)
    release = published_ungated(council, another_release(release_files(root), days=20), england())
    with council.database.unit(council.clock) as unit:
        order = order_moves(unit, release, {"initial_assessment": "move"}, by="owner", reason="A change")
    council.close()

    ends = [worked(root, url, statements) for statements in (7, 31, 38, 0)]

    assert ends == [-signal.SIGKILL, -signal.SIGKILL, -signal.SIGKILL, 0]
    council = Council(url, seed=99)
    with council.database.reading() as reading:
        progress = progress_of(reading, order.id)
    assert (progress.moved, progress.left, progress.order.state) == (CASES, 0, "done")
    for case in council.cases():
        causes = [entry.cause for entry in council.entries(case)]
        assert causes.count(order.id) == 1
    due = council.sql("SELECT due_on FROM deadline_row WHERE name = ?", DUE)
    assert {str(day) for (day,) in due} == {str(date(2026, 4, 21))}
    require_truth(council)
    council.close()


def worked(root: Path, url: str, statements: int) -> int:
    """How a process that works on the order ends."""
    command = [sys.executable, "-m", "tests.reliability.killed_orders", url, str(statements)]
    return subprocess.run(command, cwd=root, check=False, capture_output=True, text=True).returncode
