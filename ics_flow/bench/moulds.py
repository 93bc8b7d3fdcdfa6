"""Cases lived once, by real commands under a clock that is set, and read out so that copies can be cast of them.

Here: the lives of ``lives.yaml``, and what one of them leaves in the database. Not here: how many copies are cast, of whom.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from importlib.resources import files
from itertools import count
from typing import Any

import yaml

from engine import Calendar, london_date
from engine.calendar import LONDON
from ics_flow.application import Application
from ics_flow.bench.ground import bare_ground
from ics_flow.calendar import england
from ics_flow.clock import ManualClock
from ics_flow.domain.history import Entry, canonical
from ics_flow.domain.ids import case_subject
from ics_flow.process.following import Followed, fingerprint_view, following
from ics_flow.scenarios import Child, Player
from ics_flow.store.accounts import Account
from ics_flow.store.bulk import Row

TEAM = "Team 00000"
SERVICE_MANAGER = "sm"
_ROLES = {"ta": "TA", "sw": "SW", "pm": "PM"}
_FIRST, _APART = time(9, 30), timedelta(minutes=20)
_A_MOMENT = timedelta(seconds=1)
_AGE = timedelta(days=8 * 365)


def worker_id(team: int, worker: str) -> str:
    """The id of a team's worker; the order of a team's ids is the same in every team."""
    return f"t{team:05}-{worker}"


class Template:
    """Bytes in which ids stand that each copy replaces with its own."""

    def __init__(self, body: bytes, ids: re.Pattern[bytes]) -> None:
        self._parts = ids.split(body)

    def filled(self, own: Mapping[bytes, bytes]) -> bytes:
        """The bytes with a copy's own ids."""
        if len(self._parts) == 1:
            return self._parts[0]
        return b"".join(own[part] if place % 2 else part for place, part in enumerate(self._parts))


@dataclass(frozen=True, slots=True)
class MouldedEntry:
    """An entry to copy: what was written, its parts in order of name, and the view that its fingerprint covers."""

    written: Entry
    parts: tuple[tuple[str, Template], ...]
    view: Template


@dataclass(frozen=True, slots=True)
class Mould:
    """A case to copy: its history, its snapshot and its rows, with the ids that stand in them."""

    share: float
    case: str
    person: str
    born: date
    entries: tuple[MouldedEntry, ...]
    snapshot: Template
    rows: Mapping[str, Sequence[Row]]

    def falls_due(self, after: datetime, until: datetime) -> bool:
        """Whether a timer of the case falls due then."""
        return any(after < row["due"] <= until for row in self.rows["timer_row"])


def live(release: Mapping[str, bytes], now: datetime, every: int = 1) -> tuple[Mould, ...]:
    """Every life of the bench lived once for each day on which it may have begun (every so-manieth of them), up to the present."""
    with bare_ground(release, ManualClock(now)) as ground:
        living = _Living(ground.application, now)
        living.employ()
        return tuple(mould for life in _lives() for mould in living.live(life, every))


