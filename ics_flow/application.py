"""The application: a command in, its outcome out. One transaction a command, one reading of the clock, one retry of a lost race.

What each command does is its own file's; what pages show is the queries'.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import engine
from engine import Calendar, london_date
from ics_flow.board.drafts import keep_scenarios
from ics_flow.board.what_if import asked_in, look
from ics_flow.clock import Clock, OffsetClock
from ics_flow.commands.carry_out_orders import carry_out, give_up
from ics_flow.commands.command import CLOCK, Command, Outcome
from ics_flow.commands.errors import NothingPublished
from ics_flow.commands.handlers import HANDLERS
from ics_flow.commands.let_time_pass import LetTimePass, let_time_pass
from ics_flow.commands.take_effect import NoteHindered, TakeEffect
from ics_flow.commands.work import Work
from ics_flow.domain.errors import AppendConflict, Refused, StoreBusy, StoreLost, StoreUnfit
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import COUNCIL, Entropy, case_subject, new_id
from ics_flow.domain.release import RELEASE_PUBLISHED, Release
from ics_flow.domain.rights import Rights
from ics_flow.gate import require_passed
from ics_flow.logs import logger
from ics_flow.process.world import Archive
from ics_flow.store import Database, Reading, UnitOfWork
from ics_flow.store.releases import InForce, Published

SET_ASIDE = timedelta(minutes=1)
"""How long the ticker leaves a case alone whose timers could not fire."""

PUT_OFF, PUT_OFF_AT_MOST = timedelta(minutes=1), timedelta(hours=1)
"""How long a change is left alone that could not take effect: at first, and however often it could not; each time twice as long."""

TOGETHER = 25
"""How many cases' timers fire in one transaction while few are due: enough to make the commit cheap."""

HELD_SECONDS = 0.1
"""How long one transaction of the clock may keep others from writing, where many are due and more fire together."""

GIVES_WAY_SECONDS = 0.003
"""How long the clock stands back after each transaction, so that whoever waits to write comes first."""

PAUSES = (0.1, 0.5, 2.0)
"""How many seconds a command waits before it is tried again after the connection to the database was lost."""

_LOG = logger(__name__)


class Overtaken(Refused):
    """Somebody else changed the same record at the same moment. Look at it again, then send once more."""


@dataclass(frozen=True, slots=True)
class PutOff:
    """Until when a change is left alone that could not take effect, and for how long that is."""

    until: datetime
    pause: timedelta


