"""The benchmarks of a changed procedure: what a draft would have done in a year of a council, and open cases moved to a new release.

Here: what is measured. Not here: how the council is made (``council.py``).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from ics_flow.application import Application
from ics_flow.bench.council import NOW, found
from ics_flow.bench.measuring import Figures, a_second, milliseconds
from ics_flow.bench.moulds import live
from ics_flow.board.orders import MOVE, order_moves, progress_of
from ics_flow.board.what_if import Asked, WhatIf, what_if
from ics_flow.clock import ManualClock
from ics_flow.domain.release import Release, read_files
from ics_flow.settings import Settings
from ics_flow.store import Database

EVERY = 4
"""Of the days on which a life may have begun, every so-manieth is lived: enough to be of all kinds."""

YEAR = timedelta(days=366)
DAYS = 7
"""How many working days the draft gives for the initial assessment."""

_FILE = "bpmn/initial_assessment.bpmn"
_PERIOD = re.compile(rb"(working_days_after\(received_on, )\d+")


def what_if_year(cases: int) -> Figures:
    """A year of a council of so many cases replayed on a draft: how long it takes, and what was found."""
    with _council(cases) as application:
        draft = Release.read(_changed(application.release.files))
        asked = Asked(
            draft=draft,
            archive=application.archive,
            calendar=None,
            since=NOW - YEAR,
            at=NOW,
        )
        answers: list[WhatIf] = []

        def ask() -> None:
            with application.reading() as reading:
                answers.append(what_if(reading, asked, reading.what_ifs.begun(NOW - YEAR, NOW)))

        took = milliseconds(ask)
        (answer,) = answers
    return {
        "cases": answer.cases,
        "told": answer.told,
        "dates_moved": sum(each.earlier + each.later for each in answer.dates),
        "seconds": round(took / 1000, 1),
        "cases_a_second": a_second(answer.cases, took),
    }


def move_cases(cases: int) -> Figures:
    """So many cases, those that are open among them moved to another release by an order of the board."""
    with _council(cases) as application:
        files = _changed(application.release.files)
        release = application.publish(files, application.calendar, name="changed", actor="setup")
        choices = dict.fromkeys(release.pathways.by_id, MOVE)
        with application.database.unit(application.clock, application.entropy) as unit:
            order = order_moves(unit, release.hash, choices, by="setup", reason="Measured")

        def work() -> None:
            while application.work_for_the_board():
                pass

        took = milliseconds(work)
        with application.reading() as reading:
            progress = progress_of(reading, order.id)
    return {
        "cases": progress.cases,
        "moved": progress.moved,
        "cannot": progress.cannot,
        "seconds": round(took / 1000, 1),
        "cases_a_second": a_second(progress.cases, took),
    }


def _changed(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The procedures with another period for the initial assessment."""
    return {**files, _FILE: _PERIOD.sub(rb"\g<1>%d" % DAYS, files[_FILE])}


@contextmanager
def _council(cases: int) -> Iterator[Application]:
    """A council of so many cases under the shipped procedures, thrown away afterwards."""
    settings = Settings.from_environment()
    files = read_files(settings.bpmn, settings.forms)
    with (
        TemporaryDirectory(prefix="ics-flow-bench-") as folder,
        Database(f"sqlite:///{Path(folder) / 'council.db'}") as database,
    ):
        database.upgrade()
        found(database, files, cases, live(files, NOW, EVERY))
        yield Application(database, ManualClock(NOW), secrets.token_bytes)
