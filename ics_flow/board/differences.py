"""What a difference between two releases is, and how two values are held against each other.

Not here: what is compared with what (``compare``), and each kind of file (``compared_diagrams``, ``compared_forms``, ``compared_tables``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from engine.feel import Expression
from ics_flow.domain.forms import CodeSet
from ics_flow.domain.forms.questions import Condition, LiveList

Kind: TypeAlias = Literal["added", "removed", "changed"]
What: TypeAlias = Literal[
    "file",
    "element",
    "arrow",
    "condition",
    "period",
    "role",
    "form",
    "question",
    "code",
    "right",
    "statute",
    "calendar",
    "drawing",
]
Told: TypeAlias = "tuple[Kind, What, str | None, str]"
"""A change of one file: the kind, what changed, the element and the words."""
Said: TypeAlias = "Iterator[Told]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One difference: ``element`` is the id of an element or arrow, the key of a question, a code, a rule or a day."""

    kind: Kind
    what: What
    file: str
    element: str | None
    words: str

    @property
    def place(self) -> tuple[str, str | None]:
        """Where it is: two changes of one place touch each other."""
        return self.file, self.element


def differing(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> Iterator[tuple[Any, Any, Any]]:
    """The keys whose values are not the same, with both; None for what is not there."""
    for key in in_both_orders(old, new):
        was, now = old.get(key), new.get(key)
        if not same(was, now):
            yield key, was, now


def in_both_orders(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> list[Any]:
    """Every key of both, those of the new one first."""
    return [*new, *(each for each in old if each not in new)]


def in_another_order(old: Mapping[Any, Any], new: Mapping[Any, Any]) -> bool:
    """Whether what both have stands in another order."""
    return [each for each in old if each in new] != [each for each in new if each in old]


def same(old: object, new: object) -> bool:
    """Whether two values say the same."""
    return bool(plain(old) == plain(new))


def plain(value: object) -> Any:
    """What can be compared: of an expression or a condition its text."""
    match value:
        case Expression():
            return f"={value.source.strip()}"
        case Condition():
            return value.source
        case LiveList() | CodeSet():
            return value.name
        case _:
            return value
