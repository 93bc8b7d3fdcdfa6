"""A form as a page shows it: every field with its name, id, label, what it holds, what is wrong with it.

Templates draw a sheet as it is and decide nothing. Not here: HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Literal, TypeAlias, assert_never

from ics_flow.domain.forms.answers import DATE_PARTS, MOST_ROWS, Answers, rows_of, shown_texts
from ics_flow.domain.forms.form import Form, hidden, row_prefix
from ics_flow.domain.forms.people import suggested
from ics_flow.domain.forms.questions import (
    ChoiceQuestion,
    Condition,
    DateQuestion,
    Item,
    ManyQuestion,
    NumberQuestion,
    Occasion,
    PersonKind,
    Question,
    Rows,
    Section,
    Suggested,
    TextQuestion,
    Words,
    YesNoQuestion,
    options,
    parts,
)
from ics_flow.domain.forms.row_actions import AddPeople, AddRow, RemoveRow
from ics_flow.domain.forms.wording import FieldError, anchor

KINDS: Mapping[PersonKind, str] = {
    "worker": "Workers involved in the case",
    "family": "The child and the family",
    "agency": "Agencies",
}
"""What the kinds of people are called, in the order in which they stand."""

FieldKind: TypeAlias = Literal["line", "narrative", "number", "date", "select", "radio", "checklist", "tick"]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a field."""

    code: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """What is shown or hidden together: ``hide_when`` is the FEEL source for the page's script, ``scope`` the row it reads first."""

    hide_when: str
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldBox(Box):
    """A question as a field. ``texts`` are what its inputs hold; ``wrong_parts`` are the parts of a date to mend."""

    shape: ClassVar[str] = "field"
    kind: FieldKind
    name: str
    id: str
    label: str
    hint: str
    guidance: str
    optional: bool
    texts: tuple[str, ...]
    options: tuple[Option, ...]
    longest: int
    error: str
    wrong_parts: tuple[str, ...]
    not_known: tuple[FieldBox, FieldBox] | None
    note: str = ""  # where the answer comes from

    @property
    def text(self) -> str:
        """What its only input holds."""
        return self.texts[0] if self.texts else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WordsBox(Box):
    """Text to read."""

    shape: ClassVar[str] = "words"
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RowBox:
    """One row, with the action of the button that takes it away."""

    id: str
    title: str
    items: tuple[FieldBox | WordsBox, ...]
    remove: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleBox:
    """People to be added to rows, by kind, with the name of their boxes to tick and the action of the button that adds those ticked."""

    name: str
    id: str
    groups: tuple[tuple[str, tuple[Suggested, ...]], ...]
    add: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RowsBox(Box):
    """Rows, with the action of the button that adds one; no action when there is no room."""

    shape: ClassVar[str] = "rows"
    name: str
    id: str
    label: str
    rows: tuple[RowBox, ...]
    add: str
    error: str
    note: str = ""
    people: PeopleBox | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SectionBox(Box):
    """A section; the only one of a short form has no title."""

    id: str
    title: str
    hint: str
    items: tuple[FieldBox | WordsBox | RowsBox, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A form with answers, ready to be drawn."""

    sections: tuple[SectionBox, ...]
    errors: tuple[FieldError, ...]


def lay_out(
    form: Form,
    answers: Answers,
    occasion: Occasion,
    raw: Mapping[str, tuple[str, ...]] | None = None,
    errors: Iterable[FieldError] = (),
    notes: Mapping[str, str] | None = None,
) -> Sheet:
    """The form with the answers, what could not be read (as typed), the errors beside their fields, and notes on where answers come from, by key.

    What is hidden whatever is answered is left out; what depends on answers stays, for the page's script to hide.
    """
    return _Layout(form, occasion, raw or {}, tuple(errors), notes or {}).sheet({**form.blank(), **answers})


class _Layout:
    """What is the same for every part of one sheet."""

    def __init__(
        self,
        form: Form,
        occasion: Occasion,
        raw: Mapping[str, tuple[str, ...]],
        errors: tuple[FieldError, ...],
        notes: Mapping[str, str],
    ) -> None:
        self.form = form
        self.occasion = occasion
        self.raw = raw
        self.errors = errors
        self.notes = notes
        in_rows = (part.key for rows in form.rows for question in rows.questions for part in parts(question))
        self.own_names = {*form.keys, *in_rows}

    def sheet(self, answers: Answers) -> Sheet:
        sections = tuple(
            self.section(each, answers) for each in self.form.sections if not self.never(each.hide)
        )
        return Sheet(sections, self.errors)

    def never(self, condition: Condition | None) -> bool:
        """Whether something is hidden by what is known of the case alone."""
        if condition is None or condition.expression.names & self.own_names:
            return False
        return hidden(condition, self.occasion.known, self.occasion)

    def section(self, section: Section, answers: Answers) -> SectionBox:
        items = (item for item in section.items if not self.never(item.hide))
        return SectionBox(
            id=section.id,
            title=section.title,
            hint=section.hint,
            items=tuple(self.item(item, answers) for item in items),
            hide_when=_source(section.hide),
            scope="",
        )

    def item(self, item: Item, answers: Answers) -> FieldBox | WordsBox | RowsBox:
        match item:
            case Words():
                return self.words(item, "")
            case Rows():
                return self.rows(item, rows_of(answers.get(item.key)))
            case _:
                return self.field(item, "", answers)

    def words(self, words: Words, scope: str) -> WordsBox:
        return WordsBox(paragraphs=words.paragraphs, hide_when=_source(words.hide), scope=scope)

    def rows(self, rows: Rows, filled: list[Answers]) -> RowsBox:
        return RowsBox(
            name=rows.key,
            id=anchor(rows.key),
            label=rows.label,
            rows=tuple(self.row(rows, index, row) for index, row in enumerate(filled)),
            add=str(AddRow(rows.key)) if len(filled) < MOST_ROWS else "",
            error=self.error(rows.key).text,
            note=self.notes.get(rows.key, ""),
            people=self.people(rows, filled),
            hide_when=_source(rows.hide),
            scope="",
        )

    def people(self, rows: Rows, filled: list[Answers]) -> PeopleBox | None:
        found = suggested(rows, filled, self.occasion)
        if not found or len(filled) >= MOST_ROWS:
            return None
        groups = (
            (words, tuple(each for each in found if each.kind == kind)) for kind, words in KINDS.items()
        )
        action = AddPeople(rows.key)
        return PeopleBox(
            name=action.ticks,
            id=f"{anchor(rows.key)}-people",
            groups=tuple(group for group in groups if group[1]),
            add=str(action),
        )

    def row(self, rows: Rows, index: int, answers: Answers) -> RowBox:
        scope = row_prefix(rows, index)
        items = (item for item in rows.items if not self.never(item.hide))
        return RowBox(
            id=f"{anchor(rows.key)}-{index}",
            title=f"{rows.label} {index + 1}",
            items=tuple(
                self.words(item, scope) if isinstance(item, Words) else self.field(item, scope, answers)
                for item in items
            ),
            remove=str(RemoveRow(rows.key, index)),
        )

    def field(self, question: Question, scope: str, answers: Answers) -> FieldBox:
        box, *beside = (self.part(part, scope, answers) for part in parts(question))
        if not scope:
            box = replace(box, note=self.notes.get(question.key, ""))
        if not beside:
            return box
        tick, reason = beside
        return _with_not_known(box, tick, reason)

    def error(self, name: str) -> FieldError:
        return next((error for error in self.errors if error.name == name), FieldError(name, "", ""))

    def part(self, question: Question, scope: str, answers: Answers) -> FieldBox:
        name = scope + question.key
        error = self.error(name)
        return FieldBox(
            kind=_kind(question),
            name=name,
            id=anchor(name),
            label=question.label,
            hint=question.hint,
            guidance=question.guidance,
            optional=not question.required and not isinstance(question, YesNoQuestion),
            texts=self.raw.get(name) or shown_texts(question, answers.get(question.key)),
            options=self.options(question, answers.get(question.key)),
            longest=question.longest if isinstance(question, TextQuestion) else 0,
            error=error.text,
            wrong_parts=_wrong_parts(error, name in self.raw),
            not_known=None,
            hide_when=_source(question.hide),
            scope=scope,
        )

    def options(self, question: Question, answer: object) -> tuple[Option, ...]:
        if not isinstance(question, ChoiceQuestion | ManyQuestion):
            return ()
        chosen = answer if isinstance(answer, list | tuple) else (answer,)
        return tuple(
            Option(choice.code, choice.label, choice.code in chosen)
            for choice in options(question.choices, self.occasion)
        )


def _with_not_known(box: FieldBox, tick: FieldBox, reason: FieldBox) -> FieldBox:
    """A field with the box to tick and the reason that stand beside it."""
    return replace(box, not_known=(tick, replace(reason, label="Why it is not known", optional=False)))


def _wrong_parts(error: FieldError, is_raw: bool) -> tuple[str, ...]:
    """Of a date that cannot be read the part to mend; of any other that is wrong, all of it."""
    if not error.text:
        return ()
    return tuple(part for part in DATE_PARTS if not is_raw or error.anchor.endswith(f"-{part}"))


def _kind(question: Question) -> FieldKind:
    match question:
        case TextQuestion():
            return "narrative" if question.many_lines else "line"
        case NumberQuestion():
            return "number"
        case DateQuestion():
            return "date"
        case ChoiceQuestion():
            return question.drawn
        case ManyQuestion():
            return "checklist"
        case YesNoQuestion():
            return "tick"
        case _:
            assert_never(question)


def _source(condition: Condition | None) -> str:
    return condition.source if condition else ""
