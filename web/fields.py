"""The fields of our own small forms, read as a person typed them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from flask import request

from web.errors import PageError

MOST_OF_A_REASON = 4_000
NOT_YET_SAID = "not yet said"
"""The reason of an act that is only looked ahead at."""


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


def command_id() -> str:
    """The id that came with the page, or a new one for a page drawn now."""
    sent = request.form.get("command_id", "")
    return sent if len(sent) == 32 and sent.isalnum() and sent.isascii() else uuid.uuid4().hex


def typed_reason(missing: str, name: str = "reason") -> tuple[str, list[PageError]]:
    """The reason that was sent, and what is wrong with it if a page was sent at all."""
    reason = request.form.get(name, "").strip()
    if request.method == "GET":
        return "", []
    if len(reason) > MOST_OF_A_REASON:
        return reason, [PageError(f"Say it in {MOST_OF_A_REASON:,} characters or fewer", name)]
    return reason, [] if reason else [PageError(missing, name)]
