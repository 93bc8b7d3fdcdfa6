"""The application: a command in, its outcome out. One transaction a command, one reading of the clock, one retry of a lost race.

What each command does is its own file's; what pages show is the queries'.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import engine
from engine import Calendar
from ics_flow.clock import Clock, OffsetClock
from ics_flow.commands.allocate_worker import AllocateWorker, allocate_worker
from ics_flow.commands.change_person import ChangePerson, change_person
from ics_flow.commands.command import CLOCK, Command, Outcome
from ics_flow.commands.complete_task import CompleteTask, complete_task
from ics_flow.commands.correct_answers import CorrectAnswers, correct_answers
from ics_flow.commands.end_pathway import EndPathway, end_pathway
from ics_flow.commands.errors import NothingPublished
from ics_flow.commands.let_time_pass import LetTimePass, let_time_pass
from ics_flow.commands.move_clock import MoveClock, move_clock
from ics_flow.commands.note_done_outside import NoteDoneOutside, note_done_outside
from ics_flow.commands.record_contact import RecordContact, record_contact
from ics_flow.commands.relate_persons import RelatePersons, relate_persons
from ics_flow.commands.roll_back import RollBack, roll_back
from ics_flow.commands.save_draft import SaveDraft, save_draft
from ics_flow.commands.skip_task import SkipTask, skip_task
from ics_flow.commands.start_pathway import StartPathway, start_pathway
from ics_flow.commands.work import Work
from ics_flow.domain.errors import AppendConflict, Refused, StoreBusy, StoreLost, StoreUnfit
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import COUNCIL, Entropy, case_subject, new_id
from ics_flow.domain.release import Release
from ics_flow.domain.rights import Rights
from ics_flow.gate import require_passed
from ics_flow.logs import logger
from ics_flow.process.following import Archive
from ics_flow.store import Database, Reading, UnitOfWork
from ics_flow.store.releases import InForce, Published

HANDLERS: Mapping[type[Command], Callable[[Any, Work], Outcome]] = {
    AllocateWorker: allocate_worker,
    ChangePerson: change_person,
    CompleteTask: complete_task,
    CorrectAnswers: correct_answers,
    EndPathway: end_pathway,
    LetTimePass: let_time_pass,
    MoveClock: move_clock,
    NoteDoneOutside: note_done_outside,
    RecordContact: record_contact,
    RelatePersons: relate_persons,
    RollBack: roll_back,
    SaveDraft: save_draft,
    SkipTask: skip_task,
    StartPathway: start_pathway,
}
SET_ASIDE = timedelta(minutes=1)
"""How long the ticker leaves a case alone whose timers could not fire."""

RELEASE_PUBLISHED = "release-published"
TOGETHER = 25
"""How many cases' timers fire in one transaction: enough to make the commit cheap, so few that nobody waits long for one of them."""

PAUSES = (0.1, 0.5, 2.0)
"""How many seconds a command waits before it is tried again after the connection to the database was lost."""

_LOG = logger(__name__)


class Overtaken(Refused):
    """Somebody else changed the same record at the same moment. Look at it again, then send once more."""


