"""Days as people tell them: so many working days before or after another."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from engine import Calendar
from engine.calendar import LONDON

_DAY = re.compile(r"day (-?\d+)")
_LATER = re.compile(r"([+-]\d+) days")


@dataclass(frozen=True, slots=True)
class Days:
    """Working days, counted from the last of the demonstration."""

    last: date
    calendar: Calendar

    def day(self, number: int) -> date:
        """The working day of that number; the last is 0, those before are negative."""
        return self.calendar.working_days_after(self.last, number)

    def instant(self, number: int, clock: str) -> datetime:
        """The instant of a time of day in London."""
        return datetime.combine(self.day(number), time.fromisoformat(clock), LONDON).astimezone(UTC)

    def filled(self, value: Any) -> Any:
        """The value with every ``day -3`` in it turned into its date."""
        match value:
            case str() if found := _DAY.fullmatch(value):
                return self.day(int(found[1])).isoformat()
            case list():
                return [self.filled(each) for each in value]
            case dict():
                return {key: self.filled(each) for key, each in value.items()}
            case _:
                return value

    def later(self, text: str, on: date) -> str | None:
        """The date of ``+20 days`` or ``-2 days``, in working days from a day; None where the text says no such thing."""
        found = _LATER.fullmatch(text)
        return self.calendar.working_days_after(on, int(found[1])).isoformat() if found else None
