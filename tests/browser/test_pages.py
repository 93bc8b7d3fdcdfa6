"""Each page and each of its states in a real browser: wrong, empty, overdue, refused, half typed."""

from __future__ import annotations

from collections.abc import Callable

from ics_flow.clock import ManualClock
from tests.browser.conftest import DESKTOP, Screen
from tests.http.people import PASSWORD, Office

SCREENS = Callable[..., Screen]
WRITE = "initial_assessment.1/assessment.1/write.1"


def test_signing_in(screen: SCREENS) -> None:
    stranger = screen(None)
    stranger.go("/sign-in")
    stranger.check()

    stranger.page.fill("#username", "sam")
    stranger.page.fill("#password", "wrong")
    stranger.press("Sign in")

    stranger.check(refused=True)
    assert "There is a problem" in stranger.said


def test_pages_with_nothing_on_them(screen: SCREENS, office: Office) -> None:
    case = office.contact()
    sue = screen("max")
    for path in (
        "/",
        "/?show=team",
        "/children?name=zzz",
        f"/children/{case}/records",
        f"/children/{case}/family",
    ):
        sue.go(path)
        sue.check()


def test_pages_of_a_file_that_is_overdue(screen: SCREENS, office: Office, clock: ManualClock) -> None:
    case = office.assessment()
    clock.advance(days=30)
    manager = screen("max")
    file = f"/children/{case}"
    for path in (
        "/",
        "/?show=team&sort=child",
        file,
        f"{file}/map",
        f"{file}/processes/initial_assessment.1",
        f"{file}/records",
        f"{file}/history",
        f"{file}/readers",
        f"{file}/dates/of/{WRITE}",
        f"{file}/allocate",
        f"{file}/skip/{WRITE}",
        f"{file}/start/closure",
        f"/contacts/change/{case}",
    ):
        manager.go(path)
        manager.check(refused=True)
    manager.go(f"{file}/map")
    manager.page.get_by_role("button", name="Larger").click()
    assert "Overdue" in manager.page.inner_text(".djs-overlay-container")


def test_pages_of_a_child_with_a_protection_plan(screen: SCREENS, office: Office) -> None:
    case = office.protection_plan()
    una = screen("una")
    for path in ("", "/map", "/enquiry"):
        una.go(f"/children/{case}{path}")
        una.check()
    una.go("/children/enquiry?name=ava")
    una.check()


def test_a_correction_from_the_record_to_the_history(screen: SCREENS, office: Office) -> None:
    case = office.assessment()
    pat = screen("pat")
    pat.go(f"/children/{case}/records")
    pat.follow("Referral and Information Record")
    pat.check()
    pat.follow("Put this record right")
    pat.check()
    show = "main form button[value=preview]:not([aria-hidden])"
    with pat.page.expect_navigation():
        pat.page.locator(show).click()
    pat.check(refused=True)
    assert "Say why the record is wrong" in pat.said

    pat.fill({"received_on-day": "19", "_why": "Typed wrong"})
    with pat.page.expect_navigation():
        pat.page.locator(show).click()
    pat.check()
    assert "due 2 April 2026 instead of 7 April 2026" in pat.said
    pat.press("Go back and change it")
    assert pat.page.input_value("[name=received_on-day]") == "19"
    with pat.page.expect_navigation():
        pat.page.locator(show).click()
    pat.press("Put it right")
    pat.check()
    assert "Corrected: Date the referral was received" in pat.said


def test_a_child_who_may_be_known_already_is_asked_about(screen: SCREENS, office: Office) -> None:
    office.contact("Ava", "Example")
    tess = screen("tess")
    tess.go("/contacts/new?name=Ava+Example")
    tess.press("Begin the contact record")

    tess.check()
    assert "Is it one of these children?" in tess.said


def test_adding_to_the_family(screen: SCREENS, office: Office) -> None:
    case = office.contact("Ava")
    office.contact("Ben")
    tess = screen("tess")
    tess.go(f"/children/{case}/family/add?name=ben")
    tess.check()
    tess.press("Add to the family")
    tess.check(refused=True)
    assert "Select who it is" in tess.said


def test_closing_with_something_undone_asks(screen: SCREENS, office: Office) -> None:
    case = office.asked_elsewhere()
    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="no_further_action")
    office.do("pat", case, "Initial assessment", decision="authorise")
    office.do("sam", case, "Closure record", outcome="close")
    pat = screen("pat")
    pat.go("/")
    pat.check()
    pat.go(f"/children/{case}/tasks/closure.1/record.1/authorise.1")
    pat.fill(office.fields(case, "closure#1/record#1/authorise#1", decision="authorise"))
    with pat.page.expect_navigation():
        pat.page.locator("main form button[value=finish]:not([aria-hidden])").click()

    pat.check(refused=True)
    assert "Still to be done outside" in pat.said
    pat.page.get_by_label("Close the case with these still to be done").check()
    with pat.page.expect_navigation():
        pat.page.locator("main form button[value=finish]:not([aria-hidden])").click()
    assert "Case closed" in pat.said


def test_a_narrow_screen_has_the_list_in_place_of_the_map(screen: SCREENS, office: Office) -> None:
    case = office.contact()
    tess = screen("tess")
    tess.page.set_viewport_size({"width": 400, "height": 800})
    tess.go(f"/children/{case}/map")

    assert "The picture needs a wider screen." in tess.said
    assert not tess.page.locator("[data-canvas]").is_visible()
    tess.page.set_viewport_size(DESKTOP)
    tess.page.locator("[data-diagram=drawn]").wait_for()
    assert "The picture needs a wider screen." not in tess.said


