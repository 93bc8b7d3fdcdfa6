"""The demonstration: the Borough of Exampleton, made-up workers and children, made by the commands that the pages send.

Who they are and what happens to them stands in YAML: some children word for word (``children.yaml``), the families of the borough by stories
(``stories.yaml``, ``themes.yaml``, ``words.yaml``, ``families.yaml``); here is only how it is told to the application, under one clock that
ends at the present. The same seed and the same end give the same histories, to the byte. ``docs/running.md`` says how to add to it.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from engine import london_date
from ics_flow.application import Application
from ics_flow.board.files import read_scenarios
from ics_flow.calendar import england
from ics_flow.clock import ManualClock, wall_clock
from ics_flow.commands.add_account import add_account
from ics_flow.demonstration.board import tell_board
from ics_flow.demonstration.council import council
from ics_flow.demonstration.days import Days
from ics_flow.demonstration.performing import Advance, Performance
from ics_flow.demonstration.tales import read_told, word_for_word
from ics_flow.domain.errors import Refused
from ics_flow.domain.ids import COUNCIL
from ics_flow.domain.release import read_files
from ics_flow.settings import Settings
from ics_flow.store import Database
from ics_flow.store.accounts import Account

SEED = 2010
MADE = "demonstration-made"
_ACTOR = "setup"
_A_DAY = timedelta(days=1)


class NotOurs(Refused):
    """The database was not made as a demonstration."""

    def __init__(self, database: str) -> None:
        super().__init__(
            f"{database} was not made as a demonstration, in which nobody is asked for a password. Name another file with --file."
        )


class NotForTraining(Refused):
    """Made-up children are put only into a database that was made for training."""


def make_demonstration(
    settings: Settings, path: Path, *, end: datetime, advance: Advance, families: int | None = None
) -> None:
    """Make the demonstration in a database of its own at the path, which holds it whole or does not exist."""
    part = path.with_name(f"{path.name}.part")
    for left in part.parent.glob(f"{part.name}*"):
        left.unlink()
    with Database(f"sqlite:///{part}") as database:
        database.make("training", ahead=end - wall_clock())
        release = read_files(settings.bpmn, settings.forms)
        scenarios = read_scenarios(settings.bpmn)
        fill(database, release, end=end, advance=advance, families=families, scenarios=scenarios)
    part.rename(path)


def is_demonstration(application: Application) -> bool:
    """Whether the database was made here, for training."""
    if not application.is_training:
        return False
    with application.reading() as reading:
        return any(entry.kind == MADE for entry in reading.history.read(COUNCIL))


def fill(
    database: Database,
    release: Mapping[str, bytes],
    *,
    end: datetime,
    advance: Advance,
    seed: int = SEED,
    families: int | None = None,
    scenarios: Mapping[str, bytes] | None = None,
) -> Application:
    """Fill an empty training database with two years of work; ``advance`` is told how many steps are done, of how many.

    The data end at ``end``; so that its clock begins there, the database is made so far ahead of the wall's. Where ``families`` is given,
    that many of the borough's are made, beside the children who are told word for word.
    """
    if database.kind != "training":
        raise NotForTraining
    end = end.astimezone(UTC).replace(microsecond=0)
    calendar = england()
    days = Days(london_date(end), calendar)
    tales = [*word_for_word(days), *council(days, seed, families)]

    clock = ManualClock(min(tale.steps[0].at for tale in tales) - _A_DAY)
    application = Application(database, clock, random.Random(seed).randbytes)  # noqa: S311 -- made-up
    application.publish(release, calendar, name="The first release", actor=_ACTOR, scenarios=scenarios)
    with database.unit(clock, application.entropy) as unit:
        for said in read_told("workers.yaml")["workers"]:
            add_account(unit, _account(said), actor=_ACTOR)
    Performance(application, clock, str(seed)).play(tales, end, advance)
    tell_board(application, clock, days, seed)
    with database.unit(clock, application.entropy) as unit:
        unit.history.append(COUNCIL, kind=MADE, actor=_ACTOR, cause=MADE, parts={})
    return application


def _account(said: Mapping[str, Any]) -> Account:
    return Account(
        worker_id=said["id"],
        username=said["id"],
        password_hash=None,
        name=said["name"],
        roles=tuple(said["roles"]),
        team=said.get("team"),
        manager_id=said.get("manager"),
    )
