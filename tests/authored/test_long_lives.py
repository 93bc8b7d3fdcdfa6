"""The two long scenarios, from an anonymous contact to adoption and through two protection plans to 18 and beyond: their histories verify and replay.

That they come out as they say is tested with all the others (`test_scenarios.py`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.domain.history import read_entry
from ics_flow.process.fold import new_view
from ics_flow.process.following import follow
from ics_flow.process.replay import Conflict, replay
from ics_flow.process.world import Archive
from ics_flow.scenarios import Stage
from ics_flow.store import Database
from ics_flow.verification import verify
from tests import databases
from tests.authored import shipped

AFTERWARDS = datetime(2030, 1, 7, 9, tzinfo=UTC)
OF_CASES = "case:"
LONG = ("from_an_anonymous_contact_to_adoption.yaml", "two_protection_plans_to_eighteen_and_beyond.yaml")


@dataclass(frozen=True)
class Kept:
    """A place for one scenario, whose database outlives the stage."""

    database: Database

    def cleared(self) -> Database:
        """The database, new."""
        return self.database

    def close(self) -> None:
        """Whoever made the database closes it."""


@pytest.fixture(scope="module", params=LONG, ids=lambda name: name.removesuffix(".yaml"))
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of the database in which the scenario was played, which no test may change."""
    address = databases.new(tmp_path_factory.mktemp("lived"), kept=True)
    with Database(address) as database:
        database.upgrade()
        with Stage(shipped.release(), shipped.calendar(), Kept(database)) as stage:
            assert stage.play(shipped.scenarios()[request.param]) == ()
    return address


@pytest.fixture
def lived(url: str) -> Iterator[Application]:
    """The application over that database."""
    with Database(url) as database:
        yield over(database)


def over(database: Database) -> Application:
    """An application over a database in which a scenario was played."""
    release, calendar = shipped.release(), shipped.calendar()
    application = Application(database, ManualClock(AFTERWARDS), bytes)
    application.archive = Archive(
        release={release.hash: release}.__getitem__, calendar={calendar.hash: calendar}.__getitem__
    )
    return application


def case_of(application: Application) -> str:
    """The subject of the one case that was played."""
    with application.reading() as reading:
        (subject,) = (each for each in reading.history.subjects() if each.startswith(OF_CASES))
    return subject


@pytest.mark.database
def test_a_long_life_verifies(lived: Application) -> None:
    verified = verify(lived, case_of(lived))

    assert verified.faults == ()
    assert verified.entries > 70


@pytest.mark.database
def test_a_long_life_replays_to_where_it_came(lived: Application) -> None:
    subject = case_of(lived)
    with lived.reading() as reading:
        entries = tuple(map(read_entry, reading.history.stored(subject)))
        secret = reading.secrets.of(subject.removeprefix(OF_CASES))
    assert secret is not None
    followed = follow(entries, lived.archive, secret)
    assert followed.faults == []
    assert followed.view is not None
    last = entries[-1]

    again = replay(
        followed.givens,
        new_view(followed.view.case, followed.view.person),
        lived.archive.world(last.release or "", last.calendar or ""),
        last.at,
    )

    assert not isinstance(again, Conflict)
    assert again.state == followed.state
    assert replace(again.view, position=followed.view.position) == followed.view


@pytest.mark.database
def test_a_long_life_of_which_a_word_was_altered_does_not_verify(url: str, tmp_path: Path) -> None:
    copy = databases.copied(url, tmp_path)
    databases.without_triggers(copy)
    body = databases.replaced("body", "referral", "referrel")
    databases.sql(copy, f"UPDATE payload SET body = {body} WHERE position = 3")  # noqa: S608

    with Database(copy) as database:
        application = over(database)
        assert verify(application, case_of(application)).faults != ()
