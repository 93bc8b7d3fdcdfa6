"""What the signs of FEEL mean: equal, less, plus, and the parts of a value.

Three-valued, as FEEL has it: what cannot be said is null. Differences from the feelin library, which is the reference for
the rest, are listed with their reasons in ``tests/unit/feel/test_agreement_with_feelin.py``.
"""

from __future__ import annotations

import operator
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.calendar import LONDON
from engine.feel.running import Run
from engine.feel.syntax import Order, Sign
from engine.feel.values import (
    ARITHMETIC,
    MAX_LENGTH,
    DaysTime,
    Number,
    Operand,
    YearsMonths,
    bounded,
    months_duration,
    operand,
    seconds_duration,
)

_DAY = 86_400
_KINDS: dict[type, str] = {
    bool: "yes or no",
    int: "number",
    Decimal: "number",
    str: "text",
    date: "date",
    datetime: "instant",
    YearsMonths: "months",
    DaysTime: "time",
    tuple: "list",
}
_ORDERED = frozenset(("number", "text", "date", "instant", "months", "time"))


def kind(value: Operand) -> str:
    """What kind of value it is; only values of one kind can be compared."""
    return "null" if value is None else _KINDS.get(type(value), "row")


def is_number(value: Operand) -> bool:
    """Whether it is a number (yes and no are not)."""
    return type(value) is int or type(value) is Decimal


def single(value: Operand) -> Operand:
    """The value itself, or the only one of a list of one: FEEL takes either for the other."""
    return value[0] if type(value) is tuple and len(value) == 1 else value


def listed(value: Operand) -> tuple[Operand, ...] | None:
    """The list itself, or a list of the one value; null of null."""
    if value is None or type(value) is tuple:
        return value
    return (value,)


# Comparing


def equal(left: Operand, right: Operand, run: Run) -> bool | None:
    """Whether the two are equal; null when they are of different kinds (but only null equals null)."""
    if left is None or right is None:
        return left is right
    if type(left) is tuple and len(left) < 2:
        left = left[0] if left else None
    if type(right) is tuple and len(right) < 2:
        right = right[0] if right else None
    of = kind(left)
    if of != kind(right):
        return None
    if of == "list":
        return _equal_lists(left, right, run)  # type: ignore[arg-type]
    if of == "row":
        return _equal_rows(left, right, run)  # type: ignore[arg-type]
    return left == right


def _equal_lists(left: tuple[Operand, ...], right: tuple[Operand, ...], run: Run) -> bool:
    run.spend(len(left))
    return len(left) == len(right) and all(
        equal(one, other, run) for one, other in zip(left, right, strict=True)
    )


def _equal_rows(left: Mapping[str, object], right: Mapping[str, object], run: Run) -> bool:
    run.spend(len(left))
    return left.keys() == right.keys() and all(
        equal(operand(left[key]), operand(right[key]), run) for key in left
    )


