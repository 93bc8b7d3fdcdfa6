"""What a form consists of: its sections, rows and questions, as read from the file.

Not here: how the file is read (``profile``), what is answered (``answers``), and how it is shown (``sheet``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Literal, TypeAlias, get_args

from engine.feel import Context, Expression, FeelError
from ics_flow.domain.forms.codes import Choice, CodeSet
from ics_flow.domain.forms.patterns import Pattern

LiveListName: TypeAlias = Literal["workers", "teams"]
LIVE_LISTS: tuple[LiveListName, ...] = get_args(LiveListName)
Allocation: TypeAlias = Literal["allocated_worker", "team"]
PersonKind: TypeAlias = Literal["worker", "family", "agency"]
PERSON_KINDS: tuple[PersonKind, ...] = get_args(PersonKind)
RowsOf: TypeAlias = Literal["family", "agency", "anybody"]
ROWS_OF: tuple[RowsOf, ...] = get_args(RowsOf)
Says: TypeAlias = Literal["name", "connection", "kind"]
SAYS: tuple[Says, ...] = get_args(Says)
LONGEST_REASON = 500
ALLOCATED_FROM: Mapping[Allocation, LiveListName] = {"allocated_worker": "workers", "team": "teams"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """Somebody whom a row may name: a worker of the case, one of the family, an agency; ``id`` stands for them on the page."""

    id: str
    name: str
    kind: PersonKind
    connection: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Occasion:
    """The moment and the case in which a form is filled in: what its conditions, dates and lists are judged by.

    ``known`` are the process data that conditions may name, ``live`` the workers and teams as they stand, ``people`` whom rows may name.
    """

    context: Context
    known: Mapping[str, object] = field(default_factory=dict)
    live: Mapping[str, tuple[Choice, ...]] = field(default_factory=dict)
    people: tuple[Suggested, ...] = ()

    @property
    def on(self) -> date:
        """The day on which the form is filled in."""
        return self.context.day


@dataclass(frozen=True, slots=True)
class Condition:
    """When something is hidden: exactly when its FEEL expression is true."""

    source: str
    expression: Expression

    def holds(self, names: Mapping[str, object], context: Context) -> bool:
        """Whether the expression is true; null, and what cannot be worked out, count as not."""
        try:
            return self.expression.evaluate(names, context) is True
        except FeelError:
            return False


@dataclass(frozen=True, slots=True)
class LiveList:
    """Choices that change from day to day and are given when the form is filled in."""

    name: LiveListName


Choices: TypeAlias = CodeSet | LiveList


def options(choices: Choices, occasion: Occasion) -> tuple[Choice, ...]:
    """What may be chosen on that occasion."""
    match choices:
        case CodeSet():
            return choices.options(occasion.on)
        case LiveList(name):
            return occasion.live.get(name, ())


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What every question has."""

    id: str
    key: str
    label: str
    hint: str = ""
    guidance: str = ""
    required: bool = False
    required_message: str = ""
    not_known: bool = False
    stays_here: bool = False  # never copied forward into another record
    together: bool = False  # one answer for brothers and sisters for whom it is done together
    collates: bool = False  # records of brothers and sisters with the same answer are of one occasion
    says: Says | None = None  # in rows that name people: what of a person it asks for
    hide: Condition | None = None

    @property
    def not_known_key(self) -> str:
        """The key of the tick that says the answer is not known."""
        return f"{self.key}_not_known"

    @property
    def reason_key(self) -> str:
        """The key of the reason why it is not known."""
        return f"{self.key}_not_known_reason"


@dataclass(frozen=True, slots=True, kw_only=True)
class TextQuestion(_Asked):
    """A line of text, or several: narrative, which never enters the process."""

    many_lines: bool
    shortest: int
    longest: int
    pattern: Pattern | None
    pattern_message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberQuestion(_Asked):
    """A number, whole or with so many places after the point."""

    least: Decimal | None
    most: Decimal | None
    places: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DateQuestion(_Asked):
    """A day."""

    not_future: bool
    not_past: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceQuestion(_Asked):
    """One of several; it may say who the case is allocated to."""

    choices: Choices
    drawn: Literal["select", "radio"]
    sets: Allocation | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyQuestion(_Asked):
    """Any number of several."""

    choices: Choices


@dataclass(frozen=True, slots=True, kw_only=True)
class YesNoQuestion(_Asked):
    """A box to tick: yes when ticked, no when not."""


Question: TypeAlias = (
    TextQuestion | NumberQuestion | DateQuestion | ChoiceQuestion | ManyQuestion | YesNoQuestion
)


def parts(question: Question) -> tuple[Question, ...]:
    """The question, and after it the tick and the reason that stand beside one whose answer may be not known."""
    if not question.not_known:
        return (question,)
    tick = YesNoQuestion(id=f"{question.id}_not_known", key=question.not_known_key, label="Not known")
    reason = TextQuestion(
        id=f"{question.id}_not_known_reason",
        key=question.reason_key,
        label=f"Why “{question.label}” is not known",
        many_lines=False,
        shortest=0,
        longest=LONGEST_REASON,
        pattern=None,
        pattern_message="",
    )
    return question, tick, reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """Text to read, in paragraphs."""

    id: str
    paragraphs: tuple[str, ...]
    hide: Condition | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rows:
    """The same questions asked for each of several people or things."""

    id: str
    key: str
    label: str
    items: tuple[Question | Words, ...]
    at_least: int
    at_first: int
    of: RowsOf | None = None  # whom the rows name, so that they are suggested elsewhere
    suggests: bool = False  # whether the people of the case are offered to be added
    together: bool = False  # the same rows for brothers and sisters for whom it is done together
    hide: Condition | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """The questions of one row."""
        return tuple(item for item in self.items if not isinstance(item, Words))

    def saying(self, what: Says) -> Question | None:
        """The question that asks for that of a person."""
        return next((question for question in self.questions if question.says == what), None)


Item: TypeAlias = Question | Words | Rows


@dataclass(frozen=True, kw_only=True)
class Section:
    """A part of a form with a title; a short form is one section without."""

    id: str
    title: str
    items: tuple[Item, ...]
    hint: str = ""
    hide: Condition | None = None

    @cached_property
    def keys(self) -> tuple[str, ...]:
        """Every key that the section answers, in order."""
        return tuple(key for item in self.items for key in keys_of(item))


def keys_of(item: Item) -> tuple[str, ...]:
    """Every key that an item of a section answers; rows have one, their own."""
    match item:
        case Words():
            return ()
        case Rows():
            return (item.key,)
        case _:
            return tuple(part.key for part in parts(item))
