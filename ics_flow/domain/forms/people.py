"""People in rows: whom the rows of a form name, and whom they may name without being typed again.

Rows never enter a process, so no name does. Not here: who the people of a case are (``queries``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator

from ics_flow.domain.forms.answers import Answers, is_blank, rows_of
from ics_flow.domain.forms.codes import CodeSet
from ics_flow.domain.forms.description import Live, words_of
from ics_flow.domain.forms.form import Form, blank_row
from ics_flow.domain.forms.questions import (
    PERSON_KINDS,
    ChoiceQuestion,
    Occasion,
    PersonKind,
    Question,
    Rows,
    Suggested,
    TextQuestion,
)


def suggestion(name: str, kind: PersonKind, connection: str) -> Suggested:
    """Somebody to be suggested, under an id that says nothing of who it is."""
    key = hashlib.sha256("\n".join((name, kind, connection)).encode()).hexdigest()[:16]
    return Suggested(id=key, name=name, kind=kind, connection=connection)


def people_named(form: Form, answers: Answers, live: Live) -> Iterator[Suggested]:
    """Everybody whom the rows of a form name that was filled in, where the form says who they are."""
    for rows in form.rows:
        name = rows.saying("name")
        if rows.of is None or name is None:
            continue
        for row in rows_of(answers.get(rows.key)):
            kind, called = _kind(rows, row), row.get(name.key)
            if kind is not None and isinstance(called, str) and called:
                yield suggestion(called, kind, _connection(rows, row, live))


def suggested(rows: Rows, filled: Iterable[Answers], occasion: Occasion) -> tuple[Suggested, ...]:
    """Whom the rows may name besides those whom they name already."""
    name = rows.saying("name")
    if not rows.suggests or name is None:
        return ()
    there = {folded(row.get(name.key)) for row in filled}
    return tuple(person for person in occasion.people if folded(person.name) not in there)


def with_people(
    rows: Rows, filled: list[Answers], people: Iterable[Suggested], typed: int = 0
) -> list[Answers]:
    """The rows with one for each of the people at their end, in place of blank ones that stand there after those that were ``typed`` in."""
    while len(filled) > typed and all(map(is_blank, filled[-1].values())):
        filled = filled[:-1]
    return [*filled, *(_row(rows, person) for person in people)]


def folded(name: object) -> str:
    """A name without its capitals and spaces too many, to tell whether two are the same."""
    return " ".join(name.split()).casefold() if isinstance(name, str) else ""


def _row(rows: Rows, person: Suggested) -> Answers:
    """A row that says of the person what its questions take."""
    row = blank_row(rows)
    said = {"name": person.name, "connection": person.connection, "kind": person.kind}
    for question in rows.questions:
        if question.says is not None and said[question.says]:
            row[question.key] = _answer(question, said[question.says])
    return row


def _answer(question: Question, said: str) -> object:
    match question:
        case TextQuestion(longest=longest):
            return said[:longest]
        case ChoiceQuestion(choices=CodeSet(codes=codes)):
            known = (each.choice for each in codes)
            return next((choice.code for choice in known if said in (choice.code, choice.label)), None)
        case _:
            return None


def _kind(rows: Rows, row: Answers) -> PersonKind | None:
    if rows.of != "anybody":
        return rows.of
    kind = rows.saying("kind")
    answer = row.get(kind.key) if kind else None
    return next((each for each in PERSON_KINDS if each == answer), None)


def _connection(rows: Rows, row: Answers, live: Live) -> str:
    connection = rows.saying("connection")
    if connection is None or is_blank(row.get(connection.key)):
        return ""
    return words_of(connection, row, live)
