"""The derived rows of cases: what trays, maps and the ticker find by an index. Written as the difference between two views of a case.

What a view holds is settled in `ics_flow.domain.view`; nothing here is true of itself, and all of it can be made again.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import Connection, Delete, Table, and_, bindparam, delete, func, select

from ics_flow.domain.view import (
    CaseView,
    DeadlineView,
    ProcessView,
    RecordView,
    ShareView,
    TaskView,
    TimerView,
    UndeliveredView,
)
from ics_flow.store.postgresql import hold_derived
from ics_flow.store.tables import (
    DERIVED,
    case_row,
    deadline_row,
    process_row,
    record_row,
    share_row,
    task_role,
    task_row,
    timer_row,
    undelivered_row,
)
from ics_flow.store.upsert import upsert
from ics_flow.store.writes import Writes

_Key: TypeAlias = tuple[str | int, ...]
_Items: TypeAlias = Mapping[_Key, Any]
_Columns: TypeAlias = dict[str, Any]

_DUE = (
    select(timer_row.c.case_id)
    .where(
        timer_row.c.due <= bindparam("until"), timer_row.c.case_id.not_in(bindparam("but", expanding=True))
    )
    .order_by(timer_row.c.due, timer_row.c.case_id)
    .limit(bindparam("most"))
)
_RUNNING = (
    select(process_row.c.pathway, func.count().label("number"))
    .where(process_row.c.ended.is_(None))
    .group_by(process_row.c.pathway)
    .order_by(process_row.c.pathway)
)
_CASE_OF = select(case_row.c.case_id).where(case_row.c.person_id == bindparam("person_id"))


class Projection:
    """The derived rows of every case."""

    def __init__(self, connection: Connection, writes: Writes | None = None) -> None:
        self._connection = connection
        self._writes = writes or Writes(connection)

    def write(self, before: CaseView | None, after: CaseView) -> None:
        """Make the rows of a case those of `after`, where they are those of `before` (None: whatever they are)."""
        if before is None:
            self._forget(after.case)
        for projected in _PROJECTED:
            old = projected.items(before) if before else {}
            new = projected.items(after)
            gone = [key for key in old if key not in new]
            changed = [key for key, item in new.items() if key not in old or old[key] != item]
            if gone:
                self._remove(projected.table, after.case, gone)
            if changed:
                self._put(projected, after.case, {key: new[key] for key in changed})
            if projected.table is task_row and old != new:
                self._write_roles(after.case, old, new)

    def due_cases(self, until: datetime, most: int, but: Collection[str] = ()) -> tuple[str, ...]:
        """The cases, some left out, whose timers have come due by an instant, the longest due first, from so many timers at most."""
        found = self._connection.scalars(_DUE, {"until": until, "most": most, "but": list(but)})
        return tuple(dict.fromkeys(found))

    def case_of(self, person: str) -> str | None:
        """The case that is the person's file, if there is one."""
        return self._connection.scalar(_CASE_OF, {"person_id": person})

    def running_by_pathway(self) -> Mapping[str, int]:
        """How many processes of each pathway run."""
        return {row.pathway: row.number for row in self._connection.execute(_RUNNING)}

    def clear(self) -> None:
        """Throw away every derived row, before they are made again; no command comes to them until the unit of work ends."""
        if self._connection.dialect.name == "postgresql":
            hold_derived(self._connection)
        for table in DERIVED:
            self._connection.execute(delete(table))

    def _forget(self, case: str) -> None:
        for projected in _PROJECTED:
            self._connection.execute(_forgetting(projected.table), {"of_case_id": case})

    def _remove(self, table: Table, case: str, keys: Iterable[_Key]) -> None:
        names = _key_names(table)
        rows = [{"of_case_id": case, **dict(zip(names, key, strict=True))} for key in keys]
        self._writes.make(_removal(table), rows)

    def _put(self, projected: "_Projected", case: str, items: _Items) -> None:
        names = projected.table.primary_key.columns.keys()[1:]
        rows = [
            {"case_id": case, **dict(zip(names, key, strict=True)), **projected.columns(item)}
            for key, item in items.items()
        ]
        self._writes.make(upsert(projected.table, self._connection.dialect.name), rows)

    def _write_roles(self, case: str, before: _Items, after: _Items) -> None:
        """Keep the roles of the tasks that are new, or have other roles or another day; those of a task that is gone went with its row."""
        old, new = _roles(before), _roles(after)
        gone = [(task, role) for task, role in old if (task, role) not in new and (task,) in after]
        self._remove(task_role, case, gone)
        rows = [
            {"case_id": case, "task": task, "role": role, "due": due}
            for (task, role), due in new.items()
            if (task, role) not in old or old[task, role] != due
        ]
        self._writes.make(upsert(task_role, self._connection.dialect.name), rows)


