"""The board's orders for open cases, as rows: what was ordered, and what became of each case.

What an order means is `ics_flow.board.orders`'s; that a case is moved once, is held by its history: the order's id is the cause of the entry.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal, TypeAlias

from sqlalchemy import (
    Connection,
    Row,
    Select,
    bindparam,
    func,
    insert,
    literal,
    select,
    union,
    update,
)

from ics_flow.domain.history import Json
from ics_flow.store.tables import (
    case_secret,
    deadline_row,
    move_order,
    move_order_case,
    process_row,
    timer_row,
)

Kind: TypeAlias = Literal["release", "calendar"]

_ORDERS = select(move_order).order_by(move_order.c.ordered_at.desc(), move_order.c.id)
_ORDER = select(move_order).where(move_order.c.id == bindparam("order"))
_NEXT = (
    select(move_order)
    .where(move_order.c.state.in_(("running", "undoing")))
    .order_by(move_order.c.ordered_at, move_order.c.id)
    .limit(1)
)
_OF_ORDER = move_order_case.c.order_id == bindparam("order")
_PROGRESS = (
    select(move_order_case.c.state, func.count().label("cases"))
    .where(_OF_ORDER)
    .group_by(move_order_case.c.state)
)
_CLAIM = (
    select(move_order_case.c.case_id)
    .join(case_secret, case_secret.c.case_id == move_order_case.c.case_id)
    .where(_OF_ORDER, move_order_case.c.state == bindparam("of_state"))
    .order_by(move_order_case.c.case_id)
    .limit(bindparam("most"))
    .with_for_update(of=(move_order_case, case_secret), skip_locked=True)
)
_CASES = (
    select(move_order_case)
    .where(_OF_ORDER, move_order_case.c.case_id > bindparam("after"))
    .order_by(move_order_case.c.case_id)
    .limit(bindparam("most"))
)
_SETTLE = (
    update(move_order_case)
    .where(_OF_ORDER, move_order_case.c.case_id == bindparam("case"))
    .values(
        state=bindparam("to"),
        sentence=bindparam("why"),
        changed=bindparam("what", type_=move_order_case.c.changed.type),
        position=bindparam("place"),
    )
)
_TURN = (
    update(move_order_case)
    .where(_OF_ORDER, move_order_case.c.state == bindparam("of_state"))
    .values(state=bindparam("to"))
)
_STATE = update(move_order).where(move_order.c.id == bindparam("order")).values(state=bindparam("to"))


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRow:
    """An order as it is kept; `choices` says for a pathway what becomes of those that run (`ics_flow.board.orders.Choice`)."""

    id: str
    kind: Kind
    target: str
    choices: Mapping[str, str]
    reason: str
    ordered_by: str
    ordered_at: datetime
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCaseRow:
    """What became of a case; `changed` is the restatement, as JSON."""

    case_id: str
    state: str
    sentence: str | None
    changed: Any
    position: int | None


class Orders:
    """The orders and their cases."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, order: OrderRow) -> None:
        """Keep a new order."""
        self._connection.execute(insert(move_order), asdict(order))

    def take_in_running(
        self, order: str, pathways: Sequence[str], release: str, *, under: str | None = None
    ) -> None:
        """Have the order be about every case in which one of the pathways runs under another release (under that one, where one is named)."""
        self._take_in(order, _running(pathways, release, under))

    def take_in_dated(self, order: str) -> None:
        """Have the order be about every case in which a date is to be kept or a timer waits."""
        dated = select(deadline_row.c.case_id).where(deadline_row.c.ended.is_(None))
        self._take_in(order, union(dated, select(timer_row.c.case_id)))

    def _take_in(self, order: str, cases: Any) -> None:
        found = cases.subquery()
        rows = select(literal(order), found.c.case_id, literal("waiting"))
        self._connection.execute(insert(move_order_case).from_select(["order_id", "case_id", "state"], rows))

    def running(self, pathways: Sequence[str], release: str, *, under: str | None = None) -> tuple[str, ...]:
        """The cases in which one of the pathways runs under another release (under that one, where one is named), in order of their ids."""
        found = _running(pathways, release, under).order_by(process_row.c.case_id)
        return tuple(self._connection.scalars(found))

    def of(self, order: str) -> OrderRow | None:
        """The order of that id."""
        row = self._connection.execute(_ORDER, {"order": order}).first()
        return _order(row) if row else None

    def all(self) -> tuple[OrderRow, ...]:
        """Every order, the latest first."""
        return tuple(map(_order, self._connection.execute(_ORDERS)))

    def next(self) -> OrderRow | None:
        """The order that is to be worked off now, the earliest first."""
        row = self._connection.execute(_NEXT).first()
        return _order(row) if row else None

    def progress(self, order: str) -> Counter[str]:
        """How many cases of the order are in which state."""
        rows = self._connection.execute(_PROGRESS, {"order": order})
        return Counter({row.state: row.cases for row in rows})

    def cases(self, order: str, *, after: str = "", most: int = 50) -> tuple[OrderCaseRow, ...]:
        """What became of the order's cases, in order of their ids, after one of them."""
        rows = self._connection.execute(_CASES, {"order": order, "after": after, "most": most})
        return tuple(
            OrderCaseRow(
                case_id=row.case_id,
                state=row.state,
                sentence=row.sentence,
                changed=row.changed,
                position=row.position,
            )
            for row in rows
        )

    def case(self, order: str, case: str) -> OrderCaseRow | None:
        """What became of one case."""
        found = select(move_order_case).where(_OF_ORDER, move_order_case.c.case_id == case)
        row = self._connection.execute(found, {"order": order}).mappings().first()
        return (
            OrderCaseRow(**{name: value for name, value in row.items() if name != "order_id"})
            if row
            else None
        )

    def claim(self, order: str, state: str, most: int) -> tuple[str, ...]:
        """So many cases of the order in that state, held until the unit of work ends; those that others hold are left out."""
        given = {"order": order, "of_state": state, "most": most}
        return tuple(self._connection.scalars(_CLAIM, given))

    def settle(
        self,
        order: str,
        case: str,
        state: str,
        *,
        sentence: str | None = None,
        changed: Json = None,
        position: int | None = None,
    ) -> None:
        """Note what became of a case."""
        said = {"to": state, "why": sentence, "what": changed, "place": position}
        self._connection.execute(_SETTLE, {"order": order, "case": case, **said})

    def turn(self, order: str, state: str, to: str) -> None:
        """Have all cases of the order in a state be in another."""
        self._connection.execute(_TURN, {"order": order, "of_state": state, "to": to})

    def put(self, order: str, state: str) -> None:
        """Have the order be in another state."""
        self._connection.execute(_STATE, {"order": order, "to": state})


def _running(pathways: Sequence[str], release: str, under: str | None) -> Select[tuple[str]]:
    return (
        select(process_row.c.case_id)
        .where(
            process_row.c.ended.is_(None),
            process_row.c.pathway.in_(pathways),
            process_row.c.release != release if under is None else process_row.c.release == under,
        )
        .distinct()
    )


def _order(row: Row[Any]) -> OrderRow:
    return OrderRow(**row._mapping)
