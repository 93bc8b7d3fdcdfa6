"""What is kept of a case beside its history: the secret of its fingerprints, and the snapshot that saves a replay."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, literal, select

from ics_flow.domain.history import Head
from ics_flow.domain.ids import Entropy
from ics_flow.store.history import head_of
from ics_flow.store.tables import case_secret, history, snapshot, timer_row
from ics_flow.store.upsert import upsert
from ics_flow.store.writes import Writes

_SECRET_BYTES = 32

_subject = literal("case:") + case_secret.c.case_id
_entry = history.alias()
_last = (
    select(func.max(_entry.c.position))
    .where(_entry.c.subject == _subject)
    .correlate(case_secret)
    .scalar_subquery()
)
# A statement of its own, so that what is read next is what whoever held the case has left. On SQLite a unit of work is alone already.
_HOLD = select(case_secret.c.case_id).where(case_secret.c.case_id == bindparam("case_id")).with_for_update()
_CLAIM_DUE = (
    select(timer_row.c.case_id)
    .join(case_secret, case_secret.c.case_id == timer_row.c.case_id)
    .where(
        timer_row.c.due <= bindparam("until"), timer_row.c.case_id.not_in(bindparam("but", expanding=True))
    )
    .order_by(timer_row.c.due, timer_row.c.case_id)
    .limit(bindparam("most"))
    .with_for_update(of=case_secret, skip_locked=True)
)
_OPENING = (
    select(
        case_secret.c.case_id,
        case_secret.c.secret,
        history.c.position,
        history.c.hash,
        history.c.header,
        snapshot.c.position.label("snapshot_position"),
        snapshot.c.head,
        snapshot.c.body,
        snapshot.c.format,
    )
    .select_from(case_secret)
    .outerjoin(history, and_(history.c.subject == _subject, history.c.position == _last))
    .outerjoin(snapshot, snapshot.c.case_id == case_secret.c.case_id)
)
_OPEN = _OPENING.where(case_secret.c.case_id == bindparam("case_id"))
_OPEN_ALL = _OPENING.where(case_secret.c.case_id.in_(bindparam("cases", expanding=True)))
_SECRET = select(case_secret.c.secret).where(case_secret.c.case_id == bindparam("case_id"))
_NEW_SECRET = insert(case_secret)
_SNAPSHOT = select(snapshot).where(snapshot.c.case_id == bindparam("case_id"))
_DROP_SNAPSHOT = delete(snapshot).where(snapshot.c.case_id == bindparam("case_id"))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A case's state and view after the entry at `position`, whose hash is `head`, in a form of the process's own."""

    position: int
    head: str
    body: bytes
    format: int


@dataclass(frozen=True, slots=True)
class OpenCase:
    """What a command needs of a case before it begins."""

    secret: bytes
    head: Head | None
    snapshot: Snapshot | None


def hold_case(connection: Connection, case: str) -> None:
    """Keep other commands from the case until the unit of work ends, waiting for whoever holds it now."""
    if connection.dialect.name == "postgresql":
        connection.execute(_HOLD, {"case_id": case})


def claim_due(
    connection: Connection, until: datetime, most: int, but: Collection[str] = ()
) -> tuple[str, ...]:
    """Cases whose timers have come due by an instant, the longest due first, from so many timers at most: held until the unit
    of work ends, those left out that others hold.
    """
    found = connection.scalars(_CLAIM_DUE, {"until": until, "most": most, "but": list(but)})
    return tuple(dict.fromkeys(found))


def open_case(connection: Connection, case: str) -> OpenCase | None:
    """The case's secret, head and snapshot; None if there is no such case."""
    row = connection.execute(_OPEN, {"case_id": case}).first()
    return _opened(row) if row else None


def open_cases(connection: Connection, cases: Collection[str]) -> dict[str, OpenCase]:
    """The secrets, heads and snapshots of several cases, by their ids."""
    rows = connection.execute(_OPEN_ALL, {"cases": list(cases)})
    return {row.case_id: _opened(row) for row in rows}


def _opened(row: Any) -> OpenCase:
    return OpenCase(
        secret=row.secret,
        head=None if row.position is None else head_of(row.position, row.hash, row.header),
        snapshot=None
        if row.body is None
        else Snapshot(row.snapshot_position, row.head.hex(), row.body, row.format),
    )


class Secrets:
    """The secrets of cases, each drawn once."""

    def __init__(self, connection: Connection, entropy: Entropy = secrets.token_bytes) -> None:
        self._connection = connection
        self._entropy = entropy

    def make(self, case: str) -> bytes:
        """Draw and keep the secret of a new case."""
        secret = self._entropy(_SECRET_BYTES)
        self._connection.execute(_NEW_SECRET, {"case_id": case, "secret": secret})
        return secret

    def of(self, case: str) -> bytes | None:
        """A case's secret; None if there is no such case."""
        return self._connection.scalar(_SECRET, {"case_id": case})


class Snapshots:
    """The snapshots, one a case; each can be thrown away."""

    def __init__(self, connection: Connection, writes: Writes | None = None) -> None:
        self._connection = connection
        self._writes = writes or Writes(connection)

    def of(self, case: str) -> Snapshot | None:
        """The snapshot of a case, if one is kept."""
        row = self._connection.execute(_SNAPSHOT, {"case_id": case}).first()
        return Snapshot(row.position, row.head.hex(), row.body, row.format) if row else None

    def keep(self, case: str, kept: Snapshot) -> None:
        """Keep a snapshot in place of the last one."""
        row = {
            "case_id": case,
            "position": kept.position,
            "head": bytes.fromhex(kept.head),
            "body": kept.body,
            "format": kept.format,
        }
        self._writes.make(upsert(snapshot, self._connection.dialect.name), [row])

    def drop(self, case: str) -> None:
        """Throw a snapshot away."""
        self._connection.execute(_DROP_SNAPSHOT, {"case_id": case})
