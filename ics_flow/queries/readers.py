"""Who has looked at a child's file: each person once a day, with how often, when, at what, by which right, and what is unusual in it.

Not here: the rules for that (``readings.py``). How many files somebody opened within an hour is not seen from one file, and stands there.
"""

from __future__ import annotations

from ics_flow.queries.adopted import told_to
from ics_flow.queries.opened import ChildsFile
from ics_flow.queries.readings import DayOfReading, days_of, judge
from ics_flow.queries.standpoint import Shown, page_of
from ics_flow.store.unit import Reading


def readers(reading: Reading, file: ChildsFile, number: int) -> Shown[DayOfReading]:
    """Who looked on which day, the latest day first, and within it whoever looked last."""
    rights = file.by.release.rights
    rows = told_to(file.by.worker, rights, reading.reads.of_file(file.case))
    return page_of(tuple(days_of(judge(rows, rights.unusual_reading))), number)
