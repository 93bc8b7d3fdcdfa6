"""Answers that brothers and sisters have in common, where something is done for all of them at once: the day of a meeting, the place, who comes.

Which questions those are the form says (``together``). Not here: for whom it may be done together (``ics_flow/commands/siblings.py``).
"""

from __future__ import annotations

from collections.abc import Iterator

from ics_flow.domain.forms.answers import Answers, is_blank
from ics_flow.domain.forms.form import Form
from ics_flow.domain.forms.questions import Question, Rows, Words, keys_of

NOT_SAID = "Not said yet: this was written together with that of a brother or sister."


def is_done_together(form: Form) -> bool:
    """Whether the form asks anything that brothers and sisters may have in common."""
    return any(item.together for item in _items(form))


def said_of_all(form: Form) -> tuple[str, ...]:
    """What brothers and sisters may have in common, by the labels of the form."""
    return tuple(item.label for item in _items(form) if item.together)


def answers_of_sibling(form: Form, done: Answers, drafted: Answers) -> dict[str, object]:
    """What a brother's or sister's form says where it was ``done`` for another child: what is common to both, and of the rest what was drafted for this child.

    What has to be said of this child and was not is not known, and says why.
    """
    answers: dict[str, object] = {}
    for item in _items(form):
        given = done if item.together else drafted
        answers |= {key: given[key] for key in keys_of(item) if key in given}
        if not item.together and not isinstance(item, Rows):
            answers |= _not_said(item, answers)
    return answers


def _not_said(question: Question, answers: Answers) -> dict[str, object]:
    said = not is_blank(answers.get(question.key)) or answers.get(question.not_known_key) is True
    if said or not (question.required and question.not_known):
        return {}
    return {question.key: None, question.not_known_key: True, question.reason_key: NOT_SAID}


def _items(form: Form) -> Iterator[Question | Rows]:
    for section in form.sections:
        yield from (item for item in section.items if not isinstance(item, Words))
