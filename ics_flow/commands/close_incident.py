"""An incident closed by whoever looked into it, with what came of it. The faults stay as they are, and are found again by the next proof."""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import PermissionDenied, reason_given
from ics_flow.commands.work import Work
from ics_flow.domain.errors import Refused
from ics_flow.domain.ids import COUNCIL
from ics_flow.domain.incidents import INCIDENT_CLOSED, incidents_in, parts_of_closed

CLOSE_INCIDENT = "close_incident"
"""The act, as ``bpmn/rights.yaml`` names it."""


class NoOpenIncident(Refused):
    """There is no open incident of that number: somebody else may have closed it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseIncident(Command):
    """Close an incident, saying what came of it."""

    number: str
    reason: str


def close_incident(command: CloseIncident, work: Work) -> Outcome:
    """Write in the council's history that the incident is closed; raises ``NoOpenIncident``."""
    if not work.release.rights.may_anywhere(work.worker(), CLOSE_INCIDENT):
        raise PermissionDenied
    reason = reason_given(command.reason)
    incidents = incidents_in(work.unit.history.stored(COUNCIL))
    if not any(each.is_open and each.number == command.number for each in incidents):
        raise NoOpenIncident
    entry = work.unit.history.append(
        COUNCIL,
        kind=INCIDENT_CLOSED,
        actor=command.actor,
        cause=command.command_id,
        release=work.release.hash,
        calendar=work.calendar_hash,
        parts=parts_of_closed(command.number, reason),
    )
    return Outcome(position=entry.position)
