"""Incidents opened: what was found wrong with histories is written in the council's own, and nothing is mended.

Not here: how a fault is found (``verification``, ``custody``), how an incident reads (``domain.incidents``), and its closing, which is a command.
"""

from __future__ import annotations

from collections.abc import Collection

from ics_flow.application import Application
from ics_flow.domain.errors import AppendConflict
from ics_flow.domain.history import Fault
from ics_flow.domain.ids import COUNCIL, new_id
from ics_flow.domain.incidents import INCIDENT_OPENED, Incident, incidents_in, open_for, parts_of_opened
from ics_flow.logs import logger

_LOG = logger(__name__)


def open_incident(application: Application, faults: Collection[Fault], *, actor: str) -> Incident:
    """The incident under which these faults stand: the one that is open for all of them already, or else a new one.

    Where the council's own history was altered so that nothing can be added to it, the log alone keeps the incident.
    """
    try:
        return _kept(application, faults, actor)
    except AppendConflict:  # somebody wrote in the council's history at the same moment
        return _kept(application, faults, actor)
    except ValueError:
        made = Incident(number=_number(application), at=application.now(), by=actor, faults=tuple(faults))
        _log(made)
        return made


def _kept(application: Application, faults: Collection[Fault], actor: str) -> Incident:
    with application.database.unit(application.clock, application.entropy) as unit:
        known = open_for(incidents_in(unit.history.stored(COUNCIL)), faults)
        if known is not None:
            return known
        made = Incident(number=_number(application), at=unit.at, by=actor, faults=tuple(faults))
        unit.history.append(
            COUNCIL,
            kind=INCIDENT_OPENED,
            actor=actor,
            cause=new_id(application.entropy),
            parts=parts_of_opened(made.number, faults),
        )
    _log(made)
    return made


def _number(application: Application) -> str:
    return application.entropy(4).hex().upper()


def _log(incident: Incident) -> None:
    _LOG.error(
        "a history is not as it was written",
        extra={
            "incident": incident.number,
            "faults": [
                f"{each.subject} {each.position} {each.field or ''}".strip() for each in incident.faults
            ],
        },
    )