_ORDERS: dict[Order, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def comparing(order: Order) -> Callable[[Operand, Operand], bool | None]:
    """The comparison that a sign stands for: null unless both are of one kind that has an order."""
    compare = _ORDERS[order]

    def holds(left: Operand, right: Operand) -> bool | None:
        of = kind(left)
        return compare(left, right) if of == kind(right) and of in _ORDERED else None

    return holds


def contains(items: tuple[Operand, ...], wanted: Operand, run: Run) -> bool:
    """Whether the list has a value equal to the wanted one."""
    run.spend(len(items))
    return any(equal(item, wanted, run) for item in items)


# Calculating


def calculating(sign: Sign) -> Callable[[Operand, Operand], Operand]:
    """The calculation that a sign stands for: null for what cannot be calculated."""
    return _CALCULATIONS[sign]


def _plus(left: Operand, right: Operand) -> Operand:
    match left, right:
        case (bool(), _) | (_, bool()):
            return None
        case (int(), int()):
            return bounded(left + right)
        case (int() | Decimal(), int() | Decimal()):
            return bounded(ARITHMETIC.add(left, right))
        case (str(), str()):
            return left + right if len(left) + len(right) <= MAX_LENGTH else None
        case (YearsMonths(), YearsMonths()):
            return months_duration(left.months + right.months)
        case (DaysTime(), DaysTime()):
            return seconds_duration(left.seconds + right.seconds)
        case (date(), YearsMonths() | DaysTime()):
            return _moved(left, right)
        case (YearsMonths() | DaysTime(), date()):
            return _moved(right, left)
        case _:
            return None


def _minus(left: Operand, right: Operand) -> Operand:
    match left, right:
        case (bool(), _) | (_, bool()):
            return None
        case (int(), int()):
            return bounded(left - right)
        case (int() | Decimal(), int() | Decimal()):
            return bounded(ARITHMETIC.subtract(left, right))
        case (YearsMonths(), YearsMonths()):
            return months_duration(left.months - right.months)
        case (DaysTime(), DaysTime()):
            return seconds_duration(left.seconds - right.seconds)
        case (date(), YearsMonths(months)):
            return _moved(left, YearsMonths(-months))
        case (date(), DaysTime(seconds)):
            return _moved(left, DaysTime(-seconds))
        case (date(), date()):
            return _distance(left, right)
        case _:
            return None


def _times(left: Operand, right: Operand) -> Operand:
    if not (is_number(left) and is_number(right)):
        return None
    return bounded(ARITHMETIC.multiply(left, right))  # type: ignore[arg-type]


def _divided(left: Operand, right: Operand) -> Operand:
    if not (is_number(left) and is_number(right)) or right == 0:
        return None
    return bounded(ARITHMETIC.divide(left, right))  # type: ignore[arg-type]


_CALCULATIONS: dict[Sign, Callable[[Operand, Operand], Operand]] = {
    "+": _plus,
    "-": _minus,
    "*": _times,
    "/": _divided,
}


def total(numbers: tuple[Number, ...]) -> Number | None:
    """The sum of numbers; null of none."""
    result: Number | None = numbers[0] if numbers else None
    for number in numbers[1:]:
        if result is None:
            return None
        result = bounded(ARITHMETIC.add(result, number))
    return result


def negative(amount: Operand) -> Operand:
    """The number with its sign turned; null of anything else."""
    return bounded(ARITHMETIC.minus(amount)) if is_number(amount) else None  # type: ignore[arg-type]


def _moved(start: date, by: YearsMonths | DaysTime) -> date | None:
    """The day or instant so much later. Months keep to the month's end; of hours a date keeps only the whole days."""
    try:
        match start, by:
            case (datetime(), DaysTime(seconds)):
                return start + timedelta(seconds=seconds)
            case (datetime(), YearsMonths(months)):
                local = start.astimezone(LONDON)
                day = _months_later(local.date(), months)
                return datetime.combine(day, local.time(), LONDON).astimezone(UTC)
            case (_, DaysTime(seconds)):
                return date.fromordinal(start.toordinal() + seconds // _DAY)
            case (_, YearsMonths(months)):
                return _months_later(start, months)
    except (ValueError, OverflowError):
        return None


def _months_later(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError("beyond the years that dates have")
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _distance(later: date, earlier: date) -> DaysTime | None:
    if isinstance(later, datetime) != isinstance(earlier, datetime):
        return None
    distance = later - earlier
    return DaysTime(distance.days * _DAY + distance.seconds)


# The parts of a value

_DATE_PARTS: dict[str, Callable[[Any], int]] = {
    "year": operator.attrgetter("year"),
    "month": operator.attrgetter("month"),
    "day": operator.attrgetter("day"),
    "weekday": date.isoweekday,
}
_TIME_PARTS: dict[str, Callable[[Any], int]] = _DATE_PARTS | {
    "hour": operator.attrgetter("hour"),
    "minute": operator.attrgetter("minute"),
    "second": operator.attrgetter("second"),
}
_MONTHS_PARTS: dict[str, Callable[[int], int]] = {
    "years": lambda months: months // 12,
    "months": lambda months: months % 12,
}
_SECONDS_PARTS: dict[str, Callable[[int], int]] = {
    "days": lambda seconds: seconds // _DAY,
    "hours": lambda seconds: seconds // 3_600 % 24,
    "minutes": lambda seconds: seconds // 60 % 60,
    "seconds": lambda seconds: seconds % 60,
}


def part(value: Operand, name: str, run: Run) -> Operand:
    """The part of a value that bears the name: an answer of a row, the year of a date, the days of a duration. Of a list,
    that of each; null when there is none.
    """
    match value:
        case tuple():
            run.spend(len(value))
            return tuple(part(item, name, run) for item in value)
        case Mapping():
            found = operand(value.get(name))
            run.spend(len(found) if isinstance(found, tuple) else 0)
            return found
        case datetime():
            return _part(_TIME_PARTS, name, value.astimezone(LONDON))
        case date():
            return _part(_DATE_PARTS, name, value)
        case YearsMonths(months):
            return _signed_part(_MONTHS_PARTS, name, months)
        case DaysTime(seconds):
            return _signed_part(_SECONDS_PARTS, name, seconds)
        case _:
            return None


def _part(parts: dict[str, Callable[[Any], int]], name: str, value: object) -> int | None:
    return parts[name](value) if name in parts else None


def _signed_part(parts: dict[str, Callable[[int], int]], name: str, amount: int) -> int | None:
    found = _part(parts, name, abs(amount))
    return -found if found and amount < 0 else found
