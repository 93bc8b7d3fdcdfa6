"""A correction in words: each answer before and after under its question, and why later acts may not fit what is right.

Not here: what the correction moved (`telling.py`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine import NotWaiting
from ics_flow.domain.forms import Choice, Form, describe
from ics_flow.domain.forms.description import words_of
from ics_flow.domain.forms.questions import Question, Rows, TextQuestion, parts
from ics_flow.process.apply import NoSuchProcess

NOT_ASKED = "not asked"
NOTHING = "nothing"
_SUBJECT = re.compile(r"\s*\((?P<subject>[^()]*(?:\([^()]*\)[^()]*)*)\)$")
"""What a refusal names behind its sentence: a task by its name, or an expression."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PutRight:
    """A question whose answer was put right, with both answers in words."""

    label: str
    before: str
    after: str
    narrative: bool

    def __str__(self) -> str:
        if self.narrative:
            return f"{self.label}: written anew"
        return f"{self.label}: from {self.before} to {self.after}"


def put_right(
    form: Form,
    before: Mapping[str, object],
    after: Mapping[str, object],
    live: Mapping[str, tuple[Choice, ...]],
) -> Iterator[PutRight]:
    """Each question whose answer differs, in the order of the form; of questions asked in rows, each row's."""
    for section in form.sections:
        for item in section.items:
            if isinstance(item, Rows):
                yield from _rows(form, item, before, after, live)
            elif isinstance(item, Question):
                yield from _question(item, before, after, live)


def fitting(conflict: str, titles: Mapping[str, str]) -> str:
    """Why nothing could be moved, without the names that only diagrams know; `titles` are those of tasks by name."""
    day, _, why = conflict.partition(": ")
    found = _SUBJECT.search(why)
    sentence = _SUBJECT.sub("", why)
    if sentence == NotWaiting.__doc__:
        done = next(
            (title for name, title in titles.items() if found and name.endswith(f"/{found['subject']}")), ""
        )
        what = f"“{done}”" if done else "Something"
        return f"{what} was done on {day}, and would then not have been asked for."
    if sentence == NoSuchProcess.__doc__:
        return f"What was done on {day} belongs to a procedure that would then not have run."
    return f"On {day}: {sentence}"


def _question(
    question: Question,
    before: Mapping[str, object],
    after: Mapping[str, object],
    live: Mapping[str, tuple[Choice, ...]],
) -> Iterator[PutRight]:
    keys = [part.key for part in parts(question)]
    if [before.get(key) for key in keys] != [after.get(key) for key in keys]:
        said = [
            words_of(question, each, live) if question.key in each else NOT_ASKED for each in (before, after)
        ]
        narrative = isinstance(question, TextQuestion) and question.many_lines
        yield PutRight(label=question.label, before=said[0], after=said[1], narrative=narrative)


def _rows(
    form: Form,
    rows: Rows,
    before: Mapping[str, object],
    after: Mapping[str, object],
    live: Mapping[str, tuple[Choice, ...]],
) -> Iterator[PutRight]:
    was, now = (
        {
            said.label: said.words
            for section in describe(form, {rows.key: each.get(rows.key) or []}, live)
            for said in section.answers
        }
        for each in (before, after)
    )
    for label in dict.fromkeys((*was, *now)):
        if label != rows.label and was.get(label) != now.get(label):
            yield PutRight(
                label=label, before=was.get(label, NOTHING), after=now.get(label, NOTHING), narrative=False
            )
