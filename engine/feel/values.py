"""The values of FEEL, how they are read from text, and how they are kept as JSON.

Not here: what can be done with them (``operations``, ``functions``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Context as Arithmetic
from decimal import Decimal
from typing import Any, TypeAlias

from engine.calendar import LONDON
from engine.feel.errors import FeelError

MAX_NUMBER = 2**53 - 1
"""No number lies further from zero: as far as JSON's numbers are whole in every language."""
MAX_LENGTH = 10_000
"""Of a text in characters, of a list in values."""

ARITHMETIC = Arithmetic(prec=34, Emax=34, Emin=-34, traps=[])
"""How decimals are reckoned with, whatever the thread has set: 34 digits, and no exceptions."""

_MAX_MONTHS = 9_999 * 12
_MAX_SECONDS = 9_999 * 366 * 86_400


@dataclass(frozen=True, slots=True, order=True)
class YearsMonths:
    """A duration of whole months, which may be negative."""

    months: int

    def __str__(self) -> str:
        years, months = divmod(abs(self.months), 12)
        parts = f"{years}Y" * bool(years) + f"{months}M" * bool(months)
        return "-" * (self.months < 0) + "P" + (parts or "0M")


@dataclass(frozen=True, slots=True, order=True)
class DaysTime:
    """A duration of whole seconds, which may be negative."""

    seconds: int

    def __str__(self) -> str:
        days, rest = divmod(abs(self.seconds), 86_400)
        hours, minutes, seconds = rest // 3_600, rest // 60 % 60, rest % 60
        time = f"{hours}H" * bool(hours) + f"{minutes}M" * bool(minutes) + f"{seconds}S" * bool(seconds)
        parts = f"{days}D" * bool(days) + f"T{time}" * bool(time)
        return "-" * (self.seconds < 0) + "P" + (parts or "T0S")


Duration: TypeAlias = YearsMonths | DaysTime
Number: TypeAlias = int | Decimal
Value: TypeAlias = (
    bool | int | Decimal | str | date | datetime | YearsMonths | DaysTime | tuple["Value", ...] | None
)
"""What an expression gives, and what process data are made of. Instants are aware and in UTC."""
Row: TypeAlias = Mapping[str, object]
"""One row of a form's table, under the keys of its questions."""
Operand: TypeAlias = (
    bool | int | Decimal | str | date | datetime | YearsMonths | DaysTime | Row | tuple["Operand", ...] | None
)
"""What may stand inside an expression: values, and rows."""
Json: TypeAlias = Any
"""What ``json`` reads and writes."""

PLAIN = frozenset((type(None), bool, int, str, date, YearsMonths, DaysTime))
"""The types of values that need no change on their way in."""


def operand(value: object) -> Operand:
    """A value as it comes from outside, as one that FEEL knows: lists become tuples, instants are in UTC, decimals in their one form."""
    if type(value) in PLAIN:
        return value  # type: ignore[return-value]
    match value:
        case datetime() if value.tzinfo is not None:
            return value.astimezone(UTC)
        case Decimal():
            return bounded(value)
        case list() | tuple():
            return tuple(map(operand, value))
        case Mapping():
            return value
        case _:
            raise TypeError(f"FEEL knows no values of the type {type(value).__name__}: {value!r}")


def bounded(number: Number) -> Number | None:
    """A result of arithmetic in its one form, whole numbers as int; null beyond the largest number."""
    if isinstance(number, int):
        return number if -MAX_NUMBER <= number <= MAX_NUMBER else None
    if not (number.is_finite() and -MAX_NUMBER <= number <= MAX_NUMBER):
        return None
    whole = int(number)
    return whole if whole == number else ARITHMETIC.normalize(number)


def months_duration(months: int) -> YearsMonths | None:
    """A duration of so many months; null beyond 9,999 years."""
    return YearsMonths(months) if abs(months) <= _MAX_MONTHS else None


def seconds_duration(seconds: int) -> DaysTime | None:
    """A duration of so many seconds; null beyond 9,999 years."""
    return DaysTime(seconds) if abs(seconds) <= _MAX_SECONDS else None


