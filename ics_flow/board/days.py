"""The calendar of working days as people write it: the years it covers, then one closed day a line with its name.

Not here: counting (``engine.calendar``) and which days England closes on (``ics_flow.calendar``).
"""

from __future__ import annotations

import re
from datetime import date

import engine
from engine import Calendar, Problem
from engine.calendar import BadCalendar

CALENDAR = "calendar.txt"

_HEADING = "# Days that do not count beside weekends, one a line: the date, then the name of the day."
_YEARS = re.compile(r"years (\d{4}) to (\d{4})")
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})[ \t]+(\S.*)")


def write_calendar(calendar: Calendar) -> bytes:
    """The calendar as text, which ``read_calendar`` reads."""
    lines = [_HEADING, f"years {calendar.first_year} to {calendar.last_year}"]
    lines += [f"{day.isoformat()} {name}" for day, name in calendar.closed]
    return "".join(f"{line}\n" for line in lines).encode()


def read_calendar(content: bytes) -> Calendar:
    """The calendar that the text describes; raises ``engine.Refused`` with every line that cannot be read."""
    problems: list[Problem] = []
    years: tuple[int, int] | None = None
    closed: dict[date, str] = {}
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), 1):
        said, where = line.strip(), f"line {number}"
        if not said or said.startswith("#"):
            continue
        if years is None and (found := _YEARS.fullmatch(said)):
            years = int(found[1]), int(found[2])
        elif (day := _day(said)) is None:
            problems.append(
                Problem(CALENDAR, where, "Write a real date and its name, as 2026-12-25 Christmas Day.")
            )
        elif day[0] in closed:
            problems.append(Problem(CALENDAR, where, f"{day[0]} stands twice. Keep one of the lines."))
        else:
            closed[day[0]] = day[1]
    if years is None:
        problems.append(Problem(CALENDAR, None, "Say which years it covers, as: years 2000 to 2040."))
    if problems or years is None:
        raise engine.Refused(problems)
    try:
        return Calendar(*years, tuple(sorted(closed.items())))
    except BadCalendar as error:
        raise engine.Refused([Problem(CALENDAR, None, str(error))]) from None


def _day(said: str) -> tuple[date, str] | None:
    found = _DAY.fullmatch(said)
    try:
        return (date.fromisoformat(found[1]), found[2]) if found else None
    except ValueError:
        return None
