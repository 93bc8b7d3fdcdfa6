"""Drafts at a screen: a diagram drawn with mouse and keyboard, a form with its editor, findings that lead to their element, two versions side by side."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from engine import read_pathways
from ics_flow.application import Application
from tests.browser.conftest import PATIENCE, Screen

ASSESSMENT = "bpmn/initial_assessment.bpmn"
REFERRAL = "forms/referral.form"
SAVE_AGAIN = """async xml => {
  const { modeler } = document.querySelector('[data-modeler]');
  await modeler.importXML(xml);
  return (await modeler.saveXML({ format: true })).xml;
}"""
SAVED = re.compile(r"Saved at \d")


@pytest.fixture
def boris(screen: Callable[..., Screen]) -> Screen:
    """A process owner at a screen."""
    found = screen("boris")
    found.page.set_default_timeout(PATIENCE)
    return found


@pytest.fixture
def draft(boris: Screen) -> str:
    """The address of a draft that was just begun."""
    boris.go("/board/drafts")
    boris.page.fill("#title", "Assessments anew")
    boris.press("Begin a draft")
    return boris.page.url


def bytes_of(boris: Screen, draft: str, name: str) -> bytes:
    return boris.page.request.get(f"{draft}/file/{name}").body()


def opened(boris: Screen, draft: str, name: str, *, element: str = "") -> None:
    boris.go(f"{draft}/diagram/{name}?element={element}")
    boris.page.locator("[data-modeler=drawn]").wait_for()


def append(page: Page, words: str) -> None:
    """Add an element after the one that is selected, with keys alone."""
    page.keyboard.press("a")
    expect(page.locator(".djs-popup input")).to_be_focused()
    page.keyboard.type(words)
    expect(page.locator(".djs-popup .entry.selected")).to_contain_text(words)
    page.keyboard.press("Enter")


def test_a_drawn_change_is_kept_told_in_words_and_found_again(boris: Screen, draft: str) -> None:
    page = boris.page
    opened(boris, draft, ASSESSMENT)
    boris.check()
    page.locator('[data-element-id="assessment"]').click()
    page.locator('[data-element-id="what_follows_label"]').dblclick()
    page.keyboard.press("Control+A")
    page.keyboard.type("What comes next?")
    page.locator("[data-canvas] svg[data-element-id]").click(position={"x": 5, "y": 5})

    expect(page.locator("[data-save-status]")).to_have_text(SAVED, timeout=PATIENCE)
    expect(page.locator("[data-steps]")).to_contain_text("What comes next?", timeout=PATIENCE)

    opened(boris, draft, ASSESSMENT)
    assert "What comes next?" in page.locator("[data-canvas]").inner_text()
    assert b'name="What comes next?"' in bytes_of(boris, draft, ASSESSMENT)


def test_an_element_is_added_by_keyboard_alone_and_gets_its_id_from_its_name(
    boris: Screen, draft: str
) -> None:
    page = boris.page
    opened(boris, draft, ASSESSMENT, element="go_on")

    append(page, "User task")
    page.keyboard.type("Ring the school")
    page.locator("[data-canvas] svg[data-element-id]").click(position={"x": 5, "y": 5})

    expect(page.locator("[data-found]")).to_contain_text("ring_the_school", timeout=PATIENCE)
    page.locator("[data-found] a", has_text="ring_the_school").first.click()
    expect(page.locator('[data-element-id="ring_the_school"].selected')).to_have_count(1)
    assert page.locator(".app-found", has_text="Finding").count() >= 1
    boris.check()


def test_what_the_profile_refuses_is_not_offered(boris: Screen, draft: str) -> None:
    page = boris.page
    opened(boris, draft, ASSESSMENT, element="assessment")

    expect(page.locator("[data-panel]")).to_contain_text("Input mapping")
    said = page.locator("[data-panel]").inner_text()
    for refused in ("Execution listeners", "Multi-instance", "Headers", "Job priority"):
        assert refused not in said
    page.keyboard.press("r")
    menu = page.locator(".djs-popup")
    menu.wait_for()
    assert "User task" in menu.inner_text()
    assert "Service task" not in menu.inner_text()


def test_a_record_is_drawn_from_our_template(boris: Screen, draft: str) -> None:
    page = boris.page
    opened(boris, draft, ASSESSMENT, element="go_on")

    append(page, "Record")

    expect(page.locator("[data-panel]")).to_contain_text("Written by")
    expect(page.locator("[data-save-status]")).to_have_text(SAVED, timeout=PATIENCE)
    assert b'processId="complete_record"' in bytes_of(boris, draft, ASSESSMENT).split(b'ics_flow.record"')[1]


def test_every_shipped_diagram_that_is_saved_by_the_editor_means_the_same(
    boris: Screen, draft: str, application: Application
) -> None:
    files = {name: body for name, body in application.release.files.items() if name.endswith(".bpmn")}
    opened(boris, draft, ASSESSMENT)
    saved = {}
    for name in sorted(files):
        saved[name] = boris.page.evaluate(SAVE_AGAIN, files[name].decode()).encode()

    before, after = read_pathways(files), read_pathways(saved)

    assert after.by_id == before.by_id


def test_a_question_added_in_the_form_editor_shows_as_practitioners_will_see_it(
    boris: Screen, draft: str
) -> None:
    page = boris.page
    boris.go(f"{draft}/form/{REFERRAL}")
    page.locator("[data-editor=drawn]").wait_for()
    boris.check()

    page.locator(".fjs-palette-field[data-field-type=textarea]").focus()
    page.keyboard.press("Enter")  # adds it, and stands on it
    page.keyboard.press("Enter")  # selects it
    page.locator("[data-entry-id=label]").locator("[contenteditable=true], textarea").first.fill(
        "What does the school say?"
    )
    page.keyboard.press("Tab")

    expect(page.locator("[data-save-status]")).to_have_text(SAVED, timeout=PATIENCE)
    expect(page.locator("[data-preview]")).to_contain_text("What does the school say?", timeout=PATIENCE)
    boris.check()


def test_two_versions_stand_side_by_side_with_what_changed_in_words(boris: Screen, draft: str) -> None:
    page = boris.page
    boris.go(f"{draft}/text/{ASSESSMENT}")
    text = page.input_value("#text")
    page.fill(
        "#text", text.replace("working_days_after(received_on, 10)", "working_days_after(received_on, 5)")
    )
    boris.press("Save and check")

    boris.go(f"{draft}/changes/{ASSESSMENT}")

    page.locator("[data-compare=drawn]").wait_for()
    assert "the deadline of 10 working days becomes 5 working days" in boris.said
    assert page.locator(".app-change", has_text="Changed").count() == 2
    page.get_by_role("button", name="Larger").click()
    scales = [
        each.evaluate("part => part.getCTM().a") for each in page.locator("[data-compare] .viewport").all()
    ]
    assert scales[0] == pytest.approx(scales[1], rel=1e-3)
    boris.check()


def test_the_pages_of_a_draft_are_as_every_page_must_be(boris: Screen, draft: str) -> None:
    for path in ("", f"/text/{ASSESSMENT}", f"/preview/{REFERRAL}", "/changes"):
        boris.go(f"{draft}{path}")
        boris.check()
    boris.go("/board/drafts")
    boris.check()
