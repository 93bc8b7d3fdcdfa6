"""The work tray: what waits for a worker and in the worker's team: by the day it is due, by child, by address, or by who set the date.

Here: which tasks stand in whose tray, and their order. Not here: whether a task may be done, which is asked again when it is opened.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Literal, assert_never, get_args

from ics_flow.domain.rights import ALLOCATED_MANAGER, ALLOCATED_WORKER
from ics_flow.domain.view import DeadlineKind
from ics_flow.domain.workers import Worker
from ics_flow.queries.due import Due, Urgency, seen_on, urgency_on
from ics_flow.queries.naming import task_title
from ics_flow.queries.sent_back import SentBack, sent_back
from ics_flow.queries.standpoint import Shown, Standpoint, page_of
from ics_flow.store.reading import ChildRow, OutsideRow, WaitingRow
from ics_flow.store.unit import Reading

Show = Literal["mine", "team"]
Sort = Literal["date", "child", "address", "kind"]
SORTS: tuple[Sort, ...] = get_args(Sort)


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayRow:
    """A waiting task in the tray."""

    case: str
    child: ChildRow
    task: str
    title: str
    roles: tuple[str, ...]
    due: Due | None
    drafted: bool
    sent_back: SentBack | None
    may_do: bool

    @property
    def urgency(self) -> Urgency:
        """The group that the row stands in."""
        return self.due.urgency if self.due else Urgency.NO_DATE

    @property
    def kind(self) -> DeadlineKind:
        """Who set the date."""
        return self.due.kind if self.due else "none"


@dataclass(frozen=True, slots=True)
class TrayGroup:
    """Rows that stand together: of one urgency, of one child, of one address (`address` is empty where it is not known), or of one kind of date."""

    rows: tuple[TrayRow, ...]
    urgency: Urgency | None = None
    child: ChildRow | None = None
    address: str | None = None
    kind: DeadlineKind | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tray:
    """A worker's tray: one page of rows, with the counts of both lists and of each urgency in the one shown."""

    show: Show
    sort: Sort
    mine: int
    mine_overdue: int
    team: int
    team_overdue: int
    by_urgency: dict[Urgency, int]
    shown: Shown[TrayRow]
    outside: tuple[OutsideRow, ...]

    @property
    def groups(self) -> Iterator[TrayGroup]:
        """The rows of the page, group by group."""
        for together in self._together():
            first = together[0]
            match self.sort:
                case "date":
                    yield TrayGroup(together, urgency=first.urgency)
                case "child":
                    yield TrayGroup(together, child=first.child)
                case "address":
                    yield TrayGroup(together, address=first.child.address or "")
                case "kind":
                    yield TrayGroup(together, kind=first.kind)
                case _:
                    assert_never(self.sort)

    def _together(self) -> Iterator[tuple[TrayRow, ...]]:
        keys: Mapping[Sort, Callable[[TrayRow], object]] = {
            "date": lambda row: row.urgency,
            "child": lambda row: row.case,
            "address": lambda row: _folded(row.child.address),
            "kind": lambda row: row.kind,
        }
        for _, rows in groupby(self.shown.items, key=keys[self.sort]):
            yield tuple(rows)


def tray(reading: Reading, by: Standpoint, *, show: Show, sort: Sort, number: int) -> Tray:
    """The tray of the worker who looks: a statement for tasks, one for what is to be done outside, and one for each record on the page that came back."""
    everywhere = by.worker.team is None
    waiting = reading.pages.waiting(by.worker.team, tuple(by.worker.roles), by.worker.id)
    mine = [row for row in waiting if _is_for(by.worker, row)]
    team = waiting if not everywhere else tuple(mine)
    order = _ORDERS[sort]
    listed = sorted(
        mine if show == "mine" else team,
        key=lambda row: order(row, by.worker),
    )
    outside = reading.pages.outside(by.worker.team, by.worker.id)
    if show == "mine" or everywhere:
        outside = tuple(row for row in outside if _is_theirs(by.worker, row.child))
    today = by.today
    urgencies, overdue = Counter(urgency_on(row.due_on, today) for row in listed), Urgency.OVERDUE
    page = page_of(listed, number)
    return Tray(
        show=show,
        sort=sort,
        mine=len(mine),
        mine_overdue=sum(urgency_on(row.due_on, today) is overdue for row in mine),
        team=len(team),
        team_overdue=sum(urgency_on(row.due_on, today) is overdue for row in team),
        by_urgency={urgency: urgencies[urgency] for urgency in Urgency},
        shown=Shown(tuple(_row(reading, by, row) for row in page.items), page.number, page.total),
        outside=outside,
    )


def _is_theirs(worker: Worker, child: ChildRow) -> bool:
    """Whether what is to be done outside is the worker's to see to: the allocated worker's and the manager's; the whole team's while nobody is allocated."""
    if child.worker is None:
        return child.team == worker.team
    return worker.id in (child.worker, child.worker_manager)


def _is_for(worker: Worker, row: WaitingRow) -> bool:
    """Whether a task stands in the worker's own list: it is theirs by role, and not the allocated worker's to do."""
    child = row.child
    anothers = child.worker is not None and child.worker != worker.id
    return _has_the_role(worker, row) and not (anothers and child.worker_roles.intersection(row.roles))


def _has_the_role(worker: Worker, row: WaitingRow) -> bool:
    """Whether the worker holds one of the task's roles, those that come from the case among them."""
    if ALLOCATED_WORKER in row.roles and row.child.worker == worker.id:
        return True
    if ALLOCATED_MANAGER in row.roles and row.child.worker_manager == worker.id:
        return True
    return bool(worker.roles.intersection(row.roles))


def _row(reading: Reading, by: Standpoint, row: WaitingRow) -> TrayRow:
    due = None
    if row.due_on is not None:
        due = seen_on(row.title, row.kind, row.due_on, by.today, by.calendar)
    return TrayRow(
        case=row.child.case or "",
        child=row.child,
        task=row.task,
        title=task_title(by.release, row.task, row.title),
        roles=row.roles,
        due=due,
        drafted=row.drafted,
        sent_back=sent_back(reading, by, row.child.case or "", row.task),
        may_do=_has_the_role(by.worker, row),
    )


def _by_date(row: WaitingRow, worker: Worker) -> tuple[object, ...]:
    """In order of the day, which is that of urgency too, children allocated to the worker first."""
    return (_day(row), row.child.worker != worker.id, *_by_child(row, worker))


def _by_address(row: WaitingRow, worker: Worker) -> tuple[object, ...]:
    """Children of one address together, brothers and sisters say; those whose address is not known last."""
    address = _folded(row.child.address)
    return (not address, address, *_by_child(row, worker))


def _by_kind(row: WaitingRow, worker: Worker) -> tuple[object, ...]:
    """Dates set by law first, then the council's, then what has none."""
    return (_KINDS.index(row.kind), *_by_date(row, worker))


def _folded(address: str | None) -> str:
    return " ".join((address or "").casefold().split())


def _by_child(row: WaitingRow, worker: Worker) -> tuple[object, ...]:  # noqa: ARG001 every order is asked alike
    child = row.child
    return (child.family_name.casefold(), child.given_name.casefold(), child.case, _day(row), row.task)


def _day(row: WaitingRow) -> date:
    """The day of a row in a list: what has none comes last."""
    return row.due_on or date.max


_KINDS: tuple[DeadlineKind, ...] = ("statutory", "local", "none")
_ORDERS: Mapping[Sort, Callable[[WaitingRow, Worker], tuple[object, ...]]] = {
    "date": _by_date,
    "child": _by_child,
    "address": _by_address,
    "kind": _by_kind,
}
