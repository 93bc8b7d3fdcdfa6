"""The demonstration: the Borough of Exampleton, made-up workers and children, made by the commands that the pages send.

Who they are and what happens to them stands in ``workers.yaml`` and ``children.yaml``; here is only how it is told to the
application, under a clock that ends at the present. The same seed and the same end give the same histories, to the byte.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from engine import Calendar, london_date
from engine.calendar import LONDON
from ics_flow.application import Application
from ics_flow.calendar import england
from ics_flow.clock import ManualClock
from ics_flow.commands.add_account import add_account
from ics_flow.commands.relate_persons import RelatePersons
from ics_flow.domain.errors import Refused
from ics_flow.domain.ids import COUNCIL
from ics_flow.domain.release import read_files
from ics_flow.scenarios import Child, Player
from ics_flow.settings import Settings
from ics_flow.store import Database
from ics_flow.store.accounts import Account

SEED = 2010
MADE = "demonstration-made"
_ACTOR = "setup"
_BEFORE_ALL = 130  # working days before the end: earlier than anything that happens to a child
_DAY = re.compile(r"day (-?\d+)")
_A_MOMENT = timedelta(seconds=1)

Advance = Callable[[int, int], None]


class NotOurs(Refused):
    """The database was not made as a demonstration."""

    def __init__(self, database: str) -> None:
        super().__init__(
            f"{database} was not made as a demonstration, in which nobody is asked for a password. Name another file with --file."
        )


def make_demonstration(settings: Settings, path: Path, *, end: datetime, advance: Advance) -> None:
    """Make the demonstration in a database of its own at the path, which holds it whole or does not exist."""
    part = path.with_name(f"{path.name}.part")
    for left in part.parent.glob(f"{part.name}*"):
        left.unlink()
    with Database(f"sqlite:///{part}") as database:
        database.upgrade()
        fill(database, read_files(settings.bpmn, settings.forms), end=end, advance=advance)
    part.rename(path)


def is_demonstration(application: Application) -> bool:
    """Whether the database was made here."""
    with application.reading() as reading:
        return any(entry.kind == MADE for entry in reading.history.read(COUNCIL))


def fill(
    database: Database,
    release: Mapping[str, bytes],
    *,
    end: datetime,
    advance: Advance,
    seed: int = SEED,
) -> Application:
    """Fill an empty database; ``advance`` is told after each child how many are done, of how many."""
    making = _Making(database, end, seed)
    making.settle(release)
    children: Any = _told("children.yaml")["children"]
    for done, said in enumerate(children, start=1):
        making.tell(said)
        advance(done, len(children))
    making.finish()
    return making.application


@dataclass(frozen=True, slots=True)
class _Days:
    """Days as the stories name them: so many working days before the last."""

    last: date
    calendar: Calendar

    def day(self, number: int) -> date:
        """The working day of that number; the last is 0, those before are negative."""
        return self.calendar.working_days_after(self.last, number)

    def instant(self, number: int, clock: str) -> datetime:
        """The instant of a time of day in London."""
        return datetime.combine(self.day(number), time.fromisoformat(clock), LONDON).astimezone(UTC)

    def filled(self, value: Any) -> Any:
        """The value with every ``day -3`` in it turned into its date."""
        match value:
            case str() if found := _DAY.fullmatch(value):
                return self.day(int(found[1])).isoformat()
            case list():
                return [self.filled(each) for each in value]
            case dict():
                return {key: self.filled(each) for key, each in value.items()}
            case _:
                return value


class _Making:
    """A demonstration on its way."""

    def __init__(self, database: Database, end: datetime, seed: int) -> None:
        calendar = england()
        self._calendar = calendar
        self._end = end.astimezone(UTC).replace(microsecond=0)
        self._days = _Days(london_date(end), calendar)
        self._clock = ManualClock(self._days.instant(-_BEFORE_ALL, "09:00"))
        self._seed = str(seed)
        self._numbers = count(1)
        self._families: dict[str, str] = {}
        self._people: dict[str, list[str]] = {}
        self.application = Application(database, self._clock, random.Random(seed).randbytes)  # noqa: S311 -- made-up

    def settle(self, release: Mapping[str, bytes]) -> None:
        """Publish the release, and let the workers in."""
        self.application.publish(release, self._calendar, name="The first release", actor=_ACTOR)
        workers: Any = _told("workers.yaml")["workers"]
        with self.application.database.unit(self._clock, self.application.entropy) as unit:
            for said in workers:
                add_account(unit, _account(said), actor=_ACTOR)

    def tell(self, said: Mapping[str, Any]) -> None:
        """Let happen what is said of a child, and what time brings up to the present."""
        family = said.get("family")
        player = Player(
            self.application,
            self._child(said),
            seed=self._seed,
            command_id=self._command_id,
            family=self._families.get(family) if family else None,
        )
        self._clock.set_to(self._days.instant(-_BEFORE_ALL, "09:00"))
        for step in said["steps"]:
            self._move(player, self._days.instant(step["day"], step["at"]))
            self._take(player, step)
        self._move(player, self._end)
        if family:
            self._relate(family, player, said["related_by"])

    def finish(self) -> None:
        """Write that all this is a demonstration."""
        self._clock.set_to(self._end)
        with self.application.database.unit(self._clock, self.application.entropy) as unit:
            unit.history.append(COUNCIL, kind=MADE, actor=_ACTOR, cause=MADE, parts={})

    def _child(self, said: Mapping[str, Any]) -> Child:
        born = said["born"]
        return Child(
            given_name=said["given_name"],
            family_name=said["family_name"],
            born=date(self._days.last.year - born["years_ago"], born["month"], born["day"]),
            address=said["address"],
        )

    def _take(self, player: Player, step: Mapping[str, Any]) -> None:
        by, answers = step["by"], self._days.filled(step.get("answers", {}))
        if "start" in step:
            player.start(step["start"], by)
        elif "do" in step:
            player.do(step["do"], by, answers)
        else:
            player.correct(
                step["correct"], step["question"], self._days.filled(step["to"]), step["because"], by
            )

    def _move(self, player: Player, to: datetime) -> None:
        """Move the clock on, stopping a moment after each instant at which a timer of the child's case falls due."""
        while (due := player.next_due()) is not None and due <= to:
            self._clock.set_to(due + _A_MOMENT)
            player.let_time_pass()
        self._clock.set_to(to)

    def _relate(self, family: str, player: Player, by: str) -> None:
        """Relate the child to the children of the same family who came before."""
        person = player.person()
        with self.application.reading() as reading:
            found = reading.persons.of(person)
        if found is not None and found.family_id is not None:
            self._families[family] = found.family_id
        for other in self._people.setdefault(family, []):
            self.application.handle(
                RelatePersons(
                    command_id=self._command_id(), actor=by, person_id=person, other_id=other, kind="sibling"
                )
            )
        self._people[family].append(person)

    def _command_id(self) -> str:
        return f"demonstration-{next(self._numbers)}"


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


def _told(name: str) -> Any:
    return yaml.safe_load((files(__package__) / name).read_text(encoding="utf-8"))
