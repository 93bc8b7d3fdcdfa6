"""A record put right over the pages: its whole form, what would follow before anything is changed, and words in place of codes."""

from __future__ import annotations

import re

from tests.http.people import Browser, Office

CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|#\d")


def form_of(office: Office, case: str, record: str, by: str = "pat") -> tuple[Browser, str]:
    """The page on which a record is put right, and its address."""
    browser = office.at(by)
    browser.get(f"/children/{case}/records")
    browser.get(browser.link(record))
    address = browser.link("Put this record right")
    browser.get(address)
    return browser, address


def test_an_answer_that_asks_for_others_is_put_right_with_them(office: Office) -> None:
    case = office.contact()
    office.do("tess", case, "Contact record", contacted_on="2026-03-20", outcome="referral")
    pat, address = form_of(office, case, "Contact record")
    fields = {**pat.fields(), "_why": "It went to the housing department."}

    pat.send({**fields, "outcome": "another_agency"}, to=address, do="preview")
    assert pat.status == 422
    assert "There is a problem" in pat.said

    fields = {**pat.fields(), "agency_referred_to": "Housing", "agency_consent": "yes"}
    pat.send(fields, to=address, do="preview")
    assert "Check before you put it right" in pat.said
    assert "Refer to another agency Recorded now: " in pat.said
    assert "Housing Recorded now: not asked" in pat.said
    assert "It went to the housing department." in pat.said
    assert not CODE.search(pat.said)

    pat.send(pat.fields(), to=address, do="correct")
    assert "Put right. What that moved stands below." in pat.said
    pat.get(f"/children/{case}/records")
    assert "Contact record, version 2" in pat.said


def test_rows_are_added_and_what_is_not_known_is_ticked(office: Office) -> None:
    case = office.assessment()
    pat, address = form_of(office, case, "Referral and Information Record")

    pat.send({**pat.fields(), "_why": "Left out.", "_action": "add:household"}, to=address)
    assert 'name="household[0].name"' in pat.html
    row = {"household[0].name": "Mo Example", "household[0].relationship": "mother"}
    ticked = {
        "first_language": "",
        "first_language_not_known": "true",
        "first_language_not_known_reason": "The school will ask",
    }
    pat.send({**pat.fields(), **row, **ticked}, to=address, do="preview")

    assert "Not known: The school will ask" in pat.said
    assert "Mo Example" in pat.said
    assert "No date and no task would change" in pat.said
    pat.send(pat.fields(), to=address, do="correct")
    assert "from nothing to Mo Example" in pat.said
    assert not CODE.search(pat.said)


def test_what_is_previewed_can_be_changed_again(office: Office) -> None:
    case = office.assessment()
    pat, address = form_of(office, case, "Referral and Information Record")
    pat.send({**pat.fields(), "received_on-day": "19", "_why": "Typed wrong"}, to=address, do="preview")
    assert "Initial assessment: due 2 April 2026 instead of 7 April 2026" in pat.said

    pat.send(pat.fields(), to=address, do="change")

    assert 'name="received_on-day" type="text" value="19"' in pat.html
    assert "Typed wrong" in pat.html


def test_a_page_sent_back_as_it_was_changes_nothing(office: Office) -> None:
    case = office.assessment()
    pat, address = form_of(office, case, "Referral and Information Record")

    pat.send({**pat.fields(), "_why": "I thought so"}, to=address, do="preview")

    assert pat.status == 409, pat.said
    assert "Nothing would change: that is what is recorded already." in pat.said


def test_where_later_acts_do_not_fit_the_preview_and_the_banner_say_so(office: Office) -> None:
    case = office.assessment()
    pat, address = form_of(office, case, "Referral and Information Record")

    pat.send(
        {**pat.fields(), "outcome": "no_further_action", "_why": "Typed wrong"}, to=address, do="preview"
    )
    assert "Only the record would be put right." in pat.said
    assert "belongs to a procedure that would then not have run" in pat.said, pat.said
    assert not CODE.search(pat.said)
    pat.send(pat.fields(), to=address, do="correct")

    assert "Nothing else was moved: the reason stands below." in pat.said
    assert not CODE.search(pat.said)


def test_what_would_be_withdrawn_and_opened_is_told_by_name(office: Office) -> None:
    case = office.referral()
    pat, address = form_of(office, case, "Contact record")

    pat.send(
        {**pat.fields(), "outcome": "no_further_action", "_why": "Typed wrong"}, to=address, do="preview"
    )

    assert "No longer to do: Referral and Information Record: write the record" in pat.said
    assert "The case is closed" in pat.said
    assert not CODE.search(pat.said)


def test_a_record_that_was_sent_back_is_not_put_right(office: Office) -> None:
    case = office.contact()
    office.do("tess", case, "Contact record", contacted_on="2026-03-20")
    office.do("pat", case, "Contact record", decision="reject", reasons="Say who else lives there.")
    pat = office.at("pat")
    pat.get(f"/children/{case}/records")
    pat.get(pat.link("Contact record"))

    assert "Put this record right" not in pat.said


def test_all_that_is_wrong_is_said_at_once_the_reason_too(office: Office) -> None:
    case = office.contact()
    office.do("tess", case, "Contact record", contacted_on="2026-03-20", outcome="referral")
    pat, address = form_of(office, case, "Contact record")
    wrong = {**pat.fields(), "outcome": "another_agency", "_why": ""}

    pat.send(wrong, to=address, do="preview")
    assert pat.status == 422
    assert "Say why the record is wrong" in pat.said
    assert pat.html.count('class="govuk-error-message"') >= 2
    pat.send({**wrong, "contacted_on-month": "x"}, to=address, do="preview")

    assert "Say why the record is wrong" in pat.said
    assert pat.html.count('class="govuk-error-message"') >= 3
