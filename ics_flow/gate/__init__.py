"""The gate: what a set of authored files must pass, beyond being readable, before it is published.

Every finding names the file, the element and the mend. The parts: messages and the map, messages that come round (``rounds``), facts of the case (``facts``), markings (``exploration``), decisions, names (``given``), the statutory table.
Not here: whether each file can be read (``Release.read``), what scenarios expect (``scenarios``), how findings are shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from functools import lru_cache

import engine
from engine import Calendar, Value
from engine.feel import Context
from ics_flow.domain.release import Release
from ics_flow.gate.decisions import decision_findings
from ics_flow.gate.exploration import Exploration
from ics_flow.gate.facts import fact_findings
from ics_flow.gate.finding import Finding
from ics_flow.gate.given import NamesGiven
from ics_flow.gate.messages import message_findings
from ics_flow.gate.rounds import round_findings
from ics_flow.gate.statute import statute_findings
from ics_flow.gate.values import Possible

__all__ = ["Finding", "errors", "examine", "require_passed"]


def examine(release: Release, calendar: Calendar) -> tuple[Finding, ...]:
    """Everything that the gate finds in a release, the errors first; a release is looked at once, since it never changes."""
    return _examined(_Subject((release.hash, calendar.hash), release, calendar))


def errors(release: Release, calendar: Calendar) -> Iterator[Finding]:
    """The errors alone as they are found, the quickest part of the gate first: whoever needs one need not wait for all."""
    return (found for found in _found(release, calendar) if found.severity == "error")


def require_passed(release: Release, calendar: Calendar) -> None:
    """Raise ``engine.Refused`` with every error that the gate finds in the release."""
    problems = [found.problem for found in examine(release, calendar) if found.severity == "error"]
    if problems:
        raise engine.Refused(problems)


@dataclass(frozen=True, slots=True)
class _Subject:
    """A release under a calendar, which is the same where the hashes are."""

    hashes: tuple[str, str]
    release: Release = field(compare=False)
    calendar: Calendar = field(compare=False)


@lru_cache(maxsize=16)
def _examined(subject: _Subject) -> tuple[Finding, ...]:
    found = _found(subject.release, subject.calendar)
    return tuple(sorted(found, key=lambda each: (each.severity, each.problem)))


def _found(release: Release, calendar: Calendar) -> Iterator[Finding]:
    at = datetime.combine(release.law_of, time(12), UTC)
    context = Context(instant=at, calendar=calendar, facts=_no_facts)
    possible = Possible(release.pathways, release.forms)
    yield from message_findings(release.pathways, release.files)
    yield from round_findings(release.pathways)
    yield from fact_findings(release)
    yield from Exploration(release.pathways).findings()
    yield from decision_findings(release.pathways, possible, context)
    yield from NamesGiven(release.pathways, release.forms, possible, context).findings()
    yield from statute_findings(release, possible, context)


def _no_facts(_name: str, _arguments: tuple[Value, ...]) -> Value:
    return None
