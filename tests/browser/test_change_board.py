"""The change of March 2010 at a screen, with scripts: asked for from the foot of a page, drawn, tried, put to the board, approved by two, in force, and read by a worker."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask

from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.domain.release import read_files
from ics_flow.store.database import Database
from ics_flow.trying import play_some
from tests import databases
from tests.browser.conftest import PATIENCE, Screen
from tests.http.conftest import add_workers
from tests.http.past import DAY_TEN, LONGER, ROOT, STATUTE, Past, Words, as_before, following
from tests.http.people import Browser

MARCH_2010 = date(2010, 3, 17)
LAW: Words = {STATUTE: (("law_of: 2010-01-04", "law_of: 2010-03-17"),)}


@pytest.fixture
def application(tmp_path: Path, clock: ManualClock) -> Iterator[Application]:
    """A council in which nothing was published yet."""
    with Database(databases.new(tmp_path, "past")) as database:
        database.upgrade()
        add_workers(database, ManualClock(datetime(2000, 1, 3, 9, tzinfo=UTC)))
        yield Application(database, clock, secrets.token_bytes)


@pytest.fixture
def past(application: Application, clock: ManualClock, app: Flask) -> Past:
    """The council of the first days of March 2010, when an initial assessment was due within seven working days."""

    def signed_in(worker: str) -> Browser:
        browser = Browser(app.test_client())
        browser.sign_in(worker)
        return browser

    shipped = {**read_files(ROOT / "bpmn", ROOT / "forms"), DAY_TEN: (ROOT / DAY_TEN).read_bytes()}
    before = as_before(following(shipped, date(2010, 1, 4)), LONGER)
    return Past(application, clock, signed_in, before, on=date(2010, 3, 8))


def test_a_change_goes_its_whole_way_at_a_screen(screen: Callable[..., Screen], past: Past) -> None:
    past.office.assessment()
    past.let_it_be(date(2010, 3, 9))
    sam = screen("sam")
    request = asked_for(sam)
    boris, bea, mia = screen("boris"), screen("bea"), screen("mia")
    for each in (boris, bea, mia):
        each.page.set_default_timeout(PATIENCE)
    drawn(boris, request)
    tried(boris, request, past)
    put_to_the_board(boris)
    bea.go("/board")
    bea.check()
    bea.follow("Ten working days")
    bea.follow("What becomes of open cases")
    assert "17 March 2010 becomes 22 March 2010" in bea.said
    bea.check()
    for member in (bea, mia):
        member.go(request)
        member.check()
        member.page.check("#approve", force=True)
        member.press("Decide")
    assert "Approved" in mia.said
    past.let_it_be(MARCH_2010)
    past.room.take_effect()

    bea.go(f"{request}/proposals/1/open-cases")
    bea.follow("The order of")
    assert "1 case of 1" in bea.said
    bea.check()
    sam.go("/")
    assert "Procedures have changed" in sam.said
    assert "Due Monday 22 March 2010" in sam.said
    sam.check()
    sam.follow("Ten working days")
    assert "Three days more." in sam.said
    sam.check()
    sam.press("I have read this")
    assert "Procedures have changed" not in sam.said
    past.require_all_verified()


def asked_for(sam: Screen) -> str:
    """Asked for from the foot of the page where it pinched; gives the request's address."""
    sam.go("/")
    with sam.page.expect_navigation():
        sam.page.get_by_role("link", name="Does this page get in your way?").click()
    assert sam.page.input_value("#about") == "Your work"
    sam.check()
    sam.page.fill("#title", "Ten working days for initial assessments")
    sam.page.fill("#wish", "Ten working days instead of seven.")
    sam.page.fill("#why", "Working Together 2010.")
    sam.page.select_option("#area", "Referral and assessment")
    sam.press("Ask for it")
    sam.check()
    return sam.page.url


def drawn(boris: Screen, request: str) -> None:
    """The draft, with each file changed as text."""
    boris.go(request)
    boris.press("Begin a draft")
    draft = boris.page.url
    for words in (LONGER, LAW):
        for name, replaced in words.items():
            boris.go(f"{draft}/text/{name}")
            text = boris.page.input_value("#text")
            for before, after in replaced:
                text = text.replace(before, after)
            boris.page.fill("#text", text)
            boris.press("Save and check")
    boris.go(draft)
    assert "It passes the gate" in boris.said
    boris.check()


def tried(boris: Screen, request: str, past: Past) -> None:
    """Last year replayed on the draft, and its scenarios played."""
    boris.go(request)
    boris.follow("Try it")
    boris.check()
    trying = boris.page.url
    boris.press("Replay last year")
    past.room.take_effect()
    boris.page.reload()
    assert "1 case of 1 looked at" in boris.said
    boris.check()
    boris.go(trying)
    boris.press("Play all scenarios")
    while play_some(past.application):
        pass
    boris.page.reload()
    assert "The scenario comes out as it says" in boris.said
    boris.check()


def put_to_the_board(boris: Screen) -> None:
    """The draft put to the board, with all that can to be moved."""
    boris.follow("Put the draft to the board")
    boris.check()
    for part, value in (("day", "17"), ("month", "3"), ("year", "2010")):
        boris.page.fill(f"#effective_on-{part}", value)
    boris.page.check("#open-initial_assessment-move", force=True)
    boris.page.fill("#notes", "Three days more.")
    boris.press("Put it to the board")
    assert "waits for the board" in boris.said
    boris.check()
