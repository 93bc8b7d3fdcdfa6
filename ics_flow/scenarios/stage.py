"""Where scenarios are played: a database of its own for each, copied from one in which the release is in force."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Self, assert_never

from engine import Calendar, Problem
from engine.calendar import LONDON, CalendarEnds
from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.domain.errors import Refused
from ics_flow.domain.ids import Entropy
from ics_flow.scenarios.expecting import Expected
from ics_flow.scenarios.player import CannotBePlayed, Player
from ics_flow.scenarios.reading import Correct, Do, MoveTo, Pass, Refuse, Scenario, Start, Step
from ics_flow.store import Database
from ics_flow.store.accounts import Account

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
_MANAGER = "PM"
_MANAGER_OF_MANAGERS = "SM"
_TEAM = "Assessment team"


class Stage:
    """Plays scenarios against one release; made once, used for many, and taken down by ``with``."""

    def __init__(self, files: Mapping[str, bytes], calendar: Calendar) -> None:
        """Put the release of the files in force; raises ``engine.Refused`` with every problem."""
        self._folder = tempfile.TemporaryDirectory(prefix="ics-flow-scenarios-")
        self._bare = Path(self._folder.name) / "bare.db"
        try:
            with Database(f"sqlite:///{self._bare}") as database:
                database.upgrade()
                application = Application(database, ManualClock(_LONG_AGO), _entropy("bare"))
                release = application.publish(files, calendar, name="scenarios", actor="scenarios")
                application.archive.release(release.hash)
                application.archive.calendar(calendar.hash)
        except BaseException:
            self._folder.cleanup()
            raise
        self._archive = application.archive  # read already: it asks the closed database for nothing more
        self._roles = tuple(release.rights.labels)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    def play(self, scenario: Scenario) -> tuple[Problem, ...]:
        """What does not come out as the scenario says; a step that cannot be taken ends it."""
        problems: list[Problem] = []
        with self._played(scenario) as playing:
            for number, step in enumerate(scenario.steps, start=1):
                here = f"step {number}"
                try:
                    problems += (Problem(scenario.file, here, said) for said in playing.take(step))
                except (Refused, CannotBePlayed, CalendarEnds, ValueError) as error:
                    problems.append(Problem(scenario.file, here, str(error)))
                    break
        return tuple(problems)

    @contextmanager
    def _played(self, scenario: Scenario) -> Iterator[_Playing]:
        path = self._bare.with_name("played.db")
        shutil.copy(self._bare, path)
        try:
            with Database(f"sqlite:///{path}") as database:
                clock = ManualClock(scenario.clock)
                application = Application(database, clock, _entropy(scenario.title))
                application.archive = self._archive
                with database.unit(clock) as unit:
                    for account in self._accounts(scenario):
                        unit.accounts.add(account)
                yield _Playing(application, clock, scenario)
        finally:
            for left in path.parent.glob("played.db*"):
                left.unlink()

    def _accounts(self, scenario: Scenario) -> Iterator[Account]:
        """A worker for every role, under the manager, and the scenario's own workers."""
        own = {worker.name: worker for worker in scenario.workers}
        for name in (*(role for role in self._roles if role not in own), *own):
            worker = own.get(name)
            yield Account(
                worker_id=name,
                username=name,
                password_hash=None,
                name=name,
                roles=worker.roles if worker else (name,),
                team=(worker.team if worker else None) or _TEAM,
                manager_id=(worker.manager if worker else None) or _manager_of(name),
            )


class _Playing:
    """A scenario on its way."""

    def __init__(self, application: Application, clock: ManualClock, scenario: Scenario) -> None:
        ids = count(1)
        self._application = application
        self._clock = clock
        self._player = Player(
            application, scenario.child, seed=scenario.title, command_id=lambda: f"step-{next(ids)}"
        )

    def take(self, step: Step) -> Iterator[str]:
        """Take the step; gives what is not as it says."""
        match step:
            case Start(pathway=pathway, by=by):
                self._player.start(pathway, by)
            case Do(task=task, by=by, answers=answers):
                self._player.do(task, by, answers)
            case Correct():
                self._player.correct(step.task, step.question, step.answer, step.because, step.by)
            case MoveTo(at=at):
                self._move(at)
            case Pass():
                self._move(self._later(step))
            case Refuse():
                yield from self._refused(step)
            case Expected():
                yield from step.failures(self._player.view())
            case _:
                assert_never(step)

    def _refused(self, step: Refuse) -> Iterator[str]:
        before = self._player.view().position
        try:
            for _ in self.take(step.act):
                pass
        except Refused:
            if self._player.view().position != before:
                yield "It was refused, but left something behind in the history."
            return
        yield f"This should have been refused ({step.because}), but it was done."

    def _move(self, at: datetime) -> None:
        self._clock.advance(to=at)
        self._player.let_time_pass()

    def _later(self, step: Pass) -> datetime:
        """The same time of day, so many days on."""
        now = self._clock().astimezone(LONDON)
        day = now.date()
        after = (
            self._application.calendar.working_days_after(day, step.days)
            if step.working
            else day + timedelta(days=step.days)
        )
        return datetime.combine(after, now.time(), LONDON).astimezone(UTC)


def _entropy(seed: str) -> Entropy:
    """The same bytes each time: nothing on a stage is secret."""
    return random.Random(seed).randbytes  # noqa: S311


def _manager_of(worker: str) -> str | None:
    match worker:
        case "SM":
            return None
        case "PM":
            return _MANAGER_OF_MANAGERS
        case _:
            return _MANAGER
