"""From what an expression consists of to something that can be evaluated: closures, never code.

Here are also the checks that need no values: which functions there are, what they take, what may be named.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import NamedTuple, TypeAlias, assert_never

from engine.feel.errors import FeelError
from engine.feel.functions import FACTS, FUNCTIONS, Function
from engine.feel.operations import calculating, comparing, contains, equal, listed, negative, part
from engine.feel.parser import parse
from engine.feel.running import Context, Run
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
    Path,
    Position,
    Quantified,
    Range,
    Test,
    Within,
)
from engine.feel.values import Operand, Value

Code: TypeAlias = Callable[[Run], Operand]
"""What gives the value of one part of an expression."""
Check: TypeAlias = Callable[[Run, Operand], Operand]
"""Whether a value passes one test behind ``in``."""

_ITEM = "item"


class Call(NamedTuple):
    """A call that stands in an expression, with its arguments when all are written out."""

    name: str
    arguments: tuple[Value, ...] | None


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression: its source, the names that it reads, the calls that it makes."""

    source: str
    names: frozenset[str]
    calls: tuple[Call, ...]
    _code: Code = field(repr=False, compare=False)
    _items: int = field(repr=False, compare=False)

    def evaluate(self, names: Mapping[str, object], context: Context) -> Value:
        """The value for these names, which hold values, lists of values and lists of rows; a name that is not among them
        is null. ``FeelError`` when it takes too long, or needs a day that the calendar does not cover.
        """
        run = Run(names, context, self._items)
        return _kept(self._code(run), run)


def compile_expression(source: str, *, facts: Container[str] = FACTS) -> Expression:
    """The expression of a source (without a leading ``=``), which may ask for those facts; ``FeelError`` when it is not
    one of our FEEL. The same source gives the same expression again.
    """
    return _compiled(source, frozenset(fact for fact in FACTS if fact in facts))


@lru_cache(maxsize=4096)
def _compiled(source: str, facts: frozenset[str]) -> Expression:
    compiler = _Compiler(facts)
    code = compiler.code(parse(source))
    return Expression(source, frozenset(compiler.names), tuple(compiler.calls), code, compiler.places)


def _kept(result: Operand, run: Run) -> Value:
    """A result as it may leave the expression: a row, which is no value, is null."""
    if isinstance(result, tuple):
        run.spend(len(result))
        return tuple(_kept(item, run) for item in result)
    return None if isinstance(result, Mapping) else result


