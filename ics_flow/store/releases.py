"""What histories name by hash: the releases of pathways and forms, and the calendars. Kept for good, changed never."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, bindparam, select

from ics_flow.store.tables import calendar, release
from ics_flow.store.upsert import insert_once

_RELEASE = select(release).where(release.c.hash == bindparam("hash"))
_RELEASES = select(*release.c["hash", "name", "published_at", "law_date"]).order_by(
    release.c.published_at.desc(), release.c.hash
)
_LATEST = _RELEASES.limit(1)
_CALENDAR = select(calendar.c.body).where(calendar.c.hash == bindparam("hash"))
_LATEST_CALENDAR = select(calendar.c.hash).order_by(calendar.c.published_at.desc(), calendar.c.hash).limit(1)
_IN_FORCE = select(
    _LATEST.with_only_columns(release.c.hash).scalar_subquery().label("release"),
    _LATEST_CALENDAR.scalar_subquery().label("calendar"),
)


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
    """What is in force, in one statement; None until both have been published."""
    release_hash, calendar_hash = connection.execute(_IN_FORCE).one()
    if release_hash is None or calendar_hash is None:
        return None
    return InForce(release=release_hash, calendar=calendar_hash)


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
        """Every release, the latest first."""
        return tuple(Published(**row) for row in self._connection.execute(_RELEASES).mappings())

    def latest(self) -> Published | None:
        """The release that new processes start with; None before the first."""
        row = self._connection.execute(_LATEST).mappings().first()
        return Published(**row) if row else None


class Calendars:
    """The calendars of working days by hash."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, hash: str, body: bytes, published_at: datetime) -> None:  # noqa: A002
        """Keep a calendar; one that is kept already stays as it is."""
        self._connection.execute(
            insert_once(calendar, self._connection.dialect.name, "hash"),
            {"hash": hash, "body": body, "published_at": published_at},
        )

    def body(self, hash: str) -> bytes | None:  # noqa: A002
        """A calendar's content."""
        return self._connection.scalar(_CALENDAR, {"hash": hash})

    def latest(self) -> str | None:
        """The hash of the calendar that counts now; None before the first."""
        return self._connection.scalar(_LATEST_CALENDAR)
