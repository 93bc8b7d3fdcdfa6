"""What is to leave the system: kept with the work that caused it, sent afterwards, once under each key."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from ics_flow.domain.history import Json
from ics_flow.store.tables import outbox
from ics_flow.store.upsert import insert_once

_WAITING = (
    select(*outbox.c["id", "key", "kind", "body", "created"])
    .where(outbox.c.sent.is_(None))
    .order_by(outbox.c.id)
    .limit(bindparam("most"))
)
_DONE = select(outbox.c.key).where(outbox.c.kind == bindparam("kind"), outbox.c.sent.is_not(None))
_SENT = update(outbox).where(outbox.c.id == bindparam("of_id")).values(sent=bindparam("at"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """Something that waits to be sent."""

    id: int
    key: str
    kind: str
    body: Mapping[str, Json]
    created: datetime


class Outbox:
    """What waits to be sent."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, key: str, kind: str, body: Mapping[str, Json], at: datetime) -> None:
        """Have something sent; what stands under the key already stays as it is."""
        self._connection.execute(
            insert_once(outbox, self._connection.dialect.name, "key"),
            {"key": key, "kind": kind, "body": body, "created": at},
        )

    def waiting(self, most: int = 100) -> tuple[Outgoing, ...]:
        """What has not been sent yet, the oldest first."""
        rows = self._connection.execute(_WAITING, {"most": most})
        return tuple(Outgoing(**row) for row in rows.mappings())

    def sent(self, id: int, at: datetime) -> None:  # noqa: A002
        """Note that something was sent."""
        self._connection.execute(_SENT, {"of_id": id, "at": at})

    def note_done(self, key: str, kind: str, at: datetime) -> None:
        """Note that something was sent that did not wait here."""
        self.add(key, kind, {}, at)
        self._connection.execute(update(outbox).where(outbox.c.key == key).values(sent=at))

    def done(self, kind: str) -> tuple[str, ...]:
        """The keys of everything of a kind that was sent."""
        return tuple(self._connection.scalars(_DONE, {"kind": kind}))
