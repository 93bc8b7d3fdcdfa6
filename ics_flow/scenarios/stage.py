"""Where scenarios are played: an empty database for each, in which the release is in force."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from typing import Protocol, Self, assert_never

from engine import Calendar, Pathways, Problem
from engine.calendar import LONDON, CalendarEnds
from engine.diagram import Call, End
from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.domain.errors import Refused
from ics_flow.domain.ids import Entropy
from ics_flow.domain.release import Release
from ics_flow.process.world import Archive
from ics_flow.scenarios.expecting import Expected, Seen
from ics_flow.scenarios.player import CannotBePlayed, Player
from ics_flow.scenarios.reading import (
    Act,
    Born,
    Correct,
    Do,
    Ended,
    MoveTo,
    Pass,
    Refuse,
    RolledBack,
    Scenario,
    Skip,
    Start,
    Step,
)
from ics_flow.store import Database
from ics_flow.store.accounts import Account
from ics_flow.store.releases import InForce

_SHARED_MEMORY = "/dev/shm"  # noqa: S108 the folder within it has a name that nobody can guess
_MANAGER = "PM"
_MANAGER_OF_MANAGERS = "SM"
_TEAM = "Assessment team"


@dataclass(frozen=True, slots=True)
class Played:
    """What came of a scenario: what is not as it says, and the elements that tokens came to, each as pathway and element."""

    problems: tuple[Problem, ...]
    entered: frozenset[tuple[str, str]]


class Place(Protocol):
    """Where a stage stands."""

    def cleared(self) -> Database:
        """The database, with nothing in it but its tables."""

    def close(self) -> None:
        """Let go of the database."""


class Stage:
    """Plays scenarios against one release; made once, used for many, and taken down by ``with``."""

    def __init__(self, release: Release, calendar: Calendar, place: Place | None = None) -> None:
        """Put the release in force on the stage, whether or not it would pass the gate: nobody works there."""
        self._release = release
        self._calendar = calendar
        self._place = place or _File()
        self._archive = Archive(
            release={release.hash: release}.__getitem__, calendar={calendar.hash: calendar}.__getitem__
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._place.close()

    def play(self, scenario: Scenario) -> tuple[Problem, ...]:
        """What does not come out as the scenario says; a step that cannot be taken ends it."""
        return self.watch(scenario).problems

    def watch(self, scenario: Scenario) -> Played:
        """The same, with where it led."""
        problems: list[Problem] = []
        with self._played(scenario) as playing:
            for number, step in enumerate(scenario.steps, start=1):
                here = f"step {number}"
                try:
                    problems += (Problem(scenario.file, here, said) for said in playing.take(step))
                except (Refused, CannotBePlayed, CalendarEnds, ValueError) as error:
                    problems.append(Problem(scenario.file, here, str(error)))
                    break
            return Played(tuple(problems), playing.entered())

    @contextmanager
    def _played(self, scenario: Scenario) -> Iterator[_Playing]:
        database = self._place.cleared()
        clock = ManualClock(scenario.clock)
        application = Application(database, clock, _entropy(scenario.title))
        application.archive = self._archive
        with database.unit(clock) as unit:
            unit.put_in_force(1, InForce(release=self._release.hash, calendar=self._calendar.hash))
            for account in self._accounts(scenario):
                unit.accounts.add(account)
        yield _Playing(application, clock, scenario)

    def _accounts(self, scenario: Scenario) -> Iterator[Account]:
        """A worker for every role, under the manager, and the scenario's own workers."""
        own = {worker.name: worker for worker in scenario.workers}
        for name in (*(role for role in self._release.rights.labels if role not in own), *own):
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


class _File:
    """A database in a file, kept in memory where the machine has a folder for that."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="ics-flow-scenarios-", dir=_memory())
        self._file = Path(self._folder.name) / "played.db"
        self._database = Database(f"sqlite:///{self._file}")

    def cleared(self) -> Database:
        self._database.close()
        for left in self._file.parent.iterdir():
            left.unlink()
        self._file.write_bytes(_empty())
        return self._database

    def close(self) -> None:
        self._database.close()
        self._folder.cleanup()


class _Playing:
    """A scenario on its way."""

    def __init__(self, application: Application, clock: ManualClock, scenario: Scenario) -> None:
        ids = count(1)
        self._pathways = application.release.pathways
        self._application = application
        self._clock = clock
        self._player = Player(
            application, scenario.child, seed=scenario.title, command_id=lambda: f"step-{next(ids)}"
        )

    def take(self, step: Step) -> Iterator[str]:
        """Take the step; gives what is not as it says."""
        match step:
            case MoveTo(at=at):
                self._move(at)
            case Pass():
                self._move(self._later(step))
            case Refuse():
                yield from self._refused(step)
            case Expected():
                yield from step.failures(self._seen())
            case _:
                self._do(step)

    def _do(self, act: Act) -> None:
        match act:
            case Start(pathway=pathway, by=by):
                self._player.start(pathway, by)
            case Do(task=task, by=by, answers=answers):
                self._player.do(task, by, answers)
            case Skip(task=task, by=by, because=because):
                self._player.skip(task, because, by)
            case RolledBack(record=record, by=by, because=because):
                self._player.roll_back(record, because, by)
            case Ended(process=process, by=by, because=because):
                self._player.end(process, because, by)
            case Born(on=on, by=by, given_name=given_name):
                self._player.born(on, by, given_name)
            case Correct():
                self._player.correct(act.task, act.question, act.answer, act.because, act.by)
            case _:
                assert_never(act)

    def entered(self) -> frozenset[tuple[str, str]]:
        """Every element that a token came to, as pathway and element."""
        return frozenset(
            _drawn(self._pathways, process.partition("#")[0], name)
            for process, name in self._player.entered()
        )

    def _seen(self) -> Seen:
        ends: dict[str, tuple[str, ...]] = {}
        for process, name in self._player.entered():
            element = name.rpartition("#")[0]
            if isinstance(self._pathways[process.partition("#")[0]].graph.nodes.get(element), End):
                ends[process] = (*ends.get(process, ()), element)
        return Seen(self._player.view(), ends)

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


def _drawn(pathways: Pathways, pathway: str, name: str) -> tuple[str, str]:
    """The pathway whose diagram shows the element of that name in a process, and the element."""
    *path, last = (each.partition("#")[0] for each in name.split("/"))
    for opener in path:
        node = pathways[pathway].element(opener)
        pathway = node.pathway if isinstance(node, Call) else pathway
    return pathway, last


def _memory() -> str | None:
    """A folder that is kept in memory, where the machine has one: nothing on a stage needs to outlive it."""
    return _SHARED_MEMORY if os.access(_SHARED_MEMORY, os.W_OK) else None


@cache
def _empty() -> bytes:
    """A database with nothing in it but its tables."""
    with tempfile.TemporaryDirectory(prefix="ics-flow-scenarios-", dir=_memory()) as folder:
        file = Path(folder) / "empty.db"
        with Database(f"sqlite:///{file}") as database:
            database.upgrade()
        return file.read_bytes()


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
