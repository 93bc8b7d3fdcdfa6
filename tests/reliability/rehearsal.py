"""An upgrade rehearsed: a database made by the commit before is brought up to date by this tree, rebuilt, proved whole, and worked on.

``python -m tests.reliability.rehearsal [REVISION]`` (``make rehearse-upgrade``) takes HEAD~1 where no other is named. Where there is no such commit, or it
cannot run with the packages of today, it says so and ends well: nothing was rehearsed then. What fails is an upgrade that fails.
"""

from __future__ import annotations

import io
import os
import random
import secrets
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.commands.command import CLOCK
from ics_flow.commands.complete_task import CompleteTask
from ics_flow.commands.let_time_pass import LetTimePass
from ics_flow.domain.errors import Refused
from ics_flow.domain.forms import example_answers
from ics_flow.domain.history import Fault
from ics_flow.domain.ids import case_subject, new_id
from ics_flow.queries.opened import NoSuchFile, open_file
from ics_flow.queries.standpoint import Standpoint
from ics_flow.queries.task import task_form
from ics_flow.rebuild import rebuild
from ics_flow.store import Database
from ics_flow.store.accounts import Account, worker_of
from ics_flow.verification import verify

ROOT = Path(__file__).parents[2]
END = datetime(2026, 3, 20, 9, 30, tzinfo=UTC)
BEFORE = "HEAD~1"
MAKE = """
import sys
from datetime import datetime
from pathlib import Path
import ics_flow
from ics_flow.demonstration import make_demonstration
from ics_flow.settings import Settings

tree, path, end = Path(sys.argv[1]), Path(sys.argv[2]), datetime.fromisoformat(sys.argv[3])
assert Path(ics_flow.__file__).is_relative_to(tree), f"{ics_flow.__file__} is not of the commit before"
settings = Settings.from_environment({"ICS_FLOW_BPMN": str(tree / "bpmn"), "ICS_FLOW_FORMS": str(tree / "forms")})
make_demonstration(settings, path, end=end, advance=lambda done, of: None, families=0)
"""
"""What the commit before is asked to do, in its own words."""


class NotRehearsed(Exception):
    """Why there is nothing to rehearse with."""


class NothingToDo(Exception):
    """No task waits that anybody could do, so that nothing shows that work goes on."""


@dataclass(frozen=True)
class Rehearsed:
    """What came of a rehearsal: how much was proved, what is wrong with it, and which task was done afterwards."""

    histories: int
    entries: int
    faults: tuple[Fault, ...]
    done: str


def tree_of(revision: str, folder: Path, repository: Path = ROOT) -> Path:
    """The files of a commit, unpacked into the folder; raises NotRehearsed where there is no such commit here."""
    asked = subprocess.run(
        ["git", "-C", repository, "archive", "--format=tar", revision], capture_output=True, check=False
    )
    if asked.returncode:
        why = asked.stderr.decode(errors="replace").strip().partition("\n")[0]
        raise NotRehearsed(
            f"There is no commit {revision} here ({why}). A shallow clone has none before its first."
        )
    with tarfile.open(fileobj=io.BytesIO(asked.stdout)) as packed:
        packed.extractall(folder, filter="data")
    return folder


def make_database(tree: Path, path: Path) -> None:
    """A small demonstration made by the code of the tree; raises NotRehearsed where that code does not run with the packages of today."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("ICS_FLOW_")}
    made = subprocess.run(
        [sys.executable, "-c", MAKE, tree, path, END.isoformat()],
        cwd=tree,
        env={**environment, "PYTHONPATH": str(tree)},
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        last = made.stderr.strip().rpartition("\n")[2]
        raise NotRehearsed(f"The commit before does not run with the packages of today: {last}")


def upgrade(path: Path) -> Rehearsed:
    """Bring the database up to date with this tree's code, make again what is derived, prove every history, do a task, and prove its case again."""
    with Database(f"sqlite:///{path}") as database:
        database.upgrade()
        application = Application(database, ManualClock(END), secrets.token_bytes)
        faults = list(rebuild(application, lambda _done, _of: None))
        with application.reading() as reading:
            subjects = reading.history.subjects()
        proved = [verify(application, subject) for subject in subjects]
        faults += [fault for each in proved for fault in each.faults]
        entries = sum(each.entries for each in proved)
        if faults:
            return Rehearsed(len(subjects), entries, tuple(dict.fromkeys(faults)), "")
        case, task = do_a_task(application)
        faults += verify(application, case_subject(case)).faults
        return Rehearsed(len(subjects), entries, tuple(faults), task)


def do_a_task(application: Application) -> tuple[str, str]:
    """Do the first waiting task that somebody may do with made-up answers; gives the case and the task. Raises NothingToDo."""
    with application.reading() as reading:
        subjects = reading.history.subjects()
    for case in (subject.partition(":")[2] for subject in subjects if subject.startswith("case:")):
        application.handle(LetTimePass(command_id=new_id(application.entropy), actor=CLOCK, case_id=case))
        for command in completions(application, case):
            try:
                application.handle(command)
            except Refused:
                continue
            return case, command.task
    raise NothingToDo


def completions(
    application: Application, case: str, chance: random.Random | None = None
) -> Iterator[CompleteTask]:
    """The completion of each waiting task of the case, with made-up answers, by each worker who may do it; in an order left to chance, if one is given."""
    with application.reading() as reading:
        accounts = list(reading.accounts.all())
    (chance or random.Random(0)).shuffle(accounts)
    for account in accounts:
        yield from _by(application, case, account, "" if chance is None else str(chance.random()))


def _by(application: Application, case: str, account: Account, seed: str) -> list[CompleteTask]:
    by = Standpoint(
        worker=worker_of(account),
        at=application.now(),
        release=application.release,
        calendar=application.calendar,
        archive=application.archive,
    )
    with application.reading() as reading:
        try:
            file = open_file(reading, by, case)
        except NoSuchFile:
            return []
        asked = {
            task.name: task_form(reading, file, task.name) for task in file.view.tasks if file.may_do(task)
        }
    return [
        CompleteTask(
            command_id=new_id(application.entropy),
            actor=account.worker_id,
            case_id=case,
            task=name,
            answers=example_answers(form.form, f"{name}{seed}", form.occasion, {}),
        )
        for name, form in asked.items()
    ]


def main(revision: str = BEFORE) -> int:
    """Rehearse, and say what came of it; gives the exit code."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "before.db"
        try:
            make_database(tree_of(revision, Path(folder) / "tree"), path)
        except NotRehearsed as why:
            sys.stdout.write(f"Not rehearsed. {why}\n")
            return 0
        found = upgrade(path)
    for fault in found.faults:
        sys.stdout.write(f"{fault.subject}, entry {fault.position}: {fault.sentence}\n")
    if found.faults:
        return 1
    sys.stdout.write(
        f"The database of {revision} is up to date: {found.histories} histories with {found.entries} entries are as they were written, "
        f"and work goes on ({found.done}). {time.perf_counter() - began:.0f} s.\n"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
