"""Dates, ages and periods in the words a person would use.

Here: pure functions from values to phrases, which templates call as filters. Not here: anything that reads the clock, the
store or the request.
"""

from __future__ import annotations

from datetime import date, datetime

from engine.calendar import LONDON
from ics_flow.queries.due import Due, Urgency


def day(on: date) -> str:
    """The date in full, as in `Tuesday 14 April 2026`."""
    return f"{on:%A} {on.day} {on:%B %Y}"


def short_day(on: date) -> str:
    """The date without its weekday, as in `14 April 2026`."""
    return f"{on.day} {on:%B %Y}"


def clock_time(at: datetime) -> str:
    """The time of day in London, as in `4:55pm`; `midday` and `midnight` are said as such."""
    local = at.astimezone(LONDON)
    if (local.hour, local.minute) in ((0, 0), (12, 0)):
        return "midday" if local.hour else "midnight"
    return f"{local.hour % 12 or 12}:{local:%M}{'am' if local.hour < 12 else 'pm'}"


def moment(at: datetime) -> str:
    """The instant as people say it in London, as in `20 March 2026 at 4:55pm`."""
    return f"{short_day(at.astimezone(LONDON).date())} at {clock_time(at)}"


def count(number: int, one: str, many: str | None = None) -> str:
    """The number with its noun, as in `1 task` or `3 tasks`."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"


def file_size(size: int) -> str:
    """How large a file is, as in `240 kB`."""
    return f"{size / 1_000_000:.1f} MB" if size >= 1_000_000 else f"{max(1, round(size / 1000)):,} kB"


def age(born: date, on: date) -> str:
    """How old somebody born on a date is on another: days and weeks for a baby, then months, then years."""
    months = (on.year - born.year) * 12 + on.month - born.month - (on.day < born.day)
    days = (on - born).days
    if days < 0:
        return "not born yet"
    if months >= 24:
        return count(months // 12, "year")
    if months >= 3:
        return count(months, "month")
    return count(days // 7, "week") if days >= 14 else count(days, "day")


def due(seen: Due) -> str:
    """When something is due, in full, as in `Due Tuesday 14 April 2026, in 3 working days`."""
    if seen.days_over:
        return f"It was due {day(seen.on)}"
    if seen.on == seen.today:
        return f"Due {day(seen.on)}, by the end of the day"
    if (seen.on - seen.today).days == 1:
        return f"Due {day(seen.on)}, tomorrow"
    if not seen.working_days_left:
        return f"Due {day(seen.on)}, with no working day before then"
    return f"Due {day(seen.on)}, in {count(seen.working_days_left, 'working day')}"


def urgency(seen: Due) -> str:
    """How much it presses, in two or three words; nothing while there is time."""
    match seen.urgency:
        case Urgency.OVERDUE:
            return f"Overdue by {count(seen.days_over, 'day')}"
        case Urgency.TODAY:
            return "Due today"
        case Urgency.TOMORROW:
            return "Due tomorrow"
        case Urgency.THIS_WEEK:
            return "Due this week"
        case Urgency.LATER | Urgency.NO_DATE:
            return ""