class _Living:
    """Lives lived in a scratch database, by one team."""

    def __init__(self, application: Application, now: datetime) -> None:
        clock = application.clock
        assert isinstance(clock, ManualClock)  # noqa: S101 the ground was made with it
        self._clock = clock
        self._application = application
        self._now = now
        self._calendar: Calendar = england()
        self._numbers = count(1)

    def employ(self) -> None:
        """Let the team in."""
        with self._application.database.unit(self._clock) as unit:
            unit.accounts.add(service_manager())
            for account in team_of(0, social_workers=1):
                unit.accounts.add(account)

    def live(self, life: Mapping[str, Any], every: int) -> Iterator[Mould]:
        """The life, once for every so-manieth beginning."""
        begun = sorted({ago for first, last, step in life["begun"] for ago in range(first, last + 1, step)})
        for ago in begun[::every]:
            yield self._live(life, ago, share=life["share"] / len(begun[::every]))

    def _live(self, life: Mapping[str, Any], ago: int, *, share: float) -> Mould:
        began = self._calendar.working_days_after(london_date(self._now), -ago)
        child = Child(given_name="Ava", family_name="Example", born=began - _AGE)
        player = Player(
            self._application,
            child,
            seed=f"{life['name']}/{ago}",
            command_id=lambda: f"lived-{next(self._numbers)}",
        )
        at = datetime.combine(began, _FIRST, LONDON)
        self._clock.set_to(at)
        for step in _flat(life["steps"]):
            if "day" in step:
                on = self._calendar.working_days_after(began, step["day"])
                at = datetime.combine(on, at.time(), LONDON)
            at += _APART
            if at > self._now:
                break
            self._move(player, at)
            self._take(player, step, at.date())
        self._move(player, self._now)
        assert player.case is not None and child.born is not None  # noqa: S101, PT018 every life begins with a contact
        return self._read(player.case, child.born, share)

    def _take(self, player: Player, step: Mapping[str, Any], on: date) -> None:
        by = _by(step["by"])
        if "start" in step:
            player.start(step["start"], by)
            return
        said = {"today": on.isoformat(), "sw": _by("sw")}
        answers = step.get("answers", {})
        player.do(step["do"], by, {key: said.get(answer, answer) for key, answer in answers.items()})

    def _move(self, player: Player, to: datetime) -> None:
        """Move the clock on, stopping a moment after each instant at which a timer falls due."""
        while (due := player.next_due()) is not None and due <= to:
            self._clock.set_to(due + _A_MOMENT)
            player.let_time_pass()
        self._clock.set_to(to)

    def _read(self, case: str, born: date, share: float) -> Mould:
        with self._application.database.unit(self._clock) as unit:
            stored = unit.history.stored(case_subject(case))
            entries = unit.history.read(case_subject(case))
            rows = dict(unit.bulk.derived_of(case))
            secret = unit.secrets.of(case)
        assert secret is not None  # noqa: S101 the case was opened
        [row], [snapshot] = rows["case_row"], rows["snapshot"]
        person, mark = row["person_id"], entries[-1].fingerprint
        assert mark is not None  # noqa: S101 entries of cases have one
        ids = _pattern(case, person, mark, TEAM, *map(_by, _ROLES))
        return Mould(
            share=share,
            case=case,
            person=person,
            born=born,
            entries=tuple(
                MouldedEntry(
                    written=entry,
                    parts=tuple((part.name, Template(part.body, ids)) for part in kept.parts),
                    view=Template(view, ids),
                )
                for entry, kept, view in zip(entries, stored, self._views(entries, secret), strict=True)
            ),
            snapshot=Template(snapshot["body"], ids),
            rows=rows,
        )

    def _views(self, entries: Sequence[Entry], secret: bytes) -> Iterator[bytes]:
        """What the fingerprint of each entry covers."""
        followed = Followed()
        for entry in following(followed, entries, self._application.archive, secret):
            steps, state = entry.parts["steps"], followed.state.encode()
            yield fingerprint_view(canonical(steps), canonical(state))


def service_manager() -> Account:
    """The manager of every team's manager."""
    return _account(SERVICE_MANAGER, "SM", team=None, manager=None)


def team_of(number: int, *, social_workers: int) -> Iterator[Account]:
    """The workers of a team: one who takes contacts, one who manages, and social workers (``sw``, ``sw1``, ``sw2`` ...)."""
    team, manager = team_name(number), worker_id(number, "pm")
    yield _account(manager, "PM", team=team, manager=SERVICE_MANAGER)
    yield _account(worker_id(number, "ta"), "TA", team=team, manager=manager)
    for worker in social_worker_names(social_workers):
        yield _account(worker_id(number, worker), "SW", team=team, manager=manager)


def social_worker_names(many: int) -> tuple[str, ...]:
    """What a team's social workers are called within it."""
    return ("sw", *(f"sw{number}" for number in range(1, many)))


def team_name(number: int) -> str:
    """What a team is called."""
    return f"Team {number:05}"


def _account(worker: str, role: str, *, team: str | None, manager: str | None) -> Account:
    return Account(
        worker_id=worker,
        username=worker,
        password_hash=None,
        name=f"Worker {worker}",
        roles=(role,),
        team=team,
        manager_id=manager,
    )


def _by(worker: str) -> str:
    return worker if worker == SERVICE_MANAGER else worker_id(0, worker)


def _pattern(*ids: str) -> re.Pattern[bytes]:
    return re.compile(b"(" + b"|".join(re.escape(each.encode()) for each in ids) + b")")


def _flat(steps: Sequence[Any]) -> Iterator[Mapping[str, Any]]:
    """The steps, those of a part that several lives share among them."""
    for step in steps:
        if isinstance(step, list):
            yield from step
        else:
            yield step


def _lives() -> Sequence[Mapping[str, Any]]:
    told: Any = yaml.safe_load((files(__package__) / "lives.yaml").read_text(encoding="utf-8"))
    lives: Sequence[Mapping[str, Any]] = told["lives"]
    return lives