class _Projected(NamedTuple):
    """A table, the part of a view that it holds by key (the case's id left out), and the other columns of an item."""

    table: Table
    items: Callable[[CaseView], _Items]
    columns: Callable[[Any], _Columns]


def _case(view: CaseView) -> _Items:
    return {(): (view.person, view.team, view.allocated_worker, view.is_open)}


def _case_columns(item: tuple[str, str | None, str | None, bool]) -> _Columns:
    person, team, worker, is_open = item
    return {"person_id": person, "team": team, "allocated_worker": worker, "open": is_open}


def _tasks(view: CaseView) -> _Items:
    return {(task.name,): (task, task.due(view)) for task in view.tasks}


def _roles(tasks: _Items) -> Mapping[tuple[str, str], datetime | None]:
    """When each task is due, for each role that it waits for."""
    return {
        (task.name, role): deadline.due if deadline else None
        for task, deadline in tasks.values()
        for role in task.roles
    }


def _task_columns(item: tuple[TaskView, DeadlineView | None]) -> _Columns:
    task, deadline = item
    return {
        "process": task.process,
        "title": task.title,
        "form": task.form,
        "roles": task.roles,
        "opened": task.opened,
        "due": deadline.due if deadline else None,
        "due_on": deadline.due_on if deadline else None,
        "deadline_kind": deadline.kind if deadline else None,
    }


def _deadline_columns(deadline: DeadlineView) -> _Columns:
    return {
        "title": deadline.title,
        "scope": deadline.scope,
        "due": deadline.due,
        "due_on": deadline.due_on,
        "kind": deadline.kind,
        "basis": deadline.basis,
        "met_by": deadline.met_by,
        "fired": deadline.fired,
        "met_on": deadline.met_on,
        "ended": deadline.ended,
    }


def _timer_columns(timer: TimerView) -> _Columns:
    return {"process": timer.process, "due": timer.due}


def _record_columns(record: RecordView) -> _Columns:
    return {
        "version": record.version,
        "form": record.form,
        "title": record.title,
        "status": record.status,
        "at": record.at,
        "by": record.by,
        "position": record.position,
        "authorised_by": record.authorised_by,
    }


def _process_columns(process: ProcessView) -> _Columns:
    return {
        "pathway": process.pathway,
        "release": process.release,
        "started": process.started,
        "ended": process.ended,
    }


def _undelivered(view: CaseView) -> _Items:
    """The messages that still ask for something."""
    return {(message.name,): message for message in view.undelivered if not message.done}


def _undelivered_columns(message: UndeliveredView) -> _Columns:
    return {"process": message.process, "message": message.message, "text": message.text, "at": message.at}


def _share_columns(share: ShareView) -> _Columns:
    return {
        "worker_id": share.worker,
        "record": share.record,
        "title": share.title,
        "by": share.by,
        "at": share.at,
        "until": share.until,
        "taken_back": share.taken_back,
    }


_PROJECTED = (
    _Projected(case_row, _case, _case_columns),
    _Projected(task_row, _tasks, _task_columns),
    _Projected(deadline_row, lambda view: {(item.name,): item for item in view.deadlines}, _deadline_columns),
    _Projected(timer_row, lambda view: {(item.name,): item for item in view.timers}, _timer_columns),
    _Projected(record_row, lambda view: {(item.scope,): item for item in view.records}, _record_columns),
    _Projected(process_row, lambda view: {(item.name,): item for item in view.processes}, _process_columns),
    _Projected(undelivered_row, _undelivered, _undelivered_columns),
    _Projected(share_row, lambda view: {(item.position,): item for item in view.shares}, _share_columns),
)


@cache
def _key_names(table: Table) -> tuple[str, ...]:
    """The parameters of a removal, beside the case's id."""
    return tuple(f"of_{column.name}" for column in list(table.primary_key)[1:])


@cache
def _removal(table: Table) -> Delete:
    return delete(table).where(
        and_(*(column == bindparam(f"of_{column.name}") for column in table.primary_key))
    )


@cache
def _forgetting(table: Table) -> Delete:
    return delete(table).where(table.c.case_id == bindparam("of_case_id"))
