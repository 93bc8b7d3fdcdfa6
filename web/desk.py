"""What every view reaches for: the application behind the pages, the site they belong to, and where the reader stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from flask import current_app, g

from engine.calendar import Calendar, london_date
from ics_flow.access import Access
from ics_flow.application import Application
from ics_flow.domain.release import Release
from ics_flow.domain.workers import Worker
from ics_flow.queries.opened import ChildsFile, open_file
from ics_flow.queries.standpoint import Standpoint
from ics_flow.store.unit import Reading
from web.site import Site
from web.visits import signed_in

SAME_OCCASION = "that there is a record of the same occasion"
"""What a reader of a brother's or sister's record is shown of a file."""


@dataclass(frozen=True, slots=True)
class Desk:
    """The application, the way in and the site of the pages in hand."""

    application: Application
    access: Access
    site: Site

    @property
    def now(self) -> datetime:
        """The instant of the request in hand by the clock of the cases, read once."""
        if "now" not in g:
            g.now = self.application.now()
        found: datetime = g.now
        return found

    @property
    def today(self) -> date:
        """The day that it is for the cases."""
        return london_date(self.now)

    @property
    def release(self) -> Release:
        """The release in force."""
        return self.in_force[0]

    @property
    def in_force(self) -> tuple[Release, Calendar]:
        """The release and the calendar in force, looked up once a request."""
        if "in_force" not in g:
            g.in_force = self.application.in_force()
        found: tuple[Release, Calendar] = g.in_force
        return found

    def standpoint(self, worker: Worker | None = None) -> Standpoint:
        """Where a worker stands: whoever is signed in, where no other is named."""
        return Standpoint(
            worker=worker or signed_in(),
            at=self.now,
            release=self.release,
            calendar=self.in_force[1],
            archive=self.application.archive,
        )

    def view(self, endpoint: str | None) -> Callable[..., Any] | None:
        """The function behind an endpoint."""
        return current_app.view_functions.get(endpoint or "")

    def opened(self, reading: Reading, case: str, what: str) -> ChildsFile:
        """A child's file opened for the worker who is signed in; the reading is noted, with what of the file was shown."""
        file = open_file(reading, self.standpoint(), case)
        self.note_reading(file, what)
        return file

    def note_reading(self, file: ChildsFile, what: str) -> None:
        """Note that whoever is signed in was shown this of the file."""
        self.access.note_reading(
            signed_in().id, case=file.case, person=file.view.person, what=what, right=file.right
        )


def desk() -> Desk:
    """The desk of the application that answers the request in hand."""
    found: Desk = current_app.extensions["desk"]
    return found