def test_whoever_has_been_still_for_long_is_asked_before_being_signed_out(
    screen: SCREENS, office: Office
) -> None:
    case = office.contact()
    tess = screen("tess")
    tess.page.clock.install()
    tess.go(f"/children/{case}/tasks/contact.1/record.1/write.1")

    tess.page.clock.run_for("24:00")
    assert not tess.page.locator("dialog.app-stay").is_visible()
    tess.page.clock.run_for("02:00")
    dialog = tess.page.locator("dialog.app-stay")
    assert dialog.is_visible()
    assert "You will be signed out in 4 minutes." in dialog.inner_text()
    with tess.page.expect_response("**/stay"):
        dialog.get_by_role("button", name="Stay signed in").click()

    tess.page.clock.run_for("02:00")
    assert not dialog.is_visible()
    tess.page.clock.run_for("30:00")
    assert "You have been signed out. What you have typed is kept" in dialog.inner_text()


def test_a_form_with_errors_leads_to_them_and_keeps_what_was_typed(screen: SCREENS, office: Office) -> None:
    office.contact()
    tess = screen("tess")
    tess.follow("Contact record")
    tess.fill({"contacted_on-day": "31", "contacted_on-month": "2", "contacted_on-year": "2026"})
    with tess.page.expect_navigation():
        tess.page.locator("main form button[value=finish]:not([aria-hidden])").click()

    tess.check(refused=True)
    assert tess.page.evaluate("document.activeElement.className").startswith("govuk-error-summary")
    assert tess.page.input_value("[name=contacted_on-day]") == "31"
    tess.page.locator(".govuk-error-summary a").first.click()
    assert tess.page.evaluate("document.activeElement.name") == "contacted_on-day"


def test_typing_is_saved_by_itself_and_comes_back(screen: SCREENS, office: Office) -> None:
    case = office.contact()
    address = f"/children/{case}/tasks/contact.1/record.1/write.1"
    tess = screen("tess")
    tess.go(address)
    area = tess.page.locator("textarea:visible").first
    name = area.get_attribute("name")

    area.fill("She did not want to go home.")
    tess.page.get_by_text("Saved at").wait_for()
    tess.check()
    tess.go("/")
    assert "Draft saved" in tess.said
    tess.go(address)

    assert tess.page.input_value(f"[name={name}]") == "She did not want to go home."


def test_the_keyboard_alone_reaches_the_form(screen: SCREENS, office: Office) -> None:
    office.contact()
    tess = screen("tess")
    tess.page.keyboard.press("Tab")
    assert tess.page.evaluate("document.activeElement.textContent").strip() == "Skip to main content"
    tess.page.keyboard.press("Enter")
    assert tess.page.evaluate("document.activeElement.id") == "main-content"


def test_refusals(screen: SCREENS, office: Office) -> None:
    case = office.assessment()
    olga, sue = screen("olga"), screen("sue")

    olga.go(f"/children/{case}")
    olga.check(refused=True)
    assert "Not found, or not yours to see" in olga.said
    sue.go(f"/children/{case}/tasks/{WRITE}")
    sue.check(refused=True)
    assert "This is for: allocated worker." in sue.said


def test_a_record_that_was_sent_back(screen: SCREENS, office: Office) -> None:
    case = office.assessment()
    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="no_further_action")
    office.do("pat", case, "Initial assessment", decision="reject", reasons="Say what Ava herself wants.")
    sam = screen("sam")

    sam.go(f"/children/{case}/tasks/initial_assessment.1/assessment.1/write.2")

    sam.check()
    assert "Say what Ava herself wants." in sam.said


def test_what_is_to_be_done_outside_until_it_is_noted(screen: SCREENS, office: Office) -> None:
    case = office.asked_elsewhere()
    sam = screen("sam")

    sam.go(f"/children/{case}")
    sam.check()
    assert "To be done outside" in sam.said
    with sam.page.expect_navigation():
        sam.page.locator("main a[href*='/outside/']").first.click()
    sam.check()
    sam.page.locator("main textarea").fill("Written on paper on 9 April.")
    with sam.page.expect_navigation():
        sam.page.locator("main form button:not([aria-hidden])").last.click()

    sam.check()
    assert "To be done outside" not in sam.said


def test_ending_a_procedure_before_its_end(screen: SCREENS, office: Office) -> None:
    case = office.assessment()
    pat = screen("pat")

    pat.go(f"/children/{case}/end/initial_assessment.1")

    pat.check()


def test_what_was_typed_before_the_session_ran_out_is_still_there(
    screen: SCREENS, office: Office, wall: ManualClock
) -> None:
    case = office.contact()
    address = f"/children/{case}/tasks/contact.1/record.1/write.1"
    tess = screen("tess")
    tess.go(address)
    name = tess.page.locator("textarea").first.get_attribute("name")
    tess.page.locator("textarea").first.fill("She did not want to go home.")

    wall.advance(hours=1)
    with tess.page.expect_navigation():
        tess.page.locator("main form button[value=save]").first.click()
    tess.check(refused=True)
    tess.page.fill("#username", "tess")
    tess.page.fill("#password", PASSWORD)
    tess.press("Sign in")
    tess.check()
    tess.press("Send it now")
    tess.go(address)

    assert tess.page.input_value(f"[name={name}]") == "She did not want to go home."
