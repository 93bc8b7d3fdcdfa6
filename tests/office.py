"""A small council to work in: a real database, the shipped release, a clock that the test moves, and a few made-up workers.

For tests of any kind; nothing in it is a stand-in for the real part.
"""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from random import Random

from engine.feel import Context
from ics_flow.application import Application
from ics_flow.bootstrap import case_clock
from ics_flow.calendar import england
from ics_flow.clock import ManualClock
from ics_flow.commands.command import Outcome
from ics_flow.commands.complete_task import CompleteTask
from ics_flow.commands.record_contact import RecordContact
from ics_flow.commands.work import read_snapshot
from ics_flow.domain.forms import Occasion, example_answers
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import case_subject
from ics_flow.domain.release import read_files
from ics_flow.domain.view import CaseView, TaskView
from ics_flow.process.case import CaseState
from ics_flow.process.following import Followed, follow
from ics_flow.store import Database
from ics_flow.store.accounts import Account, live_choices
from ics_flow.store.training import Kind
from tests import databases

ROOT = Path(__file__).parent.parent
START = datetime(2026, 3, 20, 10, tzinfo=UTC)
WORKERS = (
    Account(worker_id="tara", username="tara", password_hash=None, name="Tara Clerk", roles=("TA",), team="Duty", manager_id="pat"),
    Account(worker_id="sam", username="sam", password_hash=None, name="Sam Worker", roles=("SW",), team="Duty", manager_id="pat"),
    Account(worker_id="ro", username="ro", password_hash=None, name="Ro Officer", roles=("SWRO",), team="Duty", manager_id="pat"),
    Account(worker_id="pat", username="pat", password_hash=None, name="Pat Manager", roles=("PM",), team="Duty", manager_id="sue"),
    Account(worker_id="sue", username="sue", password_hash=None, name="Sue Director", roles=("SM",), team=None, manager_id=None),
    Account(worker_id="wes", username="wes", password_hash=None, name="Wes Worker", roles=("SW",), team="West", manager_id="sue"),
    Account(worker_id="aud", username="aud", password_hash=None, name="Aud Itor", roles=("auditor",), team=None, manager_id=None),
)  # fmt: skip


@cache
def template(extra: Path | None = None, kind: Kind = "live") -> str:
    """The address of a database with the shipped release (and the pathways and forms of another folder) and the workers, to be copied."""
    url = databases.new(Path(tempfile.mkdtemp(prefix="council-")), kept=True)
    with Database(url) as database:
        database.make(kind)
        _furnish(database, extra)
    return url


def _furnish(database: Database, extra: Path | None) -> None:
    clock = ManualClock(datetime(2026, 1, 1, tzinfo=UTC))
    files = read_files(ROOT / "bpmn", ROOT / "forms")
    if extra is not None:
        files |= {
            f"bpmn/{path.name}": path.read_bytes() for path in sorted((extra / "pathways").glob("*.bpmn"))
        }
        files |= {
            f"forms/{path.name}": path.read_bytes() for path in sorted((extra / "forms").glob("*.form"))
        }
        del files["bpmn/pathway_map.bpmn"]  # it shows the shipped pathways alone
    Application(database, clock, Random(1).randbytes).publish(files, england(), name="shipped", actor="setup")
    with database.unit(clock) as unit:
        for account in WORKERS:
            unit.accounts.add(account)


