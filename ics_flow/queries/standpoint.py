"""Who looks, and by what: what every query needs besides the case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Generic, TypeVar

from engine.calendar import Calendar, london_date
from ics_flow.domain.release import Release
from ics_flow.domain.workers import Worker
from ics_flow.process.world import Archive

_T = TypeVar("_T")

PAGE = 50
"""How many rows a list shows at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """The worker who looks, the instant, what is in force then, and every release that ever was."""

    worker: Worker
    at: datetime
    release: Release
    calendar: Calendar
    archive: Archive

    @property
    def today(self) -> date:
        """The day that it is in London."""
        return london_date(self.at)


@dataclass(frozen=True, slots=True)
class Shown(Generic[_T]):
    """One page of a list: what stands on it, which page it is, and how many items there are in all."""

    items: tuple[_T, ...]
    number: int
    total: int

    @property
    def last(self) -> int:
        """The number of the last page."""
        return max(1, -(-self.total // PAGE))


def page_of(items: Sequence[_T], number: int) -> Shown[_T]:
    """The page of that number, or the last where there are fewer."""
    number = min(number, max(1, -(-len(items) // PAGE)))
    return Shown(tuple(items[(number - 1) * PAGE : number * PAGE]), number, len(items))
