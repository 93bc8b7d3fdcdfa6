"""The fields of our own small forms, read as a person typed them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True, kw_only=True)
class TypedDate:
    """A date as it was typed in three fields, what it means, and what is wrong with it."""

    day: str = ""
    month: str = ""
    year: str = ""
    on: date | None = None
    fault: str = ""


def typed_date(fields: Mapping[str, str], name: str) -> TypedDate:
    """The date in the three fields of that name; none where all are empty."""
    day, month, year = (fields.get(f"{name}-{part}", "").strip() for part in ("day", "month", "year"))
    typed = TypedDate(day=day, month=month, year=year)
    if not (day or month or year):
        return typed
    whole = all(part.isascii() and part.isdigit() for part in (day, month, year)) and len(year) == 4
    try:
        on = date(int(year), int(month), int(day)) if whole else None
    except ValueError:
        on = None
    if on is None:
        return TypedDate(
            day=day, month=month, year=year, fault="Enter a real date, with its day, month and year"
        )
    return TypedDate(day=day, month=month, year=year, on=on)


def as_typed(on: date | None) -> TypedDate:
    """A date as a person would have typed it."""
    return TypedDate(day=str(on.day), month=str(on.month), year=str(on.year), on=on) if on else TypedDate()
