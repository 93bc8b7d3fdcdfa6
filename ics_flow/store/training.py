"""What kind of database this is, and how far the clock of a training database is ahead of the wall's.

The kind is settled when the database is made and never changes: the database itself refuses it, and refuses a clock to a live one.
How far the clock is to be moved, and by whom, is not settled here.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from sqlalchemy import Connection, bindparam, func, insert, select, update

from ics_flow.domain.errors import Refused
from ics_flow.store.tables import database_kind, deadline_row, timer_row, training_clock

Kind: TypeAlias = Literal["live", "training"]

_KIND = select(database_kind.c.kind)
_AHEAD = select(training_clock.c.ahead)
_MOVE = update(training_clock).values(ahead=training_clock.c.ahead + bindparam("by"))
_DUE = select(func.count()).where(timer_row.c.due <= bindparam("at")).select_from(timer_row).scalar_subquery()
_NEXT_DUE = select(func.min(timer_row.c.due)).where(timer_row.c.due > bindparam("at")).scalar_subquery()
_COMING = select(_DUE.label("due"), _NEXT_DUE.label("next_due"))
_BECAME_OVERDUE = (
    select(deadline_row.c.title, func.count().label("number"))
    .where(
        deadline_row.c.due > bindparam("after"),
        deadline_row.c.due <= bindparam("until"),
        deadline_row.c.fired.is_(True),
    )
    .group_by(deadline_row.c.title)
    .order_by(func.count().desc(), deadline_row.c.title)
)
_MICROSECOND = timedelta(microseconds=1)


class NotATrainingDatabase(Refused):
    """This is a live database: its clock is the real one, and nobody can move it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coming:
    """How many timers have fallen due and not fired yet, and when the next of the others falls due."""

    due: int
    next_due: datetime | None


def kind_of(connection: Connection) -> Kind | None:
    """The kind of the database; None until it is settled."""
    found: Kind | None = connection.scalar(_KIND)
    return found


def settle_kind(connection: Connection, kind: Kind, ahead: timedelta = timedelta()) -> None:
    """Settle the kind for good; the clock of a training database begins so far ahead of the wall's."""
    connection.execute(insert(database_kind), {"number": 1, "kind": kind})
    if kind == "training":
        connection.execute(insert(training_clock), {"kind": kind, "ahead": ahead // _MICROSECOND})


class TrainingClock:
    """The clock of a training database."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ahead(self) -> timedelta:
        """How far the clock is ahead of the wall's; raises NotATrainingDatabase."""
        found: int | None = self._connection.scalar(_AHEAD)
        if found is None:
            raise NotATrainingDatabase
        return found * _MICROSECOND

    def move(self, by: timedelta) -> None:
        """Move the clock on; raises NotATrainingDatabase. The database refuses to move it back."""
        if self._connection.execute(_MOVE, {"by": by // _MICROSECOND}).rowcount != 1:
            raise NotATrainingDatabase

    def coming(self, at: datetime) -> Coming:
        """What has fallen due by an instant, and what falls due next, in all cases."""
        row = self._connection.execute(_COMING, {"at": at}).one()
        return Coming(due=row.due, next_due=row.next_due)

    def became_overdue(self, after: datetime, until: datetime) -> tuple[tuple[str, int], ...]:
        """The deadlines of all cases that ran out in a span of time, by title with how many, the most frequent first."""
        rows = self._connection.execute(_BECAME_OVERDUE, {"after": after, "until": until})
        return tuple((row.title, row.number) for row in rows)
