"""What an expression consists of, as the parser has read it.

Not here: the reading (``parser``), the meaning (``compiling``).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal as OneOf
from typing import TypeAlias

from engine.feel.values import Value

Order: TypeAlias = OneOf["<", "<=", ">", ">="]
Sign: TypeAlias = OneOf["+", "-", "*", "/"]


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out."""

    value: Value


@dataclass(frozen=True, slots=True)
class Name:
    """A question's key, a variable, or a fact without arguments."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Path:
    """``target.name``: an answer of a row, or a part of a date or duration."""

    target: Node
    name: str


@dataclass(frozen=True, slots=True)
class Position:
    """``items[1]``: the first of a list; ``items[-1]``: the last."""

    items: Node
    place: int


@dataclass(frozen=True, slots=True)
class Filter:
    """``items[item.age > 5]``: those of a list for which the condition is true."""

    items: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Negative:
    """``-amount``."""

    amount: Node


@dataclass(frozen=True, slots=True)
class Calculation:
    """A first term and what is done to it in turn: all of ``+`` and ``-``, or all of ``*`` and ``/``."""

    first: Node
    rest: tuple[tuple[Sign, Node], ...]


@dataclass(frozen=True, slots=True)
class Equality:
    """``left = right``, or ``left != right``."""

    left: Node
    right: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class Comparison:
    """``left < right`` and its like."""

    left: Node
    order: Order
    right: Node


@dataclass(frozen=True, slots=True)
class Between:
    """``value between low and high``, both ends counting."""

    value: Node
    low: Node
    high: Node


@dataclass(frozen=True, slots=True)
class Bound:
    """A test ``> 5``, after ``in``."""

    order: Order
    limit: Node


@dataclass(frozen=True, slots=True)
class Range:
    """A test ``[low..high]``, or with round brackets where the end does not count, after ``in``."""

    low: Node
    high: Node
    low_counts: bool
    high_counts: bool


@dataclass(frozen=True, slots=True)
class Within:
    """``value in tests``: whether one of the tests holds. A plain test is a value to equal, or a list to be in."""

    value: Node
    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Logic:
    """All of the parts joined with ``and``, or with ``or``."""

    joined_by: OneOf["and", "or"]
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class If:
    """``if condition then this else that``."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Quantified:
    """``some name in items satisfies condition``, or with ``every``."""

    kind: OneOf["some", "every"]
    name: str
    items: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Listed:
    """``[a, b, c]``."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Invocation:
    """``name(arguments)``."""

    name: str
    arguments: tuple[Node, ...]
    at: int


Node: TypeAlias = (
    Literal
    | Name
    | Path
    | Position
    | Filter
    | Negative
    | Calculation
    | Equality
    | Comparison
    | Between
    | Within
    | Logic
    | If
    | Quantified
    | Listed
    | Invocation
)
Test: TypeAlias = Node | Bound | Range
