"""What changed in a form and in a list of codes: questions, conditions, choices.

Not here: how a form is read (``domain.forms``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

from ics_flow.board.differences import Said, differing, in_both_orders, plain, same
from ics_flow.domain.forms import CodeSet, Form
from ics_flow.domain.forms.codes import Code
from ics_flow.domain.forms.questions import (
    ChoiceQuestion,
    DateQuestion,
    Item,
    ManyQuestion,
    NumberQuestion,
    Rows,
    Section,
    TextQuestion,
    Words,
    YesNoQuestion,
)


def forms(old: Form, new: Form) -> Said:
    """What changed in a form."""
    here = f"Form “{new.name}”"
    yield from _sections(old, new, here)
    before, after = _items(old), _items(new)
    for key in in_both_orders(before, after):
        if key not in before:
            words = f"{here}: new {_kind_of_item(after[key][1])}, {_called_item(after[key][1])}."
            yield "added", "question", key, words
        elif key not in after:
            words = f"{here}: {_called_item(before[key][1])} is no longer asked."
            if isinstance(before[key][1], Words):
                words = f"{here}: a text to read goes."
            yield "removed", "question", key, words
        else:
            yield from _items_of_both(key, before[key], after[key], here)
    stay = [key for key in before if key in after]
    if stay != [key for key in after if key in before]:
        yield "changed", "question", None, f"{here}: the questions stand in another order."


def _sections(old: Form, new: Form, here: str) -> Said:
    """What changed in the parts of a form."""
    before = {section.id: section for section in old.sections}
    after = {section.id: section for section in new.sections}
    for identity in in_both_orders(before, after):
        was, now = before.get(identity), after.get(identity)
        if was is None and now is not None:
            yield "added", "question", identity, f"{here}: new part “{now.title}”."
        elif now is None and was is not None:
            yield "removed", "question", identity, f"{here}: the part “{was.title}” goes."
        elif was is not None and now is not None and _head(was) != _head(now):
            yield (
                "changed",
                "question",
                identity,
                f"{here}: the head of the part “{now.title}” changes, or when it is shown.",
            )


def _items_of_both(key: str, old: tuple[str, Item], new: tuple[str, Item], here: str) -> Said:
    """What changed in a question, rows or a text that both sides have."""
    (was_in, was), (now_in, now) = old, new
    name = f"{here}, {_called_item(now)}"
    if was_in != now_in:
        yield "changed", "question", key, f"{name}: stands in another part of the form."
    if type(was) is not type(now):
        words = f"{name}: the {_kind_of_item(was)} becomes a {_kind_of_item(now)}."
        yield "changed", "question", key, words
        return
    for field in fields(was):
        before, after = getattr(was, field.name), getattr(now, field.name)
        if field.name not in ("id", "items") and not same(before, after):
            yield "changed", "question", key, f"{name}: {_of_field(field.name, before, after)}."
    if isinstance(was, Rows) and isinstance(now, Rows):
        yield from _rows(key, was, now, name)


def _rows(key: str, old: Rows, new: Rows, here: str) -> Said:
    """What changed in the questions that are asked in rows."""
    before = {_key(item): ("", item) for item in old.items}
    after = {_key(item): ("", item) for item in new.items}
    for inner in in_both_orders(before, after):
        place = f"{key}.{inner}"
        if inner not in before:
            yield (
                "added",
                "question",
                place,
                f"{here}: new {_kind_of_item(after[inner][1])}, {_called_item(after[inner][1])}.",
            )
        elif inner not in after:
            yield (
                "removed",
                "question",
                place,
                f"{here}: {_called_item(before[inner][1])} is no longer asked.",
            )
        else:
            yield from _items_of_both(place, before[inner], after[inner], here)


def code_sets(old: CodeSet, new: CodeSet) -> Said:
    """What changed in a list of codes."""
    here = f"List “{new.name}”"
    if old.source != new.source:
        yield "changed", "code", None, f"{here}: where it comes from is “{new.source}”."
    before = {code.choice.code: code for code in old.codes}
    after = {code.choice.code: code for code in new.codes}
    for code, was, now in differing(before, after):
        if was is None and now is not None:
            yield (
                "added",
                "code",
                code,
                f"{here}: new choice “{now.choice.label}” ({code}){_days_of(now)}.",
            )
        elif now is None and was is not None:
            yield "removed", "code", code, f"{here}: the choice “{was.choice.label}” ({code}) goes."
        elif was is not None and now is not None:
            if was.choice.label != now.choice.label:
                yield (
                    "changed",
                    "code",
                    code,
                    f"{here}: “{was.choice.label}” is now called “{now.choice.label}”.",
                )
            if (was.first, was.last) != (now.first, now.last):
                words = _days_of(now) or " on any day"
                yield "changed", "code", code, f"{here}: “{now.choice.label}” may be chosen{words}."
    if [code for code in before if code in after] != [code for code in after if code in before]:
        yield "changed", "code", None, f"{here}: the choices stand in another order."


def _items(form: Form) -> dict[str, tuple[str, Item]]:
    return {_key(item): (section.id, item) for section in form.sections for item in section.items}


def _key(item: Item) -> str:
    return item.id if isinstance(item, Words) else item.key


def _head(section: Section) -> tuple[object, ...]:
    return section.title, section.hint, plain(section.hide)


def _called_item(item: Item) -> str:
    return "the text to read" if isinstance(item, Words) else f"“{item.label}”"


def _kind_of_item(item: Item) -> str:
    match item:
        case Words():
            return "text to read"
        case Rows():
            return "group of rows"
        case TextQuestion(many_lines=True):
            return "narrative"
        case TextQuestion():
            return "line of text"
        case NumberQuestion():
            return "number"
        case DateQuestion():
            return "date"
        case ChoiceQuestion():
            return "choice of one"
        case ManyQuestion():
            return "choice of several"
        case YesNoQuestion():
            return "box to tick"


_SAID_OF: Mapping[str, Callable[[Any, Any], str]] = {
    "label": lambda was, _: f"was “{was}”",
    "required": lambda _, now: "must now be answered" if now else "need no longer be answered",
    "not_known": lambda _, now: f"“not known” is {'now' if now else 'no longer'} an answer",
    "choices": lambda was, now: f"its choices are those of “{plain(now)}” in place of “{plain(was)}”",
    "hint": lambda _was, _now: "the help below it changes",
    "guidance": lambda _was, _now: "the help beside it changes",
    "paragraphs": lambda _was, _now: "says something else",
    "hide": lambda was, now: _when_hidden(plain(was), plain(now)),
}
"""What is said of a question where one of these changed."""


def _of_field(name: str, was: Any, now: Any) -> str:
    if name in _SAID_OF:
        return _SAID_OF[name](was, now)
    return f"{name.replace('_', ' ')} is {_value(now)} in place of {_value(was)}"


def _when_hidden(was: str | None, now: str | None) -> str:
    if now is None:
        return "is now always asked"
    return f"is left out when {now}" + (f", in place of {was}" if was else "")


def _value(value: object) -> str:
    match value:
        case None | "":
            return "nothing"
        case bool():
            return "yes" if value else "no"
        case str():
            return f"“{value}”"
        case _:
            return str(value)


def _days_of(code: Code) -> str:
    first = f" from {code.first}" if code.first else ""
    return f"{first} until {code.last}" if code.last else first