class Office:
    """A council with one database, opened on a given morning."""

    def __init__(
        self, folder: Path, *, extra: Path | None = None, start: datetime = START, kind: Kind = "live"
    ) -> None:
        self.url = databases.copied(template(extra, kind), folder, "council")
        self.database = Database(self.url)
        self.clock = ManualClock(start)
        self.random = Random(7)
        self.numbers = itertools.count(1)
        self.restart()

    def close(self) -> None:
        """Close the database."""
        self.database.close()

    def restart(self) -> None:
        """Throw away everything that is kept in memory."""
        clock = case_clock(self.database, self.clock)
        self.application = Application(self.database, clock, self.random.randbytes)

    def command_id(self) -> str:
        """An id that no other command has."""
        return f"command-{next(self.numbers)}"

    def contact(self, actor: str = "tara", born: date | None = date(2019, 5, 1)) -> str:
        """A new child's case with a contact begun."""
        outcome = self.application.handle(
            RecordContact(
                command_id=self.command_id(), actor=actor, given_name="Ava", family_name="Example", born=born
            )
        )
        assert outcome.case_id is not None
        return outcome.case_id

    def answers(self, case: str, task: str, seed: str = "seed", **given: object) -> dict[str, object]:
        """Answers that the task's form accepts now: those given, and made-up ones."""
        state, waiting = self.state(case), self.task(case, task)
        form = self.application.archive.release(state.processes[waiting.process].release).forms[waiting.form]
        with self.database.reading() as reading:
            accounts = reading.accounts.all()
        occasion = Occasion(
            context=Context(
                instant=self.application.now(), calendar=self.application.calendar, facts=state.fact
            ),
            known={"born": state.born},
            live=live_choices(accounts, self.application.rights),
        )
        return example_answers(form, seed, occasion, given)

    def do(self, actor: str, case: str, task: str, **given: object) -> Outcome:
        """Complete the waiting task whose name ends so, with the answers given and made-up ones for the rest."""
        name = self.task(case, task).name
        return self.application.handle(
            CompleteTask(
                command_id=self.command_id(),
                actor=actor,
                case_id=case,
                task=name,
                answers=self.answers(case, name, "seed", **given),
            )
        )

    def to_assessment(self) -> str:
        """A case whose initial assessment waits for Sam: contact and referral on 20 March 2026."""
        case = self.contact()
        self.do(
            "tara", case, "contact#1/record#1/write#1", outcome="referral", contacted_on=date(2026, 3, 20)
        )
        self.do("pat", case, "contact#1/record#1/authorise#1", decision="authorise")
        self.do(
            "tara",
            case,
            "referral#1/record#1/write#1",
            outcome="initial_assessment",
            received_on=date(2026, 3, 20),
        )
        self.do("pat", case, "referral#1/record#1/authorise#1", decision="authorise")
        self.do("pat", case, "referral#1/allocate#1", allocated_worker="sam")
        return case

    # What there is

    @contextmanager
    def opened(self, case: str) -> Iterator[tuple[CaseState, CaseView]]:
        """The case from its snapshot."""
        with self.database.unit(self.clock) as unit:
            found = unit.open_case(case)
            assert found is not None
            kept = read_snapshot(found)
            assert kept is not None
            yield kept[0], kept[1]

    def state(self, case: str) -> CaseState:
        """Where the case stands."""
        with self.opened(case) as (state, _):
            return state

    def view(self, case: str) -> CaseView:
        """What the case shows."""
        with self.opened(case) as (_, view):
            return view

    def task(self, case: str, name: str) -> TaskView:
        """The waiting task whose name ends so."""
        return next(task for task in self.view(case).tasks if task.name.endswith(name))

    def tasks(self, case: str) -> list[str]:
        """The names of the waiting tasks."""
        return [task.name for task in self.view(case).tasks]

    def history(self, case: str) -> tuple[Entry, ...]:
        """The case's entries."""
        with self.database.reading() as reading:
            return reading.history.read(case_subject(case))

    def kinds(self, case: str) -> list[str]:
        """The kinds of the case's entries."""
        return [entry.kind for entry in self.history(case)]

    def secret(self, case: str) -> bytes:
        """The secret of the case's fingerprints."""
        with self.database.unit(self.clock) as unit:
            secret = unit.secrets.of(case)
        assert secret is not None
        return secret

    def follow(self, case: str) -> Followed:
        """The case followed through its history, from nothing."""
        return follow(self.history(case), self.application.archive, self.secret(case))


def deadlines(view: CaseView) -> Mapping[str, date]:
    """The days of the deadlines that have not ended, by title."""
    return {deadline.title: deadline.due_on for deadline in view.deadlines if deadline.ended is None}
