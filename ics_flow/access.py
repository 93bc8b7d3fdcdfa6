"""Who is at the browser: passwords, sessions, how often one may try, and the note that is kept of every file that is opened.

Every instant here is the wall clock's: a training database may move its cases' clock, not these limits. What a worker may do
with a case belongs in the rights; cookies belong in the pages.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from ics_flow.clock import Clock
from ics_flow.domain.errors import Refused
from ics_flow.domain.workers import Worker
from ics_flow.store.accounts import Account, worker_of
from ics_flow.store.database import Database
from ics_flow.store.sessions import Session
from ics_flow.store.unit import Reading, UnitOfWork

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
REMEMBERED = timedelta(days=1)
TRIES_WITHIN = timedelta(minutes=15)
TRIES_FOR_A_NAME = 5
TRIES_FROM_AN_ADDRESS = 30

_STALE = timedelta(minutes=1)  # a session is written again at most this often
_HASHER = PasswordHasher()
_NOBODYS = _HASHER.hash("nobody has this password")


class SignInRefused(Refused):
    """The user name or the password is not right. Check both and try again."""


class TooManyTries(Refused):
    """There were too many tries to sign in. Wait fifteen minutes, then try again; your manager can have the password changed."""


class NotADemonstration(Refused):
    """Only a demonstration lets you choose whom to be."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """The worker of a session, and whether the session has run out."""

    worker: Worker
    ended: bool


class Access:
    """The way in, for the pages."""

    def __init__(self, database: Database, clock: Clock, *, demonstration: bool = False) -> None:
        self._database = database
        self._clock = clock
        self._demonstration = demonstration

    def sign_in(self, token: str, username: str, password: str, address: str) -> None:
        """Begin a session behind the token; raises SignInRefused or TooManyTries, and takes as long for a name that nobody has."""
        keys = (f"name:{_digest(username.strip().casefold())}", f"address:{address}")
        with self._database.reading() as reading:
            self._limit(reading, *keys)
            account = reading.accounts.named(username.strip())
        right = _is_right(account, password)
        with self._database.unit(self._clock) as unit:
            if account is None or not right:
                for key in keys:
                    unit.attempts.add(key, unit.at)
            else:
                unit.attempts.forgive(keys[0])
                self._begin(unit, token, account.worker_id)
        if not right:
            raise SignInRefused

    def be(self, token: str, worker: str) -> None:
        """Begin a session as the worker chosen, in a demonstration."""
        if not self._demonstration:
            raise NotADemonstration
        with self._database.unit(self._clock) as unit:
            account = unit.accounts.of(worker)
            if account is None or not account.active:
                raise SignInRefused("Nobody of that name works here. Choose one of the workers on the page.")
            self._begin(unit, token, worker)

    def session(self, token: str) -> SignedIn | None:
        """Who is signed in by the token; a session in use is kept alive."""
        key = _digest(token)
        with self._database.reading() as reading:
            found = reading.pages.signed_in(key)
        if found is None or not found[1].active:
            return None
        session, account = found
        now = self._clock()
        ended = session.expires <= now
        if not ended and now - session.last_seen > _STALE:
            with self._database.unit(self._clock) as unit:
                unit.sessions.touch(key, unit.at, _until(unit.at, session.created))
        return SignedIn(worker_of(account), ended)

    def who(self, token: str) -> Worker | None:
        """The worker who is signed in by the token and whose session has not run out."""
        found = self.session(token)
        return found.worker if found and not found.ended else None

    def sign_out(self, token: str) -> None:
        """End the session behind the token, if there is one."""
        with self._database.unit(self._clock) as unit:
            unit.sessions.end(_digest(token))

    def workers(self) -> tuple[Worker, ...]:
        """Everybody whom one may choose to be in a demonstration."""
        if not self._demonstration:
            raise NotADemonstration
        with self._database.reading() as reading:
            return tuple(worker_of(account) for account in reading.accounts.all() if account.active)

    @property
    def now(self) -> datetime:
        """The instant that it is for sessions, limits and the read log."""
        return self._clock()

    def note_reading(
        self, worker: str, *, case: str | None, person: str | None, what: str, right: str
    ) -> None:
        """Keep a note that a worker opened a part of a child's file, or the notes themselves, and by what right."""
        with self._database.unit(self._clock) as unit:
            unit.reads.log(at=unit.at, worker=worker, case=case, person=person, what=what, right=right)

    def _limit(self, reading: Reading, name: str, address: str) -> None:
        since = self._clock() - TRIES_WITHIN
        if reading.attempts.since(name, since) >= TRIES_FOR_A_NAME:
            raise TooManyTries
        if reading.attempts.since(address, since) >= TRIES_FROM_AN_ADDRESS:
            raise TooManyTries

    def _begin(self, unit: UnitOfWork, token: str, worker: str) -> None:
        unit.sessions.sweep(unit.at - REMEMBERED)
        unit.attempts.sweep(unit.at - TRIES_WITHIN)
        unit.sessions.begin(
            Session(
                token_hash=_digest(token),
                worker_id=worker,
                created=unit.at,
                last_seen=unit.at,
                expires=_until(unit.at, unit.at),
            )
        )


def hash_password(password: str) -> str:
    """What is kept of a password."""
    return _HASHER.hash(password)


def _until(now: datetime, created: datetime) -> datetime:
    return min(now + IDLE, created + LONGEST)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _is_right(account: Account | None, password: str) -> bool:
    """Whether the password is the account's; a comparison is made even where there is nothing to compare with."""
    kept = account.password_hash if account and account.password_hash else _NOBODYS
    try:
        _HASHER.verify(kept, password)
    except (VerificationError, InvalidHashError):
        return False
    return account is not None and account.password_hash is not None and account.active
