"""Whether one answer is right: required, of its kind, within its bounds, in its list. Each fault is a sentence.

Not here: which questions apply (``form``), and the reading of what was typed (``answers``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ics_flow.domain.forms.answers import Answers, AnswerValue, is_blank, value_of
from ics_flow.domain.forms.questions import (
    ChoiceQuestion,
    DateQuestion,
    ManyQuestion,
    NumberQuestion,
    Occasion,
    Question,
    TextQuestion,
    YesNoQuestion,
    options,
    parts,
)
from ics_flow.domain.forms.wording import FieldError, anchor, ask_for, not_listed, subject, within


def faults(question: Question, name: str, answers: Answers, occasion: Occasion) -> Iterator[FieldError]:
    """What is wrong with the answers to one question, the first fault only."""
    answer = answers.get(question.key)
    if question.not_known and answers.get(question.not_known_key) is True:
        yield from _faults_of_not_known(question, name, answers, occasion)
    elif is_blank(answer):
        if question.required:
            yield FieldError(name, first_input(question, name), ask_for(question))
    elif text := _fault(question, value_of(question, answer), occasion):
        yield FieldError(name, first_input(question, name), text)


def first_input(question: Question, name: str, part: str = "") -> str:
    """The id of the input that a link to the question leads to: for a date the part to mend, or the day."""
    return f"{anchor(name)}-{part or 'day'}" if isinstance(question, DateQuestion) else anchor(name)


def _faults_of_not_known(
    question: Question, name: str, answers: Answers, occasion: Occasion
) -> Iterator[FieldError]:
    label = within(question.label)
    if not is_blank(answers.get(question.key)):
        text = f"Enter {label} or tick that it is not known, not both"
        yield FieldError(name, first_input(question, name), text)
        return
    _, _, reason = parts(question)
    reason = replace(reason, required=True, required_message=f"Enter why it is not known ({label})")
    yield from faults(reason, f"{name}_not_known_reason", answers, occasion)


def _fault(question: Question, value: AnswerValue, occasion: Occasion) -> str | None:
    match question, value:
        case TextQuestion(), str():
            return _fault_of_text(question, value)
        case NumberQuestion(), int() | Decimal():
            return _fault_of_number(question, Decimal(value))
        case DateQuestion(), date():
            return _fault_of_day(question, value, occasion.on)
        case ChoiceQuestion(), str():
            return _fault_of_codes(question, {value}, occasion)
        case ManyQuestion(), tuple():
            return _fault_of_codes(question, set(value), occasion)
        case YesNoQuestion(), bool():
            return None
        case _:
            return f"{subject(question.label)} is not an answer of the kind asked for"


def _fault_of_text(question: TextQuestion, text: str) -> str | None:
    label = subject(question.label)
    if len(text) > question.longest:
        return f"{label} must be {question.longest:,} characters or fewer"
    if len(text) < question.shortest:
        return f"{label} must be {question.shortest:,} characters or more"
    if question.pattern and not question.pattern.matches(text):
        return question.pattern_message
    return None


def _fault_of_number(question: NumberQuestion, number: Decimal) -> str | None:
    label = subject(question.label)
    if number != round(number, question.places):
        if question.places == 0:
            return f"{label} must be a whole number"
        return f"{label} must have {question.places} decimal place{'s' * (question.places > 1)} or fewer"
    if question.least is not None and number < question.least:
        return f"{label} must be {question.least} or more"
    if question.most is not None and number > question.most:
        return f"{label} must be {question.most} or fewer"
    return None


def _fault_of_day(question: DateQuestion, day: date, on: date) -> str | None:
    if question.not_future and day > on:
        return f"{subject(question.label)} must be today or in the past"
    if question.not_past and day < on:
        return f"{subject(question.label)} must be today or in the future"
    return None


def _fault_of_codes(
    question: ChoiceQuestion | ManyQuestion, codes: set[str], occasion: Occasion
) -> str | None:
    listed = {choice.code for choice in options(question.choices, occasion)}
    return None if codes <= listed else not_listed(question.label)
