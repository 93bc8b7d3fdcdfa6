"""How long it takes to look back: a case of hundreds of reviews opened at instants spread over its life.

Here: what is measured. Not here: the drawing of the page, which adds some milliseconds however long the case is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from functools import partial

from ics_flow.application import Application
from ics_flow.bench import pathways
from ics_flow.bench.ground import AUTHORISER, NOON, Ground, ground
from ics_flow.bench.measuring import Figures, readings
from ics_flow.clock import ManualClock
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import case_subject
from ics_flow.queries.as_it_was import as_it_was
from ics_flow.queries.diagrams import MAP
from ics_flow.queries.film import film
from ics_flow.queries.opened import ChildsFile, open_file
from ics_flow.queries.standpoint import Standpoint
from ics_flow.store import Reading
from ics_flow.store.accounts import worker_of
from ics_flow.verification import verify

APART = timedelta(days=12)
"""Between two reviews: four hundred of them are thirteen years, which the calendar covers."""

INSTANTS = 5


def looking_back(reviews: int, rounds: int) -> Figures:
    """The page as it was, one frame of the film, ten frames for the script, and the proof; each instant in so many rounds."""
    clock = ManualClock(NOON)
    with ground(pathways.reviews(), clock) as scratch:
        case = _reviewed(scratch, clock, reviews)
        subject = case_subject(case)
        with scratch.application.reading() as reading:
            file = _file(scratch.application, reading, case)
            entries = reading.history.read(subject)
            places = [entries[len(entries) * part // INSTANTS - 1] for part in range(1, INSTANTS + 1)]
            figures: Figures = {
                "as_it_was": readings(_repeated(partial(_page, reading, file), places, rounds)),
                "frame": readings(_repeated(partial(_frames, reading, file, 1), places, rounds)),
                "ten_frames": readings(_repeated(partial(_frames, reading, file, 10), places, rounds)),
                "at_the_end": readings(_repeated(partial(_frames, reading, file, 1), places[-1:], rounds)),
            }
        prove = partial(verify, scratch.application, subject)
        return {
            "entries": len(entries),
            **figures,
            "proved": readings(prove for _ in range(max(1, rounds // 10))),
        }


def _reviewed(scratch: Ground, clock: ManualClock, reviews: int) -> str:
    """A case that has been reviewed so many times."""
    case = scratch.begin()
    for _ in range(reviews + 1):
        command = scratch.next(case)
        assert command is not None  # noqa: S101 a review always waits
        scratch.application.handle(command)
        clock.advance(days=APART.days)
    return case


def _file(application: Application, reading: Reading, case: str) -> ChildsFile:
    account = reading.accounts.of(AUTHORISER)
    assert account is not None  # noqa: S101 the ground has two workers
    release, calendar = application.in_force()
    by = Standpoint(
        worker=worker_of(account),
        at=application.now(),
        release=release,
        calendar=calendar,
        archive=application.archive,
    )
    return open_file(reading, by, case)


def _repeated(
    look: Callable[[Entry], None], places: Sequence[Entry], rounds: int
) -> Iterator[Callable[[], None]]:
    return (partial(look, place) for _ in range(rounds) for place in places)


def _page(reading: Reading, file: ChildsFile, place: Entry) -> None:
    """What the first page of the file as it was shows, and the map."""
    past = as_it_was(reading, file, place.at)
    past.tasks()
    past.other_dates()
    past.told()
    past.map()


def _frames(reading: Reading, file: ChildsFile, many: int, place: Entry) -> None:
    """So many frames of the film that end with an entry."""
    film(reading, file, max(1, place.position - many + 1), place.position, MAP)
