"""The release and the scenarios that ship, read and played once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from engine import Calendar
from ics_flow.calendar import england
from ics_flow.domain.release import Release, read_files
from ics_flow.scenarios import Played, Scenario, Stage, read_scenario

ROOT = Path(__file__).resolve().parents[2]
PATHS = sorted((ROOT / "bpmn/scenarios").glob("*.yaml"))


@cache
def calendar() -> Calendar:
    """The working days that count."""
    return england()


@cache
def release() -> Release:
    """The pathways and forms that ship."""
    return Release.read(read_files(ROOT / "bpmn", ROOT / "forms"))


@cache
def scenarios() -> Mapping[str, Scenario]:
    """The scenarios that ship, by file."""
    return {path.name: read_scenario(path.name, path.read_bytes()) for path in PATHS}


@cache
def played(file: str) -> Played:
    """What comes of a scenario that ships."""
    with Stage(release(), calendar()) as stage:
        return stage.watch(scenarios()[file])
