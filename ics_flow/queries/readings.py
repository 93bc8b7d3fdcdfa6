"""Who looked at which files, over all children: by worker and by day, with what is unusual in it and why.

The rules are plain ones, weighed against the case as it stands now: they ask for a second look, and accuse nobody. From when it is night, and how
many files are many, the council says (``bpmn/rights.yaml``). Not here: one child's readers (``readers.py``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from engine.calendar import LONDON, london_date
from ics_flow.domain.rights import UnusualReading
from ics_flow.queries.adopted import told_to
from ics_flow.queries.standpoint import Shown, Standpoint, page_of
from ics_flow.store.reads import LookedRow
from ics_flow.store.unit import Reading

AN_HOUR = timedelta(hours=1)
MOST = 5_000
"""How many readings are looked through at once: more than these are asked for by fewer days, or one worker."""

NO_PART = "no part in the case"
NIGHT = "at night"
OWN_NAME = "the child has the reader’s own family name"


@dataclass(frozen=True, slots=True)
class Judged:
    """A reading, and why it is unusual; nothing where it is not."""

    row: LookedRow
    why: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfReading:
    """A worker's readings of one file on one day, the newest first."""

    worker: str
    name: str
    case: str | None
    child: str
    on: date
    readings: tuple[Judged, ...]

    @property
    def rights(self) -> tuple[str, ...]:
        """By which right the worker read, each once."""
        return tuple(dict.fromkeys(each.row.right for each in self.readings))

    @property
    def why(self) -> tuple[str, ...]:
        """Everything that is unusual in these readings, each once."""
        return tuple(dict.fromkeys(why for each in self.readings for why in each.why))


@dataclass(frozen=True, slots=True, kw_only=True)
class Readings:
    """A page of days of reading, how many readings there were in all, and whether older ones were left out."""

    shown: Shown[DayOfReading]
    readings: int
    unusual: int
    left_out: bool


def readings(
    reading: Reading,
    by: Standpoint,
    *,
    since: datetime,
    until: datetime,
    worker: str | None,
    only_unusual: bool,
    number: int,
) -> Readings:
    """Who looked from one instant and before another, the latest first: one worker, or everybody."""
    rows = reading.reads.between(since - AN_HOUR, until, worker=worker, most=MOST)
    told = told_to(by.worker, by.release.rights, rows)
    judged = [each for each in judge(told, by.release.rights.unusual_reading) if each.row.at >= since]
    listed = [each for each in judged if each.why or not only_unusual]
    return Readings(
        shown=page_of(tuple(days_of(listed)), number),
        readings=len(judged),
        unusual=sum(bool(each.why) for each in judged),
        left_out=len(rows) == MOST,
    )


def judge(rows: Sequence[LookedRow], rules: UnusualReading | None) -> tuple[Judged, ...]:
    """Each reading, given newest first, with why it is unusual."""
    many = _in_a_rush(rows, rules.files_in_an_hour) if rules else frozenset()
    return tuple(
        Judged(row, (*_why(row, rules), *([_many(rules)] if rules and at in many else [])))
        for at, row in enumerate(rows)
    )


def days_of(judged: Iterable[Judged]) -> Iterator[DayOfReading]:
    """The readings by day, worker and file, in the order in which each is first met."""
    together: dict[tuple[date, str, str | None], list[Judged]] = {}
    for each in judged:
        key = (london_date(each.row.at), each.row.worker, each.row.case)
        together.setdefault(key, []).append(each)
    for (on, worker, case), found in together.items():
        row = found[0].row
        yield DayOfReading(
            worker=worker, name=row.name, case=case, child=row.child, on=on, readings=tuple(found)
        )


def _why(row: LookedRow, rules: UnusualReading | None) -> Iterator[str]:
    if row.case is not None and not row.part:
        yield NO_PART
    if rules and rules.is_night(row.at.astimezone(LONDON).time()):
        yield NIGHT
    if row.family_name and _last_word(row.name) == _last_word(row.family_name):
        yield OWN_NAME


def _many(rules: UnusualReading) -> str:
    return f"{rules.files_in_an_hour} different files or more within an hour"


def _in_a_rush(rows: Sequence[LookedRow], most: int) -> frozenset[int]:
    """The places of the readings that lie within an hour in which one worker opened so many different files."""
    by_worker: dict[str, list[int]] = {}
    for place in range(len(rows) - 1, -1, -1):
        if rows[place].case is not None:
            by_worker.setdefault(rows[place].worker, []).append(place)
    return frozenset(place for places in by_worker.values() for place in _rush_of(rows, places, most))


def _rush_of(rows: Sequence[LookedRow], places: Sequence[int], most: int) -> Iterator[int]:
    """The places, of one worker's readings in order of time, within an hour of so many files."""
    first, told = 0, 0
    for last, place in enumerate(places):
        while rows[place].at - rows[places[first]].at > AN_HOUR:
            first += 1
        within = places[first : last + 1]
        if len({rows[each].case for each in within}) >= most:
            yield from places[max(first, told) : last + 1]
            told = last + 1


def _last_word(name: str) -> str:
    return name.rsplit(maxsplit=1)[-1].casefold() if name.split() else ""
