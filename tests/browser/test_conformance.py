"""How procedures are kept to, in a real browser: the picture with its figures, the table that says the same, and both without scripts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ics_flow.clock import ManualClock
from ics_flow.commands.skip_task import SkipTask
from ics_flow.practice import summarise
from tests.browser.conftest import Screen
from tests.http.people import Office

SCREENS = Callable[..., Screen]


@pytest.fixture
def measured(office: Office, clock: ManualClock) -> Office:
    """A council with an assessment that was late, one that is overdue, and one that was skipped."""
    late, _, skipped = office.assessment(), office.assessment("Ben"), office.assessment("Cal")
    clock.advance(days=20)
    office.application.tick()
    office.do("sam", late, "Initial assessment", significant_harm="no", outcome="no_further_action")
    task = "initial_assessment#1/assessment#1/write#1"
    office.application.handle(
        SkipTask(command_id="skip", actor="pat", case_id=skipped, task=task, reason="Moved away")
    )
    summarise(office.application)
    return office


def test_every_page_of_figures_is_as_every_page_must_be(screen: SCREENS, measured: Office) -> None:
    ada = screen("ada")
    for path in (
        "/conformance",
        "/conformance?pathway=initial_assessment",
        "/conformance?pathway=complete_record&caller=initial_assessment/assessment",
        "/conformance?from-day=31&from-month=2&from-year=2026",
    ):
        ada.go(path)
        ada.check(refused="from-day=31" in path)


def test_the_picture_says_what_the_table_says_and_leads_on(screen: SCREENS, measured: Office) -> None:
    ada = screen("ada")
    ada.go("/conformance")
    ada.page.locator("#pathway").select_option(label="Initial assessment")
    ada.press("Show")

    ada.page.locator("[data-diagram=drawn]").wait_for()
    expect(ada.page.locator(".djs-overlay-container")).to_contain_text("! 100% late")
    expect(ada.page.locator("table")).to_contain_text("100%")
    ada.follow("Assess and write the Initial Plan")
    expect(ada.page.locator(".djs-overlay-container")).to_contain_text("! 12 days, 100% late, most time")
    ada.page.go_back()
    ada.follow("Cal Example")
    assert "Skipped: Initial assessment" in ada.said


def test_without_scripts_the_table_and_the_list_are_all_there(screen: SCREENS, measured: Office) -> None:
    ada = screen("ada", scripts=False)
    ada.go("/conformance?pathway=initial_assessment")

    assert not ada.page.locator("figure").is_visible()
    expect(ada.page.locator("table")).to_contain_text("The whole procedure")
    assert "Skipped 1 time" in ada.said
