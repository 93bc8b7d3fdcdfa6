"""Who is signed in, by the hash of a token that only the browser has, and how often a sign-in was tried.

Every instant here is the wall clock's, given by the caller.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, insert, select, update

from ics_flow.domain.history import Json
from ics_flow.store.tables import login_attempt, session

_FIND = select(session).where(session.c.token_hash == bindparam("token_hash"))
_BEGIN = insert(session)
_TOUCH = (
    update(session)
    .where(session.c.token_hash == bindparam("of_token"))
    .values(last_seen=bindparam("at"), expires=bindparam("until"))
)
_REMEMBER = (
    update(session).where(session.c.token_hash == bindparam("of_token")).values(data=bindparam("kept"))
)
_END = delete(session).where(session.c.token_hash == bindparam("of_token"))
_END_OF_WORKER = delete(session).where(session.c.worker_id == bindparam("of_worker"))
_SWEEP = delete(session).where(session.c.expires <= bindparam("at"))

_TRY = insert(login_attempt)
_TRIES = (
    select(func.count())
    .select_from(login_attempt)
    .where(login_attempt.c.key == bindparam("key"), login_attempt.c.at > bindparam("since"))
)
_FORGIVE = delete(login_attempt).where(login_attempt.c.key == bindparam("of_key"))
_SWEEP_TRIES = delete(login_attempt).where(login_attempt.c.at <= bindparam("before"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A worker signed in at a browser, until it expires; `data` is what the pages remember from one to the next."""

    token_hash: str
    worker_id: str
    created: datetime
    last_seen: datetime
    expires: datetime
    data: Mapping[str, Json] = field(default_factory=dict)


class Sessions:
    """The sessions; one that has expired is found until it is swept away, so that a page can say so."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, token_hash: str) -> Session | None:
        """The session behind a token."""
        row = self._connection.execute(_FIND, {"token_hash": token_hash}).mappings().first()
        return Session(**row) if row else None

    def begin(self, new: Session) -> None:
        """Keep a new session."""
        self._connection.execute(_BEGIN, asdict(new))

    def touch(self, token_hash: str, at: datetime, expires: datetime) -> None:
        """Note that a session was used, and until when it now holds."""
        self._connection.execute(_TOUCH, {"of_token": token_hash, "at": at, "until": expires})

    def remember(self, token_hash: str, data: Mapping[str, Json]) -> None:
        """Keep what the pages remember."""
        self._connection.execute(_REMEMBER, {"of_token": token_hash, "kept": data})

    def end(self, token_hash: str) -> None:
        """End a session."""
        self._connection.execute(_END, {"of_token": token_hash})

    def end_all_of(self, worker: str) -> None:
        """End every session of a worker."""
        self._connection.execute(_END_OF_WORKER, {"of_worker": worker})

    def sweep(self, at: datetime) -> None:
        """Throw away the sessions that had expired by an instant."""
        self._connection.execute(_SWEEP, {"at": at})


class LoginAttempts:
    """The attempts to sign in, counted under a key: a user name, or an address."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: str, at: datetime) -> None:
        """Note an attempt that failed."""
        self._connection.execute(_TRY, {"key": key, "at": at})

    def since(self, key: str, instant: datetime) -> int:
        """How many attempts failed after an instant."""
        return self._connection.scalar(_TRIES, {"key": key, "since": instant}) or 0

    def forgive(self, key: str) -> None:
        """Forget the attempts under a key, after one that succeeded."""
        self._connection.execute(_FORGIVE, {"of_key": key})

    def sweep(self, before: datetime) -> None:
        """Throw away the attempts up to an instant."""
        self._connection.execute(_SWEEP_TRIES, {"before": before})
