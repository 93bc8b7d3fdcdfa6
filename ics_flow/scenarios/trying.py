"""Many scenarios played against one release for as long as there is time, so that whoever waits for them gets an answer.

Not here: reading one (``reading``), playing one (``stage``), and showing what came of them (the pages, the command line).
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

import engine
from engine import Calendar, Problem
from ics_flow.domain.release import Release
from ics_flow.scenarios.reading import read_scenario
from ics_flow.scenarios.stage import Stage


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """What came of the scenarios: those played, what is not as they say, and those that there was no time for."""

    played: tuple[str, ...]
    problems: tuple[Problem, ...]
    left: tuple[str, ...]


def try_scenarios(
    release: Release, calendar: Calendar, scenarios: Mapping[str, bytes], *, seconds: float
) -> Tried:
    """Play the scenarios in their order; none is begun once the seconds are over, but the first always is."""
    until = time.perf_counter() + seconds
    names, played, problems = list(scenarios), 0, list[Problem]()
    with Stage(release, calendar) as stage:
        while played < len(names) and (played == 0 or time.perf_counter() < until):
            name = names[played]
            try:
                problems += stage.play(read_scenario(name, scenarios[name]))
            except engine.Refused as refused:
                problems += refused.problems
            played += 1
    return Tried(played=tuple(names[:played]), problems=tuple(problems), left=tuple(names[played:]))
