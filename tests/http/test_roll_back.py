"""A rollback over the pages: who is offered it, what it would move, and what rests on the authorisation already."""

from __future__ import annotations

import re

from ics_flow.clock import ManualClock
from tests.http.people import Browser, Office

CODE = re.compile(r"\b[a-z]+(?:_[a-z]+)+\b|#\d")
ROLLBACK = "Rollback to the authorisation stage"


def record_page(office: Office, case: str, record: str, by: str) -> Browser:
    """The page of the record, by the worker."""
    browser = office.at(by)
    browser.get(f"/children/{case}/records")
    browser.get(browser.link(record))
    return browser


def test_what_would_follow_is_shown_and_the_manager_can_then_reject_the_record(office: Office) -> None:
    case = office.referral()
    max_ = record_page(office, case, "Contact record", "max")
    address = max_.link(ROLLBACK)
    max_.get(address)
    assert "No longer to do: Referral and Information Record: write the record" in max_.said
    assert "To do: Contact record: authorise the record" in max_.said

    max_.send({"reason": ""}, to=address)
    assert max_.status == 422
    assert "Say why the record is rolled back" in max_.said
    max_.send({"reason": "It was the brother."}, to=address)

    assert "The record waits for the manager’s decision again." in max_.said
    record_page(office, case, "Contact record", "max")
    assert "Rolled back, not authorised now" in max_.said
    assert re.search("Authorised by Pat Malik on 20 March 2026 at [^,]+, and rolled back", max_.said)
    assert "because: It was the brother." in max_.said
    assert ROLLBACK not in max_.said.replace("stage by", "")
    max_.get(f"/children/{case}/history")
    assert "Contact record was rolled back to the authorisation stage" in max_.said
    assert not CODE.search(max_.said)
    office.do("pat", case, "Contact record", decision="reject", reasons="Say which child it was.")
    tess = office.at("tess")
    tess.get("/")
    assert "Say which child it was." in tess.said


def test_nobody_without_the_right_is_offered_it_or_may_do_it(office: Office) -> None:
    case = office.referral()
    position = record_page(office, case, "Contact record", "max").link(ROLLBACK)

    for worker in ("sam", "pat", "tess"):
        browser = record_page(office, case, "Contact record", worker)
        assert ROLLBACK not in browser.said
        browser.get(position)
        assert browser.status == 403


def test_a_rollback_on_which_work_rests_is_refused_with_its_name(office: Office) -> None:
    case = office.assessment()
    max_ = record_page(office, case, "Contact record", "max")
    max_.get(max_.link(ROLLBACK))

    assert max_.status == 409
    assert "“Referral and Information Record” was done on 20 March 2026" in max_.said
    assert "Put the record right instead" in max_.said


def test_the_helpdesk_may_find_a_file_and_roll_back_in_it(office: Office) -> None:
    case = office.referral()

    robin = record_page(office, case, "Contact record", "robin")
    address = robin.link(ROLLBACK)
    robin.get(address)
    robin.send({"reason": "The team asked for it."}, to=address)

    assert "Rolled back to the authorisation stage." in robin.said


def test_a_page_of_the_past_says_what_was_not_known_then_and_from_then_on_what_was(
    office: Office, clock: ManualClock
) -> None:
    case = office.referral()
    clock.advance(hours=1)
    max_ = record_page(office, case, "Contact record", "max")
    address = max_.link(ROLLBACK)
    max_.get(address)
    max_.send({"reason": "It was the brother."}, to=address)
    position = address.split("/")[4]

    max_.get(f"/children/{case}/then/2026-03-20T10:00:30Z/records/{position}")
    assert "Authorised Version 1" in max_.said
    assert "Not known then: Authorised by Pat Malik on 20 March 2026 at 10:00am, and rolled back" in max_.said
    max_.get(f"/children/{case}/then/2026-03-20T11:00:00Z/records/{position}")

    assert "Rolled back, not authorised now Version 1" in max_.said
    assert "Not known then" not in max_.said
    assert "and rolled back to the authorisation stage by Max Weston" in max_.said
