"""A form: what it asks, which of its questions apply, and what becomes of the answers.

Not here: how the file is read (``profile``) and how a page shows it (``sheet``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from types import MappingProxyType
from typing import Literal, TypeAlias

from engine.feel import Value
from ics_flow.domain.forms.answers import (
    MOST_ROWS,
    Answers,
    Fields,
    fields_of,
    first,
    is_blank,
    read_typed,
    rows_of,
    value_of,
)
from ics_flow.domain.forms.checking import faults, first_input
from ics_flow.domain.forms.questions import (
    Allocation,
    ChoiceQuestion,
    Condition,
    DateQuestion,
    LiveList,
    ManyQuestion,
    NumberQuestion,
    Occasion,
    Question,
    Rows,
    Section,
    TextQuestion,
    Words,
    YesNoQuestion,
    parts,
)
from ics_flow.domain.forms.wording import FieldError, anchor, in_row, within

Unread: TypeAlias = Mapping[str, FieldError]
"""The fields, by name, that parsing could not read."""
NOTHING_UNREAD: Unread = MappingProxyType({})

Kind: TypeAlias = Literal["date", "number", "code", "codes", "yes/no"]


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a browser sent: the answers that could be read, the rest as typed (by field name), and what is wrong with that."""

    answers: Mapping[str, object]
    raw: Mapping[str, tuple[str, ...]]
    errors: tuple[FieldError, ...]


@dataclass(frozen=True, slots=True)
class Given:
    """A value that the form gives to the process; one that is not ``certain`` may be null."""

    key: str
    kind: Kind
    certain: bool


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that applies, with the field name it is asked under and the answers it stands among."""

    question: Question
    name: str
    answers: Answers


@dataclass(frozen=True, slots=True)
class AskedRow:
    """A row that is not blank: its place among the rows as typed, and its questions that apply."""

    index: int
    questions: tuple[Asked, ...]


@dataclass(frozen=True, slots=True)
class AskedRows:
    """Rows that apply."""

    rows: Rows
    filled: tuple[AskedRow, ...]


class UnknownQuestion(Exception):
    """The form has no such question."""

    def __init__(self, form: str, key: str) -> None:
        self.key = key
        super().__init__(f"The form “{form}” has no question “{key}”: use a key of the form.")


@dataclass(frozen=True)
class Form:
    """A form of a release, ready to be asked, read and checked."""

    name: str
    sections: tuple[Section, ...]

    @cached_property
    def questions(self) -> tuple[tuple[Section, Question], ...]:
        """Every question asked once, with its section; those asked in rows are in ``rows``."""
        return tuple(
            (section, item)
            for section in self.sections
            for item in section.items
            if not isinstance(item, Words | Rows)
        )

    @cached_property
    def rows(self) -> tuple[Rows, ...]:
        """Everything that is asked in rows."""
        return tuple(item for section in self.sections for item in section.items if isinstance(item, Rows))

    @cached_property
    def asks_live(self) -> bool:
        """Whether it lets people choose from lists that change from day to day."""
        return any(
            isinstance(question, ChoiceQuestion | ManyQuestion) and isinstance(question.choices, LiveList)
            for _, question in self.questions
        )

    @cached_property
    def suggests(self) -> bool:
        """Whether the people of the case are offered to be added to some of its rows."""
        return any(rows.suggests for rows in self.rows)

    @cached_property
    def allocating(self) -> frozenset[str]:
        """The keys of the questions whose answers give the case to somebody."""
        return frozenset(
            question.key
            for _, question in self.questions
            if isinstance(question, ChoiceQuestion) and question.sets
        )

    @cached_property
    def collated_by(self) -> str | None:
        """The key of the day by which records of brothers and sisters are of one occasion; None where they are not read together."""
        return next((question.key for _, question in self.questions if question.collates), None)

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every key of an answer, in order."""
        return tuple(key for section in self.sections for key in section.keys)

    @cached_property
    def gives(self) -> tuple[Given, ...]:
        """What the form gives to the process, for whoever checks the diagrams that use it."""
        return tuple(given for section, question in self.questions for given in _given(section, question))

    def blank(self) -> dict[str, object]:
        """The answers of a form that nobody has touched."""
        answers: dict[str, object] = {}
        for section in self.sections:
            for item in section.items:
                match item:
                    case Words():
                        pass
                    case Rows():
                        answers[item.key] = [blank_row(item) for _ in range(item.at_first)]
                    case _:
                        answers |= _blank_answers(item)
        return answers

    def parse(self, fields: Fields, section: str | None = None) -> Parsed:
        """What a browser sent for the form, or for the section of that id, read but not checked: good enough for a draft."""
        reading = _FieldsReading(fields)
        answers: dict[str, object] = {}
        for each in self.sections:
            if section in (None, each.id):
                answers |= reading.section(each)
        return Parsed(answers, reading.raw, tuple(reading.errors))

    def check(
        self, answers: Answers, occasion: Occasion, parsing: Iterable[FieldError] = ()
    ) -> tuple[FieldError, ...]:
        """What is wrong with the answers, in the order of the form; nothing is wrong with a question that does not apply.

        The errors of parsing take the place of any other on the same field.
        """
        unread = {error.name: error for error in parsing}
        errors: list[FieldError] = []
        for asked in self.asked(answers, occasion, unread):
            if isinstance(asked, Asked):
                errors += _errors(asked, occasion, unread)
            else:
                errors += _errors_of_rows(asked, occasion, unread)
        return tuple(errors)

    def applicable(self, answers: Answers, occasion: Occasion) -> dict[str, object]:
        """The answers to the questions that apply; blank rows are left out."""
        kept: dict[str, object] = {}
        for asked in self.asked(answers, occasion):
            if isinstance(asked, Asked):
                kept |= _kept(asked)
            else:
                kept[asked.rows.key] = [_merged(row) for row in asked.filled]
        return kept

    def process_data(self, answers: Answers) -> dict[str, Value]:
        """What enters the process: dates, numbers, codes and yes/no under the keys of their questions; None where there is no answer, never narrative."""
        data: dict[str, Value] = {}
        for _, question in self.questions:
            if not isinstance(question, TextQuestion):
                data[question.key] = value_of(question, answers.get(question.key))
            if question.not_known:
                data[question.not_known_key] = answers.get(question.not_known_key) is True
        return data

    def allocates(self, answers: Answers) -> dict[Allocation, str]:
        """To whom the answers allocate the case: the worker, the team, both or neither."""
        return {
            question.sets: answer
            for _, question in self.questions
            if isinstance(question, ChoiceQuestion) and question.sets
            if isinstance(answer := answers.get(question.key), str)
        }

    def by_section(self, answers: Answers) -> dict[str, dict[str, object]]:
        """The answers parted by the section that asks for them."""
        return {
            section.id: {key: answers[key] for key in section.keys if key in answers}
            for section in self.sections
        }

    def fields(self, answers: Answers) -> list[tuple[str, str]]:
        """What a browser would send for the answers, name by name."""
        return [pair for section in self.sections for pair in _fields(section, answers)]

    def asked(
        self, answers: Answers, occasion: Occasion, unread: Unread = NOTHING_UNREAD
    ) -> Iterator[Asked | AskedRows]:
        """The questions that apply, in order: a condition sees what is known and the applying answers before it."""
        names: dict[str, object] = {**occasion.known, **dict.fromkeys(self.keys)}
        for section in self.sections:
            if hidden(section.hide, names, occasion):
                continue
            for item in section.items:
                if isinstance(item, Words) or hidden(item.hide, names, occasion):
                    continue
                if isinstance(item, Rows):
                    rows = AskedRows(item, tuple(_asked_rows(item, answers, names, occasion, unread)))
                    names[item.key] = tuple(_row_values(row) for row in rows.filled)
                    yield rows
                else:
                    yield Asked(item, item.key, answers)
                    names |= _values(item, answers)


