"""The functions of our FEEL: the standard's that are in use, and ours for working days and ages.

Each takes null, or what it cannot use, and gives null; none has an effect. Not here: how calls are checked and made
(``compiling``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any, TypeAlias

from engine.calendar import Calendar, CalendarEnds, london_date
from engine.feel.errors import FeelError
from engine.feel.operations import contains, kind, listed, single, total
from engine.feel.running import Run
from engine.feel.values import (
    MAX_LENGTH,
    DaysTime,
    Operand,
    Value,
    YearsMonths,
    read_date,
    read_duration,
    read_instant,
    read_number,
    write_instant,
)

FACTS: Mapping[str, int] = MappingProxyType(
    {"born": 0, "unborn": 0, "is_running": 1, "has_plan": 1, "latest": 2}
)
"""The facts of a case that an expression may ask for, with how many arguments, each a literal."""

Apply: TypeAlias = Callable[..., Operand]


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how many values it takes, how a call of it looks, and what it gives for a run and the values."""

    least: int
    most: int
    usage: str
    apply: Apply
    read: Callable[[str], Value] | None = None
    """How it reads a value out of a text, if it does: a literal that cannot be read is a slip of the author's."""


# Yes and no


def _not(_: Run, value: Operand) -> Operand:
    return not value if isinstance(value, bool) else None


def _is_defined(_: Run, value: Operand) -> Operand:
    return value is not None


# Text

_CHARACTERS_A_STEP = 10


