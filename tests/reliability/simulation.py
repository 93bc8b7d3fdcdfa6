"""A council's busy day from one integer: several sessions over one database take turns at every SQL statement, and things go wrong between.

Each session is a thread, but only one moves at a time, and chance, drawn from the seed, says which: the same seed gives the same day, statement by statement.
What goes wrong: the program is killed, the disk fails, an answer is lost on its way, the clock is set forward and back, a page is sent twice or with another body,
several people do the same task at once, timers fire in between. What must be true afterwards is checked at the end; a run that breaks it raises ``Broken``.
"""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from pysqlite3 import dbapi2
from sqlalchemy import event
from sqlalchemy.engine import Engine
from sqlalchemy.exc import DBAPIError

from ics_flow.application import Overtaken
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.complete_task import CompleteTask
from ics_flow.commands.record_contact import RecordContact
from ics_flow.commands.start_pathway import StartPathway
from ics_flow.domain.errors import Refused, SameIdOtherBody, StoreBusy, Told
from tests import databases
from tests.replay.council import Council
from tests.replay.moves import ONWARD, Correct, command_of, completion
from tests.replay.truth import require_truth

SESSIONS = 3
INTENTIONS = 4
DISK_FAILS: Mapping[str, Exception] = {
    "sqlite": dbapi2.OperationalError("disk I/O error"),
    "postgresql": psycopg.errors.IoError("could not read block"),
}


class Broken(AssertionError):
    """What must always hold did not; the message names the seed, which is the whole report."""


class Killed(BaseException):
    """The program dies here."""


@dataclass
class Intention:
    """Something that a person wants done once, however often it is sent."""

    command: Command
    answer: Outcome | None = None
    refusal: str | None = None
    tries: int = 0


@dataclass
class Session:
    """Somebody at work: what they still want to do, and what they do not know the outcome of."""

    name: str
    work: Callable[[Session], None]
    to_do: int = INTENTIONS
    unanswered: Intention | None = None
    thread: threading.Thread | None = None
    may_go: threading.Event = field(default_factory=threading.Event)
    fate: str = "go"
    done: bool = False