def hidden(condition: Condition | None, names: Mapping[str, object], occasion: Occasion) -> bool:
    """Whether a condition hides what it belongs to."""
    return condition is not None and condition.holds(names, occasion.context)


def blank_row(rows: Rows) -> dict[str, object]:
    """The answers of a row that nobody has touched."""
    return {key: value for question in rows.questions for key, value in _blank_answers(question).items()}


def row_prefix(rows: Rows, index: int) -> str:
    """What the field names of a row begin with."""
    return f"{rows.key}[{index}]."


def _blank_answers(question: Question) -> dict[str, object]:
    return {part.key: _blank_answer(part) for part in parts(question)}


def _blank_answer(question: Question) -> object:
    match question:
        case ManyQuestion():
            return []
        case YesNoQuestion():
            return False
        case _:
            return None


def _given(section: Section, question: Question) -> Iterator[Given]:
    always = section.hide is None and question.hide is None
    kind = _kind(question)
    if kind is not None:
        answered = isinstance(question, YesNoQuestion) or (question.required and not question.not_known)
        yield Given(question.key, kind, always and answered)
    if question.not_known:
        yield Given(question.not_known_key, "yes/no", always)


def _kind(question: Question) -> Kind | None:
    match question:
        case TextQuestion():
            return None
        case NumberQuestion():
            return "number"
        case DateQuestion():
            return "date"
        case ChoiceQuestion():
            return "code"
        case ManyQuestion():
            return "codes"
        case YesNoQuestion():
            return "yes/no"


def _values(question: Question, answers: Answers) -> dict[str, object]:
    return {part.key: value_of(part, answers.get(part.key)) for part in parts(question)}


