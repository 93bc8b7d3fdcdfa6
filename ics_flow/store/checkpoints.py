"""The checkpoints, and the heads that each was made over: only those that changed since the one before are kept with it.

What a checkpoint says is settled in `ics_flow.domain.checkpoint`; nothing here can be changed or removed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import Connection, and_, bindparam, func, insert, select
from sqlalchemy.exc import IntegrityError

from ics_flow.domain.checkpoint import Checkpoint, HeadAt
from ics_flow.domain.errors import AppendConflict
from ics_flow.store.tables import checkpoint, checkpoint_head, history
from ics_flow.store.types import as_bytes

_TOP = (
    select(history.c.subject, func.max(history.c.position).label("top"))
    .group_by(history.c.subject)
    .subquery()
)
_HEADS = select(history.c.subject, history.c.position, history.c.hash).join(
    _TOP, and_(_TOP.c.subject == history.c.subject, _TOP.c.top == history.c.position)
)
_LATEST = (
    select(checkpoint_head.c.subject, func.max(checkpoint_head.c.number).label("number"))
    .where(checkpoint_head.c.number <= bindparam("number"))
    .group_by(checkpoint_head.c.subject)
    .subquery()
)
_HEADS_OF = select(checkpoint_head).join(
    _LATEST,
    and_(_LATEST.c.subject == checkpoint_head.c.subject, _LATEST.c.number == checkpoint_head.c.number),
)
_ALL = select(checkpoint).order_by(checkpoint.c.number)


class Checkpoints:
    """The checkpoints, in order of number."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def all(self, after: int = 0) -> tuple[Checkpoint, ...]:
        """Every checkpoint after that number."""
        rows = self._connection.execute(_ALL.where(checkpoint.c.number > after))
        return tuple(
            Checkpoint(body=row.body, signature=row.signature, public_key=row.public_key) for row in rows
        )

    def last(self) -> Checkpoint | None:
        """The latest one; None before the first."""
        row = self._connection.execute(
            select(checkpoint).order_by(checkpoint.c.number.desc()).limit(1)
        ).first()
        return Checkpoint(body=row.body, signature=row.signature, public_key=row.public_key) if row else None

    def heads_of(self, number: int) -> Mapping[str, HeadAt]:
        """Every head that the checkpoint of that number was made over, by subject."""
        rows = self._connection.execute(_HEADS_OF, {"number": number})
        return {row.subject: HeadAt(row.subject, row.position, as_bytes(row.hash).hex()) for row in rows}

    def changed_at(self, number: int) -> tuple[HeadAt, ...]:
        """The heads that changed between the checkpoint before and the one of that number."""
        rows = self._connection.execute(
            select(checkpoint_head)
            .where(checkpoint_head.c.number == number)
            .order_by(checkpoint_head.c.subject)
        )
        return tuple(HeadAt(row.subject, row.position, as_bytes(row.hash).hex()) for row in rows)

    def heads_now(self) -> Mapping[str, HeadAt]:
        """The head of every history as it stands, by subject."""
        rows = self._connection.execute(_HEADS)
        return {row.subject: HeadAt(row.subject, row.position, as_bytes(row.hash).hex()) for row in rows}

    def add(self, made: Checkpoint, changed: Iterable[HeadAt]) -> None:
        """Keep a checkpoint with the heads that changed; raises AppendConflict where another was made at the same time."""
        number = made.statement.number
        try:
            self._connection.execute(
                insert(checkpoint).values(
                    number=number, body=made.body, signature=made.signature, public_key=made.public_key
                )
            )
        except IntegrityError as error:
            raise AppendConflict from error
        rows = [
            {
                "number": number,
                "subject": head.subject,
                "position": head.position,
                "hash": bytes.fromhex(head.hash),
            }
            for head in changed
        ]
        if rows:
            self._connection.execute(insert(checkpoint_head), rows)