class Application:
    """One council's application over one database."""

    def __init__(self, database: Database, clock: Clock, entropy: Entropy) -> None:
        self.database = database
        self.clock = clock
        self.entropy = entropy
        self.archive = Archive(release=lru_cache(64)(self._release), calendar=lru_cache(64)(self._calendar))
        self._set_aside: dict[str, datetime] = {}

    # Commands

    def handle(self, command: Command) -> Outcome:
        """Do what is asked, once; raises ``Refused`` with a sentence, having changed nothing."""
        overtaken, pauses = False, iter(PAUSES)
        while True:
            try:
                return self._attempt(command)
            except (AppendConflict, StoreBusy):
                if overtaken:
                    raise Overtaken from None
                overtaken = True
            except StoreLost:  # whether it was kept is not known, and its id will tell
                pause = next(pauses, None)
                if pause is None:
                    raise
                time.sleep(pause)
            except (Refused, engine.StepRefused) as refused:
                _LOG.info(
                    "command refused",
                    extra={"command": type(command).__name__, "reason": type(refused).__name__},
                )
                if isinstance(refused, engine.StepRefused):
                    raise Refused(str(refused)) from refused
                raise

    def foresee(self, command: Command, case: str) -> tuple[Entry, ...]:
        """What the command would write in the case's history; nothing is kept. Raises ``Refused`` as the command would."""
        with self._preview() as unit:
            before = unit.history.head(case_subject(case))
            HANDLERS[type(command)](command, self._work(unit, command))
            return unit.history.read(case_subject(case), after=before.position if before else 0)

    def tick(self, most: int = 100) -> int:
        """Let the due timers of so many cases fire; gives in how many they did.

        Several processes may do so at once: each leaves out the cases that another has in hand. A case whose timers cannot fire is
        logged, set aside for a while, and holds up no other.
        """
        fired = 0
        while fired < most and (batch := self._fire(min(TOGETHER, most - fired))):
            fired += batch
        return fired

    def publish(self, files: Mapping[str, bytes], calendar: Calendar, *, name: str, actor: str) -> Release:
        """Put a release and a calendar in force, as an entry of the council's history.

        Raises ``engine.Refused`` with every problem of the files, or with every error that the gate finds in them.
        """
        release = Release.read(files)
        require_passed(release, calendar)
        with self.database.unit(self.clock, self.entropy) as unit:
            unit.calendars.keep(calendar.hash, calendar.canonical_bytes)
            unit.releases.keep(
                Published(hash=release.hash, name=name, published_at=unit.at, law_date=release.law_of),
                release.body(),
            )
            entry = unit.history.append(
                COUNCIL,
                kind=RELEASE_PUBLISHED,
                actor=actor,
                cause=new_id(self.entropy),
                release=release.hash,
                calendar=calendar.hash,
                parts={"release": {"name": name, "law_of": release.law_of.isoformat()}},
            )
            unit.put_in_force(entry.position, InForce(release=release.hash, calendar=calendar.hash))
        return release

    # What is in force

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """The database as it stands, for pages."""
        with self.database.reading() as reading:
            yield reading

    def in_force(self) -> tuple[Release, Calendar]:
        """The release and the calendar in force, asked for together; raises ``NothingPublished``."""
        with self.database.reading() as reading:
            found = _in_force(reading)
        return self.archive.release(found.release), self.archive.calendar(found.calendar)

    @property
    def release(self) -> Release:
        """The release in force; raises ``NothingPublished``."""
        return self.in_force()[0]

    @property
    def calendar(self) -> Calendar:
        """The working days that count now; raises ``NothingPublished``."""
        return self.in_force()[1]

    @property
    def rights(self) -> Rights:
        """Who may do what, under the release in force."""
        return self.release.rights

    @property
    def is_training(self) -> bool:
        """Whether a trainer can move the clock of the cases."""
        return isinstance(self.clock, OffsetClock)

    def now(self) -> datetime:
        """The instant that it is for the cases (aware UTC)."""
        return self.clock()

    # Within

    def _fire(self, most: int) -> int:
        """Claim so many due cases and let their timers fire, in one transaction; one by one where that fails."""
        now = self.clock()
        self._set_aside = {case: until for case, until in self._set_aside.items() if until > now}
        with self.database.reading() as reading:
            claimed = reading.projection.due_cases(now, most, self._set_aside.keys())
        if not claimed:
            return 0  # nobody is kept from writing only to find nothing
        try:
            with self.database.unit(self.clock, self.entropy) as unit:
                claimed = unit.claim_due(most, self._set_aside.keys())
                return sum(self._time_passes(case, unit).position is not None for case in claimed)
        except StoreBusy:
            return 0  # the next tick finds them again
        except (StoreLost, StoreUnfit):
            raise
        except Exception:  # noqa: BLE001 -- which case it is, and what is wrong with it, is seen one by one
            return sum(self._let_time_pass(case) for case in claimed)

    def _time_passes(self, case: str, unit: UnitOfWork) -> Outcome:
        command = LetTimePass(command_id=new_id(self.entropy), actor=CLOCK, case_id=case)
        return let_time_pass(command, self._work(unit, command))

    def _let_time_pass(self, case: str) -> bool:
        try:
            outcome = self.handle(LetTimePass(command_id=new_id(self.entropy), actor=CLOCK, case_id=case))
        except Overtaken:
            return False  # the next tick finds it again
        except Exception:  # noqa: BLE001 -- whatever is wrong with one case, the others' timers fire
            _LOG.exception("a case's timers cannot fire", extra={"case": case})
            self._set_aside[case] = self.clock() + SET_ASIDE
            return False
        return outcome.position is not None

    def _attempt(self, command: Command) -> Outcome:
        with self.database.unit(self.clock, self.entropy) as unit:
            if not command.remembered:
                return HANDLERS[type(command)](command, self._work(unit, command))
            done = unit.requests.claim(
                command.command_id, command.body_hash(), worker=command.actor, at=unit.at
            )
            if done is not None:
                return Outcome.from_json(done)
            outcome = HANDLERS[type(command)](command, self._work(unit, command))
            unit.requests.keep(command.command_id, outcome.to_json())
            return outcome

    def _work(self, unit: UnitOfWork, command: Command) -> Work:
        found = _in_force(unit)
        return Work(
            unit=unit,
            command_id=command.command_id,
            actor=command.actor,
            release=self.archive.release(found.release),
            calendar_hash=found.calendar,
            archive=self.archive,
            clock_leaps=self.is_training,
        )

    @contextmanager
    def _preview(self) -> Iterator[UnitOfWork]:
        """A unit of work of which nothing is kept."""
        try:
            with self.database.unit(self.clock, self.entropy) as unit:
                yield unit
                raise _NothingKept  # noqa: TRY301 it must leave the unit of work to undo it
        except _NothingKept:
            return

    def _release(self, release: str) -> Release:
        with self.database.reading() as reading:
            body = reading.releases.body(release)
        if body is None:
            raise KeyError(f"There is no release {release}.")
        found = Release.from_body(body)
        if found.hash != release:
            raise ValueError(f"the release {release} was altered since it was published")
        return found

    def _calendar(self, calendar: str) -> Calendar:
        with self.database.reading() as reading:
            body = reading.calendars.body(calendar)
        if body is None:
            raise KeyError(f"There is no calendar {calendar}.")
        found = Calendar.from_json(json.loads(body))
        if found.hash != calendar:
            raise ValueError(f"the calendar {calendar} was altered since it was published")
        return found


def _in_force(reading: Reading) -> InForce:
    found = reading.in_force()
    if found is None:
        raise NothingPublished
    return found


class _NothingKept(Exception):
    """Ends a preview."""