def _asked_rows(
    rows: Rows, answers: Answers, names: Mapping[str, object], occasion: Occasion, unread: Unread
) -> Iterator[AskedRow]:
    for index, row in enumerate(rows_of(answers.get(rows.key))):
        prefix = row_prefix(rows, index)
        if not all(map(is_blank, row.values())) or any(name.startswith(prefix) for name in unread):
            yield AskedRow(index, tuple(_asked_in_row(rows, prefix, row, names, occasion)))


def _asked_in_row(
    rows: Rows, prefix: str, row: Answers, outside: Mapping[str, object], occasion: Occasion
) -> Iterator[Asked]:
    names = {**outside, **dict.fromkeys(part.key for question in rows.questions for part in parts(question))}
    for question in rows.questions:
        if not hidden(question.hide, names, occasion):
            names |= _values(question, row)
            yield Asked(question, prefix + question.key, row)


def _row_values(row: AskedRow) -> dict[str, object]:
    return {
        key: value for asked in row.questions for key, value in _values(asked.question, asked.answers).items()
    }


def _merged(row: AskedRow) -> dict[str, object]:
    return {key: answer for asked in row.questions for key, answer in _kept(asked).items()}


def _kept(asked: Asked) -> dict[str, object]:
    question, answers = asked.question, asked.answers
    kept = {key: answers.get(key, blank) for key, blank in _blank_answers(question).items()}
    if question.not_known and kept[question.not_known_key] is not True:
        kept[question.reason_key] = None
    return kept


def _errors(asked: Asked, occasion: Occasion, unread: Unread) -> Iterator[FieldError]:
    prefix = asked.name.removesuffix(asked.question.key)
    found = [unread[name] for part in parts(asked.question) if (name := prefix + part.key) in unread]
    yield from found or faults(asked.question, asked.name, asked.answers, occasion)


def _errors_of_rows(asked: AskedRows, occasion: Occasion, unread: Unread) -> Iterator[FieldError]:
    rows = asked.rows
    if rows.key in unread or len(asked.filled) > MOST_ROWS:
        yield _too_many(rows)
    elif len(asked.filled) < rows.at_least:
        text = f"Enter at least {rows.at_least} {within(rows.label)}"
        yield FieldError(rows.key, f"{anchor(rows.key)}-add", text)
    for row in asked.filled:
        for each in row.questions:
            for error in _errors(each, occasion, unread):
                yield (
                    error
                    if error.name in unread
                    else replace(error, text=in_row(error.text, rows, row.index))
                )


def _too_many(rows: Rows) -> FieldError:
    text = f"There can be at most {MOST_ROWS} of {within(rows.label)}: use another record for the rest"
    return FieldError(rows.key, f"{anchor(rows.key)}-add", text)


def _fields(section: Section, answers: Answers) -> Iterator[tuple[str, str]]:
    for item in section.items:
        match item:
            case Words():
                pass
            case Rows():
                filled = rows_of(answers.get(item.key))
                yield f"{item.key}.count", str(len(filled))
                for index, row in enumerate(filled):
                    for question in item.questions:
                        yield from _fields_of_parts(question, row_prefix(item, index), row)
            case _:
                yield from _fields_of_parts(item, "", answers)


def _fields_of_parts(question: Question, prefix: str, answers: Answers) -> Iterator[tuple[str, str]]:
    for part in parts(question):
        yield from fields_of(part, prefix + part.key, answers.get(part.key))


class _FieldsReading:
    """Reads the fields of one page and gathers what could not be read."""

    def __init__(self, fields: Fields) -> None:
        self.fields = fields
        self.raw: dict[str, tuple[str, ...]] = {}
        self.errors: list[FieldError] = []

    def section(self, section: Section) -> dict[str, object]:
        answers: dict[str, object] = {}
        for item in section.items:
            match item:
                case Words():
                    pass
                case Rows():
                    answers[item.key] = [self.row(item, index) for index in range(self.count(item))]
                case _:
                    answers |= self.question(item, "")
        return answers

    def count(self, rows: Rows) -> int:
        typed = first(self.fields, f"{rows.key}.count").strip()
        if not (typed.isascii() and typed.isdigit()):
            return 0
        if len(typed) > 9 or int(typed) > MOST_ROWS:
            self.errors.append(_too_many(rows))
            return MOST_ROWS
        return int(typed)

    def row(self, rows: Rows, index: int) -> dict[str, object]:
        answers: dict[str, object] = {}
        errors, self.errors = self.errors, []
        for question in rows.questions:
            answers |= self.question(question, row_prefix(rows, index))
        self.errors = errors + [replace(error, text=in_row(error.text, rows, index)) for error in self.errors]
        return answers

    def question(self, question: Question, prefix: str) -> dict[str, object]:
        answers: dict[str, object] = {}
        for part in parts(question):
            name = prefix + part.key
            typed = read_typed(part, self.fields, name)
            answers[part.key] = typed.answer
            if typed.fault:
                self.raw[name] = typed.raw
                self.errors.append(
                    FieldError(name, first_input(part, name, typed.fault.part), typed.fault.text)
                )
        return answers
