"""What practitioners do beside their records, in a real browser: parts of a form that do not apply, files attached, records shared, what is shown before an act."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from tests.browser.conftest import Screen
from tests.http.people import Office

SCREENS = Callable[..., Screen]


def test_what_leads_to_a_hidden_part_is_hidden_with_it(screen: SCREENS, office: Office) -> None:
    case = office.assessment()
    sam = screen("sam")
    sam.go(f"/children/{case}/start/closure")
    sam.check()
    sam.press("Start it")
    sam.check()
    contents = sam.page.locator("nav.app-contents li")
    assert sam.page.locator("nav.app-contents li:visible").count() < contents.count()

    sam.page.locator('[name="outcome"][value="close"]').check(force=True)
    assert sam.page.locator("nav.app-contents li:visible").count() == contents.count()
    with sam.page.expect_navigation():
        sam.page.locator("main form button[value=finish]:not([aria-hidden])").click()
    wrong = sam.page.locator(".govuk-error-summary li:visible")
    before = wrong.count()
    sam.page.locator('[name="outcome"][value="stay_open"]').check(force=True)

    assert 0 <= wrong.count() < before
    for link in sam.page.locator(".govuk-error-summary li:visible a, nav.app-contents li:visible a").all():
        assert sam.page.locator(link.get_attribute("href") or "").first.is_visible()


def test_a_file_is_attached_and_saved(screen: SCREENS, office: Office, tmp_path: Path) -> None:
    case = office.contact()
    plan = tmp_path / "plan.pdf"
    plan.write_bytes(b"%PDF-1.7 the plan")
    tess = screen("tess")
    tess.go(f"/children/{case}/attachments")
    tess.check()
    tess.press("Attach")
    tess.check(refused=True)
    assert "Say what the file is" in tess.said

    tess.page.fill("#what", "The home’s own plan")
    tess.page.set_input_files("#file", plan)
    tess.press("Attach")
    tess.check()
    with tess.page.expect_download() as saved:
        tess.page.get_by_role("link", name="The home’s own plan").first.click()
    assert Path(saved.value.path()).read_bytes() == plan.read_bytes()
    assert saved.value.suggested_filename == "plan.pdf"
    tess.follow("Withdraw")

    tess.check()


def test_pages_that_say_what_would_follow(screen: SCREENS, office: Office) -> None:
    case = office.assessment()
    pat = screen("pat")
    for path in ("end/initial_assessment.1", "allocate", "start/closure", "family/add?name=zoe"):
        pat.go(f"/children/{case}/{path}")
        pat.check()
    for sort in ("address", "kind"):
        pat.go(f"/?show=team&sort={sort}")
        pat.check()


def test_a_record_is_shared_read_and_taken_back(screen: SCREENS, office: Office) -> None:
    case = office.assessment()
    sam, carl = screen("sam"), screen("carl")
    carl.check()
    assert "Nothing is shared with you now." in carl.said
    sam.go(f"/children/{case}/records")
    sam.follow("Contact record")
    sam.follow("Share this record")
    sam.check()
    sam.press("Share it")
    sam.check(refused=True)
    assert "Select with whom it is shared" in sam.said

    sam.fill({"worker": "carl", "until-day": 20, "until-month": 4, "until-year": 2026, "reason": "To care"})
    sam.press("Share it")
    sam.check()
    carl.go("/")
    carl.check()
    carl.follow("Contact record")
    carl.check()
    sam.go(f"/children/{case}/then/2026-03-20T10:00:00Z/shared")
    sam.check()
    sam.go(f"/children/{case}/sharing")
    sam.follow("Take it back")
    sam.check()
    sam.fill({"reason": "Ava has moved"})
    sam.press("Take it back")
    sam.check()
    carl.page.reload()

    carl.check(refused=True)
    assert "This record is no longer shared with you" in carl.said
