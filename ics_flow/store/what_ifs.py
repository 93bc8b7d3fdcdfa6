"""What a draft would have done, asked of last year's cases: the question, and what was found in each case, as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, literal, select, update

from ics_flow.domain.history import Json
from ics_flow.store.tables import process_row, what_if, what_if_case

_QUESTION = select(what_if).where(what_if.c.id == bindparam("question"))
_NEXT = (
    select(what_if).where(what_if.c.state == "running").order_by(what_if.c.asked_at, what_if.c.id).limit(1)
)
_OF_QUESTION = what_if_case.c.what_if_id == bindparam("question")
_WAITING = (
    select(what_if_case.c.case_id)
    .where(_OF_QUESTION, what_if_case.c.state == "waiting")
    .order_by(what_if_case.c.case_id)
    .limit(bindparam("most"))
)
_ANSWER = (
    update(what_if_case)
    .where(_OF_QUESTION, what_if_case.c.case_id == bindparam("case"))
    .values(state="done", found=bindparam("what", type_=what_if_case.c.found.type))
)
_FOUND = (
    select(what_if_case.c.found)
    .where(_OF_QUESTION, what_if_case.c.state == "done")
    .order_by(what_if_case.c.case_id)
)
_PROGRESS = (
    select(what_if_case.c.state, func.count().label("cases"))
    .where(_OF_QUESTION)
    .group_by(what_if_case.c.state)
)
_STATE = update(what_if).where(what_if.c.id == bindparam("question")).values(state=bindparam("to"))
_BEGUN = (
    select(process_row.c.case_id)
    .where(process_row.c.started >= bindparam("since"), process_row.c.started < bindparam("until"))
    .distinct()
    .order_by(process_row.c.case_id)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is asked: the draft's files as a release's body, the calendar by hash, and the period; `state` is running, stopped or done."""

    id: str
    body: bytes
    calendar: str
    since: datetime
    until: datetime
    asked_by: str
    asked_at: datetime
    state: str


class WhatIfs:
    """The questions, with what was found."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begun(self, since: datetime, until: datetime) -> tuple[str, ...]:
        """The cases in which a procedure began in the period, in order of their ids."""
        return tuple(self._connection.scalars(_BEGUN, {"since": since, "until": until}))

    def ask(self, question: Question) -> None:
        """Keep a new question, to be asked of every case in which a procedure began in the period."""
        self._connection.execute(insert(what_if), asdict(question))
        rows = (
            select(literal(question.id), process_row.c.case_id, literal("waiting"))
            .where(process_row.c.started >= question.since, process_row.c.started < question.until)
            .distinct()
        )
        self._connection.execute(insert(what_if_case).from_select(["what_if_id", "case_id", "state"], rows))

    def of(self, question: str) -> Question | None:
        """The question of that id."""
        row = self._connection.execute(_QUESTION, {"question": question}).first()
        return _question(row) if row else None

    def next(self) -> Question | None:
        """The question that is to be gone on with now, the earliest first."""
        row = self._connection.execute(_NEXT).first()
        return _question(row) if row else None

    def waiting(self, question: str, most: int) -> tuple[str, ...]:
        """So many cases that have not been asked."""
        return tuple(self._connection.scalars(_WAITING, {"question": question, "most": most}))

    def answer(self, question: str, found: Mapping[str, Json]) -> None:
        """Keep what was found in each of the cases."""
        if found:
            rows = [{"question": question, "case": case, "what": said} for case, said in found.items()]
            self._connection.execute(_ANSWER, rows)

    def found(self, question: str) -> Iterator[Any]:
        """What was found in each case that has been asked, in order of their ids."""
        return iter(self._connection.scalars(_FOUND, {"question": question}).yield_per(500))

    def progress(self, question: str) -> Counter[str]:
        """How many cases wait, and how many have been asked."""
        rows = self._connection.execute(_PROGRESS, {"question": question})
        return Counter({row.state: row.cases for row in rows})

    def put(self, question: str, state: str) -> None:
        """Have the question be in another state."""
        self._connection.execute(_STATE, {"question": question, "to": state})


def _question(row: Row[Any]) -> Question:
    return Question(**row._mapping)
