"""Answers to forms, from fragments that somebody wrote (``words.yaml``, ``themes.yaml``): picked by the seed, with the child's name and
all that belongs to the story filled in.

Generic over forms: a question is looked up under its form, then in the story's theme, then under its key for any form; a required text
that nobody thought of gets a sentence for its kind. Not here: dates and codes that nobody wrote (``example_answers``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from random import Random
from typing import Any

from ics_flow.demonstration.days import Days
from ics_flow.domain.forms import Form
from ics_flow.domain.forms.questions import Question, Rows, TextQuestion

_FACT = re.compile(r"\$([\w.]+)")
_CONDITIONS = {"say", "when", "from", "under"}


class _Facts(dict[str, Any]):
    """Facts by name; with a capital, the same at the beginning of a sentence."""

    def __missing__(self, name: str) -> str:
        small = name[0].lower() + name[1:]
        if small == name:
            raise KeyError(f"No story knows {name!r}.")
        said = str(self[small])
        return said[0].upper() + said[1:]


@dataclass(slots=True)
class Wording:
    """What is written about one child. It remembers the answers that were given, as ``$contact.contacted_on``."""

    words: Mapping[str, Any]
    theme: Mapping[str, Any]
    facts: Mapping[str, Any]
    born: date | None
    days: Days
    seed: str
    _remembered: dict[str, object] = field(default_factory=dict)
    _rounds: int = 0

    def answers(self, form: Form, given: Mapping[str, object], on: date) -> dict[str, object]:
        """The answers given, and written ones to the other questions of the form."""
        self._rounds += 1
        chosen = {key: self.filled(value, on) for key, value in given.items()}
        for item in _asked(form):
            if item.key in chosen:
                pass
            elif fitting := self._fitting(form.name, item.key, chosen, on):
                chosen[item.key] = self.filled(self._random(form.name, item.key).choice(fitting), on)
            elif isinstance(item, Rows):
                chosen |= {item.key: [{}] * item.at_least} if item.at_least else {}
            elif _is_wanted(item):
                chosen[item.key] = self._otherwise(item, form.name, on)
            if isinstance(item, Rows) and item.key in chosen:
                chosen[item.key] = [self._row(item, row, form.name, on) for row in _rows(chosen[item.key])]
        kept = {key: value for key, value in chosen.items() if value is not None}
        self._remembered |= {f"{form.name}.{key}": value for key, value in kept.items()}
        return kept

    def filled(self, value: Any, on: date) -> Any:
        """The value with names, facts and days filled in; a fact that is not known is None."""
        match value:
            case str() if found := _FACT.fullmatch(value):
                return self._remembered.get(found[1], self.facts.get(found[1]))
            case str():
                return self.days.later(value, on) or self._said(value)
            case list():
                return [self.filled(each, on) for each in value]
            case dict():
                return {key: self.filled(each, on) for key, each in value.items()}
            case _:
                return value

    def _fitting(self, form: str, key: str, chosen: Mapping[str, object], on: date) -> list[Any]:
        """What was written for the question and fits, from the nearest place that has any."""
        forms = [block["answers"] for block in self.words["forms"] if form in block["forms"]]
        for answers in (*forms, self.theme.get("answers", {}), self.words["any"]):
            fitting = [_say(each) for each in answers.get(key, ()) if self._fits(each, chosen, on)]
            if fitting:
                return fitting
        return []

    def _fits(self, candidate: Any, chosen: Mapping[str, object], on: date) -> bool:
        if not _is_conditional(candidate):
            return True
        age = self._age(on)
        return candidate.get("from", age) <= age < candidate.get("under", age + 1) and all(
            chosen.get(key) in (wanted if isinstance(wanted, list) else [wanted])
            for key, wanted in candidate.get("when", {}).items()
        )

    def _age(self, on: date) -> int:
        """The child's age on a day; less than nothing for a child not yet born."""
        if self.born is None or on < self.born:
            return int(self.facts["age"])
        return on.year - self.born.year - ((on.month, on.day) < (self.born.month, self.born.day))

    def _row(self, rows: Rows, row: Mapping[str, object], form: str, on: date) -> dict[str, object]:
        written = {
            question.key: self._otherwise(question, form, on)
            for question in rows.questions
            if _is_wanted(question) and question.hide is None
        }
        return written | dict(row)

    def _otherwise(self, question: Question, form: str, on: date) -> object:
        many = isinstance(question, TextQuestion) and question.many_lines
        kind = "paragraph" if many else "line"
        return self.filled(self._random(form, question.key).choice(self.words["otherwise"][kind]), on)

    def _random(self, form: str, key: str) -> Random:
        return Random(f"{self.seed}/{self._rounds}/{form}/{key}")  # noqa: S311 -- made-up

    def _said(self, text: str) -> str:
        """The text with everything in braces filled in, also where what is filled in has braces of its own."""
        while "{" in text:
            text = text.format_map(_Facts(self.facts))
        return text


def _asked(form: Form) -> Iterator[Question | Rows]:
    """The form's questions and rows, in its order."""
    for section in form.sections:
        for item in section.items:
            if isinstance(item, Rows | Question):
                yield item


def _is_wanted(question: Question) -> bool:
    return isinstance(question, TextQuestion) and question.required and question.pattern is None


def _say(candidate: Any) -> Any:
    return candidate.get("say") if _is_conditional(candidate) else candidate


def _is_conditional(candidate: Any) -> bool:
    return isinstance(candidate, dict) and candidate.keys() <= _CONDITIONS


def _rows(value: object) -> list[dict[str, object]]:
    return value if isinstance(value, list) else []
