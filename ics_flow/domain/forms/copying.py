"""Answers copied forward: what the form of a new record takes over from forms that were filled in before, and what of that still stands.

Two questions are the same where their key and their kind are: for choices, the list they are chosen from too. Not here: which records
there are to copy from, and which of them somebody may read (``queries``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from ics_flow.domain.forms.answers import Answers, is_blank, rows_of
from ics_flow.domain.forms.codes import CodeSet
from ics_flow.domain.forms.form import Form
from ics_flow.domain.forms.questions import (
    ChoiceQuestion,
    Choices,
    LiveList,
    ManyQuestion,
    Occasion,
    Question,
    Rows,
    TextQuestion,
    Words,
    keys_of,
    options,
    parts,
)

COPIED = "_copied"
"""Under which key a draft keeps where its answers were copied from; no question's key begins like this."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A form that was filled in before, and where, in words: `Initial assessment, authorised 12 March 2026`."""

    form: Form
    answers: Answers
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where the answer to a question was copied from, the answer as it was copied, and the choices that could not be: they are no longer on the list."""

    words: str
    answers: Mapping[str, object]
    lost: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """The origin as a draft keeps it."""
        return {"words": self.words, "answers": dict(self.answers), "lost": list(self.lost)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The origin that ``to_json`` wrote."""
        return cls(words=data["words"], answers=data["answers"], lost=tuple(data["lost"]))

    def note(self, answers: Answers) -> str:
        """What stands beside the question as long as its answer is the one that was copied."""
        if any(answers.get(key) != answer for key, answer in self.answers.items()):
            return ""
        lost = ", ".join(f"“{label}”" for label in self.lost)
        if not lost:
            return f"From {self.words}"
        gone = f"{lost} is no longer on the list, so it was not copied from {self.words}. Answer this anew"
        return gone if all(map(is_blank, self.answers.values())) else f"From {self.words}. {gone}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied:
    """The answers that were copied, and where each question's comes from."""

    answers: Mapping[str, object]
    origins: Mapping[str, Origin]


def copy_forward(
    form: Form,
    typed: Answers,
    sources: Sequence[Source],
    occasion: Occasion,
    apart: Collection[str] = frozenset(),
) -> Copied:
    """What the form takes over from the sources, of which the last that answers a question wins.

    What was typed already stays. Left blank is what is kept ``apart``, what belongs to its own record, and what does not apply with the answers copied.
    """
    found: dict[str, Origin] = {}
    for item in _items(form):
        if item.key in apart or _stays_here(item) or _is_typed(item, typed):
            continue
        origins = (_origin(item, source, occasion) for source in reversed(sources))
        if (origin := next(filter(None, origins), None)) is not None:
            found[item.key] = origin
    answers = {key: answer for origin in found.values() for key, answer in origin.answers.items()}
    applicable = form.applicable({**typed, **answers}, occasion)
    read = form.parse(_Sent(form.fields({**form.blank(), **answers}))).answers
    origins_kept = {
        key: replace(origin, answers={part: read[part] for part in origin.answers})
        for key, origin in found.items()
        if key in applicable
    }
    return Copied(
        answers={key: each for origin in origins_kept.values() for key, each in origin.answers.items()},
        origins=origins_kept,
    )


def is_begun(form: Form, answers: Answers, brought: Answers) -> bool:
    """Whether the answers say anything that the procedure had not brought with it."""
    return any(
        _is_typed(item, answers) and any(answers.get(key) != brought.get(key) for key in keys_of(item))
        for item in _items(form)
    )


def _items(form: Form) -> Iterator[Question | Rows]:
    for section in form.sections:
        yield from (item for item in section.items if not isinstance(item, Words))


def _stays_here(item: Question | Rows) -> bool:
    """Whether the answer belongs to its own record: its author says so, or it gives the case to somebody."""
    return not isinstance(item, Rows) and (
        item.stays_here or (isinstance(item, ChoiceQuestion) and item.sets is not None)
    )


def _is_typed(item: Question | Rows, typed: Answers) -> bool:
    if isinstance(item, Rows):
        return any(not is_blank(answer) for row in rows_of(typed.get(item.key)) for answer in row.values())
    return any(not is_blank(typed.get(part.key)) for part in parts(item))


