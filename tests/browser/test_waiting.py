"""Pages on which something is waited for: with scripts they go on by themselves and can be held still, without scripts a link leads on."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from playwright.sync_api import Locator, expect

from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.trying import play_some
from tests.browser.conftest import PATIENCE, Screen
from tests.http.board_room import BoardRoom
from tests.http.people import Office
from web.proving import SECONDS

SCREENS = Callable[..., Screen]
ASSESSMENT = "bpmn/initial_assessment.bpmn"
HOLD = "Keep this page still"


class Awaited:
    """The pages of a change on which something is waited for: each with what is said at first, what brings it to its end, and what is said then."""

    def __init__(self, application: Application, office: Office, clock: ManualClock) -> None:
        self.application = application
        self.room = BoardRoom(application, office.at)
        office.assessment()
        clock.advance(hours=1)
        self.room.ask("Nine days")
        words = ("working_days_after(received_on, 10)", "working_days_after(received_on, 9)")
        self.room.draw(ASSESSMENT, words)

    @property
    def trying(self) -> str:
        """The page on which a draft is tried."""
        return f"{self.room.request}{self.room.draft.removeprefix('/board')}/what-if"

    def what_if(self) -> str:
        """What a draft would have done, asked."""
        self.room.owner.get(self.trying)
        self.room.owner.send({}, to=self.trying)
        with self.application.reading() as reading:
            question = reading.what_ifs.next()
        assert question is not None
        return f"{self.trying}/{question.id}"

    def scenarios(self) -> str:
        """Scenarios that are to be played."""
        self.room.owner.get(self.trying)
        sent = self.room.owner.send({}, to=f"{self.room.draft}/scenarios", follow=False)
        return sent.headers["Location"]

    def order(self) -> str:
        """Open cases that are to be moved."""
        self.room.propose("2026-03-20", **{"open-initial_assessment": "move"})
        self.room.approve()
        self.application.let_changes_take_effect()
        bea = self.room.members[0]
        bea.get(f"{self.room.request}/proposals/1/open-cases")
        return bea.link("The order of")

    def play(self) -> None:
        """Have the scenarios played."""
        while play_some(self.application):
            pass
        play_some(self.application)


@pytest.fixture
def awaited(application: Application, office: Office, clock: ManualClock, app: Flask) -> Awaited:
    app.config["LOOKS_AGAIN_SECONDS"] = 0.2
    return Awaited(application, office, clock)


@contextmanager
def waited_for(screen: Screen) -> Iterator[Locator]:
    """The page is as every page must be, waits, and then goes on by itself until it has come to its end; the keyboard stays where it was."""
    page = screen.page
    hold = page.get_by_role("button", name=HOLD)
    hold.wait_for()
    screen.check()
    page.locator("#look-again").focus()
    yield page.locator("main")
    expect(hold).to_have_count(0, timeout=PATIENCE)
    assert page.evaluate("document.activeElement.hasAttribute('data-waits')"), (
        "the link is gone: its part has the keyboard"
    )
    screen.check()


def test_a_page_goes_on_by_itself_to_its_end(screen: SCREENS, awaited: Awaited) -> None:
    boris = screen("boris")
    said = boris.page.get_by_role("status")
    boris.go(awaited.what_if())
    with waited_for(boris) as page:
        expect(page).to_contain_text("0 cases of 1 looked at")
        awaited.room.take_effect()
    expect(page).to_contain_text("1 case of 1 looked at")
    expect(page).to_contain_text("Dates that would have moved")
    expect(said).to_contain_text("1 case of 1 looked at. What it would have done")

    boris.go(awaited.scenarios())
    with waited_for(boris) as page:
        expect(page).to_contain_text("The scenarios are being played")
        awaited.play()
    expect(page).to_contain_text("The draft has no scenarios.")

    bea = screen("bea")
    bea.go(awaited.order())
    with waited_for(bea) as page:
        expect(page).to_contain_text("0 cases of 1")
        awaited.room.take_effect()
    expect(page).to_contain_text("1 case of 1")
    bea.press("Move them back where nothing has followed")
    expect(page).to_contain_text("Look again")


def test_a_page_that_goes_on_keeps_the_keyboard_where_it_is_and_stands_still_when_told(
    screen: SCREENS, awaited: Awaited
) -> None:
    awaited.room.try_it()
    bea = screen("bea")
    page = bea.page
    bea.go(awaited.order())
    button = page.get_by_role("button", name="Stop", exact=True)
    first = button.element_handle()
    assert first is not None
    button.focus()
    expect(button).to_be_focused()
    page.wait_for_function("button => !button.isConnected", arg=first, timeout=PATIENCE)

    expect(button).to_be_focused()  # it is another one by now
    hold = page.get_by_role("button", name=HOLD)
    hold.click()
    awaited.room.take_effect()
    page.wait_for_timeout(1_000)  # in which the page would have gone on a few times
    expect(page.locator("main")).to_contain_text("0 cases of 1")
    page.get_by_role("button", name="Let this page go on").click()
    expect(page.locator("main")).to_contain_text("1 case of 1")
    bea.check()


def test_who_was_signed_out_meanwhile_is_told_that_the_page_goes_on_no_more(
    screen: SCREENS, awaited: Awaited
) -> None:
    boris = screen("boris")
    boris.go(awaited.what_if())
    boris.page.get_by_role("button", name=HOLD).wait_for()

    boris.page.context.clear_cookies()

    expect(boris.page.get_by_role("status")).to_contain_text("goes on no more by itself")
    expect(boris.page.get_by_role("button", name=HOLD)).to_have_count(0)
    expect(boris.page.locator("main")).to_contain_text("0 cases of 1 looked at")


def test_without_scripts_a_link_leads_on_and_nothing_goes_on_by_itself(
    screen: SCREENS, awaited: Awaited
) -> None:
    boris = screen("boris", scripts=False)
    for asked, awaits in ((awaited.what_if, "0 cases of 1"), (awaited.scenarios, "being played")):
        boris.go(asked())
        assert awaits in boris.said
        assert boris.page.locator("meta[http-equiv=refresh]").count() == 0
        awaited.room.take_effect()
        awaited.play()
        boris.follow("Look again")
        assert awaits not in boris.said
        assert "Look again" not in boris.said


def test_the_proof_of_all_histories_goes_on_by_itself(screen: SCREENS, office: Office, app: Flask) -> None:
    app.config[SECONDS] = 0
    office.referral()
    ada = screen("ada")

    ada.go("/proving/all")

    expect(ada.page.locator("main")).to_contain_text(re.compile(r"Yes\. All \d+ entries of 3 histories"))
    expect(ada.page.get_by_role("status")).to_contain_text("3 histories of 3")
    ada.check()
