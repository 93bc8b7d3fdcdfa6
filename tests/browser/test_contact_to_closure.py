"""From contact to closure in a real browser, by the roles it takes; every page on the way is looked at."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser.conftest import Screen
from tests.http.people import Office

SCREENS = Callable[..., Screen]


class Work:
    """Each worker at a screen of their own."""

    def __init__(self, screen: SCREENS, office: Office, *, scripts: bool) -> None:
        self.screen = screen
        self.office = office
        self.scripts = scripts
        self.case = ""
        self._screens: dict[str, Screen] = {}

    def at(self, worker: str) -> Screen:
        """The worker's screen."""
        if worker not in self._screens:
            self._screens[worker] = self.screen(worker, scripts=self.scripts)
        return self._screens[worker]

    def do(self, worker: str, words: str, **given: object) -> Screen:
        """Take the task from the tray, fill in its form and pass it on."""
        screen = self.at(worker)
        screen.go("/")
        screen.check()
        screen.follow(words)
        screen.check()
        address = screen.page.url
        task = address.split("/tasks/")[1].replace(".", "#")
        self.case = address.split("/")[4]
        screen.fill(self.office.fields(self.case, task, **given))
        button = screen.page.locator("main form button[value=finish]:not([aria-hidden])")
        with screen.page.expect_navigation():
            button.click()
        assert "Recorded. What happens next is shown below." in screen.said, screen.said
        screen.check()
        return screen


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_contact_to_closure(screen: SCREENS, office: Office, *, scripts: bool) -> None:
    work = Work(screen, office, scripts=scripts)
    tess = work.at("tess")
    tess.check()
    tess.page.locator("nav >> text=Record a contact").click()
    tess.check()
    tess.page.fill("#name", "ava exa")
    tess.press("Search")
    tess.check()
    assert "Nobody found" in tess.said
    tess.page.locator("main >> text=Record a contact about a new child").click()
    tess.check()
    assert tess.page.input_value("#family_name") == "Exa"
    tess.fill({"given_name": "Ava", "family_name": "Example", "address": "1 High Street"})
    tess.fill({"born-day": "1", "born-month": "5", "born-year": "2019"})
    tess.press("Begin the contact record")
    assert "The contact is begun" in tess.said

    work.do("tess", "Contact record", contacted_on="2026-03-20", contact_source="2A", outcome="referral")
    work.do("pat", "Contact record", decision="authorise")
    decided = {"received_on": "2026-03-20", "outcome": "initial_assessment", "strategy_discussion": "no"}
    work.do("sam", "Referral and Information Record", **decided)
    work.do("pat", "Referral and Information Record", decision="authorise")
    work.do("pat", "Allocate a worker", allocated_worker="sam", priority="two_days")
    work.do("sam", "Initial assessment", significant_harm="no", outcome="no_further_action")
    work.do("pat", "Initial assessment", decision="authorise")
    work.do("sam", "Closure record")
    pat = work.do("pat", "Closure record", decision="authorise")

    assert "Case closed" in pat.said
    for section in ("Map", "Records", "History", "Family"):
        pat.follow(section)
        pat.check()
    assert "The case is closed" not in pat.said
    pat.follow("History")
    assert "The case is closed" in pat.said