class Simulation:
    """One run, from one seed."""

    def __init__(self, seed: int, morning: str, folder: Path, **kinds: Any) -> None:
        self.seed = seed
        self.chance = random.Random(seed)
        self.council = Council.copied(morning, folder, str(seed), seed=seed, **kinds)
        self.intentions: list[Intention] = []
        self.stopped = threading.Event()  # the session that moved has stopped again
        self.own = threading.local()
        self.failure: BaseException | None = None
        self.seen: Counter[str] = Counter()
        self.council.numbers = count(1_000)  # those below were used before the day began

    def run(self) -> Counter[str]:
        """Let the day pass and check what it left; gives what happened how often, raises ``Broken``."""
        sessions = [Session(f"session {number}", self.work) for number in range(SESSIONS)]
        sessions.append(Session("ticker", self.tick, to_do=6))
        try:
            while any(not session.done for session in sessions):
                self.connect()
                with self.turns():
                    self.until_killed(sessions)
                self.council.close()
                if self.chance.random() < 0.3:
                    self.council.sql("DELETE FROM snapshot")
                self.council.open()
            self.check()
        except AssertionError as error:
            raise Broken(f"seed {self.seed}: {error}") from error
        finally:
            self.council.close()
        return self.seen

    def connect(self) -> None:
        """Connect for the first time, of which the driver makes more than one statement that nobody can be killed between."""
        database = self.council.database
        with database.unit(self.council.clock), database.reading():
            pass

    # Turns

    def until_killed(self, sessions: list[Session]) -> None:
        """Let the sessions take turns until all are done, or the program is killed under them."""
        living = [session for session in sessions if not session.done]
        for session in living:
            session.fate = "go"
            session.thread = threading.Thread(target=self.live, args=(session,), daemon=True)
            self.started(session)
        while living:
            session = self.chance.choice(living)
            fate = self.fate()
            if fate == "killed":
                self.seen["killed"] += 1
                for dying in living:
                    dying.fate = "killed"
                    self.move(dying)
                return
            session.fate = fate
            self.move(session)
            living = [each for each in living if not each.done]

    def fate(self) -> str:
        """What befalls the next statement."""
        drawn = self.chance.random()
        if drawn < 0.004:
            return "killed"
        if drawn < 0.008:
            return "disk fails"
        if drawn < 0.012:
            self.seen["clock forward"] += 1
            self.council.clock.advance(hours=self.chance.randrange(1, 24 * 30))
        elif drawn < 0.014:
            self.seen["clock back"] += 1
            self.council.clock.set_to(self.council.clock() - timedelta(hours=self.chance.randrange(1, 72)))
        return "go"

    def started(self, session: Session) -> None:
        """Begin the session's thread, which waits at once."""
        assert session.thread is not None
        self.stopped.clear()
        session.thread.start()
        self.stopped.wait()

    def move(self, session: Session) -> None:
        """Let the session go on to its next statement, or to its end."""
        self.stopped.clear()
        session.may_go.set()
        self.stopped.wait()

    def mine(self) -> Session | None:
        """The session whose thread this is."""
        return getattr(self.own, "session", None)

    def pause(self, session: Session | None) -> str:
        """Wait for the next turn; gives the fate that was drawn for it."""
        if session is None:
            return "go"
        self.stopped.set()
        session.may_go.wait()
        session.may_go.clear()
        fate, session.fate = session.fate, "go"
        if fate == "killed":
            raise Killed
        return fate

    def live(self, session: Session) -> None:
        """A session's life, in its thread."""
        self.own.session = session
        try:
            self.pause(session)
            while session.unanswered or session.to_do:
                session.work(session)
            session.done = True
        except Killed:
            pass
        except BaseException as error:  # noqa: BLE001 told by the check at the end
            self.failure, session.done = error, True
        finally:
            self.stopped.set()

    @contextmanager
    def turns(self) -> Iterator[None]:
        """Have every statement and every commit of a session wait for its turn."""

        def executing(_cursor: Any, _statement: str, *_: Any) -> None:
            session = self.mine()
            if session is not None and self.pause(session) == "disk fails":
                self.seen["disk fails"] += 1
                raise DISK_FAILS["postgresql" if databases.on_postgresql() else "sqlite"]

        def beginning(connection: Any) -> None:
            driver = connection.connection.driver_connection
            if self.mine() is not None:  # to wait for another session here would be to wait for ever
                driver.execute(
                    "SET LOCAL lock_timeout = 1" if databases.on_postgresql() else "PRAGMA busy_timeout = 0"
                )

        def committing(_: Any) -> None:
            self.pause(self.mine())

        event.listen(Engine, "begin", beginning)
        event.listen(Engine, "do_execute", executing)
        event.listen(Engine, "do_executemany", executing)
        event.listen(Engine, "commit", committing)
        try:
            yield
        finally:
            event.remove(Engine, "begin", beginning)
            event.remove(Engine, "do_execute", executing)
            event.remove(Engine, "do_executemany", executing)
            event.remove(Engine, "commit", committing)

    # What sessions do

    def tick(self, session: Session) -> None:
        """The ticker's turn of work."""
        session.to_do -= 1
        try:
            self.council.application.tick()
        except (Told, DBAPIError):
            self.seen["tick failed"] += 1

    def work(self, session: Session) -> None:
        """Do the next thing: ask again what was not answered, or something new."""
        intention = session.unanswered
        if intention is None:
            session.to_do -= 1
            intention = self.wanted()
            if intention is None:
                return
            self.intentions.append(intention)
        elif intention.tries > 5 or self.chance.random() < 0.1:
            session.unanswered = None  # given up: it may have been done or not, but never by half
            return
        session.unanswered = intention
        if self.send(intention):
            session.unanswered = None
        if intention.answer is not None:
            self.send_again(intention)

    def wanted(self) -> Intention | None:
        """What somebody wants to do now, or None where there is nothing or the page cannot be read."""
        council = self.council
        try:
            case = self.chance.choice(council.cases())
            drawn = self.chance.random()
            if drawn < 0.15:
                return Intention(
                    RecordContact(
                        command_id=council.id(), actor="ta", given_name="Ben", family_name="Example"
                    )
                )
            if drawn < 0.25:
                return Intention(
                    StartPathway(command_id=council.id(), actor="sw", case_id=case, pathway="review_loop")
                )
            if drawn < 0.4:
                move = Correct(self.chance.randrange(9), self.chance.randrange(99))
                command = command_of(council, case, move)
            else:
                view = council.standing(case)[1]
                if not view.tasks:
                    return None
                task = view.tasks[self.chance.randrange(min(2, len(view.tasks)))]
                given = ONWARD.get(task.form, {})
                command = completion(council, view, task, self.chance.randrange(99), given)
        except (Told, DBAPIError):
            return None
        return Intention(command) if command else None

    def send(self, intention: Intention) -> bool:
        """Send the command; whether an answer came back."""
        intention.tries += 1
        try:
            answer = self.council.handle(intention.command)
            self.pause(self.mine())  # between the commit and the answer
        except Overtaken:
            self.seen["overtaken"] += 1
            return False
        except Refused as refused:
            self.seen[f"refused {type(refused).__name__}"] += 1
            intention.refusal = refused.sentence
            return True
        except (Told, DBAPIError):
            self.seen["failed"] += 1
            return False
        if self.chance.random() < 0.1:
            self.seen["answer lost"] += 1
            return False
        self.seen["done"] += 1
        intention.answer = answer
        return True

    def send_again(self, intention: Intention) -> None:
        """Sometimes a page is sent twice, or with other answers."""
        drawn = self.chance.random()
        try:
            if drawn < 0.3:
                self.seen["sent twice"] += 1
                self.require_same_answer(intention)
            elif drawn < 0.4:
                self.seen["other body"] += 1
                self.council.handle(replace(intention.command, actor="sm"))
                raise Broken("the same id with another body was accepted")
        except (Overtaken, StoreBusy, SameIdOtherBody, DBAPIError):
            self.seen["not sent twice"] += 1
        except Told as refused:
            raise Broken(f"done before, and refused when sent again: {refused!r}") from refused

    def require_same_answer(self, intention: Intention) -> None:
        """Send the same command again; raises ``Broken`` where the answer is another."""
        try:
            again = self.council.handle(intention.command)
        except SameIdOtherBody as refused:
            raise Broken("the same body was taken for another") from refused
        if again != intention.answer:
            raise Broken("the second answer differs")

    # What must be true

    def check(self) -> None:
        """Raise AssertionError unless everything that was answered was done once, and nothing by half."""
        if self.failure is not None:
            raise AssertionError(f"a session ended with {self.failure!r}") from self.failure
        require_truth(self.council)
        causes = Counter(cause for (cause,) in self.council.sql("SELECT cause FROM history"))
        kept = {command for (command,) in self.council.sql("SELECT command_id FROM request")}
        for intention in self.intentions:
            self.check_one(intention, causes, kept)
        self.check_races()

    def check_one(self, intention: Intention, causes: Counter[str], kept: set[str]) -> None:
        """Raise AssertionError unless what was answered was done once, what was refused not at all, and nothing by half."""
        command = intention.command
        mine = {cause for cause in causes if cause.partition("~")[0].partition(":")[0] == command.command_id}
        assert bool(mine) == (command.command_id in kept), f"{command.command_id} was done by half"
        if intention.answer is not None:
            case, position = intention.answer.case_id, intention.answer.position
            entry = self.council.entries(str(case))[(position or 0) - 1]
            assert entry.cause.partition(":")[0] == command.command_id, (
                f"{command.command_id} was answered and is gone"
            )
        elif intention.refusal is not None and intention.tries == 1:
            assert not mine, f"{command.command_id} was refused and left a trace"
        if isinstance(command, RecordContact):
            recorded = [each for each in mine if ":" not in each]
            assert len(recorded) <= 1, f"{command.command_id} recorded a child more than once"

    def check_races(self) -> None:
        """Raise AssertionError unless every task was done by one person at most."""
        winners = Counter(
            (intention.command.case_id, intention.command.task)
            for intention in self.intentions
            if isinstance(intention.command, CompleteTask) and intention.answer is not None
        )
        twice = [task for task, times in winners.items() if times > 1]
        assert not twice, f"done by two people: {twice}"
        self.seen["races"] += sum(
            1
            for intention in self.intentions
            if intention.refusal and "already been done" in intention.refusal
        )
