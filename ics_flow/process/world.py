"""The releases and calendars that histories name, as the world in which a step is taken."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine import Calendar, Pathways
from ics_flow.domain.release import Release
from ics_flow.process.case import World


@dataclass(frozen=True, slots=True)
class Archive:
    """The releases and calendars that histories name, by hash."""

    release: Callable[[str], Release]
    calendar: Callable[[str], Calendar]

    def pathways(self, release: str) -> Pathways:
        """The pathways of a release."""
        return self.release(release).pathways

    def world(self, release: str, calendar: str) -> World:
        """What a step under that release and calendar needs."""
        return World(pathways=self.pathways, release=release, calendar=self.calendar(calendar))
