"""Made-up answers that a form accepts, the same each time: for scenarios that name only some of the answers, and for tests."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from random import Random
from typing import assert_never

from ics_flow.domain.forms.answers import Answers, number_answer, rows_of
from ics_flow.domain.forms.form import Asked, Form, UnknownQuestion, blank_row, row_prefix
from ics_flow.domain.forms.questions import (
    ChoiceQuestion,
    DateQuestion,
    ManyQuestion,
    NumberQuestion,
    Occasion,
    Question,
    Rows,
    TextQuestion,
    YesNoQuestion,
    options,
    parts,
)

SENTENCE = "An example written for this question and for nobody in particular. "
WIDEST = 20


def example_answers(form: Form, seed: str, occasion: Occasion, given: Answers) -> dict[str, object]:
    """Answers that the form accepts on that occasion: those given, and made-up ones to every other required question.

    Raises UnknownQuestion for a given answer that the form does not ask for.
    """
    for key in given:
        if key not in form.keys:
            raise UnknownQuestion(form.name, key)
    answers = form.blank() | {key: as_answer(value) for key, value in given.items()}
    for rows in form.rows:
        begun = rows_of(answers[rows.key]) if rows.key in given else [{}] * rows.at_least
        answers[rows.key] = [_row(form, rows, index, row, seed, occasion) for index, row in enumerate(begun)]
    for asked in form.asked(answers, occasion):
        # The walk reads an answer only after its question has been handed out: a made-up one decides what applies next.
        if isinstance(asked, Asked) and _is_wanted(asked.question, given):
            answers[asked.question.key] = _example(asked.question, _random(seed, form, asked.name), occasion)
    return form.applicable(answers, occasion)


def as_answer(value: object) -> object:
    """A value as people write it in YAML, as an answer: dates as ISO text, decimals as text, lists of codes sorted."""
    match value:
        case date():
            return value.isoformat()
        case float() | Decimal():
            return number_answer(Decimal(str(value)))
        case list() | tuple() if all(isinstance(each, str) for each in value):
            return sorted(set(value))
        case list() | tuple():
            return [as_answer(each) for each in value]
        case Mapping():
            return {key: as_answer(each) for key, each in value.items()}
        case _:
            return value


def _row(
    form: Form, rows: Rows, index: int, begun: Answers, seed: str, occasion: Occasion
) -> dict[str, object]:
    row = blank_row(rows) | dict(begun)
    for question in rows.questions:
        if _is_wanted(question, begun):
            random = _random(seed, form, row_prefix(rows, index) + question.key)
            row[question.key] = _example(question, random, occasion)
    return row


def _is_wanted(question: Question, given: Answers) -> bool:
    return question.required and not any(part.key in given for part in parts(question))


def _random(seed: str, form: Form, name: str) -> Random:
    return Random(f"{seed}/{form.name}/{name}")  # noqa: S311 -- the same each time, and no secret


def _example(question: Question, random: Random, occasion: Occasion) -> object:
    match question:
        case TextQuestion():
            return _text(question)
        case NumberQuestion():
            return _number(question, random)
        case DateQuestion():
            return occasion.on.isoformat()
        case ChoiceQuestion():
            listed = options(question.choices, occasion)
            return random.choice(listed).code if listed else None
        case ManyQuestion():
            listed = options(question.choices, occasion)
            return sorted(choice.code for choice in random.sample(listed, min(len(listed), 2)))
        case YesNoQuestion():
            return random.random() < 0.5
        case _:
            assert_never(question)


def _text(question: TextQuestion) -> str:
    if question.pattern:
        return question.pattern.example
    text = SENTENCE * (question.shortest // len(SENTENCE) + 1)
    cut = text[: max(question.shortest, min(len(SENTENCE), question.longest))]
    return cut[:-1] + "." if cut.endswith(" ") else cut


def _number(question: NumberQuestion, random: Random) -> int | str:
    """A whole number near the bounds; where no whole number lies between them, the lower bound."""
    least = math.ceil(question.least if question.least is not None else min(question.most or 0, 0))
    most = math.floor(question.most if question.most is not None else least + WIDEST)
    if least > most:
        return number_answer(question.least or Decimal(0))
    return random.randint(least, most)
