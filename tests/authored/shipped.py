"""The release and the scenarios that ship, read and played once for all tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from engine import Calendar
from ics_flow.calendar import england
from ics_flow.domain.release import Release, read_files
from ics_flow.scenarios import Played, Scenario, Stage, read_scenario
from ics_flow.store import Database
from ics_flow.store.tables import database_kind, metadata
from tests import databases

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
    with stage() as built:
        return built.watch(scenarios()[file])


@cache
def places(file: str) -> Mapping[str, frozenset[str]]:
    """The elements of each pathway that tokens come to in a scenario that ships."""
    found: dict[str, set[str]] = {}
    for pathway, element in played(file).entered:
        found.setdefault(pathway, set()).add(element)
    return {pathway: frozenset(elements) for pathway, elements in found.items()}


def stage() -> Stage:
    """A stage on the kind of database that the tests run on, where the shipped release is in force."""
    return Stage(release(), calendar(), _on_server() if databases.on_postgresql() else None)


class OnServer:
    """A database of the tests' server, whose tables are emptied for every scenario: quicker than another database for each."""

    def __init__(self) -> None:
        self._url = databases.new(Path(), kept=True)
        self._database = Database(self._url)
        self._database.upgrade()

    def cleared(self) -> Database:
        with databases.raw(self._url) as connection:
            connection.execute("SET session_replication_role = replica")  # so that no trigger refuses it
            for table in metadata.tables.keys() - {database_kind.name}:
                connection.execute(f"DELETE FROM {table}")  # noqa: S608
        return self._database

    def close(self) -> None:
        self._database.close()


@cache
def _on_server() -> OnServer:
    return OnServer()
