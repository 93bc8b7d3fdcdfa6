"""The ground of a benchmark: a database of its own in a folder that is thrown away, a release in force, and cases to work on."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from engine.feel import Context
from ics_flow.application import Application
from ics_flow.calendar import england
from ics_flow.clock import Clock, ManualClock
from ics_flow.commands.complete_task import CompleteTask
from ics_flow.commands.record_contact import RecordContact
from ics_flow.commands.work import read_snapshot
from ics_flow.domain.forms import Occasion, example_answers
from ics_flow.domain.rights import Rights
from ics_flow.domain.view import CaseView
from ics_flow.process.case import CaseState
from ics_flow.store import Database
from ics_flow.store.accounts import Account, live_choices

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
WRITER, AUTHORISER = "writer", "authoriser"


@dataclass(slots=True)
class Ground:
    """An application over a scratch database."""

    file: Path
    application: Application
    _ids: Iterator[int] = field(default_factory=count)

    @property
    def database(self) -> Database:
        """The database."""
        return self.application.database

    def begin(self) -> str:
        """A new case, whose first task waits; gives its id."""
        outcome = self.application.handle(
            RecordContact(
                command_id=self._command_id(), actor=WRITER, given_name="Ava", family_name="Example"
            )
        )
        assert outcome.case_id is not None  # noqa: S101 a contact opens a case
        return outcome.case_id

    def first(self) -> CompleteTask:
        """The command that completes the first task of a new case, with answers that pass."""
        command = self.next(self.begin())
        assert command is not None  # noqa: S101 a new case has a task
        return command

    def next(self, case: str) -> CompleteTask | None:
        """The command that completes the case's first waiting task; None where nothing waits."""
        view = self.view(case)
        if not view.tasks:
            return None
        task = view.tasks[0]
        by = AUTHORISER if task.other_than else WRITER
        return answered(self.application, case, task.name, command_id=self._command_id(), by=by)

    def finish(self, case: str) -> int:
        """Complete every task of the case; gives how many there were."""
        done = 0
        while command := self.next(case):
            self.application.handle(command)
            done += 1
        return done

    def view(self, case: str) -> CaseView:
        """The case as it stands."""
        return standing(self.application, case)[1]

    def _command_id(self) -> str:
        return f"bench-{next(self._ids)}"


def standing(application: Application, case: str) -> tuple[CaseState, CaseView]:
    """The case as it stands."""
    with application.database.unit(application.clock) as unit:
        opened = unit.open_case(case)
    kept = read_snapshot(opened) if opened else None
    assert kept is not None  # noqa: S101 a case that was begun has a snapshot
    return kept[:2]


def answered(application: Application, case: str, name: str, *, command_id: str, by: str) -> CompleteTask:
    """The command that completes a waiting task, with answers that pass."""
    state, view = standing(application, case)
    task = next(each for each in view.tasks if each.name == name)
    with application.reading() as reading:
        live = live_choices(reading.accounts.all(), application.rights)
    context = Context(instant=application.clock(), calendar=application.calendar, facts=state.fact)
    occasion = Occasion(context=context, known={"born": state.born}, live=live)
    return CompleteTask(
        command_id=command_id,
        actor=by,
        case_id=case,
        task=name,
        answers=example_answers(application.release.forms[task.form], "bench", occasion, {}),
    )


@contextmanager
def ground(files: Mapping[str, bytes], clock: Clock | None = None) -> Iterator[Ground]:
    """A scratch database with the release in force and two workers who hold every role."""
    with bare_ground(files, clock) as scratch:
        _employ(scratch.application.rights, scratch.database, scratch.application.clock)
        yield scratch


@contextmanager
def bare_ground(files: Mapping[str, bytes], clock: Clock | None = None) -> Iterator[Ground]:
    """A scratch database with the release in force, in which nobody works yet."""
    with TemporaryDirectory(prefix="ics-flow-bench-") as folder:
        file = Path(folder) / "bench.db"
        with Database(f"sqlite:///{file}") as database:
            database.upgrade()
            application = Application(database, clock or ManualClock(NOON), Random(1).randbytes)  # noqa: S311 the same each run
            application.publish(files, england(), name="bench", actor="setup")
            yield Ground(file, application)


def _employ(rights: Rights, database: Database, clock: Clock) -> None:
    with database.unit(clock) as unit:
        for worker in (WRITER, AUTHORISER):
            unit.accounts.add(
                Account(
                    worker_id=worker,
                    username=worker,
                    password_hash=None,
                    name=worker.capitalize(),
                    roles=tuple(rights.labels),
                    team="Assessment",
                    manager_id=AUTHORISER,
                )
            )


@contextmanager
def bare(scratch: Ground) -> Iterator[sqlite3.Connection]:
    """The scratch database's file itself, for what no store does; the application lets go of it first, as two SQLite libraries in one
    process would undo each other's locks.
    """
    scratch.database.close()
    with closing(sqlite3.connect(scratch.file)) as connection, connection:
        yield connection


def contents(scratch: Ground) -> dict[str, tuple[int, int]]:
    """What each table of the database holds: rows, and bytes in all their columns."""
    with bare(scratch) as connection:
        names = [
            name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        return {name: _content(connection, name) for name in sorted(names)}


def _content(connection: sqlite3.Connection, table: str) -> tuple[int, int]:
    columns = [row[1] for row in connection.execute(f'PRAGMA table_info("{table}")')]
    sizes = " + ".join(f'coalesce(length(CAST("{column}" AS BLOB)), 0)' for column in columns)
    rows, size = connection.execute(f'SELECT count(*), coalesce(sum({sizes}), 0) FROM "{table}"').fetchone()  # noqa: S608 the names are the database's own
    return rows, size
