"""From the words of an expression to what it consists of, or a sentence that says what is wrong.

From loose to tight: ``if``, ``some``, ``every``; ``or``; ``and``; comparisons (one, not a chain); ``+ -``; ``* /``; ``-x``;
``.name [place]``; values, calls and brackets. Not here: which functions there are, and what may be named (``compiling``).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast, get_args

from engine.feel.errors import FeelError
from engine.feel.syntax import (
    Between,
    Bound,
    Calculation,
    Comparison,
    Equality,
    Filter,
    If,
    Invocation,
    Listed,
    Literal,
    Logic,
    Name,
    Negative,
    Node,
    Order,
    Path,
    Position,
    Quantified,
    Range,
    Sign,
    Test,
    Within,
)
from engine.feel.tokens import Kind, Token, tokens
from engine.feel.values import MAX_NUMBER, Value, read_number

MAX_NODES = 400
MAX_DEPTH = 40

_CONSTANTS: dict[str, Value] = {"true": True, "false": False, "null": None}
_KEYWORDS = frozenset(
    ("and", "or", "in", "between", "if", "then", "else", "some", "every", "satisfies", *_CONSTANTS)
)
_NOT_OURS = frozenset(("for", "return", "function", "external", "instance"))
_TWO_WORDS = frozenset(
    (
        ("date", "and", "time"),
        ("ends", "with"),
        ("is", "defined"),
        ("list", "contains"),
        ("lower", "case"),
        ("starts", "with"),
        ("string", "length"),
        ("upper", "case"),
    )
)
_ORDERS: frozenset[str] = frozenset(get_args(Order))
_CONDITIONS = (Equality, Comparison, Between, Within, Logic, Quantified)

_Made = TypeVar("_Made", bound=Test)


def parse(source: str) -> Node:
    """What an expression consists of; ``FeelError`` when it does not follow the grammar, or is too large."""
    return _Parser(tokens(source)).whole()


class _Parser:
    """One reading of one expression, from left to right."""

    def __init__(self, words: tuple[Token, ...]) -> None:
        self._words = words
        self._place = 0
        self._depth = 0
        self._nodes = 0

    def whole(self) -> Node:
        if self._at_end():
            raise FeelError('There is no expression: write one, for example outcome = "assess".')
        if self._next.is_word("="):
            raise FeelError("leave out the “=” at the start.", self._next.at)
        node = self._expression()
        if not self._at_end():
            raise self._unexpected("an operator such as “and”, “=” or “+”")
        return node

    # Expressions, from loose to tight

    def _expression(self) -> Node:
        self._go_deeper()
        if self._next.is_word("if"):
            node = self._if()
        elif self._next.is_word("some", "every"):
            node = self._quantified()
        else:
            node = self._either()
        self._depth -= 1
        return node

    def _if(self) -> Node:
        self._expect("if")
        condition = self._expression()
        self._expect("then")
        then = self._expression()
        self._expect("else")
        return self._made(If(condition, then, self._expression()))

    def _quantified(self) -> Node:
        kind = self._take().word
        name = self._take_name("a name for the one looked at")
        self._expect("in")
        items = self._sum()
        self._expect("satisfies")
        condition = self._expression()
        return self._made(Quantified("some" if kind == "some" else "every", name, items, condition))

    def _either(self) -> Node:
        parts = [self._both()]
        while self._took("or"):
            parts.append(self._both())
        return self._made(Logic("or", tuple(parts))) if len(parts) > 1 else parts[0]

    def _both(self) -> Node:
        parts = [self._comparison()]
        while self._took("and"):
            parts.append(self._comparison())
        return self._made(Logic("and", tuple(parts))) if len(parts) > 1 else parts[0]

    def _comparison(self) -> Node:
        left = self._sum()
        if self._next.is_word("=", "!="):
            sign = self._take().word
            return self._made(Equality(left, self._sum(), negated=sign == "!="))
        if self._next.is_word(*_ORDERS):
            order = cast("Order", self._take().word)
            return self._made(Comparison(left, order, self._sum()))
        if self._took("between"):
            low = self._sum()
            self._expect("and")
            return self._made(Between(left, low, self._sum()))
        if self._took("in"):
            return self._made(Within(left, self._tests()))
        return left

    def _sum(self) -> Node:
        return self._calculation(self._product, "+", "-")

    def _product(self) -> Node:
        return self._calculation(self._signed, "*", "/")

    def _calculation(self, term: Callable[[], Node], *signs: Sign) -> Node:
        first = term()
        rest: list[tuple[Sign, Node]] = []
        while self._next.is_word(*signs):
            sign = cast("Sign", self._take().word)
            rest.append((sign, term()))
        return self._made(Calculation(first, tuple(rest))) if rest else first

    def _signed(self) -> Node:
        if not self._took("-"):
            return self._with_parts()
        self._go_deeper()
        node = self._made(Negative(self._signed()))
        self._depth -= 1
        return node

    def _with_parts(self) -> Node:
        """A value with any ``.name`` and ``[place]`` behind it."""
        node, depth = self._value(), self._depth
        while self._next.is_word(".", "["):
            self._go_deeper()
            if self._took("."):
                node = self._made(Path(node, self._take_name("the name of an answer or part")))
            else:
                node = self._in_square_brackets(node)
        self._depth = depth
        return node

    def _in_square_brackets(self, items: Node) -> Node:
        at = self._expect("[").at
        inner = self._expression()
        self._expect("]")
        match inner:
            case Literal(int(place)) if not isinstance(place, bool):
                return self._made(Position(items, place))
            case Negative(Literal(int(place))) if not isinstance(place, bool):
                return self._made(Position(items, -place))
            case _ if isinstance(inner, _CONDITIONS):
                return self._made(Filter(items, inner))
            case _:
                raise FeelError(
                    "square brackets after a list hold a place, [1], or a comparison, [item.age > 5].", at
                )

    # Values

    def _value(self) -> Node:
        word = self._next
        match word.kind:
            case Kind.NUMBER:
                return self._number()
            case Kind.TEXT:
                return self._made(Literal(self._take().word))
            case Kind.NAME:
                return self._name_or_call()
            case _ if word.is_word("("):
                return self._bracketed()
            case _ if word.is_word("["):
                listed = self._list_or_range()
                if isinstance(listed, Range):
                    raise FeelError("a range stands only behind “in”: age in [1..5].", word.at)
                return listed
            case _:
                raise self._unexpected("a value")

    def _number(self) -> Node:
        word = self._take()
        number = read_number(word.word)
        if number is None:
            raise FeelError(f"numbers reach up to {MAX_NUMBER} and have 34 decimals at most.", word.at)
        return self._made(Literal(number))

    def _bracketed(self) -> Node:
        self._expect("(")
        node = self._expression()
        self._expect(")")
        return node

    def _name_or_call(self) -> Node:
        word = self._next
        if word.word in _CONSTANTS:
            self._take()
            return self._made(Literal(_CONSTANTS[word.word]))
        name = self._function_name() or self._take_name("a value")
        if not self._took("("):
            return self._made(Name(name, word.at))
        arguments: list[Node] = []
        if not self._next.is_word(")"):
            arguments.append(self._expression())
            while self._took(","):
                arguments.append(self._expression())
        self._expect(")")
        return self._made(Invocation(name, tuple(arguments), word.at))

    def _function_name(self) -> str | None:
        """The name of a function of several words, if one stands here with its bracket."""
        for length in (3, 2):
            words = tuple(word.word for word in self._words[self._place : self._place + length])
            if words in _TWO_WORDS and self._words[self._place + length].is_word("("):
                self._place += length
                return " ".join(words)
        return None

    # What stands behind “in”

    def _tests(self) -> tuple[Test, ...]:
        if not self._took("("):
            return (self._test(),)
        first = self._test()
        if self._next.is_word("..") and not isinstance(first, Bound | Range):
            return (self._range(first, low_counts=False),)
        tests = [first]
        while self._took(","):
            tests.append(self._test())
        self._expect(")")
        return tuple(tests)

    def _test(self) -> Test:
        if self._next.is_word(*_ORDERS):
            order = cast("Order", self._take().word)
            return self._made(Bound(order, self._sum()))
        if self._next.is_word("["):
            return self._list_or_range()
        return self._sum()

    def _list_or_range(self) -> Listed | Range:
        self._expect("[")
        items: list[Node] = []
        if not self._next.is_word("]"):
            items.append(self._expression())
            if self._next.is_word(".."):
                return self._range(items[0], low_counts=True)
            while self._took(","):
                items.append(self._expression())
        self._expect("]")
        return self._made(Listed(tuple(items)))

    def _range(self, low: Node, *, low_counts: bool) -> Range:
        self._expect("..")
        high = self._sum()
        if not self._next.is_word("]", ")"):
            raise self._unexpected("“]” or “)”")
        return self._made(Range(low, high, low_counts, self._take().word == "]"))

    # Words

    @property
    def _next(self) -> Token:
        return self._words[self._place]

    def _at_end(self) -> bool:
        return self._next.kind is Kind.END

    def _take(self) -> Token:
        word = self._words[self._place]
        self._place += 1
        return word

    def _took(self, word: str) -> bool:
        if self._next.is_word(word):
            self._place += 1
            return True
        return False

    def _expect(self, word: str) -> Token:
        if not self._next.is_word(word):
            raise self._unexpected(f"“{word}”")
        return self._take()

    def _take_name(self, wanted: str) -> str:
        word = self._next
        if word.word in _NOT_OURS and word.kind is Kind.NAME:
            raise FeelError(f"“{word.word}” is not part of our FEEL.", word.at)
        if word.kind is not Kind.NAME or word.word in _KEYWORDS:
            raise self._unexpected(wanted)
        return self._take().word

    def _unexpected(self, wanted: str) -> FeelError:
        found = self._next
        hint = ""
        if found.kind is Kind.NAME and self._place and self._words[self._place - 1].kind is Kind.NAME:
            hint = " (names have no spaces)"
        return FeelError(f"{found} stands where {wanted} should{hint}.", found.at)

    # Bounds

    def _go_deeper(self) -> None:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise FeelError(f"brackets stand more than {MAX_DEPTH} deep: make it simpler.", self._next.at)

    def _made(self, node: _Made) -> _Made:
        self._nodes += 1
        if self._nodes > MAX_NODES:
            raise FeelError(
                f"the expression has more than {MAX_NODES} parts: make it shorter.", self._next.at
            )
        return node
