"""Drafts of releases at a browser without scripts: files changed as text, taken in and handed out, and what stands in a draft's way."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping

import pytest

from ics_flow.application import Application
from ics_flow.board.files import read_scenarios
from ics_flow.calendar import england
from ics_flow.trying import play_some
from tests.http.conftest import ROOT
from tests.http.people import OURS, Browser

ASSESSMENT = "bpmn/initial_assessment.bpmn"
PERIOD = "working_days_after(received_on, 10)"
SCENARIO = "bpmn/scenarios/contact_no_further_action.yaml"
OTHER_SCENARIO = "bpmn/scenarios/a_late_assessment_stays_a_draft.yaml"


@pytest.fixture
def boris(as_worker: Callable[[str], Browser]) -> Browser:
    """A process owner at a browser."""
    return as_worker("boris")


@pytest.fixture
def draft(boris: Browser) -> str:
    """The address of a draft that was just begun."""
    return begun(boris)


def begun(browser: Browser, title: str = "Assessments in 45 working days") -> str:
    browser.get("/board/drafts")
    browser.post(
        "/board/drafts", {"title": title, "request": "", "command_id": browser.command()}, follow=True
    )
    found = re.search(r"/board/drafts/[a-z0-9]{32}", browser.html)
    assert found, browser.said
    return found[0]


def save(browser: Browser, draft: str, name: str, *replaced: tuple[str, str], **fields: object) -> None:
    """Change words of a file on its page."""
    browser.get(f"{draft}/text/{name}")
    sent = browser.fields()
    text = str(sent["text"][0])  # type: ignore[index]
    for old, new in replaced:
        assert old in text
        text = text.replace(old, new)
    text = text.replace("\r\n", "\n").removeprefix("\n").replace("\n", "\r\n")  # as a browser sends it
    browser.post(
        f"{draft}/text/{name}",
        {**sent, "text": text, "command_id": browser.command(), "do": "save", **fields},
        follow=True,
    )


def take_in(browser: Browser, draft: str, name: str, content: bytes, **fields: str) -> None:
    browser.get(draft)
    browser.response = browser.client.post(
        f"{draft}/import",
        data={"form_token": browser.token(), "file": (io.BytesIO(content), name), **fields},
        headers=OURS,
        content_type="multipart/form-data",
    )
    if browser.status == 303:
        browser.get(draft)


def zipped(files: Mapping[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return made.getvalue()


def exported(browser: Browser, draft: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(browser.client.get(f"{draft}/export").data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def test_only_who_may_draft_changes_and_nobody_else_but_the_board_looks(
    as_worker: Callable[[str], Browser], draft: str
) -> None:
    sam, ada = as_worker("sam"), as_worker("ada")

    assert sam.get(draft).status_code == 403
    assert ada.get(draft).status_code == 200
    assert "Begin a draft" not in ada.said
    ada.get(f"{draft}/text/{ASSESSMENT}")
    assert "Save and check" not in ada.said
    ada.get("/")
    sent = {"text": "x", "command_id": "a" * 32, "draft_version": "0"}
    assert ada.post(f"{draft}/text/{ASSESSMENT}", sent).status_code == 403
    assert ada.post("/board/drafts", {"title": "x", "command_id": "b" * 32}).status_code == 403
    assert ada.post(f"{draft}/scenarios", {"command_id": "c" * 32}).status_code == 403


def test_a_new_draft_changes_nothing_and_cannot_go_to_the_board(boris: Browser, draft: str) -> None:
    boris.get(draft)

    assert "What keeps it from the board" in boris.said
    assert "The draft changes nothing yet." in boris.said


def test_a_changed_period_is_told_in_plain_words_and_passes_the_gate(boris: Browser, draft: str) -> None:
    save(boris, draft, ASSESSMENT, (PERIOD, "working_days_after(received_on, 5)"))

    boris.get(draft)
    assert "It passes the gate" in boris.said
    assert "the deadline of 10 working days becomes 5 working days after" in boris.said
    boris.get(f"{draft}/changes/{ASSESSMENT}")
    assert "As the draft has it" in boris.said


def test_what_the_gate_finds_points_at_its_element(boris: Browser, draft: str) -> None:
    save(boris, draft, ASSESSMENT, (PERIOD, "working_days_after(received_on, 45)"))

    assert "What the gate finds here" in boris.said
    boris.get(draft)
    assert "What keeps it from the board" in boris.said
    href = boris.link(ASSESSMENT)
    assert "element=assessment" in href
    told = boris.client.get(f"{draft}/findings").get_json()
    assert not told["passes"]
    assert [(each["file"], each["element"]) for each in told["findings"]] == [(ASSESSMENT, "assessment")]
    boris.get(href)
    assert boris.status == 200
    assert "The same in words" in boris.said


def test_a_file_that_somebody_else_saved_meanwhile_is_not_written_over_and_the_text_is_kept(
    boris: Browser, draft: str
) -> None:
    boris.get(f"{draft}/text/{ASSESSMENT}")
    page = {"text": "mine, a longer text", "draft_version": "0", "command_id": boris.command(), "do": "save"}
    save(boris, draft, ASSESSMENT, (PERIOD, "working_days_after(received_on, 5)"))

    boris.post(f"{draft}/text/{ASSESSMENT}", page)

    assert boris.status == 409
    assert "Somebody else saved this file meanwhile" in boris.said
    assert "mine, a longer text" in boris.html
    assert 'name="draft_version" value="1"' in boris.html


def test_a_page_that_saves_itself_is_told_when_it_was_saved(boris: Browser, draft: str) -> None:
    boris.get(f"{draft}/text/{ASSESSMENT}")

    answer = boris.post(f"{draft}/keep/{ASSESSMENT}", {"text": "<bpmn", "draft_version": "0"})
    again = boris.client.post(
        f"{draft}/keep/{ASSESSMENT}",
        data={"text": "<other", "draft_version": "0", "form_token": _token(boris, draft)},
        headers=OURS,
    )

    assert answer.json == {"message": "Saved at 10:00am", "draft_version": 1}
    assert again.status_code == 409
    assert "What you did is still on this page." in again.get_json()["message"]


def _token(browser: Browser, draft: str) -> str:
    browser.get(f"{draft}/text/{ASSESSMENT}")
    return browser.token()


def test_a_file_is_added_taken_away_and_put_back(boris: Browser, draft: str) -> None:
    boris.get(draft)
    boris.post(
        f"{draft}/add", {"kind": "form", "name": "visit_note", "command_id": boris.command()}, follow=True
    )
    assert "Visit note" in boris.said
    boris.get(f"{draft}/preview/forms/visit_note.form")
    assert "What is said" in boris.said

    save(boris, draft, "forms/closure.form", do="remove")
    assert "Taken away" in boris.said
    boris.post(
        f"{draft}/text/forms/closure.form", {"do": "put_back", "command_id": boris.command()}, follow=True
    )

    files = exported(boris, draft)
    assert "forms/visit_note.form" in files
    assert files["forms/closure.form"] == (ROOT / "forms" / "closure.form").read_bytes()


@pytest.mark.parametrize("name", ["Visit Note", "../x", ""])
def test_a_file_is_not_added_under_any_other_name(boris: Browser, draft: str, name: str) -> None:
    boris.get(draft)
    boris.post(f"{draft}/add", {"kind": "form", "name": name, "command_id": boris.command()})

    assert boris.status == 422
    assert "small letters, digits and underlines" in boris.said


def test_a_form_is_tried_as_practitioners_will_see_it(boris: Browser, draft: str) -> None:
    boris.get(f"{draft}/preview/forms/referral.form")
    assert "Date the referral was received" in boris.said

    boris.post(f"{draft}/preview/forms/referral.form", {"do": "check"})

    assert "Enter the date the referral was received" in boris.said
    assert boris.status == 200


def test_the_calendar_is_dates_one_a_line(boris: Browser, draft: str) -> None:
    save(boris, draft, "calendar.txt", ("years 2000 to 2040", "years 2000 to 2040\n2026-06-15 Jubilee"))
    boris.get(draft)
    assert "Monday 15 June 2026 does not count: Jubilee." in boris.said
    assert "It passes the gate" in boris.said

    save(boris, draft, "calendar.txt", ("2026-06-15 Jubilee", "2026-06-31 Jubilee"))
    assert "line 3 : Write a real date and its name" in boris.said


def test_the_whole_draft_goes_out_and_comes_in_again_to_the_byte(
    boris: Browser, draft: str, application: Application
) -> None:
    before = exported(boris, draft)
    assert before.items() >= application.release.files.items()

    take_in(boris, draft, "draft.zip", zipped(before), whole="yes")
    assert "Nothing differs from what the draft held already." in boris.said
    assert exported(boris, draft) == before

    crlf = before[ASSESSMENT].replace(b"\n", b"\r\n")
    take_in(boris, draft, "initial_assessment.bpmn", crlf)
    assert exported(boris, draft)[ASSESSMENT] == crlf
    save(boris, draft, ASSESSMENT, (PERIOD, "working_days_after(received_on, 5)"))
    assert exported(boris, draft)[ASSESSMENT] == crlf.replace(b"received_on, 10", b"received_on, 5")


def test_what_a_whole_draft_does_not_hold_is_taken_away(boris: Browser, draft: str) -> None:
    files = exported(boris, draft)
    del files["forms/closure.form"]

    take_in(boris, draft, "draft.zip", zipped(files), whole="yes")

    assert "forms/closure.form" not in exported(boris, draft)


DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><definitions/>'


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("contact.bpmn", DOCTYPE, "has a DOCTYPE"),
        ("referral.form", b"<bpmn/>", "is not what its name says"),
        ("draft.zip", b"not a zip", "is not a zip that can be read"),
        ("draft.zip", zipped({"../../etc/passwd": b"x"}), "is no file of a draft"),
    ],
)
def test_an_upload_that_is_not_what_it_says_is_refused_with_a_sentence(
    boris: Browser, draft: str, name: str, content: bytes, said: str
) -> None:
    before = exported(boris, draft)

    take_in(boris, draft, name, content)

    assert boris.status == 422
    assert said in boris.said
    assert exported(boris, draft) == before


def test_two_drafts_that_touch_the_same_element_say_so_on_both(boris: Browser, draft: str) -> None:
    other = begun(boris, "Assessments in seven working days")
    save(boris, draft, ASSESSMENT, (PERIOD, "working_days_after(received_on, 5)"))
    boris.get(draft)
    assert "Another draft changes the same" not in boris.said

    save(boris, other, ASSESSMENT, (PERIOD, "working_days_after(received_on, 7)"))

    for one, title in (
        (draft, "Assessments in seven working days"),
        (other, "Assessments in 45 working days"),
    ):
        boris.get(one)
        assert "Another draft changes the same" in boris.said
        assert title in boris.said


def test_a_draft_that_is_behind_is_brought_up_to_date_and_says_what_both_changed(
    boris: Browser, draft: str, application: Application
) -> None:
    save(boris, draft, ASSESSMENT, (PERIOD, "working_days_after(received_on, 5)"))
    save(boris, draft, "forms/closure.form", ('"label": "', '"label": "Now: '))
    files = dict(application.release.files)
    files[ASSESSMENT] = files[ASSESSMENT].replace(PERIOD.encode(), b"working_days_after(received_on, 7)")
    files["forms/codes/consent.yaml"] = files["forms/codes/consent.yaml"].replace(b"Refused", b"Declined")
    application.publish(files, england(), name="Second", actor="max")

    boris.get(draft)
    assert "Something else was published since this draft was begun" in boris.said
    assert "Bring the draft up to date." in boris.said
    boris.post(f"{draft}/bring-up-to-date", {"command_id": boris.command()}, follow=True)

    assert "Something else was published" not in boris.said
    assert "The release in force has changed this file as well." in boris.said
    assert "becomes 5 working days" in boris.said
    assert b"Declined" in exported(boris, draft)["forms/codes/consent.yaml"]
    save(boris, draft, ASSESSMENT, do="settle")
    boris.get(draft)
    assert "It passes the gate" in boris.said


def test_scenarios_come_with_a_release_and_are_played_on_the_draft(
    boris: Browser, application: Application
) -> None:
    publish_with(application, SCENARIO)
    draft = begun(boris)
    page = played(boris, draft)
    assert "The scenarios are being played. 0 scenarios of 1 played" in boris.said
    while play_some(application):
        pass
    play_some(application)
    boris.get(page)
    assert "The scenario comes out as it says" in boris.said
    assert "Put the draft to the board" not in boris.said  # it is for no request
    assert boris.link("Assessments in 45 working days") == draft

    save(boris, draft, SCENARIO, ("status: authorised", "status: finalised"))
    page = played(boris, draft)
    play_some(application)
    boris.get(page)

    assert "1 scenario does not come out as it says" in boris.said
    assert f"{SCENARIO} : step 6" in boris.said


def test_scenarios_that_the_draft_changes_are_played_first(boris: Browser, application: Application) -> None:
    publish_with(application, OTHER_SCENARIO, SCENARIO)
    draft = begun(boris)
    save(boris, draft, SCENARIO, ("status: authorised", "status: finalised"))
    page = played(boris, draft)

    assert play_some(application, seconds=0) == 1

    boris.get(page)
    assert "1 scenario of 2 played" in boris.said
    assert f"{SCENARIO} : step 6" in boris.said


def publish_with(application: Application, *names: str) -> None:
    """Put the release in force again, with shipped scenarios."""
    shipped = read_scenarios(ROOT / "bpmn")
    scenarios = {name: shipped[name] for name in names}
    application.publish(application.release.files, england(), name="Again", actor="max", scenarios=scenarios)


def played(browser: Browser, draft: str) -> str:
    """Have the draft's scenarios played from its page; gives the address at which it says what came of them."""
    browser.get(draft)
    assert "Play all scenarios" in browser.said
    page = browser.send({}, to=f"{draft}/scenarios", follow=False).headers["Location"]
    browser.get(page)
    return str(page)


def test_a_closed_draft_is_changed_no_more(boris: Browser, draft: str) -> None:
    boris.get(draft)
    boris.post(f"{draft}/close", {"command_id": boris.command()}, follow=True)
    assert "Draft, closed" in boris.said

    boris.post(f"{draft}/text/{ASSESSMENT}", {"text": "x", "command_id": "c" * 32, "draft_version": "0"})

    assert boris.status == 409


def test_a_file_of_a_draft_is_found_by_words_of_its_title_or_its_name(boris: Browser, draft: str) -> None:
    boris.get(draft)
    assert "codes/agency.yaml" in boris.html

    boris.get(f"{draft}?find=Assessment+bpmn")

    assert "bpmn/initial_assessment.bpmn" in boris.said
    assert "forms/" not in boris.said
    assert boris.html.count("<details") == boris.html.count('<details class="govuk-details" open>') == 1
    boris.get(f"{draft}?find=no_such_file")
    assert "0 files are called so" in boris.said
    assert boris.link("All files") == f"{draft}#files"
    boris.get(f"{draft}?find=%22%3E%3Cb%3E")
    assert "<b>" not in boris.html
