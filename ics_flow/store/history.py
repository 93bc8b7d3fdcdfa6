"""The histories: appending the next entry to a subject's chain, and reading a chain back.

What an entry's bytes are is settled in `ics_flow.domain.history`. There is no way to change or remove an entry, here or by the
triggers of the tables.
"""

from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from json import loads
from typing import NoReturn

from sqlalchemy import Connection, Row, bindparam, insert, select
from sqlalchemy.exc import IntegrityError

from ics_flow.domain.errors import AppendConflict, CauseAlreadyRecorded
from ics_flow.domain.history import (
    ORIGIN,
    Entry,
    Head,
    Parts,
    StoredEntry,
    StoredPart,
    canonical_parts,
    make_entry,
    read_entry,
)
from ics_flow.domain.ids import Entropy, case_subject
from ics_flow.store.tables import history, payload
from ics_flow.store.types import as_bytes
from ics_flow.store.writes import Writes

_HEAD = (
    select(history.c.position, history.c.hash, history.c.header)
    .where(history.c.subject == bindparam("subject"))
    .order_by(history.c.position.desc())
    .limit(1)
)
_CHAIN = (
    select(history, payload.c.name, payload.c.salt, payload.c.body)
    .outerjoin(payload)
    .where(history.c.subject == bindparam("subject"), history.c.position > bindparam("after"))
    .order_by(history.c.position, payload.c.name)
)
_HASH_AT = select(history.c.hash).where(
    history.c.subject == bindparam("subject"), history.c.position == bindparam("position")
)
_SUBJECTS = select(history.c.subject).distinct().order_by(history.c.subject)
_APPEND = insert(history)
_APPEND_PARTS = insert(payload)


class Histories:
    """The chains, for reading."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def head(self, subject: str) -> Head | None:
        """The last entry's position, hash and instant; None where nothing was ever written."""
        row = self._connection.execute(_HEAD, {"subject": subject}).first()
        return head_of(row.position, row.hash, row.header) if row else None

    def hash_at(self, subject: str, position: int) -> str | None:
        """The hash of the entry at that position; None where there is none."""
        found = self._connection.scalar(_HASH_AT, {"subject": subject, "position": position})
        return as_bytes(found).hex() if found is not None else None

    def read(self, subject: str, after: int = 0) -> tuple[Entry, ...]:
        """The entries after a position, in order."""
        return tuple(map(read_entry, self.stored(subject, after)))

    def stored(self, subject: str, after: int = 0) -> tuple[StoredEntry, ...]:
        """The entries after a position as their bytes, for verification and for export."""
        rows = self._connection.execute(_CHAIN, {"subject": subject, "after": after})
        return tuple(_stored(group) for _, group in groupby(rows, lambda row: row.position))

    def subjects(self) -> tuple[str, ...]:
        """Every subject that has a history."""
        return tuple(self._connection.scalars(_SUBJECTS))


class Appending(Histories):
    """The chains within a unit of work, whose instant the entries bear."""

    def __init__(
        self, connection: Connection, at: datetime, entropy: Entropy, writes: Writes | None = None
    ) -> None:
        super().__init__(connection)
        self._writes = writes or Writes(connection)
        self._at = at
        self._entropy = entropy
        self._heads: dict[str, Head | None] = {}

    def head(self, subject: str) -> Head | None:
        """The last entry's position, hash and instant, read once in a unit of work and followed from there."""
        if subject not in self._heads:
            self._heads[subject] = super().head(subject)
        return self._heads[subject]

    def know(self, case: str, head: Head | None) -> None:
        """Take the head of a case that is held now as read; what was read of it before may be out of date."""
        self._heads[case_subject(case)] = head

    def instant_for(self, subject: str, at: datetime | None = None) -> datetime:
        """This unit's instant, or the one given, but never before the last entry's: a clock set back does not turn a history round."""
        at, head = at or self._at, self.head(subject)
        return max(at, head.at) if head else at

    def append(
        self,
        subject: str,
        *,
        kind: str,
        actor: str,
        cause: str,
        parts: Parts,
        at: datetime | None = None,
        release: str | None = None,
        calendar: str | None = None,
        semantics: int = 1,
        fingerprint: str | None = None,
    ) -> Head:
        """Write the next entry, and give the head that it is; raises AppendConflict where another got there first, CauseAlreadyRecorded for the same command twice."""
        head, at = self.head(subject), self.instant_for(subject, at)
        stored = make_entry(
            subject=subject,
            position=head.position + 1 if head else 1,
            previous=head.hash if head else ORIGIN,
            kind=kind,
            at=at,
            actor=actor,
            cause=cause,
            release=release,
            calendar=calendar,
            semantics=semantics,
            fingerprint=fingerprint,
            parts=canonical_parts(parts),
            entropy=self._entropy,
        )
        self._keep(stored)
        self._heads[subject] = head = Head(stored.position, stored.hash, at)
        return head

    def _keep(self, stored: StoredEntry) -> None:
        try:
            self._writes.make(_APPEND, [history_row(stored)])
        except IntegrityError as error:
            _refuse(error)
        self._writes.make(_APPEND_PARTS, payload_rows(stored))


def history_row(stored: StoredEntry) -> dict[str, object]:
    """The row of an entry."""
    return {
        "subject": stored.subject,
        "position": stored.position,
        "hash": bytes.fromhex(stored.hash),
        "header": stored.header,
        "cause": stored.cause,
    }


def payload_rows(stored: StoredEntry) -> list[dict[str, object]]:
    """The rows of an entry's parts."""
    place = {"subject": stored.subject, "position": stored.position}
    return [{**place, "name": part.name, "salt": part.salt, "body": part.body} for part in stored.parts]


def head_of(position: int, hash_bytes: bytes, header: bytes) -> Head:
    """The head that a row of the history gives."""
    return Head(position, hash_bytes.hex(), datetime.fromisoformat(loads(header)["at"]))


def _refuse(error: IntegrityError) -> NoReturn:
    raise (CauseAlreadyRecorded if "cause" in str(error.orig) else AppendConflict) from error


def _stored(rows: Iterable[Row[tuple[object, ...]]]) -> StoredEntry:
    first, *others = rows
    return StoredEntry(
        subject=first.subject,
        position=first.position,
        hash=as_bytes(first.hash).hex(),
        cause=first.cause,
        header=as_bytes(first.header),
        parts=tuple(
            StoredPart(name=row.name, salt=as_bytes(row.salt), body=as_bytes(row.body))
            for row in (first, *others)
            if row.name is not None
        ),
    )
