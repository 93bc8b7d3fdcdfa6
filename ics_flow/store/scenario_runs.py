"""Scenarios of drafts to be played in the background: what is to be played, and what came of each scenario so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, bindparam, false, insert, select, update

from ics_flow.store.tables import scenario_played, scenario_run
from ics_flow.store.upsert import upsert

_RUN = select(scenario_run).where(scenario_run.c.id == bindparam("run"))
_NEXT = (
    select(scenario_run)
    .where(scenario_run.c.done == false())
    .order_by(scenario_run.c.asked_at, scenario_run.c.id)
    .limit(1)
)
_PLAYED = (
    select(scenario_played.c.name, scenario_played.c.problem)
    .where(scenario_played.c.run_id == bindparam("run"))
    .order_by(scenario_played.c.name)
)
_DONE = update(scenario_run).where(scenario_run.c.id == bindparam("run")).values(done=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRun:
    """What is to be played: every file of a draft as it was then, as JSON of names and contents, those that the draft changes first; the hashes are of the release and of the scenarios."""

    id: str
    change_id: str
    release: str
    scenarios: str
    files: bytes
    asked_by: str
    asked_at: datetime
    done: bool


class ScenarioRuns:
    """The runs, with what was played."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, run: ScenarioRun) -> None:
        """Keep a new run."""
        self._connection.execute(insert(scenario_run), asdict(run))

    def of(self, run: str) -> ScenarioRun | None:
        """The run of that id."""
        return self._one(_RUN, {"run": run})

    def next(self) -> ScenarioRun | None:
        """The run that is to be gone on with now, the earliest first."""
        return self._one(_NEXT, {})

    def played(self, run: str) -> Mapping[str, str | None]:
        """What came of each scenario played so far, by name: what is not as it says, or None."""
        return {row.name: row.problem for row in self._connection.execute(_PLAYED, {"run": run})}

    def note(self, run: str, played: Mapping[str, str | None]) -> None:
        """Keep what came of some."""
        rows = [{"run_id": run, "name": name, "problem": problem} for name, problem in played.items()]
        if rows:
            self._connection.execute(upsert(scenario_played, self._connection.dialect.name), rows)

    def finish(self, run: str) -> None:
        """Have nothing more of it played."""
        self._connection.execute(_DONE, {"run": run})

    def _one(self, query: Select[Any], values: dict[str, object]) -> ScenarioRun | None:
        row = self._connection.execute(query, values).mappings().first()
        return ScenarioRun(**row) if row else None
