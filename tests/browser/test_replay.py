"""The film and the past in a real browser: without scripts a page an entry; with them a slider and playing, by keyboard too."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from ics_flow.clock import ManualClock
from ics_flow.domain.history import instant_text
from tests.browser.conftest import Screen
from tests.http.people import Office

SCREENS = Callable[..., Screen]
SLIDER = "[data-slider]"


@pytest.fixture
def case(office: Office, clock: ManualClock) -> str:
    """A child whose assessment is overdue."""
    found = office.assessment()
    clock.advance(days=30)
    office.application.tick()
    return found


def entry(screen: Screen) -> str:
    """What the entry that is shown is called."""
    return " ".join(screen.page.inner_text("[data-part=entry] h2").split())


def test_every_page_of_the_past_is_as_every_page_must_be(
    screen: SCREENS, case: str, clock: ManualClock
) -> None:
    ada = screen("ada")
    past = f"/children/{case}/then/{instant_text(clock())}"
    for path in (
        f"/children/{case}/history",
        f"/children/{case}/verify",
        f"/children/{case}/then",
        f"/children/{case}/then?on-day=1&on-month=1&on-year=2030",
        past,
        f"{past}/map",
        f"{past}/processes/initial_assessment.1",
        f"{past}/records",
        f"{past}/records/3",
        f"{past}/dates",
        f"{past}/history",
    ):
        ada.go(path)
        ada.check(refused="on-year" in path)
    ada.go(f"{past}/dates")
    ada.follow("Why this date")
    ada.check()


@pytest.mark.parametrize("diagram", ["pathway_map", "follow", "initial_assessment%231"])
def test_the_film_is_as_every_page_must_be(screen: SCREENS, case: str, diagram: str) -> None:
    ada = screen("ada")
    ada.go(f"/children/{case}/replay?diagram={diagram}")
    ada.page.locator("[data-diagram=drawn]").wait_for()
    assert not ada.page.locator("[data-part=words]").is_visible()
    ada.check()
    ada.page.locator(SLIDER).fill("3")
    expect(ada.page.locator("[data-part=entry] h2")).to_contain_text("Entry 3 of")
    ada.check()


def test_the_film_without_scripts_is_a_page_an_entry(screen: SCREENS, case: str) -> None:
    ada = screen("ada", scripts=False)
    ada.go(f"/children/{case}/replay?entry=1")

    assert not ada.page.locator(SLIDER).is_visible()
    assert entry(ada).endswith("The file was opened")
    ada.follow("Next")
    assert entry(ada).endswith("Contact was started")
    ada.follow("Last")
    assert "became overdue" in entry(ada)
    assert "Initial assessment Overdue" in ada.said
    ada.page.fill("[name=on-day]", "1")
    ada.press("Go there")
    assert "Entry" in entry(ada)


def test_the_slider_moves_by_keyboard_and_says_where_it_is(screen: SCREENS, case: str) -> None:
    ada = screen("ada")
    ada.go(f"/children/{case}/replay?entry=1")
    slider = ada.page.locator(SLIDER)
    slider.focus()

    ada.page.keyboard.press("ArrowRight")

    expect(ada.page.locator("[data-part=entry] h2")).to_contain_text("Entry 2 of")
    assert "Contact was started" in (slider.get_attribute("aria-valuetext") or "")
    expect(ada.page.locator("[data-said]")).to_contain_text("Contact was started")
    assert ada.page.evaluate("document.activeElement.matches('[data-slider]')")
    assert "entry=2" in ada.page.url
    assert "Entry 2 of" in ada.page.title()
    ada.page.keyboard.press("End")
    expect(ada.page.locator("[data-part=entry] h2")).to_contain_text("became overdue")
    expect(ada.page.locator("[data-film-list] [aria-current=step]")).to_contain_text("became overdue")
    ada.page.keyboard.press("Home")
    expect(ada.page.locator("[data-part=entry] h2")).to_contain_text("The file was opened")


def test_the_links_keep_the_page_and_the_focus(screen: SCREENS, case: str) -> None:
    ada = screen("ada")
    ada.go(f"/children/{case}/replay?entry=1")
    ada.page.evaluate("window.same = true")
    link = ada.page.locator("a[data-to=next]")
    link.focus()

    ada.page.keyboard.press("Enter")

    expect(ada.page.locator("[data-part=entry] h2")).to_contain_text("Entry 2 of")
    assert ada.page.evaluate("window.same && document.activeElement.dataset.to === 'next'")
    ada.page.locator("[data-film-list] a").nth(3).click()
    expect(ada.page.locator("[data-part=entry] h2")).to_contain_text("Entry 4 of")
    assert ada.page.evaluate("window.same")


@pytest.mark.parametrize(("button", "begin", "end"), [("Play", 1, 3), ("Play backwards", 5, 3)])
def test_the_film_plays_forwards_and_backwards_until_it_is_paused(
    screen: SCREENS, case: str, button: str, begin: int, end: int
) -> None:
    ada = screen("ada")
    ada.page.clock.install()
    ada.go(f"/children/{case}/replay?entry={begin}")
    shown = ada.page.locator("[data-part=entry] h2")
    ada.page.get_by_role("button", name=button, exact=True).click()

    for position in range(begin, end, 1 if end > begin else -1):
        expect(shown).to_contain_text(f"Entry {position} of")
        ada.page.clock.run_for(2_600)
    expect(shown).to_contain_text(f"Entry {end} of")
    ada.page.get_by_role("button", name="Pause").click()
    ada.page.clock.run_for(20_000)

    expect(shown).to_contain_text(f"Entry {end} of")
    expect(ada.page.get_by_role("button", name=button, exact=True)).to_be_focused()


def test_whoever_asked_for_less_motion_gets_a_slower_film(screen: SCREENS, case: str) -> None:
    ada = screen("ada")
    ada.page.emulate_media(reduced_motion="reduce")
    ada.page.clock.install()
    ada.go(f"/children/{case}/replay?entry=1")
    shown = ada.page.locator("[data-part=entry] h2")
    ada.page.get_by_role("button", name="Play", exact=True).click()

    ada.page.clock.run_for(4_000)
    expect(shown).to_contain_text("Entry 1 of")
    ada.page.clock.run_for(2_000)
    expect(shown).to_contain_text("Entry 2 of")


def test_the_marks_of_the_picture_follow_the_film(screen: SCREENS, case: str) -> None:
    ada = screen("ada")
    ada.go(f"/children/{case}/replay?diagram=initial_assessment%231")
    ada.page.locator("[data-diagram=drawn]").wait_for()
    badges = ada.page.locator(".djs-overlay-container")
    expect(badges).to_contain_text("Overdue")

    ada.page.locator("a[data-to=previous]").click()

    expect(badges).to_contain_text("Open then")
    expect(badges).not_to_contain_text("Overdue")
