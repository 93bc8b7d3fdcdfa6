"""Working days, and the instant at which a day ends.

Here: counting on a calendar that is given. Not here: which days England closes on (``ics_flow.calendar``), and what day it
is (the step's instant).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from hashlib import sha256
from importlib import resources
from typing import TypeAlias
from zoneinfo import ZoneInfo

import rfc8785


def _london() -> ZoneInfo:
    """London's clock changes as the pinned ``tzdata`` package has them: a machine's own list may differ, and midnights with it."""
    with resources.files("tzdata.zoneinfo.Europe").joinpath("London").open("rb") as rules:
        return ZoneInfo.from_file(rules, key="Europe/London")


LONDON = _london()

_ONE_DAY = timedelta(days=1)
_SATURDAY = 5
_EARLIEST, _LATEST = 1900, 2199  # so that a slip in a year cannot make a calendar of millions of days

CalendarJson: TypeAlias = "Mapping[str, int | Mapping[str, str]]"


class CalendarEnds(ValueError):
    """The calendar of working days does not reach that far."""

    def __init__(self, calendar: Calendar) -> None:
        super().__init__(
            f"The calendar of working days covers {calendar.first_year} to {calendar.last_year} only: "
            "check the date, or have years added to the calendar."
        )


class BadCalendar(ValueError):
    """The calendar's data are not in order; the message says where."""


def end_of(day: date) -> datetime:
    """The instant at which a day is over: the next midnight in London, in UTC."""
    return datetime.combine(day + _ONE_DAY, time(), LONDON).astimezone(UTC)


def london_date(instant: datetime) -> date:
    """The day that it is in London at an instant."""
    return instant.astimezone(LONDON).date()


@dataclass(frozen=True)
class Calendar:
    """The days from 1 January of the first year to 31 December of the last on which work is done: all but weekends and
    the closed days, which are in order and carry the name of the holiday.

    The day of an event is day 0, the next working day day 1. Whatever lies outside the years raises ``CalendarEnds``.
    """

    first_year: int
    last_year: int
    closed: tuple[tuple[date, str], ...]

    def __post_init__(self) -> None:
        if not _EARLIEST <= self.first_year <= self.last_year <= _LATEST:
            raise BadCalendar(f"A calendar cannot cover the years {self.first_year} to {self.last_year}.")
        days = [day for day, _ in self.closed]
        if days != sorted(set(days)):
            raise BadCalendar("The closed days must be in order, each once.")
        for day, name in self.closed:
            if not self.first_year <= day.year <= self.last_year:
                raise BadCalendar(
                    f"{day} lies outside the years of the calendar, {self.first_year} to {self.last_year}."
                )
            if not name.strip():
                raise BadCalendar(f"Say why {day} is closed.")

    def __hash__(self) -> int:
        return hash(self.hash)

    def is_working_day(self, day: date) -> bool:
        """Whether work is done on that day."""
        return day not in self._names and self._within(day).weekday() < _SATURDAY

    def working_days_after(self, day: date, count: int) -> date:
        """The working day that is so many after a day; with a negative count, before it; with none, the day itself."""
        days, ordinal = self._working_days, self._within(day).toordinal()
        if count == 0:
            return day
        place = bisect_right(days, ordinal) + count - 1 if count > 0 else bisect_left(days, ordinal) + count
        if not 0 <= place < len(days):
            raise CalendarEnds(self)
        return date.fromordinal(days[place])

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days after the first day the last one is: the first does not count, the last does.

        Negative when the last lies before the first, so that it always undoes ``working_days_after``.
        """
        days = self._working_days
        start, end = self._within(first).toordinal(), self._within(last).toordinal()
        bisect = bisect_right if start <= end else bisect_left
        return bisect(days, end) - bisect(days, start)

    def days_left_out(self, first: date, last: date) -> list[tuple[date, str]]:
        """The days after the first, up to and including the last, that do not count, each with the reason: a holiday's
        name, or the day of the weekend.
        """
        span = range(self._within(first).toordinal() + 1, self._within(last).toordinal() + 1)
        days = map(date.fromordinal, span)
        return [(day, self._names.get(day) or f"{day:%A}") for day in days if not self.is_working_day(day)]

    def amended(self, *, added: Mapping[date, str] | None = None, removed: Collection[date] = ()) -> Calendar:
        """This calendar with other closed days added (or named anew) and some removed."""
        for day in removed:
            if day not in self._names:
                raise BadCalendar(f"{day} is not a closed day of the calendar, so it cannot be removed.")
        closed = {day: name for day, name in self.closed if day not in removed} | dict(added or {})
        return Calendar(self.first_year, self.last_year, tuple(sorted(closed.items())))

    def to_json(self) -> CalendarJson:
        """The calendar as JSON data, which ``from_json`` reads."""
        closed = {day.isoformat(): name for day, name in self.closed}
        return {"first_year": self.first_year, "last_year": self.last_year, "closed": closed}

    @classmethod
    def from_json(cls, data: object) -> Calendar:
        """The calendar that JSON data describe, or ``BadCalendar``."""
        match data:
            case {"first_year": int(first), "last_year": int(last), "closed": {**closed}, **rest} if not rest:
                return cls(first, last, tuple(sorted(_closed_day(day, name) for day, name in closed.items())))
            case _:
                raise BadCalendar(
                    "A calendar has first_year, last_year and closed: dates with the names of holidays."
                )

    @cached_property
    def canonical_bytes(self) -> bytes:
        """The calendar's one spelling in bytes (RFC 8785), which its hash is taken over."""
        return rfc8785.dumps(self.to_json())

    @cached_property
    def hash(self) -> str:
        """The SHA-256 of the canonical bytes, in hexadecimal: what a history names the calendar by."""
        return sha256(self.canonical_bytes).hexdigest()

    @cached_property
    def _names(self) -> dict[date, str]:
        return dict(self.closed)

    @cached_property
    def _working_days(self) -> list[int]:
        """The ordinals of all working days, in order: counting is a look into this list."""
        closed = {day.toordinal() for day, _ in self.closed}
        span = range(date(self.first_year, 1, 1).toordinal(), date(self.last_year, 12, 31).toordinal() + 1)
        # Ordinal 1 is a Monday.
        return [day for day in span if (day - 1) % 7 < _SATURDAY and day not in closed]

    def _within(self, day: date) -> date:
        if not self.first_year <= day.year <= self.last_year:
            raise CalendarEnds(self)
        return day


def _closed_day(day: object, name: object) -> tuple[date, str]:
    try:
        if isinstance(day, str) and isinstance(name, str) and date.fromisoformat(day).isoformat() == day:
            return date.fromisoformat(day), name
    except ValueError:
        pass
    raise BadCalendar(
        f"A closed day is a date such as 2026-12-25 with the name of the holiday, not {day!r}: {name!r}."
    )
