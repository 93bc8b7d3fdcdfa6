"""An order for open cases worked off by a process that is killed on the way: ``python -m tests.reliability.killed_orders ADDRESS STATEMENTS``.

The process kills itself, as ``kill -9`` does, after so many statements (commits count as such); with none, it lives to the end.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from tests.replay.council import Council


def main(url: str, left: int) -> None:
    """Work off what is ordered, dying on the way."""
    council = Council(url, seed=left)
    council.clock.advance(hours=3)
    council.application.in_force()

    def step(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", step)
    event.listen(Engine, "commit", step)
    while council.application.work_for_the_board(most=2):
        pass


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