def _of_texts(apply: Callable[[str, str], bool]) -> Apply:
    def applied(run: Run, text: Operand, other: Operand) -> Operand:
        text, other = single(text), single(other)
        if not (isinstance(text, str) and isinstance(other, str)):
            return None
        run.spend(len(text) // _CHARACTERS_A_STEP)
        return apply(text, other)

    return applied


def _of_text(apply: Callable[[str], Operand]) -> Apply:
    def applied(run: Run, text: Operand) -> Operand:
        text = single(text)
        if not isinstance(text, str):
            return None
        run.spend(len(text) // _CHARACTERS_A_STEP)
        return apply(text)

    return applied


def _in_case(change: Callable[[str], str]) -> Apply:
    def changed(text: str) -> str | None:
        result = change(text)
        return result if len(result) <= MAX_LENGTH else None

    return _of_text(changed)


def _string(_: Run, value: Operand) -> Operand:
    match value:
        case str():
            return value
        case bool():
            return str(value).lower()
        case int() | YearsMonths() | DaysTime():
            return str(value)
        case Decimal():
            return f"{value:f}"
        case datetime():
            return write_instant(value)
        case date():
            return value.isoformat()
        case _:
            return None


# Lists


def _count(_: Run, items: Operand) -> Operand:
    found = listed(items)
    return None if found is None else len(found)


def _list_contains(run: Run, items: Operand, wanted: Operand) -> Operand:
    found = listed(items)
    return None if found is None else contains(found, wanted, run)


def _of_all(apply: Callable[[tuple[Any, ...]], Operand], *kinds: str) -> Apply:
    """A function of one list, or of as many values: null unless all are of one of the kinds."""

    def applied(run: Run, *values: Operand) -> Operand:
        items = values[0] if len(values) == 1 and isinstance(values[0], tuple) else values
        run.spend(len(items))
        found = {kind(item) for item in items}
        return apply(items) if items and len(found) == 1 and found <= set(kinds) else None

    return applied


# Dates and durations


def as_day(value: Operand) -> date | None:
    """The day of a date, of an instant (London's), or of a text such as 2026-03-20."""
    match single(value):
        case datetime() as instant:
            return london_date(instant)
        case date() as day:
            return day
        case str() as text:
            return read_date(text)
        case _:
            return None


def _date(_: Run, year: Operand, month: Operand = None, day: Operand = None) -> Operand:
    match year, month, day:
        case (_, None, None):
            return as_day(year)
        case (int(), int(), int()) if not any(isinstance(number, bool) for number in (year, month, day)):
            return _calendar_date(year, month, day)
        case _:
            return None


def _calendar_date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except (ValueError, OverflowError):
        return None


def _today(run: Run) -> Operand:
    return run.context.day


def _now(run: Run) -> Operand:
    return run.context.instant


def _instant(_: Run, text: Operand) -> Operand:
    text = single(text)
    if isinstance(text, datetime):
        return text
    return read_instant(text) if isinstance(text, str) else None


# Working days and ages. They take dates and instants, and texts too, since a form holds its dates as text.


def _counted(count: Callable[[Calendar, Any, Any], Operand]) -> Apply:
    """A function of the calendar; where the calendar ends, the expression is refused."""

    def applied(run: Run, day: Operand, other: Operand = None) -> Operand:
        try:
            return count(run.context.calendar, as_day(day), single(other))
        except CalendarEnds as error:
            raise FeelError(str(error)) from error

    return applied


def _working_days_after(calendar: Calendar, day: date | None, count: Operand) -> Operand:
    return calendar.working_days_after(day, count) if day and type(count) is int else None


def _working_days_between(calendar: Calendar, first: date | None, last: Operand) -> Operand:
    end = as_day(last)
    return calendar.working_days_between(first, end) if first and end else None


def _is_working_day(calendar: Calendar, day: date | None, _: Operand) -> Operand:
    return calendar.is_working_day(day) if day else None


def _age_on(_: Run, born: Operand, on: Operand) -> Operand:
    """The age in whole years on a day: reached at the start of the birthday (Family Law Reform Act 1969, section 9). Born
    on 29 February, it is 1 March in a year that has no such day. Null before birth.
    """
    birth, day = as_day(born), as_day(on)
    if birth is None or day is None or day < birth:
        return None
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


_MANY = 100

FUNCTIONS: Mapping[str, Function] = MappingProxyType(
    {
        "not": Function(1, 1, "not(condition)", _not),
        "is defined": Function(1, 1, "is defined(answer)", _is_defined),
        "string length": Function(1, 1, "string length(text)", _of_text(len)),
        "upper case": Function(1, 1, "upper case(text)", _in_case(str.upper)),
        "lower case": Function(1, 1, "lower case(text)", _in_case(str.lower)),
        "contains": Function(2, 2, "contains(text, part)", _of_texts(lambda text, part: part in text)),
        "starts with": Function(2, 2, "starts with(text, start)", _of_texts(str.startswith)),
        "ends with": Function(2, 2, "ends with(text, end)", _of_texts(str.endswith)),
        "string": Function(1, 1, "string(value)", _string),
        "number": Function(1, 1, "number(text)", _of_text(read_number), read_number),
        "count": Function(1, 1, "count(list)", _count),
        "list contains": Function(2, 2, "list contains(list, value)", _list_contains),
        "min": Function(
            1, _MANY, "min(a, b)", _of_all(min, "number", "text", "date", "instant", "months", "time")
        ),
        "max": Function(
            1, _MANY, "max(a, b)", _of_all(max, "number", "text", "date", "instant", "months", "time")
        ),
        "sum": Function(1, _MANY, "sum(list)", _of_all(total, "number")),
        "date": Function(1, 3, 'date("2026-03-20")', _date, read_date),
        "date and time": Function(1, 1, 'date and time("2026-03-20T09:30:00")', _instant, read_instant),
        "duration": Function(1, 1, 'duration("P3M")', _of_text(read_duration), read_duration),
        "today": Function(0, 0, "today()", _today),
        "now": Function(0, 0, "now()", _now),
        "working_days_after": Function(
            2, 2, "working_days_after(day, number)", _counted(_working_days_after)
        ),
        "working_days_between": Function(
            2, 2, "working_days_between(first, last)", _counted(_working_days_between)
        ),
        "is_working_day": Function(1, 1, "is_working_day(day)", _counted(_is_working_day)),
        "age_on": Function(2, 2, "age_on(born, day)", _age_on),
    }
)
