"""What was measured of every case: kept as rows, and counted over many cases by the database.

Made from histories alone and thrown away at will. What the rows mean is settled in ``ics_flow.domain.measured``; medians and shares belong in
the queries.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Date,
    String,
    and_,
    bindparam,
    case,
    delete,
    func,
    insert,
    literal,
    literal_column,
    or_,
    select,
)

from ics_flow.domain.ids import case_subject
from ics_flow.domain.measured import PROCEDURE, CaseMeasured, Drawn
from ics_flow.store.tables import (
    MEASURED,
    history,
    measured_case,
    measured_date,
    measured_departure,
    measured_run,
    measured_step,
)
from ics_flow.store.upsert import upsert

_Row: TypeAlias = dict[str, Any]
_Table: TypeAlias = Any
_CASES = case_subject("")
_HEADS = (
    select(
        func.substr(history.c.subject, len(_CASES) + 1, type_=String).label("case_id"),
        func.max(history.c.position).label("position"),
    )
    .where(history.c.subject >= _CASES, history.c.subject < _CASES[:-1] + chr(ord(_CASES[-1]) + 1))
    .group_by(history.c.subject)
    .subquery()
)
_BEHIND = (
    select(_HEADS.c.case_id)
    .outerjoin(measured_case, measured_case.c.case_id == _HEADS.c.case_id)
    .where(
        or_(
            measured_case.c.case_id.is_(None),
            measured_case.c.position != _HEADS.c.position,
            measured_case.c.format != bindparam("format"),
        )
    )
    .order_by(_HEADS.c.case_id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is counted: the steps on a pathway's diagram, of a team (None: all), from one day to another, both included.

    Without a pathway: every procedure as a whole. With a ``caller``, such as ``referral/record``: only what happened when that activity
    called the pathway.
    """

    pathway: str | None
    first: date
    last: date
    team: str | None = None
    caller: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """So many times a step ended in one way after so many working days and hours; ``at`` is its element, or the pathway of a procedure."""

    at: str
    ending: str
    days: int
    hours: int
    times: int


@dataclass(frozen=True, slots=True)
class Dates:
    """So many dates of one kind that stand alike; ``at`` is the element that they show on, or the pathway."""

    at: str
    title: str
    kind: str
    standing: str
    times: int
    restated: int


@dataclass(frozen=True, slots=True)
class Departed:
    """One act beside the diagram, with the case in whose history it stands."""

    case: str
    position: int
    kind: str
    name: str
    pathway: str
    element: str
    on: date


class Measured:
    """What was measured of every case."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # Keeping

    def behind(self, format: int) -> tuple[str, ...]:  # noqa: A002 the word of snapshots, too
        """The cases whose history has gone on since they were measured, or that were measured otherwise or never."""
        return tuple(self._connection.scalars(_BEHIND, {"format": format}))

    def keep(self, measured: CaseMeasured, format: int) -> None:  # noqa: A002
        """Put what was measured of a case in the place of what was measured before."""
        case_id = measured.case
        kept = {"case_id": case_id, "position": measured.position, "format": format}
        self._connection.execute(upsert(measured_case, self._connection.dialect.name), kept)
        for table, rows in (
            (measured_step, list(_step_rows(measured))),
            (measured_date, list(_date_rows(measured))),
            (measured_departure, list(_departure_rows(measured))),
        ):
            self._connection.execute(delete(table).where(table.c.case_id == case_id))
            if rows:
                self._connection.execute(insert(table), rows)

    def finish(self, at: datetime) -> None:
        """Note that every case was measured, as it stood at that instant."""
        statement = upsert(measured_run, self._connection.dialect.name)
        self._connection.execute(statement, {"number": 1, "at": at})

    def clear(self) -> None:
        """Throw it all away."""
        for table in (*MEASURED, measured_case, measured_run):
            self._connection.execute(delete(table))

    # Counting

    def until(self) -> datetime | None:
        """Up to when every case has been measured; None where that was never done."""
        return self._connection.scalar(select(measured_run.c.at))

    def ended(self, asked: Asked) -> tuple[Ended, ...]:
        """The steps that ended in the period."""
        columns = (_at(measured_step, asked), *measured_step.c["ending", "days", "hours"])
        rows = self._connection.execute(
            select(*columns, func.count())
            .where(_of(measured_step, asked), _within(measured_step.c.ended_on, asked))
            .group_by(*columns)
        )
        return tuple(Ended(row[0], row[1], row[2], row[3], row[4]) for row in rows)

    def entered(self, asked: Asked) -> dict[str, int]:
        """How often each step was come to in the period."""
        at = _at(measured_step, asked)
        rows = self._connection.execute(
            select(at, func.count())
            .where(_of(measured_step, asked), _within(measured_step.c.opened_on, asked))
            .group_by(at)
        )
        return {row[0]: row[1] for row in rows}

    def open(self, asked: Asked) -> dict[str, int]:
        """How often each step was open at the end of the period's last day."""
        step, at = measured_step.c, _at(measured_step, asked)
        begun = func.sum(case((step.opened_on <= asked.last, 1), else_=0))
        found = Counter[str]()
        for still in (
            step.ended_on.is_(None),
            step.ended_on > asked.last,
        ):  # each found by an index, as one condition would not be
            rows = self._connection.execute(
                select(at, begun).where(_of(measured_step, asked), still).group_by(at)
            )
            found.update({row[0]: row[1] for row in rows})
        return dict(+found)

    def dates(self, asked: Asked, today: date) -> tuple[Dates, ...]:
        """The dates that fell in the period, as they stand today."""
        columns = (_at(measured_date, asked), *measured_date.c["title", "kind"])
        standing = _standing(today)
        rows = self._connection.execute(
            select(*columns, standing, func.count(), func.sum(measured_date.c.restated))
            .where(_of(measured_date, asked), _within(measured_date.c.due_on, asked))
            .group_by(*columns, standing)
        )
        return tuple(Dates(row[0], row[1], row[2], row[3], row[4], row[5]) for row in rows)

    def departures(self, asked: Asked) -> dict[tuple[str, str], int]:
        """How many acts beside the diagram there were in the period, by where and of which kind."""
        at, kind = _at(measured_departure, asked), measured_departure.c.kind
        rows = self._connection.execute(
            select(at, kind, func.count())
            .where(_of(measured_departure, asked), _within(measured_departure.c.on, asked))
            .group_by(at, kind)
        )
        return {(row[0], row[1]): row[2] for row in rows}

    def departed(self, asked: Asked, *, skip: int, most: int) -> tuple[Departed, ...]:
        """Some of those acts, the latest first."""
        columns = measured_departure.c["case_id", "position", "kind", "name", "pathway", "element", "on"]
        keys = measured_departure.c["case_id", "position", "number", "depth"]
        rows = self._connection.execute(
            select(*columns)
            .where(_of(measured_departure, asked), _within(measured_departure.c.on, asked))
            .order_by(measured_departure.c.on.desc(), *keys)
            .offset(skip)
            .limit(most)
        )
        return tuple(Departed(*row) for row in rows)