def _origin(item: Question | Rows, source: Source, occasion: Occasion) -> Origin | None:
    """What the question takes over from the source, where that asks the same and has an answer."""
    other = next((each for each in _items(source.form) if each.key == item.key), None)
    if isinstance(item, Rows):
        if not isinstance(other, Rows):
            return None
        rows, lost = _rows(item, other, rows_of(source.answers.get(item.key)), occasion)
        return Origin(words=source.words, answers={item.key: rows}, lost=lost) if rows else None
    if other is None or isinstance(other, Rows) or not _is_same(item, other):
        return None
    answers, lost = _standing(item, other, source.answers, occasion)
    if not lost and all(map(is_blank, answers.values())):
        return None
    return Origin(words=source.words, answers=answers, lost=lost)


def _rows(
    rows: Rows, other: Rows, filled: Iterable[Answers], occasion: Occasion
) -> tuple[list[dict[str, object]], tuple[str, ...]]:
    """The rows with those of their questions that both forms ask, and the choices that were lost."""
    asked = {question.key: question for question in other.questions}
    same = [
        (question, asked[question.key])
        for question in rows.questions
        if question.key in asked and _is_same(question, asked[question.key])
    ]
    copied: list[dict[str, object]] = []
    gone: list[str] = []
    for row in filled:
        answers: dict[str, object] = {}
        for question, there in same:
            taken, lost = _standing(question, there, row, occasion)
            answers |= taken
            gone += lost
        if not all(map(is_blank, answers.values())):
            copied.append(answers)
    return copied, tuple(dict.fromkeys(gone))


def _is_same(question: Question, other: Question) -> bool:
    """Whether both ask for the same kind of answer: of choices the same list, and no narrative where a line is asked for."""
    if isinstance(question, TextQuestion) and isinstance(other, TextQuestion):
        return question.many_lines or not other.many_lines
    if isinstance(question, ChoiceQuestion) and isinstance(other, ChoiceQuestion):
        return _list(question.choices) == _list(other.choices)
    if isinstance(question, ManyQuestion) and isinstance(other, ManyQuestion):
        return _list(question.choices) == _list(other.choices)
    return type(question) is type(other)


def _list(choices: Choices) -> object:
    """What makes a list the same: its name, or its codes where it has none."""
    match choices:
        case LiveList(name):
            return name, "live"
        case CodeSet(name=name, codes=codes):
            return name or frozenset(code.choice.code for code in codes)


def _standing(
    question: Question, other: Question, answers: Answers, occasion: Occasion
) -> tuple[dict[str, object], tuple[str, ...]]:
    """The answers to a question and to what stands beside it, without the choices that are no longer on the list; and those, by their labels."""
    taken: dict[str, object] = {part.key: answers.get(part.key) for part in parts(question)}
    if not isinstance(question, ChoiceQuestion | ManyQuestion) or not isinstance(
        other, ChoiceQuestion | ManyQuestion
    ):
        return taken, ()
    listed = {choice.code for choice in options(question.choices, occasion)}
    answer = taken[question.key]
    codes = [str(code) for code in answer] if isinstance(answer, list | tuple) else [answer]
    lost = tuple(_label(other.choices, code, occasion) for code in codes if code and code not in listed)
    if isinstance(question, ManyQuestion):
        taken[question.key] = [code for code in codes if code in listed]
    elif lost:
        taken[question.key] = None
    return taken, lost


def _label(choices: Choices, code: object, occasion: Occasion) -> str:
    if isinstance(choices, CodeSet):
        return choices.label(str(code)) or str(code)
    return next((each.label for each in options(choices, occasion) if each.code == code), "a former choice")


class _Sent:
    """Answers as a browser would send them, so that what is copied is held as what is typed is."""

    def __init__(self, fields: Iterable[tuple[str, str]]) -> None:
        self.fields = tuple(fields)

    def getlist(self, key: str) -> list[str]:
        """The values under that name."""
        return [text for name, text in self.fields if name == key]
