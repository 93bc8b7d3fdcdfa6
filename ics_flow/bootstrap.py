"""The one place that joins the parts: settings, database, clock, application."""

from __future__ import annotations

import secrets
from typing import assert_never

from ics_flow.application import Application
from ics_flow.clock import Clock, OffsetClock, wall_clock
from ics_flow.domain.ids import Entropy
from ics_flow.settings import Settings
from ics_flow.store import Database


def open_application(
    settings: Settings, *, clock: Clock = wall_clock, entropy: Entropy = secrets.token_bytes
) -> Application:
    """The application over the database that the settings name, which must be up to date; ``clock`` is the wall's."""
    database = Database(settings.database)
    database.require_current()
    return Application(database, case_clock(database, clock), entropy)


def case_clock(database: Database, wall: Clock) -> Clock:
    """The clock that the cases of a database live by: the wall's, but in a training database one that can be moved on."""
    match database.kind:
        case "live":
            return wall
        case "training":
            return OffsetClock(wall, database.clock_ahead)
        case kind:
            assert_never(kind)