def _at(table: _Table, asked: Asked) -> Column[str]:
    """What is counted apart: the elements of a diagram, or the pathways."""
    column: Column[str] = table.c.element if asked.pathway else table.c.pathway
    return column


def _of(table: _Table, asked: Asked) -> ColumnElement[bool]:
    if asked.pathway is not None:
        conditions = [table.c.pathway == asked.pathway]
    elif table is measured_step:
        conditions = [
            table.c.element == literal_column(f"'{PROCEDURE}'")
        ]  # so that the index of these is found
    else:
        conditions = [table.c.depth == literal_column("0")]
    if asked.team is not None:
        conditions.append(table.c.team == asked.team)
    if asked.caller is not None:
        conditions.append(table.c.caller == asked.caller)
    return and_(*conditions)


def _within(column: ColumnElement[date | None], asked: Asked) -> ColumnElement[bool]:
    return column.between(asked.first, asked.last)


def _standing(today: date) -> ColumnElement[str]:
    """How a date stands: met, met late, over (nothing asked for it any more), overdue, running."""
    kept = measured_date.c
    return case(
        (kept.met_on > kept.due_on, literal_column("'met late'")),
        (kept.met_on.is_not(None), literal_column("'met'")),
        (kept.ended_on.is_not(None), literal_column("'over'")),
        (kept.due_on < literal(today, Date), literal_column("'overdue'")),
        else_=literal_column("'running'"),
    )


def _step_rows(measured: CaseMeasured) -> Iterator[_Row]:
    for step in measured.steps:
        yield {
            "case_id": measured.case,
            "name": step.name,
            **_place(step.drawn, len(step.drawn) - 1),
            "team": step.team,
            "opened_on": step.opened_on,
            "ended_on": step.ended_on,
            "ending": step.ending,
            "days": step.days,
            "hours": step.hours,
        }


def _date_rows(measured: CaseMeasured) -> Iterator[_Row]:
    for kept in measured.dates:
        for depth in range(len(kept.drawn)):
            yield {
                "case_id": measured.case,
                "name": kept.name,
                "depth": depth,
                **_place(kept.drawn, depth),
                "title": kept.title,
                "kind": kept.kind,
                "team": kept.team,
                "due_on": kept.due_on,
                "met_on": kept.met_on,
                "ended_on": kept.ended_on,
                "restated": kept.restated,
            }


def _departure_rows(measured: CaseMeasured) -> Iterator[_Row]:
    for number, departure in enumerate(measured.departures):
        for depth in range(len(departure.drawn)):
            yield {
                "case_id": measured.case,
                "position": departure.position,
                "number": number,
                "depth": depth,
                "kind": departure.kind,
                "name": departure.name,
                **_place(departure.drawn, depth),
                "team": departure.team,
                "on": departure.on,
            }


def _place(drawn: Collection[Drawn], depth: int) -> _Row:
    at, before = tuple(drawn)[depth], tuple(drawn)[depth - 1] if depth else None
    caller = f"{before.pathway}/{before.element}" if before else None
    return {"pathway": at.pathway, "element": at.element, "caller": caller}
