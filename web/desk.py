"""What every view reaches for: the application behind the pages, and the site they belong to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import current_app

from engine.calendar import london_date
from ics_flow.access import Access
from ics_flow.application import Application
from web.site import Site


@dataclass(frozen=True, slots=True)
class Desk:
    """The application and the site of the pages in hand."""

    application: Application
    site: Site

    @property
    def access(self) -> Access:
        """The way in: sessions, passwords, the note of every reading."""
        return self.application.access

    @property
    def today(self) -> date:
        """The day that it is for the cases."""
        return london_date(self.application.clock())

    def view(self, endpoint: str | None) -> Callable[..., Any] | None:
        """The function behind an endpoint."""
        return current_app.view_functions.get(endpoint or "")


def desk() -> Desk:
    """The desk of the application that answers the request in hand."""
    found: Desk = current_app.extensions["desk"]
    return found
