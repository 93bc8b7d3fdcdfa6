"""Every case measured anew where its history has gone on, so that pages can tell how procedures are kept to without reading histories.

Nothing of it is done when a command is handled: it is made afterwards, from histories alone, case by case, and says up to when. Not here:
what is measured (``queries.practice``), and what the figures come to (``queries.conformance``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

from ics_flow.application import Application
from ics_flow.domain.ids import case_subject
from ics_flow.domain.measured import CaseMeasured
from ics_flow.logs import logger
from ics_flow.queries.practice import measure

FORMAT = 1
"""A case that was measured in another format counts as not measured."""

A_DAY = timedelta(days=1)
"""How old what was measured may grow."""

TOGETHER = 20
"""How many cases are read, and then written, at once."""

_LOG = logger(__name__)


def _unseen(_done: int, _total: int) -> None:
    """Nobody watches."""


def summarise(application: Application, advance: Callable[[int, int], None] = _unseen) -> int:
    """Measure every case whose history has gone on; gives how many. ``advance`` is told how many are done, of how many.

    A case whose history cannot be folded is logged and keeps what was measured of it before.
    """
    at = application.now()
    with application.reading() as reading:
        behind = reading.measured.behind(FORMAT)
    done = 0
    for start in range(0, len(behind), TOGETHER):
        cases = behind[start : start + TOGETHER]
        measured = _measured(application, cases)
        with application.database.unit(application.clock) as unit:
            for each in measured:
                unit.measured.keep(each, FORMAT)
        done += len(measured)
        advance(min(start + TOGETHER, len(behind)), len(behind))
    with application.database.unit(application.clock) as unit:
        unit.measured.finish(at)
    return done


def summarise_daily(application: Application) -> None:
    """Measure where that was last done a day ago; for a ticker to call now and then."""
    with application.reading() as reading:
        until = reading.measured.until()
    if until is None or application.now() - until >= A_DAY:
        summarise(application)


def _measured(application: Application, cases: Sequence[str]) -> list[CaseMeasured]:
    found = []
    with application.reading() as reading:
        for case in cases:
            try:
                found.append(measure(case, reading.history.read(case_subject(case)), application.archive))
            except (LookupError, TypeError, ValueError, AttributeError):
                _LOG.exception("a case cannot be measured", extra={"case": case})
    return found
