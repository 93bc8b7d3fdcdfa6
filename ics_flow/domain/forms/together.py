"""Answers that brothers and sisters have in common, where one meeting is held for all of them: the day, the place, who comes.

Which questions those are the form says (``together``). Not here: whose meetings may be held together (``ics_flow/commands/hold_together.py``).
"""

from __future__ import annotations

from collections.abc import Iterator

from ics_flow.domain.forms.answers import Answers, is_blank
from ics_flow.domain.forms.form import Form
from ics_flow.domain.forms.questions import Question, Rows, Words, keys_of

NOT_SAID = "Not said yet: the meeting was arranged together with that of a brother or sister."


def is_held_together(form: Form) -> bool:
    """Whether the form asks anything that brothers and sisters may have in common."""
    return any(item.together for item in _items(form))


def answers_of_sibling(form: Form, arranged: Answers, drafted: Answers) -> dict[str, object]:
    """What a brother's or sister's form says where it was ``arranged`` for another child: what is common to both, and of the rest what was drafted for this child.

    What has to be said of this child and was not is not known, and says why.
    """
    answers: dict[str, object] = {}
    for item in _items(form):
        given = arranged if item.together else drafted
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
