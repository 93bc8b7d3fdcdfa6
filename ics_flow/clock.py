"""The clocks. The only module that reads the time; everything else is given an instant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]
"""What gives the instant it is now, aware and in UTC."""


def wall_clock() -> datetime:
    """The instant it is now."""
    return datetime.now(UTC)


class OffsetClock:
    """The clock of a training database's cases: the wall's, and as much as it was moved on, asked for at each reading.

    So every process that shares the database tells the same time the moment a trainer has moved it.
    """

    def __init__(self, wall: Clock, ahead: Callable[[], timedelta]) -> None:
        self._wall = wall
        self._ahead = ahead

    def __call__(self) -> datetime:
        return self._wall() + self._ahead()


class ManualClock:
    """A clock that stands still until it is moved: for tests and scenarios."""

    def __init__(self, at: datetime) -> None:
        self._at = _in_utc(at)

    def __call__(self) -> datetime:
        return self._at

    def advance(
        self, *, days: float = 0, hours: float = 0, minutes: float = 0, to: datetime | None = None
    ) -> datetime:
        """Move the clock on to an instant, if one is given, and then by so many days, hours and minutes; it says the new
        instant. It does not go back: use ``set_to`` for that.
        """
        at = (self._at if to is None else _in_utc(to)) + timedelta(days=days, hours=hours, minutes=minutes)
        if at < self._at:
            raise ValueError(
                f"The clock stands at {self._at:%Y-%m-%d %H:%M} UTC and cannot be advanced to {at:%Y-%m-%d %H:%M}."
            )
        self._at = at
        return at

    def set_to(self, at: datetime) -> None:
        """Set the clock to any instant, an earlier one too."""
        self._at = _in_utc(at)


def _in_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(
            "A clock needs an instant with its time zone: datetime(2026, 3, 20, 10, tzinfo=UTC)."
        )
    return at.astimezone(UTC)
