"""A council of any size: copies cast from moulds, each a true history of its own, spread over teams and workers.

A copy has a child, ids, a secret and salts of its own, so its chain, commitments and fingerprints are made anew; what happened in it is
what happened in the mould. What is poured in: histories, secrets, snapshots, derived rows and accounts; neither remembered requests nor the read log.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from random import Random

from ics_flow.application import Application
from ics_flow.bench.moulds import (
    Mould,
    MouldedEntry,
    service_manager,
    social_worker_names,
    team_name,
    team_of,
    worker_id,
)
from ics_flow.calendar import england
from ics_flow.clock import ManualClock
from ics_flow.commands.record_contact import person_parts
from ics_flow.domain.history import ORIGIN, canonical_parts, fingerprint, make_entry
from ics_flow.domain.ids import case_subject, new_id, person_subject
from ics_flow.store import Database
from ics_flow.store.bulk import Bulk, Row
from ics_flow.store.persons import Person

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)
"""The present of a generated council: a Wednesday, noon."""

TOMORROW = NOW + timedelta(hours=18)
"""When everything that falls due at the end of that day is due."""

DUE_IN_A_DAY = 119_000 / 400_000
"""The share of cases with a timer due by the end of the day, as for all England."""

CASES_A_TEAM = 200
SOCIAL_WORKERS = 6
_BATCH = 500
_SECRET_BYTES = 32
_ID_BITS = 80
_GIVEN = ("Ava", "Ben", "Cara", "Dev", "Ella", "Finn", "Gwen", "Hari", "Isla", "Jude", "Kofi", "Lena")
_FAMILY = ("Example", "Sample", "Specimen", "Template", "Pattern", "Instance", "Fable", "Mockup", "Outline")


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How large a council is."""

    cases: int
    teams: int

    @classmethod
    def of(cls, cases: int) -> Size:
        """A council of so many cases, with as many teams as that takes."""
        return cls(cases=cases, teams=max(1, cases // CASES_A_TEAM))


def found(
    database: Database,
    release: Mapping[str, bytes],
    cases: int,
    moulds: Sequence[Mould],
    *,
    advance: Callable[[int], None] = lambda _done: None,
    seed: int = 1,
) -> Application:
    """Fill an empty database with a council of so many cases, cast from moulds that were lived up to ``NOW``; gives its application."""
    random = Random(seed)  # noqa: S311 the same each run
    application = Application(database, ManualClock(NOW), random.randbytes)
    application.publish(release, england(), name="bench", actor="setup")
    size = Size.of(cases)
    with database.unit(application.clock) as unit:
        unit.accounts.add(service_manager())
        for team in range(1, size.teams + 1):
            for account in team_of(team, social_workers=SOCIAL_WORKERS):
                unit.accounts.add(account)
    casting = _Casting(random, size)
    chosen = _chosen(moulds, cases, random)
    for first in range(0, cases, _BATCH):
        batch = chosen[first : first + _BATCH]
        with database.unit(application.clock) as unit:
            for number, mould in enumerate(batch, start=first):
                casting.cast(mould, number, unit.bulk)
            unit.bulk.pour()
        advance(first + len(batch))
    return application


def _chosen(moulds: Sequence[Mould], cases: int, random: Random) -> list[Mould]:
    """A mould for every case: by their shares, but with the right number of cases that fall due at the day's end."""
    due = [mould for mould in moulds if mould.falls_due(NOW, TOMORROW)]
    others = [mould for mould in moulds if not mould.falls_due(NOW, TOMORROW)]
    falling = round(cases * DUE_IN_A_DAY) if due else 0
    chosen = [*_drawn(due, falling, random), *_drawn(others, cases - falling, random)]
    random.shuffle(chosen)
    return chosen


def _drawn(moulds: Sequence[Mould], many: int, random: Random) -> list[Mould]:
    if not moulds:
        return []
    shares = list(accumulate(mould.share for mould in moulds))
    return random.choices(moulds, cum_weights=shares, k=many)


class _Casting:
    """Copies on their way."""

    def __init__(self, random: Random, size: Size) -> None:
        self._random = random
        self._size = size
        self._workers = social_worker_names(SOCIAL_WORKERS)

    def cast(self, mould: Mould, number: int, bulk: Bulk) -> None:
        """Gather all the rows of one copy."""
        random = self._random
        case, person = self._new_id(number), self._new_id(number)
        secret = random.randbytes(_SECRET_BYTES)
        own = self._own(mould, case, person)
        bulk.gather_secret(case, secret)
        self._gather_person(
            mould,
            Person(
                person_id=person,
                given_name=random.choice(_GIVEN),
                family_name=f"{random.choice(_FAMILY)}-{number % 997:03}",
                born=mould.born,
                address=f"{number % 90 + 1} Made-up Street, Exampleton",
                family_id=new_id(random.randbytes),
            ),
            own,
            bulk,
        )
        previous, mark = ORIGIN, None
        ids = {old.encode(): new.encode() for old, new in own.items()}
        for entry in mould.entries:
            mark = fingerprint(secret, mark, entry.view.filled(ids))
            stored = make_entry(
                subject=case_subject(case),
                position=entry.written.position,
                previous=previous,
                kind=entry.written.kind,
                at=entry.written.at,
                actor=own.get(entry.written.actor, entry.written.actor),
                cause=_cause(entry, case),
                release=entry.written.release,
                calendar=entry.written.calendar,
                semantics=entry.written.semantics,
                fingerprint=mark,
                parts=[(name, part.filled(ids)) for name, part in entry.parts],
                entropy=random.randbytes,
            )
            bulk.gather_entry(stored)
            previous = stored.hash
        last = mould.entries[-1].written.fingerprint
        assert last is not None and mark is not None  # noqa: S101, PT018 entries of cases have one
        body = mould.snapshot.filled({**ids, last.encode(): mark.encode()})
        for table, rows in mould.rows.items():
            if table == "snapshot":
                bulk.gather(
                    table,
                    [{**row, "case_id": case, "head": bytes.fromhex(previous), "body": body} for row in rows],
                )
            else:
                bulk.gather(table, (_with(own, row) for row in rows))

    def _own(self, mould: Mould, case: str, person: str) -> dict[str, str]:
        """The copy's own id for each of the mould's: of the case, the child, the team and its workers."""
        team = self._random.randint(1, self._size.teams)
        social_worker = self._random.choice(self._workers)
        return {
            mould.case: case,
            mould.person: person,
            team_name(0): team_name(team),
            worker_id(0, "ta"): worker_id(team, "ta"),
            worker_id(0, "pm"): worker_id(team, "pm"),
            worker_id(0, "sw"): worker_id(team, social_worker),
        }

    def _gather_person(self, mould: Mould, person: Person, own: Mapping[str, str], bulk: Bulk) -> None:
        opened = mould.entries[0]
        bulk.gather_person(person)
        parts = person_parts(person)
        bulk.gather_entry(
            make_entry(
                subject=person_subject(person.person_id),
                position=1,
                previous=ORIGIN,
                kind="person-recorded",
                at=opened.written.at,
                actor=own[opened.written.actor],
                cause=_cause(opened, own[mould.case]),
                release=None,
                calendar=None,
                semantics=1,
                fingerprint=None,
                parts=canonical_parts(parts),
                entropy=self._random.randbytes,
            )
        )

    def _new_id(self, number: int) -> str:
        """An id that nobody else has, in the order of the numbers: so rows are put in where the last ones were, and not all over the disk."""
        place = int((number + self._random.random()) / self._size.cases * (1 << _ID_BITS))
        return new_id(place.to_bytes)


def _cause(entry: MouldedEntry, case: str) -> str:
    """The id of the copy's own command, which wrote the entry."""
    return f"{case}-{entry.written.cause}"


def _with(own: Mapping[str, str], row: Row) -> Row:
    """The row with the copy's own ids."""
    return {column: own.get(value, value) if type(value) is str else value for column, value in row.items()}
