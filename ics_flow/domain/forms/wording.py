"""The sentences that tell a person what is wrong with an answer, after the GOV.UK pattern for error messages.

Not here: what is right and wrong (``answers``, ``checking``).
"""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.domain.forms.questions import DateQuestion, NumberQuestion, Question, Rows, TextQuestion


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field: its name in the page, the id that a link leads to, and the sentence."""

    name: str
    anchor: str
    text: str


def anchor(name: str) -> str:
    """The HTML id of the field of that name: ``family[0].name`` is ``family-0-name``."""
    return name.replace("[", "-").replace("]", "").replace(".", "-")


def subject(label: str) -> str:
    """The label as the beginning of a sentence."""
    return f"Answer to “{label}”" if label.endswith("?") else label


def within(label: str) -> str:
    """The label as the rest of a sentence; NHS stays NHS, and I stays I."""
    if label.endswith("?"):
        return f"an answer to “{label}”"
    return label[0].lower() + label[1:] if label[1:2].islower() else label


def ask_for(question: Question) -> str:
    """What to do about a required question that was not answered."""
    if question.required_message:
        return question.required_message
    verb = "Enter" if isinstance(question, TextQuestion | NumberQuestion | DateQuestion) else "Select"
    return f"{verb} {within(question.label)}"


def not_listed(label: str) -> str:
    """What to do about a choice that is not, or no longer, in its list."""
    return f"Select {within(label)} from the list"  # noqa: S608 -- a sentence, not SQL


def in_row(text: str, rows: Rows, index: int) -> str:
    """The sentence with the row that it is about."""
    return f"{text} ({within(rows.label)} {index + 1})"
