"""What pages show, each list in one statement. Reading only; what a page makes of the rows belongs in the queries."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeAlias

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    tuple_,
    union,
    union_all,
)

from ics_flow.domain.view import DeadlineKind, ProcessView, ShareView
from ics_flow.store.accounts import Account
from ics_flow.store.sessions import Session
from ics_flow.store.tables import (
    account,
    case_row,
    draft,
    person_row,
    person_token,
    process_row,
    record_row,
    relationship,
    request,
    session,
    share_row,
    task_role,
    task_row,
    undelivered_row,
)

MOST_OF_A_TRAY = 1_000
"""More tasks than a person could look through; a team has some two hundred."""

_TaskKey: TypeAlias = tuple[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildRow:
    """A child with the place of the case: what stands at the head of a file and in a list."""

    case: str | None
    person: str
    given_name: str
    family_name: str
    born: date | None
    expected: date | None
    address: str | None
    team: str | None
    worker: str | None
    worker_name: str | None
    worker_roles: frozenset[str]
    worker_manager: str | None
    open: bool

    @property
    def name(self) -> str:
        """The child's name as it is said."""
        return f"{self.given_name} {self.family_name}".strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingRow:
    """A waiting task, with the deadline that presses most, its child, and whether somebody has begun it."""

    child: ChildRow
    task: str
    process: str
    title: str
    roles: tuple[str, ...]
    opened: datetime
    due_on: date | None
    kind: DeadlineKind
    drafted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideRow:
    """Something that no pathway carries, to be done outside, and its child."""

    child: ChildRow
    name: str
    message: str
    text: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRow:
    """A record that is, or was, shared with somebody who reads no file, and its child."""

    child: ChildRow
    share: ShareView


