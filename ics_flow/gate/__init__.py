"""The gate: what a set of authored files must pass, beyond being readable, before it is published.

Every finding names the file, the element and the mend. The parts: markings (``exploration``), decisions, names (``given``), messages and the map, the statutory table.
Not here: whether each file can be read (``Release.read``), what scenarios expect (``scenarios``), how findings are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time

from engine import Calendar, Value
from engine.feel import Context
from ics_flow.domain.release import Release
from ics_flow.gate.decisions import decision_findings
from ics_flow.gate.exploration import Exploration
from ics_flow.gate.finding import Finding
from ics_flow.gate.given import NamesGiven
from ics_flow.gate.messages import message_findings
from ics_flow.gate.statute import statute_findings
from ics_flow.gate.values import Possible

__all__ = ["Finding", "examine"]


def examine(release: Release, calendar: Calendar) -> tuple[Finding, ...]:
    """Everything that the gate finds in a release, the errors first."""
    return tuple(sorted(_found(release, calendar), key=lambda found: (found.severity, found.problem)))


def _found(release: Release, calendar: Calendar) -> Iterator[Finding]:
    at = datetime.combine(release.law_of, time(12), UTC)
    context = Context(instant=at, calendar=calendar, facts=_no_facts)
    possible = Possible(release.pathways, release.forms)
    yield from Exploration(release.pathways).findings()
    yield from decision_findings(release.pathways, possible, context)
    yield from NamesGiven(release.pathways, release.forms, possible, context).findings()
    yield from message_findings(release.pathways, release.files)
    yield from statute_findings(release, possible, context)


def _no_facts(_name: str, _arguments: tuple[Value, ...]) -> Value:
    return None
