"""What is kept of a case beside its history: the secret of its fingerprints, and the snapshot that saves a replay."""

import secrets
from dataclasses import dataclass

from sqlalchemy import Connection, and_, bindparam, delete, func, insert, literal, select

from ics_flow.domain.history import Head
from ics_flow.domain.ids import Entropy
from ics_flow.store.history import head_of
from ics_flow.store.tables import case_secret, history, snapshot
from ics_flow.store.upsert import upsert

_SECRET_BYTES = 32

_last = (
    select(func.max(history.c.position))
    .where(history.c.subject == literal("case:") + bindparam("case_id"))
    .scalar_subquery()
)
# Locking the secret's row keeps other commands from the case on PostgreSQL; on SQLite the unit of work is alone already.
_OPEN = (
    select(
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
    .outerjoin(
        history,
        and_(
            history.c.subject == literal("case:") + bindparam("case_id"),
            history.c.position == _last,
        ),
    )
    .outerjoin(snapshot, snapshot.c.case_id == case_secret.c.case_id)
    .where(case_secret.c.case_id == bindparam("case_id"))
    .with_for_update(of=case_secret)
)
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


def open_case(connection: Connection, case: str) -> OpenCase | None:
    """The case's secret, head and snapshot, held against other commands until the unit of work ends; None if there is no such case."""
    row = connection.execute(_OPEN, {"case_id": case}).first()
    if row is None:
        return None
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

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, case: str) -> Snapshot | None:
        """The snapshot of a case, if one is kept."""
        row = self._connection.execute(_SNAPSHOT, {"case_id": case}).first()
        return Snapshot(row.position, row.head.hex(), row.body, row.format) if row else None

    def keep(self, case: str, kept: Snapshot) -> None:
        """Keep a snapshot in place of the last one."""
        self._connection.execute(
            upsert(snapshot, self._connection.dialect.name),
            {
                "case_id": case,
                "position": kept.position,
                "head": bytes.fromhex(kept.head),
                "body": kept.body,
                "format": kept.format,
            },
        )

    def drop(self, case: str) -> None:
        """Throw a snapshot away."""
        self._connection.execute(_DROP_SNAPSHOT, {"case_id": case})