@dataclass(frozen=True, slots=True, kw_only=True)
class RelativeRow:
    """Somebody of the family: how related, and the case if there is one."""

    child: ChildRow
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerRow:
    """A worker, with how many open children are allocated."""

    id: str
    name: str
    roles: tuple[str, ...]
    team: str | None
    children: int


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose files somebody's search and lists may show: everybody's, or those of these teams and this worker."""

    everywhere: bool
    team: str | None
    worker: str


_CHILD = (
    case_row.c.case_id,
    person_row.c.person_id,
    person_row.c.given_name,
    person_row.c.family_name,
    person_row.c.born,
    person_row.c.expected,
    person_row.c.address,
    case_row.c.team,
    case_row.c.allocated_worker,
    account.c.name.label("worker_name"),
    account.c.roles.label("worker_roles"),
    account.c.manager_id.label("worker_manager"),
    case_row.c.open,
)
_TASK = (
    task_row.c.name.label("task"),
    task_row.c.process,
    task_row.c.title,
    task_row.c.roles.label("task_roles"),
    task_row.c.opened,
    task_row.c.due_on,
    task_row.c.deadline_kind,
)
_CHILDREN = person_row.join(case_row, case_row.c.person_id == person_row.c.person_id).outerjoin(
    account, account.c.worker_id == case_row.c.allocated_worker
)


class Pages:
    """Rows for pages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def waiting(self, team: str | None, roles: Sequence[str], worker: str) -> tuple[WaitingRow, ...]:
        """The tasks that wait in a team and for a worker's own people; for somebody of no team, those for one of the roles anywhere."""
        drafted = exists().where(draft.c.case_id == task_row.c.case_id, draft.c.task == task_row.c.name)
        pressing = _of_team(team, worker) if team else _for_roles(roles, worker)
        statement = (
            select(*_CHILD, *_TASK, drafted.label("drafted"))
            .select_from(_CHILDREN.join(task_row, task_row.c.case_id == case_row.c.case_id))
            .where(tuple_(task_row.c.case_id, task_row.c.name).in_(pressing))
            .order_by(*_by_due(task_row.c.due), task_row.c.opened, task_row.c.case_id, task_row.c.name)
        )
        return tuple(
            WaitingRow(
                child=_child(row),
                task=row.task,
                process=row.process,
                title=row.title,
                roles=tuple(row.task_roles),
                opened=row.opened,
                due_on=row.due_on,
                kind=row.deadline_kind or "none",
                drafted=row.drafted,
            )
            for row in self._connection.execute(statement)
        )

    def outside(self, team: str | None, worker: str) -> tuple[OutsideRow, ...]:
        """What is to be done outside for the worker's own people and in the team, the oldest first."""
        of_team = select(case_row.c.case_id).where(case_row.c.team == team)
        statement = (
            select(*_CHILD, *undelivered_row.c["name", "message", "text", "at"])
            .select_from(_CHILDREN.join(undelivered_row, undelivered_row.c.case_id == case_row.c.case_id))
            .where(or_(undelivered_row.c.case_id.in_(_own(worker)), undelivered_row.c.case_id.in_(of_team)))
            .order_by(undelivered_row.c.at, undelivered_row.c.case_id, undelivered_row.c.name)
            .limit(MOST_OF_A_TRAY)
        )
        return tuple(
            OutsideRow(child=_child(row), name=row.name, message=row.message, text=row.text, at=row.at)
            for row in self._connection.execute(statement)
        )

    def shared_with(self, worker: str) -> tuple[SharedRow, ...]:
        """All that is, or was, shared with the worker, child by child in order of name, the latest first."""
        statement = (
            select(
                *_CHILD,
                *share_row.c["position", "record", "title", "worker_id", "by", "at", "until", "taken_back"],
            )
            .select_from(_CHILDREN.join(share_row, share_row.c.case_id == case_row.c.case_id))
            .where(share_row.c.worker_id == worker)
            .order_by(
                person_row.c.family_name,
                person_row.c.given_name,
                case_row.c.case_id,
                share_row.c.position.desc(),
            )
        )
        return tuple(_shared(row) for row in self._connection.execute(statement))

    def signed_in(self, token_hash: str) -> tuple[Session, Account] | None:
        """The session behind a token with its worker's account."""
        statement = select(session, account).join(account, account.c.worker_id == session.c.worker_id)
        row = self._connection.execute(statement.where(session.c.token_hash == token_hash)).first()
        if row is None:
            return None
        kept = row._mapping
        return (
            Session(**{column.name: kept[column] for column in session.c}),
            Account(
                **{
                    **{column.name: kept[column] for column in account.c},
                    "roles": tuple(kept[account.c.roles]),
                }
            ),
        )

    def drafted(self, case: str) -> frozenset[str]:
        """The tasks of a case that somebody has begun to write."""
        return frozenset(
            self._connection.scalars(select(draft.c.task).where(draft.c.case_id == case).distinct())
        )

    def child(self, case: str) -> ChildRow | None:
        """The child whose file it is."""
        row = self._connection.execute(
            select(*_CHILD).select_from(_CHILDREN).where(case_row.c.case_id == case)
        ).first()
        return _child(row) if row else None

    def person(self, person: str) -> ChildRow | None:
        """The child of that id, whose case may be closed."""
        found = select(*_CHILD).select_from(_CHILDREN).where(person_row.c.person_id == person)
        row = self._connection.execute(found).first()
        return _child(row) if row else None

    def children(
        self, tokens: Iterable[str], born: date | None, reach: Reach, *, skip: int, most: int
    ) -> tuple[int, tuple[ChildRow, ...]]:
        """How many children within reach match every token and the date of birth, and some of them in order of name."""
        conditions = _matching(tokens)
        if born is not None:
            conditions.append(person_row.c.born == born)
        if not conditions:
            return 0, ()
        if not reach.everywhere:
            conditions.append(_within(reach))
        matching = select(func.count()).select_from(_CHILDREN).where(and_(*conditions))
        total = self._connection.scalar(matching) or 0
        rows = self._connection.execute(
            select(*_CHILD)
            .select_from(_CHILDREN)
            .where(and_(*conditions))
            .order_by(person_row.c.family_name, person_row.c.given_name, person_row.c.person_id)
            .offset(skip)
            .limit(most)
        )
        return total, tuple(map(_child, rows))

    def children_of(self, cases: Iterable[str], reach: Reach) -> dict[str, ChildRow]:
        """The children of those of the cases that are within reach, by case."""
        conditions: list[ColumnElement[bool]] = [case_row.c.case_id.in_(sorted(cases))]
        if not reach.everywhere:
            conditions.append(_within(reach))
        rows = self._connection.execute(select(*_CHILD).select_from(_CHILDREN).where(and_(*conditions)))
        return {row.case_id: _child(row) for row in rows}

    def position_of(self, command: str, worker: str) -> int | None:
        """Which entry of its case's history a worker's command wrote, if it was done."""
        found = select(request.c.result).where(request.c.command_id == command, request.c.worker_id == worker)
        result = self._connection.scalar(found)
        return None if result is None else result["position"]

    def processes(self, case: str) -> tuple[ProcessView, ...]:
        """Every process of a case, those that have ended too, in the order in which they began."""
        rows = self._connection.execute(
            select(*process_row.c["name", "pathway", "release", "started", "ended"])
            .where(process_row.c.case_id == case)
            .order_by(process_row.c.started, process_row.c.name)
        )
        return tuple(ProcessView(**row) for row in rows.mappings())

    def family(self, person: str) -> tuple[RelativeRow, ...]:
        """Everybody related to a person, from whichever side it was written."""
        others = person_row.outerjoin(case_row, case_row.c.person_id == person_row.c.person_id).outerjoin(
            account, account.c.worker_id == case_row.c.allocated_worker
        )
        rows = self._connection.execute(
            select(*_CHILD, relationship.c.kind)
            .select_from(others.join(relationship, relationship.c.other_id == person_row.c.person_id))
            .where(relationship.c.person_id == person)
            .order_by(person_row.c.born.nulls_first(), person_row.c.given_name)
        )
        return tuple(RelativeRow(child=_child(row), kind=row.kind) for row in rows)

    def relatives(self, tokens: Iterable[str], reach: Reach, *, most: int) -> tuple[ChildRow, ...]:
        """Those who match every token, have no file of their own and belong to a child within reach, in order of name."""
        of_a_child = relationship.join(case_row, case_row.c.person_id == relationship.c.person_id).outerjoin(
            account, account.c.worker_id == case_row.c.allocated_worker
        )
        belongs = select(relationship.c.other_id).select_from(of_a_child)
        conditions = [*_matching(tokens), case_row.c.case_id.is_(None)]
        if not reach.everywhere:
            belongs = belongs.where(_within(reach))
        others = person_row.outerjoin(case_row, case_row.c.person_id == person_row.c.person_id).outerjoin(
            account, account.c.worker_id == case_row.c.allocated_worker
        )
        rows = self._connection.execute(
            select(*_CHILD)
            .select_from(others)
            .where(and_(*conditions), person_row.c.person_id.in_(belongs.correlate(None)))
            .order_by(person_row.c.family_name, person_row.c.given_name, person_row.c.person_id)
            .limit(most)
        )
        return tuple(map(_child, rows))

    def workers(self) -> tuple[WorkerRow, ...]:
        """Every active worker, by name."""
        children = (
            select(func.count())
            .where(case_row.c.allocated_worker == account.c.worker_id, case_row.c.open.is_(True))
            .scalar_subquery()
        )
        rows = self._connection.execute(
            select(
                account.c.worker_id,
                account.c.name,
                account.c.roles,
                account.c.team,
                children.label("children"),
            )
            .where(account.c.active.is_(True))
            .order_by(account.c.name)
        )
        return tuple(
            WorkerRow(
                id=row.worker_id, name=row.name, roles=tuple(row.roles), team=row.team, children=row.children
            )
            for row in rows
        )


