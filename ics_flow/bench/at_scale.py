"""The benchmarks on a generated council: how it does with as many cases as a council has, or all England.

Here: what is measured. Not here: how the council is made (``council.py``), and what can only be measured above the application (``tests/bench``).
"""

from __future__ import annotations

import json
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from ics_flow.application import Application
from ics_flow.bench.beside import beside
from ics_flow.bench.council import NOW, TOMORROW, Size, found
from ics_flow.bench.ground import answered
from ics_flow.bench.measuring import Figures, a_second, readings
from ics_flow.bench.moulds import SERVICE_MANAGER, live, worker_id
from ics_flow.clock import ManualClock
from ics_flow.commands.record_contact import RecordContact
from ics_flow.domain.ids import new_id
from ics_flow.domain.release import read_files
from ics_flow.queries.standpoint import Standpoint
from ics_flow.queries.tray import tray
from ics_flow.settings import Settings
from ics_flow.store import Database
from ics_flow.store.accounts import worker_of
from ics_flow.store.counting import counting

ROLES = {"worker": "sw", "manager": "pm", "duty": "ta"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """How large a council is measured, where it stands (None: a file that is thrown away), and in how many rounds."""

    cases: int
    rounds: int
    address: str | None = None


def council(scale: Scale) -> Figures:
    """Everything that depends on how many cases there are, on one council: founding, trays, pages, completion, start-up, a day's timers."""
    with _address(scale) as address:
        figures: Figures = {"cases": scale.cases, "founded_seconds": _founded(address, scale.cases)}
        with Database(address) as database:
            application = Application(database, ManualClock(NOW), secrets.token_bytes)
            application.in_force()
            figures["tray"] = _trays(application, scale)
            figures["completion"] = _completions(application, scale)
        teams = ",".join(map(str, _teams(scale)))
        figures["over_http"] = beside("council_over_http", address, teams, str(scale.rounds))
        figures["days_timers"] = _days_timers(address)
    return figures


def _founded(address: str, cases: int) -> float:
    """Make the council, unless it is there already; gives how many seconds that took."""
    settings = Settings.from_environment()
    release = read_files(settings.bpmn, settings.forms)
    began = time.monotonic()
    with Database(address) as database:
        database.upgrade()
        with database.reading() as reading:
            if reading.in_force() is not None:
                return 0.0
        found(database, release, cases, live(release, NOW))
    return round(time.monotonic() - began, 1)


def _trays(application: Application, scale: Scale) -> Figures:
    """The whole team's tray for a worker, a manager and the duty desk, each time of another team, and the service manager's own."""
    figures: Figures = {
        role: readings(partial(_tray, application, worker_id(team, name)) for team in _teams(scale))
        for role, name in ROLES.items()
    }
    figures["service_manager"] = readings(
        partial(_tray, application, SERVICE_MANAGER) for _ in range(scale.rounds // 3)
    )
    with counting(application.database) as asked:
        shown = _tray(application, worker_id(1, "pm"))
    return {**figures, "statements": asked.statements, "tasks_in_one": shown}


def _tray(application: Application, worker: str) -> int:
    release, calendar = application.in_force()
    with application.reading() as reading:
        account = reading.accounts.of(worker)
        assert account is not None  # noqa: S101 the council was founded with it
        by = Standpoint(
            worker=worker_of(account),
            at=NOW,
            release=release,
            calendar=calendar,
            archive=application.archive,
        )
        return tray(reading, by, show="team", sort="date", number=1).shown.total


def _completions(application: Application, scale: Scale) -> Figures:
    """Contacts recorded by the duty desks, one of each team in turn, through the application to a durable commit."""
    commands = []
    for team in _teams(scale):
        duty = worker_id(team, "ta")
        case, task = _waiting_contact(application, duty)
        commands.append(answered(application, case, task, command_id=new_id(application.entropy), by=duty))
    figures = readings(partial(application.handle, command) for command in commands[1:])
    with counting(application.database) as asked:
        application.handle(commands[0])
    return {**figures, "statements": asked.statements, "commits": asked.commits}


def _waiting_contact(application: Application, duty: str) -> tuple[str, str]:
    """A new contact of the duty worker's, whose record waits."""
    outcome = application.handle(
        RecordContact(
            command_id=new_id(application.entropy),
            actor=duty,
            given_name="Ava",
            family_name="Example",
        )
    )
    assert outcome.case_id is not None  # noqa: S101 a contact opens a case
    return outcome.case_id, outcome.opened[0]


def _days_timers(address: str) -> Figures:
    """All that falls due at a day's end let fire: the first half by one worker, the rest by two."""
    with Database(address) as database, database.reading() as reading:
        due = len(reading.projection.due_cases(TOMORROW, 1_000_000))
    return {
        "cases_due": due,
        "one_worker": _drained(address, 1, due // 2),
        "two_workers": _drained(address, 2, due),
        "left": _left(address),
    }


def _drained(address: str, workers: int, most: int) -> Figures:
    command = [sys.executable, "-m", "ics_flow.bench.drain", address, TOMORROW.isoformat(), str(most)]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(workers)]  # noqa: S603 our own program
    told = [json.loads(process.communicate()[0]) for process in running]
    fired = sum(each["fired"] for each in told)
    took = max(each["ended"] for each in told) - min(each["began"] for each in told)
    computed = sum(each["computed"] for each in told)
    return {
        "cases": fired,
        "seconds": round(took, 1),
        "a_second": a_second(fired, took * 1000),
        "a_second_in_the_quickest_batch": round(sum(1 / each["quickest"] for each in told)),
        "processor_milliseconds_each": round(computed * 1000 / fired, 3) if fired else None,
    }


def _left(address: str) -> int:
    with Database(address) as database, database.reading() as reading:
        return len(reading.projection.due_cases(TOMORROW, 1_000_000))


def _teams(scale: Scale) -> Sequence[int]:
    """So many teams as there are rounds, spread over the council."""
    teams = Size.of(scale.cases).teams
    return [1 + (number * 7919) % teams for number in range(scale.rounds)]


@contextmanager
def _address(scale: Scale) -> Iterator[str]:
    """Where the council stands: at the address given, or in a file that is thrown away."""
    if scale.address is not None:
        yield scale.address
        return
    with TemporaryDirectory(prefix="ics-flow-bench-") as folder:
        yield f"sqlite:///{Path(folder) / 'council.db'}"
