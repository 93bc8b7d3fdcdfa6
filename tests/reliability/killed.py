"""One command in a process that kills itself at a statement: ``python -m tests.reliability.killed FOLDER``.

The folder holds ``command.json``: the address of a database, and the command. For n = 1, 2, ... a child process opens a copy and sends the command; at its nth statement (the commit
and the moment between commit and answer count as statements too) it kills itself as ``kill -9`` does. The first child that lives to the end ends the series. Printed, as
JSON: what each child was about to do when it died, and the address of its database.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from ics_flow.commands.complete_task import CompleteTask
from tests import databases
from tests.replay.council import Council

SURVIVED = 0


class Countdown:
    """Kills the process at the nth thing that it is about to do, having told the pipe what that was."""

    def __init__(self, left: int, pipe: int) -> None:
        self.left = left
        self.pipe = pipe

    def step(self, doing: str) -> None:
        """One thing less to live for."""
        self.left -= 1
        if self.left == 0:
            os.write(self.pipe, doing.encode())
            os.kill(os.getpid(), signal.SIGKILL)


def child(url: str, command: CompleteTask, countdown: Countdown) -> None:
    """Send the command, dying on the way."""
    council = Council(url)

    def executing(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        countdown.step(" ".join(statement.split()[:3]))

    def committing(_: Any) -> None:
        countdown.step("COMMIT")

    event.listen(Engine, "before_cursor_execute", executing)
    event.listen(Engine, "commit", committing)
    council.handle(command)
    countdown.step("answer")


def main(folder: Path) -> list[tuple[str, str]]:
    """Run the series; gives what each child died of, and the address of its database."""
    asked = json.loads((folder / "command.json").read_text())
    command = CompleteTask(**asked["command"])
    died: list[tuple[str, str]] = []
    while True:
        url = databases.copied(asked["database"], folder, str(len(died) + 1), kept=True)
        reader, writer = os.pipe()
        process = os.fork()
        if process == 0:
            child(url, command, Countdown(len(died) + 1, writer))
            os._exit(SURVIVED)
        os.close(writer)
        doing = os.read(reader, 1_000).decode()
        os.close(reader)
        _, status = os.waitpid(process, 0)
        if os.WIFEXITED(status):
            if os.WEXITSTATUS(status) != SURVIVED:
                raise SystemExit(f"The child failed at {len(died) + 1}.")
            return died
        died.append((doing, url))


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1])), sys.stdout)
