"""Files attached over the pages: sent by whoever may, handed out to be saved and never to be shown, withdrawn."""

from __future__ import annotations

from io import BytesIO

from werkzeug.test import TestResponse

from ics_flow.domain.attachments import MOST_BYTES
from tests.http.people import OURS, Browser, Office

PLAN = b"%PDF-1.7 the home's own plan"


def attach(browser: Browser, case: str, body: bytes, name: str = "plan.pdf", **other: str) -> TestResponse:
    """Send a file from the page of attachments."""
    address = f"/children/{case}/attachments"
    browser.get(address)
    sent = {
        "form_token": browser.token(),
        "command_id": browser.command(),
        "what": "The home’s own plan",
        "file": (BytesIO(body), name),
        **other,
    }
    browser.response = browser.client.post(
        address, data=sent, headers=OURS, content_type="multipart/form-data"
    )
    if browser.response.status_code == 303:
        browser.get(address)
    return browser.response


def test_a_file_is_attached_and_handed_out_to_be_saved(office: Office) -> None:
    case = office.assessment()
    sam, pat = office.at("sam"), office.at("pat")

    attach(sam, case, PLAN, "Plan für Zoë.pdf")
    assert "The home’s own plan (PDF, 1 kB)" in sam.said
    assert "Attached by Sam Sutton, 20 March 2026 at 10:00am" in sam.said
    pat.get(f"/children/{case}/attachments")
    response = pat.client.get(pat.link("The home’s own plan"))

    assert response.data == PLAN
    assert response.headers["Content-Type"] == "application/pdf"
    assert response.headers["Content-Disposition"].startswith("attachment; filename=")
    assert "filename*=UTF-8''Plan%20f%C3%BCr%20Zo%C3%AB.pdf" in response.headers["Content-Disposition"]
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert response.headers["Cache-Control"] == "no-store"
    pat.get(f"/children/{case}/history")
    assert "Attached: The home’s own plan (Plan für Zoë.pdf)" in pat.said
    manager = office.at("max")
    manager.get(f"/children/{case}/readers")
    assert "attached file" in manager.said


def test_what_is_wrong_with_a_file_is_said_and_nothing_is_attached(office: Office) -> None:
    case = office.assessment()
    sam = office.at("sam")

    attach(sam, case, b"MZ\x90\x00", "plan.pdf")
    assert sam.status == 422
    assert "This kind of file is not taken." in sam.said
    assert 'value="The home’s own plan"' in sam.html
    attach(sam, case, PLAN, what=" ")
    assert "Say what the file is" in sam.said
    attach(sam, case, b"", "")
    assert "Choose a file" in sam.said
    attach(sam, case, b"a" * (MOST_BYTES + 1))
    assert "The file is too large" in sam.said
    attach(sam, case, b"a" * (2 * MOST_BYTES))
    assert sam.status == 413
    sam.get(f"/children/{case}/attachments")

    assert "Nothing has been attached yet." in sam.said


def test_who_may_not_attach_is_not_offered_it_and_strangers_see_nothing(office: Office) -> None:
    case = office.assessment()
    attach(office.at("sam"), case, PLAN)
    address = office.at("sam").link("The home’s own plan")

    ada, olga = office.at("ada"), office.at("olga")
    ada.get(f"/children/{case}/attachments")
    assert "Attach a file" not in ada.said
    sent = {"form_token": ada.token(), "what": "A plan", "file": (BytesIO(PLAN), "plan.pdf")}
    assert ada.client.post(f"/children/{case}/attachments", data=sent, headers=OURS).status_code == 403
    assert olga.get(f"/children/{case}/attachments").status_code == 404
    assert olga.get(address).status_code == 404
    other = office.assessment("Ben")

    assert office.at("sam").get(address.replace(case, other)).status_code == 410


def test_a_file_attached_by_mistake_is_withdrawn_with_a_reason(office: Office) -> None:
    case = office.assessment()
    sam, sue, pat = office.at("sam"), office.at("sue"), office.at("pat")
    attach(sam, case, PLAN)
    address = sam.link("The home’s own plan")
    way = sam.link("Withdraw: The home’s own plan")
    assert sue.get(way).status_code == 403
    pat.get(way)

    pat.send({"reason": ""}, to=way)
    assert "Say why the file does not belong here" in pat.said
    pat.send({"reason": "It is another child’s"}, to=way)

    assert "Withdrawn by Pat Malik, 20 March 2026 at 10:00am, because: It is another child’s" in pat.said
    assert pat.get(address).status_code == 410
    pat.get(f"/children/{case}/history")
    assert "Withdrawn, attached by mistake: The home’s own plan (plan.pdf)" in pat.said


def test_the_pages_of_the_past_and_the_film_tell_of_an_attachment(office: Office) -> None:
    case = office.assessment()
    attach(office.at("sam"), case, PLAN)
    manager = office.at("max")

    manager.get(f"/children/{case}/then/2026-03-20T10:00:00Z/history")
    assert "Attached: The home’s own plan" in manager.said
    manager.get(f"/children/{case}/replay")

    assert manager.status == 200