# Reading text. Each gives null for what it cannot read, as FEEL's functions do.

_NUMBER = re.compile(r"-?[0-9]{1,34}(?:\.[0-9]{1,34})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_INSTANT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?"
)
_YEARS_MONTHS = re.compile(r"(-)?P(?=[0-9])(?:([0-9]{1,9})Y)?(?:([0-9]{1,9})M)?")
_DAYS_TIME = re.compile(
    r"(-)?P(?=[0-9T])(?:([0-9]{1,9})W)?(?:([0-9]{1,9})D)?"
    r"(?:T(?=[0-9])(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})S)?)?"
)


def read_number(text: str) -> Number | None:
    """The number that a text such as ``1.50`` writes."""
    return bounded(Decimal(text)) if _NUMBER.fullmatch(text) else None


def read_date(text: str) -> date | None:
    """The date that a text such as ``2026-03-20`` writes."""
    try:
        return date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def read_instant(text: str) -> datetime | None:
    """The instant that a text such as ``2026-03-20T09:30:00`` writes; without a zone it is London's time."""
    if not _INSTANT.fullmatch(text):
        return None
    try:
        instant = datetime.fromisoformat(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=LONDON)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def read_duration(text: str) -> Duration | None:
    """The duration that a text such as ``P3M``, ``P14D`` or ``PT1H30M`` writes; months and days do not mix."""
    if found := _YEARS_MONTHS.fullmatch(text):
        years, months = (int(part or 0) for part in found.groups()[1:])
        total = years * 12 + months
        return months_duration(-total if found[1] else total)
    if found := _DAYS_TIME.fullmatch(text):
        weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
        total = ((weeks * 7 + days) * 24 + hours) * 3_600 + minutes * 60 + seconds
        return seconds_duration(-total if found[1] else total)
    return None


def write_instant(instant: datetime) -> str:
    """An instant in UTC, as ``2026-03-20T09:30:00Z``."""
    return instant.astimezone(UTC).isoformat().removesuffix("+00:00") + "Z"


# JSON: one spelling for each value, so that equal data have equal bytes.


def encode_value(value: Value) -> Json:
    """A value as JSON data; ``FeelError`` for what cannot be kept."""
    kept = operand(value)
    match kept:
        case None | bool() | str():
            return kept
        case int() | Decimal():
            return _encode_number(kept)
        case datetime():
            return {"instant": write_instant(kept)}
        case date():
            return {"date": kept.isoformat()}
        case YearsMonths() | DaysTime():
            return {"duration": str(kept)}
        case tuple():
            return [encode_value(item) for item in kept]  # type: ignore[arg-type]
        case _:
            raise FeelError("A row of a form cannot be kept as a value: name one of its answers.")


def _encode_number(number: Number) -> Json:
    match bounded(number):
        case None:
            raise FeelError(f"Numbers reach from -{MAX_NUMBER} to {MAX_NUMBER}; this one cannot be kept.")
        case int() as whole:
            return whole
        case fraction:
            return {"number": f"{fraction:f}"}


def decode_value(data: Json) -> Value:
    """The value that JSON data keep; ``FeelError`` for data that ``encode_value`` would not have written."""
    if type(data) in _AS_IT_IS:
        return data  # type: ignore[no-any-return]
    value = _decoded(data)
    if value is None:
        raise FeelError(f"This is not a kept value: {data!r:.100}")
    return value


_AS_IT_IS = frozenset((type(None), bool, int, str))
"""The types of values that are JSON already."""


def _decoded(data: Json) -> Value:
    match data:
        case list():
            return tuple(map(decode_value, data))
        case dict() if len(data) == 1:
            [(kind, text)] = data.items()
            read = _READ.get(kind)
            return read(text) if read is not None and isinstance(text, str) else None
        case _:
            return None


def _read_kept_instant(text: str) -> datetime | None:
    return read_instant(text) if text.endswith("Z") else None


_READ: Mapping[str, Callable[[str], Value]] = {
    "date": read_date,
    "instant": _read_kept_instant,
    "number": read_number,
    "duration": read_duration,
}