class Application:
    """One council's application over one database."""

    def __init__(self, database: Database, clock: Clock, entropy: Entropy) -> None:
        self.database = database
        self.clock = clock
        self.entropy = entropy
        self.archive = Archive(release=lru_cache(64)(self._release), calendar=lru_cache(64)(self._calendar))
        self._set_aside: dict[str, datetime] = {}
        self._put_off: dict[str, PutOff] = {}
        self._together = TOGETHER

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
        while fired < most and (batch := self._fire(min(self._together, most - fired))):
            fired += batch
            time.sleep(GIVES_WAY_SECONDS)
        return fired

    def let_changes_take_effect(self) -> int:
        """Let become of the board's decisions what this day brings; gives of how many something became.

        A change that cannot take effect says why in its history, is tried again after a while, and holds up no other.
        """
        now = self.clock()
        with self.database.reading() as reading:
            waking = reading.board.waking(london_date(now))
        self._put_off = {change: off for change, off in self._put_off.items() if change in waking}
        due = (each for each in waking if each not in self._put_off or self._put_off[each].until <= now)
        return sum(map(self._takes_effect, due))

    def publish(
        self,
        files: Mapping[str, bytes],
        calendar: Calendar,
        *,
        name: str,
        actor: str,
        scenarios: Mapping[str, bytes] | None = None,
    ) -> Release:
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
            if scenarios is not None:
                keep_scenarios(unit, release.hash, scenarios)
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

    def work_for_the_board(self, most: int = 100) -> int:
        """Let changes take effect whose day has come, carry the board's orders out in so many open cases, or else ask what a draft would have done of so many; gives of how many.

        What is done is kept with each few cases, so nothing is lost or done twice where the process ends in between.
        """
        done = self.let_changes_take_effect()
        while done < most and (batch := self._carry_out(min(TOGETHER, most - done))):
            done += batch
        return done or self._ask_what_if(TOGETHER)

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
                began = time.perf_counter()
                claimed = unit.claim_due(most, self._set_aside.keys())
                fired = sum(self._time_passes(case, unit).position is not None for case in claimed)
        except StoreBusy:
            return 0  # the next tick finds them again
        except (StoreLost, StoreUnfit):
            raise
        except Exception:  # noqa: BLE001 -- which case it is, and what is wrong with it, is seen one by one
            return sum(self._let_time_pass(case) for case in claimed)
        self._together = together_next(len(claimed), time.perf_counter() - began)
        return fired

    def _carry_out(self, most: int) -> int:
        """Do what the board's first order says in so many cases, in one transaction; in one alone where that fails."""
        with self.database.reading() as reading:
            if reading.orders.next() is None:
                return 0
        try:
            with self.database.unit(self.clock, self.entropy) as unit:
                order = unit.orders.next()
                return carry_out(order, unit, self._work_as_clock, most) if order else 0
        except StoreBusy:
            return 0  # the next round finds them again
        except (StoreLost, StoreUnfit):
            raise
        except Exception:  # noqa: BLE001 -- which case it is, and what is wrong with it, is seen one by one
            if most > 1:
                return self._carry_out(1)
            _LOG.exception("an order cannot be carried out in a case")
            with self.database.unit(self.clock, self.entropy) as unit:
                order = unit.orders.next()
                return give_up(order, unit) if order else 0

    def _work_as_clock(self, unit: UnitOfWork, command_id: str) -> Work:
        return self._work(unit, Command(command_id=command_id, actor=CLOCK))

    def _ask_what_if(self, most: int) -> int:
        """Look in so many cases what the draft would have done that somebody asked about first; nobody is kept from writing meanwhile."""
        with self.database.reading() as reading:
            question = reading.what_ifs.next()
            if question is None:
                return 0
            asked = asked_in(question, self.archive, _in_force(reading).calendar)
            cases = reading.what_ifs.waiting(question.id, most)
            found = {case: look(reading.history.read(case_subject(case)), asked) for case in cases}
        with self.database.unit(self.clock, self.entropy) as unit:
            unit.what_ifs.answer(question.id, found)
            if not cases:
                unit.what_ifs.put(question.id, "done")
        return len(found)

    def _takes_effect(self, change: str) -> bool:
        try:
            outcome = self.handle(TakeEffect(command_id=new_id(self.entropy), actor=CLOCK, change=change))
        except Overtaken:
            return False  # the next tick finds it again
        except (StoreLost, StoreUnfit):
            raise
        except Exception as error:  # noqa: BLE001 -- whatever is wrong with one change, the others take effect
            self._put_off_change(change, error)
            return False
        return outcome.position is not None

    def _put_off_change(self, change: str, error: Exception) -> None:
        """Leave a change alone for a while that could not take effect; said when that begins, in the log and in its history."""
        before = self._put_off.get(change)
        pause = min(2 * before.pause, PUT_OFF_AT_MOST) if before else PUT_OFF
        self._put_off[change] = PutOff(until=self.clock() + pause, pause=pause)
        if before is None:
            _LOG.error("a change cannot take effect", extra={"change": change}, exc_info=error)
        number = new_id(self.entropy)
        try:
            self.handle(NoteHindered(command_id=number, actor=CLOCK, change=change, why=told(error)))
        except Exception:  # noqa: BLE001 -- nor does a history hold up the others that cannot be written in
            if before is None:
                _LOG.exception(
                    "what keeps a change from taking effect cannot be noted", extra={"change": change}
                )

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


def together_next(cases: int, seconds: float) -> int:
    """In how many cases the clock lets timers fire next in one transaction, where it took so many seconds for so many of them: twice as
    many, if that is likely to hold nobody up for longer than ``HELD_SECONDS``.
    """
    return max(TOGETHER, min(2 * cases, int(cases * HELD_SECONDS / seconds)))


def _in_force(reading: Reading) -> InForce:
    found = reading.in_force()
    if found is None:
        raise NothingPublished
    return found


def told(error: Exception) -> str:
    """What went wrong, in words for those who can mend it."""
    match error:
        case Refused():
            return str(error)
        case engine.Refused():
            return " ".join(map(str, error.problems))
        case _:
            return "Something went wrong that nobody foresaw. Whoever runs the program finds it in the log."


class _NothingKept(Exception):
    """Ends a preview."""
