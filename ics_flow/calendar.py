"""The working days of England: the calendar that a council starts with.

Here: which days are bank holidays (the ``holidays`` package, with what the council adds and removes). Not here: counting
(``engine.calendar``), and publishing a changed calendar (the change board).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

import holidays

from engine.calendar import Calendar

FIRST_YEAR = 2000
LAST_YEAR = 2040


def england(
    first_year: int = FIRST_YEAR,
    last_year: int = LAST_YEAR,
    *,
    added: Mapping[date, str] | None = None,
    removed: Collection[date] = (),
) -> Calendar:
    """England's calendar: closed on bank holidays, Christmas Day and Good Friday, and as the council has amended it.

    Source of the rule: Banking and Financial Dealings Act 1971, and royal proclamations.
    """
    days = holidays.country_holidays("GB", subdiv="ENG", years=range(first_year, last_year + 1))
    # A holiday of the last year that is kept in the first days of the next one falls outside.
    closed = sorted(
        (day, _in_britain(name)) for day, name in days.items() if first_year <= day.year <= last_year
    )
    return Calendar(first_year, last_year, tuple(closed)).amended(added=added, removed=removed)


def _in_britain(name: str) -> str:
    """The holiday's name with the word that Britain uses for a day kept in place of another."""
    return name.replace("(observed)", "(substitute day)")
