"""A new calendar, and the days on which it differs from the one before: which open cases have to be counted again.

Not here: how a case is counted again (``commands.count_again``), and how the calendar is published.
"""

from __future__ import annotations

from datetime import date

from engine import Calendar


def changed_days(before: Calendar, after: Calendar) -> tuple[tuple[date, str, str], ...]:
    """The days that are closed in one calendar and open in the other, each with what it is called in both ("" where it is open), in order."""
    was, now = dict(before.closed), dict(after.closed)
    return tuple((day, was.get(day, ""), now.get(day, "")) for day in sorted(was.keys() ^ now.keys()))