class _Compiler:
    """One compilation: what has been named and called so far, and the items that stand in view."""

    def __init__(self, facts: Container[str]) -> None:
        self.names: set[str] = set()
        self.calls: list[Call] = []
        self.places = 0
        self._facts = facts
        self._in_view: dict[str, int] = {}
        self._size = 0

    def code(self, node: Node) -> Code:  # noqa: C901 -- one line for each kind of node
        """What gives the value of a node."""
        self._size += 1
        match node:
            case Literal(value):
                return lambda _: value
            case Name():
                return self._name(node)
            case Path(target, name):
                return self._path(target, name)
            case Position(items, place):
                return self._position(items, place)
            case Filter(items, condition):
                return self._filter(items, condition)
            case Negative(amount):
                return self._negative(amount)
            case Calculation():
                return self._calculation(node)
            case Equality():
                return self._equality(node)
            case Comparison():
                return self._comparison(node)
            case Between():
                return self._between(node)
            case Within():
                return self._within(node)
            case Logic(joined_by, parts):
                return _joined(tuple(map(self.code, parts)), until=joined_by == "or")
            case If():
                return self._if(node)
            case Quantified():
                return self._quantified(node)
            case Listed(items):
                return self._listed(items)
            case Invocation():
                return self._invocation(node)
        assert_never(node)

    # Names and parts

    def _name(self, node: Name) -> Code:
        name = node.name
        if name in self._in_view:
            place = self._in_view[name]
            return lambda run: run.items[place]
        if name in self._facts and FACTS[name] == 0:
            return self._fact(Invocation(name, (), node.at))
        if name in FUNCTIONS and FUNCTIONS[name].most == 0:
            raise FeelError(f"write {name}() with its brackets.", node.at)
        self.names.add(name)
        return lambda run: run.name(name)

    def _path(self, target: Node, name: str) -> Code:
        target_code = self.code(target)
        return lambda run: part(target_code(run), name, run)

    def _position(self, items: Node, place: int) -> Code:
        items_code = self.code(items)
        index = place - 1 if place > 0 else place

        def at(run: Run) -> Operand:
            found = listed(items_code(run))
            return found[index] if found and place and -len(found) <= index < len(found) else None

        return at

    def _filter(self, items: Node, condition: Node) -> Code:
        items_code = self.code(items)
        place, size, holds = self._each(_ITEM, condition)

        def those(run: Run) -> Operand:
            found = listed(items_code(run))
            if found is None:
                return None
            chosen = []
            for item in found:
                run.spend(size)
                run.items[place] = item
                if holds(run) is True:
                    chosen.append(item)
            return tuple(chosen)

        return those

    # Calculating and comparing

    def _negative(self, amount: Node) -> Code:
        amount_code = self.code(amount)
        return lambda run: negative(amount_code(run))

    def _calculation(self, node: Calculation) -> Code:
        first = self.code(node.first)
        steps = tuple((calculating(sign), self.code(term)) for sign, term in node.rest)
        if len(steps) == 1:
            ((calculate, second),) = steps
            return lambda run: calculate(first(run), second(run))

        def result(run: Run) -> Operand:
            value = first(run)
            for calculate, term in steps:
                value = calculate(value, term(run))
            return value

        return result

    def _equality(self, node: Equality) -> Code:
        left, right = self.code(node.left), self.code(node.right)
        if node.negated:
            return lambda run: not equal(left(run), right(run), run)
        return lambda run: equal(left(run), right(run), run)

    def _comparison(self, node: Comparison) -> Code:
        left, right, holds = self.code(node.left), self.code(node.right), comparing(node.order)
        return lambda run: holds(left(run), right(run))

    def _between(self, node: Between) -> Code:
        value, low, high = self.code(node.value), self.code(node.low), self.code(node.high)
        above, below = comparing(">="), comparing("<=")

        def between(run: Run) -> Operand:
            found = value(run)
            over, under = above(found, low(run)), below(found, high(run))
            return None if over is None or under is None else over and under

        return between

    def _within(self, node: Within) -> Code:
        value = self.code(node.value)
        checks = tuple(map(self._test, node.tests))
        if len(checks) == 1:
            (check,) = checks
            return lambda run: check(run, value(run))

        def within(run: Run) -> Operand:
            found = value(run)
            return any(check(run, found) for check in checks)

        return within

    def _test(self, test: Test) -> Check:
        match test:
            case Bound(order, limit):
                limit_code, holds = self.code(limit), comparing(order)
                return lambda run, value: bool(holds(value, limit_code(run)))
            case Range(low, high, low_counts, high_counts):
                low_code, high_code = self.code(low), self.code(high)
                above, below = comparing(">=" if low_counts else ">"), comparing("<=" if high_counts else "<")
                return lambda run, value: bool(above(value, low_code(run)) and below(value, high_code(run)))
            case node:
                items_code = self.code(node)

                def check(run: Run, value: Operand) -> Operand:
                    items = listed(items_code(run))
                    if items is None:
                        return True if value is None else None
                    return contains(items, value, run)

                return check

    # Deciding

    def _if(self, node: If) -> Code:
        condition, then, otherwise = (
            self.code(node.condition),
            self.code(node.then),
            self.code(node.otherwise),
        )
        return lambda run: then(run) if condition(run) is True else otherwise(run)

    def _quantified(self, node: Quantified) -> Code:
        items_code = self.code(node.items)
        if node.name in FACTS or node.name in FUNCTIONS:
            raise FeelError(
                f"“{node.name}” has a meaning of its own: give what “{node.kind}” looks at another name."
            )
        place, size, holds = self._each(node.name, node.condition)
        decisive = node.kind == "some"

        def quantified(run: Run) -> Operand:
            items = items_code(run)
            if not isinstance(items, tuple):
                return None
            for item in items:
                run.spend(size)
                run.items[place] = item
                if (holds(run) is True) is decisive:
                    return decisive
            return not decisive

        return quantified

    def _each(self, name: str, condition: Node) -> tuple[int, int, Code]:
        """The condition on one item of a list, the place it is read from, and how many steps it takes."""
        place, before, size = self.places, self._in_view, self._size
        self.places += 1
        self._in_view = {**before, name: place}
        code = self.code(condition)
        self._in_view = before
        return place, self._size - size, code

    # Lists and calls

    def _listed(self, items: tuple[Node, ...]) -> Code:
        codes = tuple(map(self.code, items))
        return lambda run: tuple([code(run) for code in codes])

    def _invocation(self, node: Invocation) -> Code:
        if node.name in FACTS:
            return self._fact(node)
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise FeelError(f"there is no function “{node.name}” in our FEEL.", node.at)
        if not function.least <= len(node.arguments) <= function.most:
            raise FeelError(f"{node.name} is written {function.usage}.", node.at)
        arguments = _literals(node.arguments)
        self.calls.append(Call(node.name, arguments))
        if function.read is not None and arguments is not None and isinstance(arguments[0], str):
            return _read(function.read, arguments[0], node, function.usage)
        return _applied(function, tuple(map(self.code, node.arguments)))

    def _fact(self, node: Invocation) -> Code:
        name = node.name
        if name not in self._facts:
            raise FeelError(f"“{name}” cannot be asked for here.", node.at)
        if len(node.arguments) != FACTS[name]:
            raise FeelError(
                f"{name} takes {FACTS[name]} argument(s), and {len(node.arguments)} stand here.", node.at
            )
        arguments = _literals(node.arguments)
        if arguments is None:
            raise FeelError(
                f"write out what {name} asks for, as a text or number: it cannot be calculated.", node.at
            )
        self.calls.append(Call(name, arguments))
        return lambda run: run.fact(name, arguments)


def _literals(nodes: tuple[Node, ...]) -> tuple[Value, ...] | None:
    values = []
    for node in nodes:
        if not isinstance(node, Literal):
            return None
        values.append(node.value)
    return tuple(values)


def _read(read: Callable[[str], Value], text: str, node: Invocation, usage: str) -> Code:
    """A value that is written out as a text: it is read once, here."""
    value = read(text)
    if value is None:
        raise FeelError(f"“{text}” cannot be read by {node.name}: write {usage}.", node.at)
    return lambda _: value


def _applied(function: Function, arguments: tuple[Code, ...]) -> Code:
    apply = function.apply
    match arguments:
        case ():
            return apply
        case (one,):
            return lambda run: apply(run, one(run))
        case (one, two):
            return lambda run: apply(run, one(run), two(run))
        case _:
            return lambda run: apply(run, *[argument(run) for argument in arguments])


def _joined(parts: tuple[Code, ...], *, until: bool) -> Code:
    """``and`` (until false is met) or ``or`` (until true is met); null where a part that is neither leaves it open."""

    def joined(run: Run) -> Operand:
        result: bool | None = not until
        for code in parts:
            value = code(run)
            if value is until:
                return until
            if value is not (not until):
                result = None
        return result

    return joined
