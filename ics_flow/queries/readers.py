"""Who has looked at a child's file: each person once a day, with how often, when, at what and by which right."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from itertools import groupby

from engine.calendar import london_date
from ics_flow.queries.opened import ChildsFile
from ics_flow.queries.standpoint import Shown, page_of
from ics_flow.store.reading import ReadingRow
from ics_flow.store.unit import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """A person's readings of one day, the newest first."""

    name: str
    on: date
    readings: tuple[ReadingRow, ...]

    @property
    def rights(self) -> tuple[str, ...]:
        """By which right the person read, each once."""
        return tuple(dict.fromkeys(each.right for each in self.readings))


def readers(reading: Reading, file: ChildsFile, number: int) -> Shown[Looked]:
    """Who looked on which day, the latest day first, and within it whoever looked last."""
    found = []
    for on, that_day in groupby(reading.pages.readers(file.case), key=lambda row: london_date(row.at)):
        by_worker: dict[str, list[ReadingRow]] = {}
        for row in that_day:
            by_worker.setdefault(row.worker, []).append(row)
        found += [Looked(name=rows[0].name, on=on, readings=tuple(rows)) for rows in by_worker.values()]
    return page_of(found, number)
