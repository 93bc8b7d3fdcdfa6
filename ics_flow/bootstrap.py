"""The one place that joins the parts: settings, database, clock, application."""

from __future__ import annotations

import secrets

from ics_flow.application import Application
from ics_flow.clock import Clock, wall_clock
from ics_flow.domain.ids import Entropy
from ics_flow.settings import Settings
from ics_flow.store import Database


def open_application(
    settings: Settings, *, clock: Clock = wall_clock, entropy: Entropy = secrets.token_bytes
) -> Application:
    """The application over the database that the settings name, which must be up to date."""
    database = Database(settings.database)
    database.require_current()
    return Application(database, clock, entropy)