def _matching(tokens: Iterable[str]) -> list[ColumnElement[bool]]:
    """That the person is found by every token, or the beginning of it."""
    return [
        exists().where(
            person_token.c.person_id == person_row.c.person_id,
            person_token.c.token >= token,
            person_token.c.token < token + "\uffff",
        )
        for token in tokens
    ]


def _own(worker: str) -> CompoundSelect[tuple[str]]:
    """The cases allocated to a worker and to those whom the worker manages; each found by an index, as one condition would not be."""
    managed = select(account.c.worker_id).where(account.c.manager_id == worker)
    return union_all(
        select(case_row.c.case_id).where(case_row.c.allocated_worker == worker),
        select(case_row.c.case_id).where(case_row.c.allocated_worker.in_(managed)),
    )


def _of_team(team: str, worker: str) -> Select[_TaskKey]:
    """The tasks that press most, of those of the team, of no team yet, and of the worker's own; settled before anything is joined to them."""
    found: CompoundSelect[tuple[str]] = union_all(
        select(case_row.c.case_id).where(case_row.c.team == team),
        select(case_row.c.case_id).where(case_row.c.team.is_(None)),
        *_own(worker).selects,
    )
    return (
        select(task_row.c.case_id, task_row.c.name)
        .where(task_row.c.case_id.in_(found))
        .order_by(*_by_due(task_row.c.due), task_row.c.opened)
        .limit(MOST_OF_A_TRAY)
    )


