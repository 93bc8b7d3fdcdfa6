"""Answers: from what a browser sends to JSON, from JSON to the values that a process holds, and back to fields.

Answers are text, whole numbers as int and others as decimal text, dates as ISO text, yes/no as booleans, sorted lists
of codes, and lists of rows. Not here: whether an answer is right (``checking``) and whether its question applies (``form``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Protocol, TypeAlias, assert_never

from ics_flow.domain.forms.questions import (
    ChoiceQuestion,
    DateQuestion,
    ManyQuestion,
    NumberQuestion,
    Question,
    TextQuestion,
    YesNoQuestion,
)
from ics_flow.domain.forms.wording import not_listed, subject

Answers: TypeAlias = Mapping[str, object]
AnswerValue: TypeAlias = str | int | Decimal | bool | date | tuple[str, ...] | None


LONGEST_TEXT = (
    2_000_000  # as much as a page may send: nothing typed is cut, a form says how long its answers may be
)
LONGEST_CODE = 100
MOST_CODES = 500
MOST_ROWS = 100
YEARS = range(1900, 2201)
DATE_PARTS = ("day", "month", "year")
MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
NUMBER = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,6})?")
YES = "true"


class Fields(Protocol):
    """What a browser sends: any number of values under each name, as werkzeug's MultiDict has them."""

    def getlist(self, key: str) -> Sequence[str]:
        """The values sent under that name, in order; none is an empty list."""


