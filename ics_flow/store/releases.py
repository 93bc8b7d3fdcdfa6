"""What histories name by hash: the releases of pathways and forms, and the calendars. Kept for good, changed never."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, insert, select

from ics_flow.store.tables import calendar, in_force_row, release
from ics_flow.store.upsert import insert_once

_RELEASE = select(release).where(release.c.hash == bindparam("hash"))
_RELEASES = select(*release.c["hash", "name", "published_at", "law_date"]).order_by(
    release.c.published_at.desc(), release.c.hash
)
_CALENDAR = select(calendar.c.body).where(calendar.c.hash == bindparam("hash"))
_IN_FORCE = (
    select(in_force_row.c.release, in_force_row.c.calendar).order_by(in_force_row.c.position.desc()).limit(1)
)
_PUT_IN_FORCE = insert(in_force_row)


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What is known of a release without its content; `law_date` is the day whose law it follows."""

    hash: str
    name: str
    published_at: datetime
    law_date: date


@dataclass(frozen=True, slots=True, kw_only=True)
class InForce:
    """The hashes of the release that new processes start with and of the calendar that counts now."""

    release: str
    calendar: str


def in_force(connection: Connection) -> InForce | None:
    """What the council published last; None before the first."""
    row = connection.execute(_IN_FORCE).mappings().first()
    return InForce(**row) if row else None


def put_in_force(connection: Connection, position: int, published: InForce) -> None:
    """Put in force what the entry at that position of the council's history published."""
    connection.execute(
        _PUT_IN_FORCE,
        {"position": position, "release": published.release, "calendar": published.calendar},
    )


class Releases:
    """The releases by hash."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, published: Published, body: bytes) -> None:
        """Keep a release; one that is kept already stays as it is."""
        self._connection.execute(
            insert_once(release, self._connection.dialect.name, "hash"),
            {
                "hash": published.hash,
                "name": published.name,
                "body": body,
                "published_at": published.published_at,
                "law_date": published.law_date,
            },
        )

    def body(self, hash: str) -> bytes | None:  # noqa: A002 the field's own term
        """A release's content."""
        row = self._connection.execute(_RELEASE, {"hash": hash}).first()
        return row.body if row else None

    def all(self) -> tuple[Published, ...]:
        """Every release, the last one kept first."""
        return tuple(Published(**row) for row in self._connection.execute(_RELEASES).mappings())


class Calendars:
    """The calendars of working days by hash."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, hash: str, body: bytes) -> None:  # noqa: A002
        """Keep a calendar; one that is kept already stays as it is."""
        self._connection.execute(
            insert_once(calendar, self._connection.dialect.name, "hash"),
            {"hash": hash, "body": body},
        )

    def body(self, hash: str) -> bytes | None:  # noqa: A002
        """A calendar's content."""
        return self._connection.scalar(_CALENDAR, {"hash": hash})