def _for_roles(roles: Sequence[str], worker: str) -> Select[_TaskKey]:
    """The tasks that press most, of those for one of the roles and of the worker's own: the first of each role, found by an index, and not all."""
    own = select(task_row.c.case_id, task_row.c.name.label("task"), task_row.c.due)
    found = union(
        own.where(task_row.c.case_id.in_(_own(worker))),
        *(_first_of(role, dated=dated) for role in sorted(roles) for dated in (True, False)),
    ).subquery()
    return (
        select(found.c.case_id, found.c.task)
        .order_by(*_by_due(found.c.due), found.c.case_id, found.c.task)
        .limit(MOST_OF_A_TRAY)
    )


def _first_of(role: str, *, dated: bool) -> Select[tuple[str, str, datetime | None]]:
    """As many tasks of a role as a tray can hold: those that fall due first, or some of those that never do."""
    due = task_role.c.due
    first = (
        select(task_role.c.case_id, task_role.c.task, due)
        .where(task_role.c.role == role, due.is_not(None) if dated else due.is_(None))
        .order_by(due, task_role.c.case_id, task_role.c.task)
        .limit(MOST_OF_A_TRAY)
    )
    return select(*first.subquery().c)


def _by_due(due: ColumnElement[datetime | None]) -> tuple[ColumnElement[Any], ...]:
    """In order of the instant, what has none coming last."""
    return (due.is_(None), due)


def _within(reach: Reach) -> ColumnElement[bool]:
    """Whose files those are: the worker's own, those that the worker wrote in, and the team's."""
    wrote = exists().where(record_row.c.case_id == case_row.c.case_id, record_row.c.by == reach.worker)
    own = or_(case_row.c.allocated_worker == reach.worker, account.c.manager_id == reach.worker, wrote)
    return or_(own, case_row.c.team == reach.team) if reach.team else own


def _shared(row: Any) -> SharedRow:
    share = ShareView(
        position=row.position,
        record=row.record,
        title=row.title,
        worker=row.worker_id,
        by=row.by,
        at=row.at,
        until=row.until,
        taken_back=row.taken_back,
    )
    return SharedRow(child=_child(row), share=share)


def _child(row: object) -> ChildRow:
    found = row._mapping  # type: ignore[attr-defined]
    return ChildRow(
        case=found["case_id"],
        person=found["person_id"],
        given_name=found["given_name"],
        family_name=found["family_name"],
        born=found["born"],
        expected=found["expected"],
        address=found["address"],
        team=found["team"],
        worker=found["allocated_worker"],
        worker_name=found["worker_name"],
        worker_roles=frozenset(found["worker_roles"] or ()),
        worker_manager=found["worker_manager"],
        open=bool(found["open"]),
    )