class NotReadable(Exception):
    """What was typed is no answer of its kind; ``part`` is the part of a date to put right."""

    def __init__(self, text: str, part: str = "") -> None:
        self.text = text
        self.part = part
        super().__init__(text)


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed for one question: the answer, or what to show again and what is wrong with it."""

    answer: object = None
    raw: tuple[str, ...] = ()
    fault: NotReadable | None = None


def read_typed(question: Question, fields: Fields, name: str) -> Typed:
    """The answer that was typed for a question under that field name."""
    typed = typed_texts(question, fields, name)
    try:
        return Typed(_answer(question, typed))
    except NotReadable as fault:
        return Typed(None, tuple(map(_showable, typed)), fault)


def typed_texts(question: Question, fields: Fields, name: str) -> tuple[str, ...]:
    """The texts that were typed for a question: three for a date, any number for a checklist, one for others."""
    match question:
        case DateQuestion():
            return tuple(first(fields, f"{name}-{part}") for part in DATE_PARTS)
        case ManyQuestion():
            return tuple(fields.getlist(name))
        case TextQuestion() | NumberQuestion() | ChoiceQuestion() | YesNoQuestion():
            return (first(fields, name),)


def first(fields: Fields, name: str) -> str:
    """The first value sent under that name, or an empty text."""
    values = fields.getlist(name)
    return values[0] if values else ""


def _answer(question: Question, typed: tuple[str, ...]) -> object:
    match question:
        case TextQuestion():
            return read_text(typed[0], question.label, many_lines=question.many_lines)
        case NumberQuestion():
            return _read_number(typed[0], question.label)
        case DateQuestion():
            return _read_date(typed, question.label)
        case ChoiceQuestion():
            return _read_codes(typed, question.label)[0] if typed[0] else None
        case ManyQuestion():
            return _read_codes(typed, question.label)
        case YesNoQuestion():
            return typed[0] == YES
        case _:
            assert_never(question)


def read_text(typed: str, label: str, *, many_lines: bool) -> str | None:
    """Text with one kind of line end and no space around it; None when nothing is left."""
    if len(typed) > LONGEST_TEXT:
        raise NotReadable(f"{subject(label)} must be {LONGEST_TEXT:,} characters or fewer")
    text = unicodedata.normalize("NFC", typed.replace("\r\n", "\n").replace("\r", "\n"))
    if not many_lines:
        text = text.replace("\n", " ").replace("\t", " ")
    text = text.strip()
    if any(_is_control(sign) for sign in text):
        raise NotReadable(
            f"{subject(label)} contains a hidden control character: delete it and type it again"
        )
    return text or None


def _is_control(sign: str) -> bool:
    return sign not in "\n\t" and unicodedata.category(sign) in ("Cc", "Cs")


def _showable(typed: str) -> str:
    return "".join(sign for sign in typed[:LONGEST_TEXT].replace("\r\n", "\n") if not _is_control(sign))


def _read_number(typed: str, label: str) -> int | str | None:
    text = typed.replace(",", "").strip()
    if not text:
        return None
    if not NUMBER.fullmatch(text):
        raise NotReadable(f"{subject(label)} must be a number, like 3 or 2.5, with at most 12 digits")
    return number_answer(Decimal(text))


def number_answer(number: Decimal) -> int | str:
    """A number as an answer: an int when it is whole, decimal text when not."""
    return int(number) if number == int(number) else format(number.normalize(), "f")


def _read_codes(typed: tuple[str, ...], label: str) -> list[str]:
    codes = sorted({text for text in typed if text})
    if len(codes) > MOST_CODES or any(len(code) > LONGEST_CODE or not code.isprintable() for code in codes):
        raise NotReadable(not_listed(label))
    return codes


def _read_date(typed: tuple[str, ...], label: str) -> str | None:
    parts = dict(zip(DATE_PARTS, (text.strip() for text in typed), strict=True))
    missing = [part for part, text in parts.items() if not text]
    if len(missing) == len(DATE_PARTS):
        return None
    if missing:
        raise NotReadable(f"{subject(label)} must include a {' and '.join(missing)}", missing[0])
    if not re.fullmatch("[0-9]{4}", parts["year"]):
        raise NotReadable(f"{subject(label)}: the year must include 4 numbers", "year")
    if int(parts["year"]) not in YEARS:
        raise NotReadable(f"{subject(label)}: the year must be between {YEARS[0]} and {YEARS[-1]}", "year")
    month = _month(parts["month"])
    if month is None:
        raise NotReadable(f"{subject(label)} must be a real date", "month")
    try:
        return date(int(parts["year"]), month, _day(parts["day"])).isoformat()
    except ValueError:
        raise NotReadable(f"{subject(label)} must be a real date", "day") from None


def _day(text: str) -> int:
    if not re.fullmatch("[0-9]{1,2}", text):
        raise ValueError(text)
    return int(text)


def _month(text: str) -> int | None:
    """The month by its number, its name or the first letters of its name (at least three)."""
    if re.fullmatch("[0-9]{1,2}", text):
        return int(text)
    if len(text) < 3:
        return None
    return next((number for number, name in enumerate(MONTHS, 1) if name.startswith(text.lower())), None)


def value_of(question: Question, answer: object) -> AnswerValue:
    """The value that conditions and processes see: real dates, numbers, codes; None for anything not of the kind."""
    match question:
        case TextQuestion() | ChoiceQuestion():
            return answer if isinstance(answer, str) else None
        case NumberQuestion():
            return _number(answer)
        case DateQuestion():
            return _date(answer)
        case ManyQuestion():
            return _codes(answer)
        case YesNoQuestion():
            return answer if isinstance(answer, bool) else None
        case _:
            assert_never(question)


def _number(answer: object) -> int | Decimal | None:
    if isinstance(answer, str):
        return Decimal(answer) if NUMBER.fullmatch(answer) else None
    return answer if isinstance(answer, int) and not isinstance(answer, bool) else None


def _date(answer: object) -> date | None:
    try:
        day = date.fromisoformat(answer) if isinstance(answer, str) else None
    except ValueError:
        return None
    return day if day and day.isoformat() == answer else None


def _codes(answer: object) -> tuple[str, ...] | None:
    if isinstance(answer, list | tuple) and all(isinstance(code, str) for code in answer):
        return tuple(sorted(set(answer)))
    return None


def is_blank(answer: object) -> bool:
    """Whether nothing was answered: None, an empty text, an empty list, or a box not ticked."""
    return answer is None or answer is False or answer == "" or answer == [] or answer == ()


def rows_of(answer: object) -> list[Answers]:
    """The rows of an answer to repeated questions; whatever is no row is left out."""
    return [row for row in answer if isinstance(row, Mapping)] if isinstance(answer, list | tuple) else []


def fields_of(question: Question, name: str, answer: object) -> Iterator[tuple[str, str]]:
    """What a browser would send for an answer; nothing for boxes that are not ticked."""
    for field_name, text in zip(
        _field_names(question, name, answer), shown_texts(question, answer), strict=True
    ):
        if text or not isinstance(question, YesNoQuestion | ManyQuestion):
            yield field_name, text


def _field_names(question: Question, name: str, answer: object) -> tuple[str, ...]:
    match question:
        case DateQuestion():
            return tuple(f"{name}-{part}" for part in DATE_PARTS)
        case ManyQuestion():
            return (name,) * len(_codes(answer) or ())
        case _:
            return (name,)


def shown_texts(question: Question, answer: object) -> tuple[str, ...]:
    """An answer as the texts of its fields: three for a date, one for each code of a checklist, one for others."""
    value = value_of(question, answer)
    match value:
        case None | False:
            return (
                ("", "", "")
                if isinstance(question, DateQuestion)
                else ()
                if isinstance(question, ManyQuestion)
                else ("",)
            )
        case True:
            return (YES,)
        case date():
            return str(value.day), str(value.month), str(value.year)
        case tuple():
            return value
        case _:
            return (str(value),)
