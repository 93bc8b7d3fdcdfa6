"""Answers in words, for reading and printing: each section with its questions as they were put.

Only what was asked is described: an answer whose key is missing belongs to a question that did not apply.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, assert_never

from ics_flow.domain.forms.answers import Answers, is_blank, rows_of, value_of
from ics_flow.domain.forms.codes import Choice, CodeSet
from ics_flow.domain.forms.form import Form
from ics_flow.domain.forms.questions import (
    ChoiceQuestion,
    Choices,
    DateQuestion,
    LiveList,
    ManyQuestion,
    NumberQuestion,
    Question,
    Rows,
    Section,
    TextQuestion,
    Words,
    YesNoQuestion,
)

Live: TypeAlias = Mapping[str, tuple[Choice, ...]]

NOT_ANSWERED = "Not answered"
NONE = "None"


@dataclass(frozen=True, slots=True)
class Described:
    """A question and its answer, both in words; narrative keeps its line ends."""

    label: str
    words: str


@dataclass(frozen=True, slots=True)
class DescribedSection:
    """A section of a record, in words."""

    id: str
    title: str
    answers: tuple[Described, ...]


def describe(form: Form, answers: Answers, live: Live) -> tuple[DescribedSection, ...]:
    """The answers in words, section by section; ``live`` has the names of the workers and teams they may hold."""
    sections = (
        DescribedSection(section.id, section.title, tuple(_section(section, answers, live)))
        for section in form.sections
    )
    return tuple(section for section in sections if section.answers)


def spoken_date(day: date) -> str:
    """A date as people write it: 27 March 2026."""
    return f"{day.day} {day:%B %Y}"


def _section(section: Section, answers: Answers, live: Live) -> Iterator[Described]:
    for item in section.items:
        match item:
            case Words():
                pass
            case Rows():
                if item.key in answers:
                    yield from _rows(item, rows_of(answers[item.key]), live)
            case _:
                if item.key in answers:
                    yield Described(item.label, words_of(item, answers, live))


def _rows(rows: Rows, filled: list[Answers], live: Live) -> Iterator[Described]:
    if not filled:
        yield Described(rows.label, NONE)
    for number, row in enumerate(filled, 1):
        for question in rows.questions:
            if question.key in row:
                yield Described(f"{rows.label} {number}: {question.label}", words_of(question, row, live))


def words_of(question: Question, answers: Answers, live: Live) -> str:
    """The answer to one question in words."""
    if question.not_known and answers.get(question.not_known_key) is True:
        return f"Not known: {answers.get(question.reason_key) or 'no reason given'}"
    answer = answers.get(question.key)
    if is_blank(answer) and not isinstance(question, YesNoQuestion | ManyQuestion):
        return NOT_ANSWERED
    value = value_of(question, answer)
    match question:
        case TextQuestion() | NumberQuestion():
            return str(value)
        case DateQuestion():
            return spoken_date(value) if isinstance(value, date) else NOT_ANSWERED
        case ChoiceQuestion():
            return _label(question.choices, str(value), live)
        case ManyQuestion():
            chosen = value if isinstance(value, tuple) else ()
            return "\n".join(_label(question.choices, str(code), live) for code in chosen) or NONE
        case YesNoQuestion():
            return "Yes" if value is True else "No"
        case _:
            assert_never(question)


def _label(choices: Choices, code: str, live: Live) -> str:
    match choices:
        case CodeSet():
            return choices.label(code) or code
        case LiveList(name):
            return next((choice.label for choice in live.get(name, ()) if choice.code == code), code)
