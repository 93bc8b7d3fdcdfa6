"""What was found wrong with histories, as the council's own history keeps it: opened with its faults, closed with a reason, never mended.

Pure. Not here: how a fault is found (``ics_flow/verification.py``, ``ics_flow/custody.py``), and who may close an incident (the rights).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from ics_flow.domain.history import Entry, Fault, Json, StoredEntry, read_entry

INCIDENT_OPENED = "incident-opened"
INCIDENT_CLOSED = "incident-closed"
THE_COMMAND_LINE = "command-line"
"""Who opens an incident that was found there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """When an incident was closed, by whom, and why."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Faults that were found together: the number that people quote, when and by whom they were found, and how it ended."""

    number: str
    at: datetime
    by: str
    faults: tuple[Fault, ...]
    closing: Closing | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody has closed it."""
        return self.closing is None


def parts_of_opened(number: str, faults: Iterable[Fault]) -> dict[str, Json]:
    """What the entry that opens an incident holds."""
    return {"incident": {"number": number, "faults": [asdict(fault) for fault in faults]}}


def parts_of_closed(number: str, reason: str) -> dict[str, Json]:
    """What the entry that closes an incident holds."""
    return {"incident": {"number": number}, "reason": reason}


def incidents_in(council: Iterable[StoredEntry]) -> tuple[Incident, ...]:
    """Every incident of the council's history, the oldest first; an entry that can no longer be read is passed over."""
    found: dict[str, Incident] = {}
    for entry in _readable(council):
        parts: Any = entry.parts
        number = parts["incident"]["number"]
        if entry.kind == INCIDENT_OPENED:
            faults = tuple(Fault(**fault) for fault in parts["incident"]["faults"])
            found[number] = Incident(number=number, at=entry.at, by=entry.actor, faults=faults)
        elif number in found:
            closing = Closing(at=entry.at, by=entry.actor, reason=parts["reason"])
            found[number] = replace(found[number], closing=closing)
    return tuple(found.values())


def open_for(incidents: Iterable[Incident], faults: Iterable[Fault]) -> Incident | None:
    """The incident that is open for all of these faults already."""
    sought = set(faults)
    return next((each for each in incidents if each.is_open and sought <= set(each.faults)), None)


def _readable(council: Iterable[StoredEntry]) -> Iterator[Entry]:
    for stored in council:
        with suppress(ValueError, KeyError, TypeError):
            if json.loads(stored.header)["kind"] in (INCIDENT_OPENED, INCIDENT_CLOSED):
                yield read_entry(stored)
