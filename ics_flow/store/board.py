"""What the change board keeps beside its histories: proposals with their authors and the decisions on them, requests as rows, notes put away.

What a proposal is, and when it is approved, is `ics_flow.board`'s; the database refuses every change of a proposal, and an author's approval.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select

from ics_flow.store.tables import account, approval, change_row, note_read, proposal, proposal_author
from ics_flow.store.upsert import upsert

_ROWS = (
    select(change_row, account.c.name.label("raised_by_name"))
    .outerjoin(account, account.c.worker_id == change_row.c.raised_by)
    .order_by(change_row.c.raised_at.desc(), change_row.c.change_id)
)
_WAKING = (
    select(change_row.c.change_id)
    .where(change_row.c.wakes_on <= bindparam("today"))
    .order_by(change_row.c.wakes_on, change_row.c.change_id)
)
_NOTES = _ROWS.where(
    change_row.c.state == "in force",
    change_row.c.in_force_since >= bindparam("since"),
    change_row.c.change_id.not_in(
        select(note_read.c.change_id).where(note_read.c.worker_id == bindparam("worker"))
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRow:
    """A change request as lists show it; on `wakes_on` it takes effect or its trial is over; `touches` are roles."""

    change_id: str
    title: str
    area: str
    state: str
    law: bool
    raised_by: str
    raised_at: datetime
    meeting_on: date | None
    wakes_on: date | None
    in_force_since: datetime | None
    touches: tuple[str, ...]
    raised_by_name: str = ""


class BoardRows:
    """The board's tables."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, row: ChangeRow) -> None:
        """Keep a request as it now stands."""
        values = {**asdict(row), "touches": list(row.touches)}
        del values["raised_by_name"]
        self._connection.execute(upsert(change_row, self._connection.dialect.name), values)

    def all(self) -> tuple[ChangeRow, ...]:
        """Every request, the last raised first."""
        return self._rows(_ROWS, {})

    def for_meeting(self, on: date) -> tuple[ChangeRow, ...]:
        """The requests on the agenda of the meeting of that day."""
        return self._rows(_ROWS.where(change_row.c.meeting_on == on), {})

    def waking(self, today: date) -> tuple[str, ...]:
        """The requests of which something becomes by itself on or before that day."""
        return tuple(self._connection.scalars(_WAKING, {"today": today}))

    def notes(self, worker: str, roles: Iterable[str], since: datetime) -> tuple[ChangeRow, ...]:
        """The changes in force since then that touch one of the roles, and whose note the worker has not put away."""
        held = frozenset(roles)
        return tuple(
            row
            for row in self._rows(_NOTES, {"since": since, "worker": worker})
            if held.intersection(row.touches)
        )

    def put_away(self, worker: str, change: str) -> None:
        """Show this worker the note of that change no more."""
        self._connection.execute(
            upsert(note_read, self._connection.dialect.name), {"worker_id": worker, "change_id": change}
        )

    def propose(self, change: str, number: int, authors: Sequence[str], at: datetime) -> None:
        """Keep that this was put to the board, and who drew it."""
        self._connection.execute(insert(proposal), {"change_id": change, "number": number, "at": at})
        self._connection.execute(
            insert(proposal_author),
            [{"change_id": change, "number": number, "worker_id": author} for author in authors],
        )

    def decide(self, change: str, number: int, member: str, *, approves: bool, at: datetime) -> None:
        """Keep what a member decided."""
        self._connection.execute(
            insert(approval),
            {"change_id": change, "number": number, "worker_id": member, "approves": approves, "at": at},
        )

    def _rows(self, query: Select[Any], values: dict[str, object]) -> tuple[ChangeRow, ...]:
        return tuple(map(_row, self._connection.execute(query, values)))


def _row(row: Row[Any]) -> ChangeRow:
    values = dict(row._mapping)
    return ChangeRow(
        **{**values, "touches": tuple(values["touches"]), "raised_by_name": values["raised_by_name"] or ""}
    )
