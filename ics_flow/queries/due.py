"""When a waiting task is due, as a person sees it today.

Here: the comparison of a deadline with the day. Not here: what the dates follow from (`explain.py`), and the words (`web`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum

from engine.calendar import Calendar
from ics_flow.domain.view import CaseView, DeadlineKind, DeadlineView, TaskView


class Urgency(Enum):
    """The groups of a work tray, the most pressing first."""

    OVERDUE = "overdue"
    TODAY = "today"
    TOMORROW = "tomorrow"
    THIS_WEEK = "this week"
    LATER = "later"
    NO_DATE = "no date"


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A deadline seen on a day: how many days it is over, or how many working days are left."""

    title: str
    kind: DeadlineKind
    on: date
    today: date
    working_days_left: int

    @property
    def days_over(self) -> int:
        """The days since the day it was due, none while it is in time."""
        return max((self.today - self.on).days, 0)

    @property
    def urgency(self) -> Urgency:
        """The group that it stands in."""
        return urgency_on(self.on, self.today)


def urgency_on(on: date | None, today: date) -> Urgency:
    """The group that what is due on a day stands in: a week ends with its Sunday."""
    if on is None:
        return Urgency.NO_DATE
    if on < today:
        return Urgency.OVERDUE
    if on == today:
        return Urgency.TODAY
    if on == today + timedelta(days=1):
        return Urgency.TOMORROW
    sunday = today + timedelta(days=6 - today.weekday())
    return Urgency.THIS_WEEK if on <= sunday else Urgency.LATER


def due_of(task: TaskView, view: CaseView, today: date, calendar: Calendar) -> Due | None:
    """When the task is due, if any deadline covers it."""
    deadline = task.due(view)
    return seen(deadline, today, calendar) if deadline else None


def seen(deadline: DeadlineView, today: date, calendar: Calendar) -> Due:
    """The deadline as it looks on a day."""
    return seen_on(deadline.title, deadline.kind, deadline.due_on, today, calendar)


def seen_on(title: str, kind: DeadlineKind, on: date, today: date, calendar: Calendar) -> Due:
    """A day on which something is due, as it looks on another."""
    left = calendar.working_days_between(today, on) if on > today else 0
    return Due(title=title, kind=kind, on=on, today=today, working_days_left=left)
