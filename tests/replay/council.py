"""A small council in a database of its own, for tests that let it work: the shipped pathways with those of ``tests/authored``, four workers, a clock that is moved by hand.

Not here: what any test expects of it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import count
from pathlib import Path
from typing import Any

from engine.feel import Context
from ics_flow.application import Application
from ics_flow.calendar import england
from ics_flow.clock import ManualClock
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.complete_task import CompleteTask
from ics_flow.commands.correct_answers import CorrectAnswers
from ics_flow.commands.errors import TaskNotWaiting
from ics_flow.commands.record_contact import RecordContact
from ics_flow.commands.roll_back import RollBack
from ics_flow.commands.start_pathway import StartPathway
from ics_flow.commands.work import read_snapshot
from ics_flow.domain.forms import Occasion, example_answers
from ics_flow.domain.history import Entry, StoredEntry
from ics_flow.domain.ids import case_subject
from ics_flow.domain.release import read_files
from ics_flow.domain.view import CaseView
from ics_flow.process.case import CaseState
from ics_flow.process.fold import forget
from ics_flow.process.following import Followed, follow
from ics_flow.store import Database
from ics_flow.store.accounts import Account, live_choices
from ics_flow.store.cases import OpenCase
from ics_flow.store.tables import DERIVED
from tests import databases

BEGIN = datetime(2026, 3, 20, 10, tzinfo=UTC)
"""A Friday, nine days before the clocks go forward."""

WORKERS = (
    Account(
        worker_id="ta",
        username="ta",
        password_hash=None,
        name="Tara",
        roles=("TA",),
        team="East",
        manager_id="pm",
    ),
    Account(
        worker_id="sw",
        username="sw",
        password_hash=None,
        name="Sam",
        roles=("SW",),
        team="East",
        manager_id="pm",
    ),
    Account(
        worker_id="sw2",
        username="sw2",
        password_hash=None,
        name="Sol",
        roles=("SW",),
        team="East",
        manager_id="pm",
    ),
    Account(
        worker_id="pm",
        username="pm",
        password_hash=None,
        name="Pat",
        roles=("PM",),
        team="East",
        manager_id="sm",
    ),
    Account(
        worker_id="sm",
        username="sm",
        password_hash=None,
        name="Sue",
        roles=("SM",),
        team="East",
        manager_id=None,
    ),
)

OF_CASES = tuple(table.name for table in DERIVED if "case_id" in table.c and table.name != "snapshot")
"""The derived tables that the history of a case alone makes."""


def release_files(root: Path) -> dict[str, bytes]:
    """The shipped release, with the test pathways and their forms beside it; without the map, which shows the shipped ones alone."""
    authored = root / "tests" / "authored"
    files = {
        **read_files(root / "bpmn", root / "forms"),
        **read_files(authored / "pathways", authored / "forms"),
        **read_files(root / "tests" / "replay" / "pathways", authored / "forms"),
    }
    del files["bpmn/pathway_map.bpmn"]
    return files


def found(url: str, files: Mapping[str, bytes]) -> None:
    """Make the database of a council at that address: tables, workers, release and calendar."""
    clock = ManualClock(BEGIN)
    with Database(url) as database:
        database.upgrade()
        Application(database, clock, random.Random(0).randbytes).publish(
            files, england(), name="first", actor="setup"
        )
        with database.unit(clock) as unit:
            for worker in WORKERS:
                unit.accounts.add(worker)


class Council:
    """A council at work in a database of its own."""

    def __init__(
        self,
        url: str,
        *,
        seed: int = 0,
        application: type[Application] = Application,
        database: type[Database] = Database,
    ) -> None:
        self.url = url
        self.clock = ManualClock(BEGIN)
        self.entropy = random.Random(seed).randbytes
        self.numbers = count(1)
        self.kinds_of = database, application
        self.open()

    @classmethod
    def copied(
        cls, founded: str, folder: Path, name: str = "ics-flow", *, kept: bool = False, **options: Any
    ) -> Council:
        """A council in a copy of a founded database."""
        return cls(databases.copied(founded, folder, name, kept=kept), **options)

    def open(self) -> None:
        """Open the database with nothing in memory."""
        database, application = self.kinds_of
        self.database = database(self.url)
        self.application = application(self.database, self.clock, self.entropy)

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def restart(self) -> None:
        """Throw away the application, its caches and every snapshot, and begin again from the database."""
        self.close()
        self.sql("DELETE FROM snapshot")
        self.open()

    # What people do

    def id(self) -> str:
        """The id of the next command."""
        return f"command-{next(self.numbers)}"

    def handle(self, command: Command) -> Outcome:
        """Do what the command asks."""
        return self.application.handle(command)

    def contact(
        self, *, by: str = "ta", person: str | None = None, born: date | None = date(2019, 5, 1)
    ) -> str:
        """Begin a contact about a child; gives the case."""
        command = RecordContact(
            command_id=self.id(),
            actor=by,
            person_id=person,
            given_name="" if person else "Ava",
            family_name="" if person else "Example",
            born=None if person else born,
        )
        case = self.handle(command).case_id
        assert case is not None
        return case

    def start(self, case: str, pathway: str, *, by: str = "sw") -> Outcome:
        """Begin a pathway by hand."""
        return self.handle(StartPathway(command_id=self.id(), actor=by, case_id=case, pathway=pathway))

    def completion(self, case: str, task: str, *, by: str, seed: str = "s", **given: object) -> CompleteTask:
        """The command that completes the waiting task, with example answers beside those given."""
        answers = self.answers(case, task, seed, given)
        return CompleteTask(command_id=self.id(), actor=by, case_id=case, task=task, answers=answers)

    def complete(self, case: str, task: str, *, by: str, seed: str = "s", **given: object) -> Outcome:
        """Complete the waiting task."""
        return self.handle(self.completion(case, task, by=by, seed=seed, **given))

    def correct(self, case: str, task: str, question: str, answer: object, *, by: str = "pm") -> Outcome:
        """Put an answer right."""
        return self.handle(
            CorrectAnswers(
                command_id=self.id(),
                actor=by,
                case_id=case,
                task=task,
                answers={question: answer},
                reason="Mistyped",
            )
        )

    def roll_back(self, case: str, record: str, *, by: str = "sm") -> Outcome:
        """Take the authorisation of a record back."""
        return self.handle(
            RollBack(command_id=self.id(), actor=by, case_id=case, record=record, reason="Too early")
        )

    def assess(self, received_on: str = "2026-03-20") -> str:
        """A case in which the initial assessment waits for its allocated worker."""
        case = self.contact()
        self.complete(
            case, "contact#1/record#1/write#1", by="ta", outcome="referral", contacted_on=received_on
        )
        self.complete(case, "contact#1/record#1/authorise#1", by="pm", decision="authorise")
        self.complete(
            case,
            "referral#1/record#1/write#1",
            by="sw",
            outcome="initial_assessment",
            strategy_discussion="no",
            received_on=received_on,
        )
        self.complete(case, "referral#1/record#1/authorise#1", by="pm", decision="authorise")
        self.complete(case, "referral#1/allocate#1", by="pm", allocated_worker="sw")
        return case

    def answers(self, case: str, task: str, seed: str, given: Mapping[str, object]) -> dict[str, object]:
        """Answers that the form of the waiting task accepts now."""
        state, view, _ = self.standing(case)
        name = next((each.form for each in view.tasks if each.name == task), None)
        if name is None:
            raise TaskNotWaiting
        application = self.application
        with self.database.reading() as reading:
            accounts = reading.accounts.all()
        occasion = Occasion(
            context=Context(instant=self.clock(), calendar=application.calendar, facts=state.fact),
            known={"born": state.born},
            live=live_choices(accounts, application.rights),
        )
        return example_answers(application.release.forms[name], seed, occasion, given)

    # What can be seen

    def standing(self, case: str) -> tuple[CaseState, CaseView, str | None]:
        """Where the case stands, as a command finds it: its state, what is alive of its view, and its fingerprint."""
        with self.database.reading() as reading:
            opened = OpenCase(
                secret=reading.secrets.of(case) or b"",
                head=reading.history.head(case_subject(case)),
                snapshot=reading.snapshots.of(case),
            )
        kept = read_snapshot(opened)
        if kept is None:
            followed = self.follow(case)
            assert followed.view is not None
            kept = followed.state, followed.view, followed.fingerprint
        state, view, fingerprint = kept
        return state, forget(view), fingerprint

    def secret(self, case: str) -> bytes:
        """The secret of the case's fingerprints."""
        with self.database.reading() as reading:
            secret = reading.secrets.of(case)
        assert secret is not None
        return secret

    def stored(self, case: str) -> tuple[StoredEntry, ...]:
        """The history of the case as its bytes."""
        with self.database.reading() as reading:
            return reading.history.stored(case_subject(case))

    def entries(self, case: str) -> tuple[Entry, ...]:
        """The history of the case."""
        with self.database.reading() as reading:
            return reading.history.read(case_subject(case))

    def kinds(self, case: str) -> list[str]:
        """What happened in the case, in order."""
        return [entry.kind for entry in self.entries(case)]

    def follow(self, case: str) -> Followed:
        """The case followed from nothing."""
        return follow(self.entries(case), self.application.archive, self.secret(case))

    def cases(self) -> list[str]:
        """Every case."""
        return [case for (case,) in self.sql("SELECT case_id FROM case_secret ORDER BY case_id")]

    def derived(self) -> dict[str, list[tuple[Any, ...]]]:
        """Every derived row that the histories of cases make, by table."""
        return {table: sorted(self.sql(f"SELECT * FROM {table}"), key=repr) for table in OF_CASES}  # noqa: S608

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database says to a statement of the test's own, over a connection of its own."""
        return databases.sql(self.url, statement, *values)
