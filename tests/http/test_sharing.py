"""Records shared over the pages: with a carer or a partner agency, who see what is shared with them and nothing else; taken back."""

from __future__ import annotations

import pytest
from flask import Flask

from ics_flow.clock import ManualClock
from tests.http.people import OURS, Browser, Office
from tests.http.test_rights import EXAMPLES, OPEN_TO_ALL

THEIRS = {"sharing.mine", "sharing.record", "sign_in.stay"}
"""What whoever reads only what is shared is let to once signed in."""
OWN_SIGN_IN = OPEN_TO_ALL | {"sign_in.be", "sign_in.again"}


@pytest.fixture
def case(office: Office) -> str:
    return office.assessment()


def way_to(browser: Browser, case: str, title: str) -> str:
    """The page on which the newest version of the record is shared."""
    browser.get(f"/children/{case}/records")
    browser.get(browser.link(title))
    return browser.link("Share this record")


def share(
    office: Office, case: str, worker: str = "carl", until: str = "", title: str = "Contact record"
) -> Browser:
    """Share a record from its page, as Sam does, until a day (ISO) if one is given."""
    sam = office.at("sam")
    way = way_to(sam, case, title)
    sam.get(way)
    year, month, day = until.split("-") if until else ("", "", "")
    last = {"until-day": day, "until-month": month, "until-year": year}
    sam.send({"worker": worker, **last, "reason": "To care for Ava well"}, to=way)
    return sam


def test_a_record_is_shared_from_its_page_and_read_by_whom_it_is_shared_with(
    office: Office, case: str
) -> None:
    sam = share(office, case, until="2026-04-20")
    assert "Shared. It is read from now on, and every reading is noted." in sam.said
    assert "Contact record , with Carl Carey" in sam.said
    assert "Last day: 20 April 2026" in sam.said
    assert "For: To care for Ava well" in sam.said
    sam.get(sam.link("Contact record"))
    assert "Shared with Carl Carey since 20 March 2026 at 10:00am, until 20 April 2026" in sam.said

    carl = office.at("carl")
    carl.get("/")
    assert "Shared with you" in carl.said
    assert "Shared by Sam Sutton, 20 March 2026 at 10:00am" in carl.said
    carl.get(carl.link("Contact record"))

    assert carl.status == 200
    assert "Ava Example Contact record" in carl.said
    assert "Shared with you by Sam Sutton" in carl.said
    assert "Who made the contact?" in carl.said
    sam.get(f"/children/{case}/history")
    assert "Contact record was shared with Carl Carey, until 20 April 2026" in sam.said


def test_whoever_reads_only_what_is_shared_is_let_to_no_other_page(
    app: Flask, office: Office, case: str
) -> None:
    share(office, case)
    carl = office.at("carl")
    examples = {**EXAMPLES, "case": case}

    for rule in app.url_map.iter_rules():
        if rule.endpoint in OWN_SIGN_IN | THEIRS:
            continue
        path = rule.build({name: examples[name] for name in rule.arguments})[1]  # type: ignore[index]
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            carl.get("/shared")
            sent = {"form_token": carl.html.partition('name="form_token" value="')[2].partition('"')[0]}
            answer = carl.client.open(path, method=method, data=sent, headers=OURS)
            if rule.endpoint == "tray.show":
                assert (answer.status_code, answer.headers["Location"]) == (303, "/shared")
            else:
                refused = {403, 404, 410} if "case" in rule.arguments else {403}
                assert answer.status_code in refused, (method, path)
                assert "Ava" not in answer.text

    sam = office.at("sam")
    assert sam.get(f"/children/{case}").status_code == 200, "the negative control"


def test_the_frame_of_their_pages_leads_nowhere_else(office: Office, case: str) -> None:
    share(office, case)
    carl = office.at("carl")
    carl.get("/shared")

    assert "Find a child" not in carl.html
    assert "Ask for a change" not in carl.html
    carl.get("/children")
    assert "You see the records that are shared with you, and nothing else of a file." in carl.said
    assert carl.link("Go to what is shared with you") == "/"


def test_nothing_is_shared_with_somebody_else_by_it(office: Office, case: str) -> None:
    share(office, case)
    petra, carl = office.at("petra"), office.at("carl")
    carl.get("/shared")
    address = carl.link("Contact record")

    petra.get("/")
    assert "Nothing is shared with you now." in petra.said
    assert petra.get(address).status_code == 404
    assert "Ava" not in petra.html
    assert carl.get(f"/shared/{case}/1").status_code == 404
    assert office.at("sam").get(address).status_code == 404, "who works with the child reads the file itself"


def test_each_look_is_noted_and_no_other(office: Office, case: str) -> None:
    share(office, case)
    carl, manager = office.at("carl"), office.at("max")
    carl.get("/shared")
    address = carl.link("Contact record")

    carl.get(address)
    carl.get(address)
    office.at("petra").get(address)
    manager.get(f"/children/{case}/readers")

    assert "Carl Carey By right of: shared with the reader" in manager.said
    assert manager.said.count("shared record: Contact record") == 2
    assert "no part in the case" not in manager.said
    assert "Petra Polk" not in manager.said


def test_what_is_taken_back_is_read_no_more(office: Office, case: str) -> None:
    sam, carl = share(office, case), office.at("carl")
    carl.get("/shared")
    address = carl.link("Contact record")
    way = sam.link("Take it back: Contact record, Carl Carey")

    sam.get(way)
    sam.send({"reason": " "}, to=way)
    assert (sam.status, "Say why it is taken back" in sam.said) == (422, True)
    sam.send({"reason": "Ava has moved"}, to=way)

    assert "Taken back. It is not read any more, and your reason is on the record." in sam.said
    assert "Taken back by Sam Sutton, 20 March 2026 at 10:00am, because: Ava has moved" in sam.said
    assert sam.get(way).status_code == 410
    assert carl.get(address).status_code == 403
    assert "This record is no longer shared with you" in carl.said
    carl.get("/shared")
    assert "Nothing is shared with you now." in carl.said
    sam.get(f"/children/{case}/history")
    assert "Contact record is no longer shared with Carl Carey" in sam.said


def test_after_the_last_day_it_is_read_no_more(office: Office, case: str, clock: ManualClock) -> None:
    share(office, case, until="2026-03-20")
    carl, sam = office.at("carl"), office.at("sam")
    carl.get("/shared")
    address = carl.link("Contact record")
    assert carl.get(address).status_code == 200

    clock.advance(days=1)

    assert carl.get(address).status_code == 403
    sam.get(f"/children/{case}/sharing")
    assert "Last day over" in sam.said
    assert "Take it back" not in sam.said


def test_what_is_wrong_is_said_and_nothing_is_shared(office: Office, case: str) -> None:
    sam = office.at("sam")
    way = way_to(sam, case, "Contact record")
    sam.get(way)

    sam.send({"worker": "", "until-day": "31", "until-month": "2", "until-year": "2026"}, to=way)
    assert sam.status == 422
    for words in ("Select with whom it is shared", "Enter a real date", "Say what it is shared for"):
        assert words in sam.said
    sam.send({"worker": "sue", "reason": "To read"}, to=way)
    assert "Select with whom it is shared" in sam.said, "she has the file"
    last = {"until-day": "19", "until-month": "3", "until-year": "2026"}
    sam.send({"worker": "carl", **last, "reason": "To read"}, to=way)
    assert "The last day of sharing is over already." in sam.said
    sam.get(f"/children/{case}/sharing")

    assert "Nothing of this file has been shared." in sam.said


def test_a_record_is_offered_once_to_each(office: Office, case: str) -> None:
    sam = share(office, case)
    way = way_to(sam, case, "Contact record")
    sam.get(way)
    assert "Carl Carey" not in sam.said
    assert "Petra Polk, partner agency" in sam.said

    share(office, case, "petra")
    sam.get(way)

    assert "There is nobody to share it with who does not read it already." in sam.said


@pytest.mark.parametrize(
    ("who", "offered"), [("sam", True), ("pat", True), ("max", True), ("tess", False), ("ada", False)]
)
def test_who_may_share_is_offered_it(office: Office, case: str, who: str, offered: bool) -> None:
    sam, other = share(office, case), office.at(who)
    end = sam.link("Take it back")
    way = way_to(sam, case, "Contact record")

    other.get(f"/children/{case}/records")
    other.get(other.link("Contact record"))

    assert ("Share this record" in other.said) == offered
    assert "Shared with Carl Carey" in other.said, "whoever opens the file sees it"
    assert {other.get(address).status_code for address in (way, end)} == {200 if offered else 403}


def test_what_waits_for_authorisation_is_not_offered(office: Office) -> None:
    case = office.contact()
    office.do("tess", case, "Contact record", contacted_on=office.on, contact_source="2A", outcome="referral")
    sam = office.at("sam")
    sam.get(f"/children/{case}/records")
    sam.get(sam.link("Contact record"))
    assert "Share this record" not in sam.said

    office.do("pat", case, "Contact record", decision="authorise")
    sam.get(f"/children/{case}/records")
    sam.get(sam.link("Contact record"))

    assert "Share this record" in sam.said


def test_of_a_record_that_was_put_right_since_the_version_shared_is_read_and_the_newer_one_named(
    office: Office, case: str
) -> None:
    title = "Referral and Information Record"
    sam, pat, carl = share(office, case, title=title), office.at("pat"), office.at("carl")
    assert "There is a newer version." not in sam.said
    pat.get(f"/children/{case}/records")
    pat.get(pat.link(title))
    way = pat.link("Put this record right")
    pat.get(way)
    pat.send(
        {**pat.fields(), "received_on-day": "19", "_why": "It came a day earlier"},
        to=way,
        do="correct",
    )

    sam.get(f"/children/{case}/sharing")
    carl.get("/shared")
    carl.get(carl.link(title))

    assert "There is a newer version." in sam.said
    sam.get(sam.link("Read the newest"))
    assert "Version 2" in sam.said
    assert "20 March 2026" in carl.said.partition("received")[2][:60]


def test_the_past_shows_what_was_shared_then(office: Office, case: str, clock: ManualClock) -> None:
    clock.advance(hours=1)
    sam = share(office, case, until="2026-03-23")
    clock.advance(days=1)
    way = sam.link("Take it back")
    sam.get(way)
    sam.send({"reason": "Ava has moved"}, to=way)
    share(office, case, until="2026-03-23")
    clock.advance(days=4)

    sam.get(f"/children/{case}/then/2026-03-20T10:30:00Z/shared")
    assert "Nothing of this file had been shared." in sam.said
    sam.get(f"/children/{case}/then/2026-03-20T11:00:00Z/shared")
    assert "Contact record , with Carl Carey" in sam.said
    assert "Taken back" not in sam.said
    sam.get(f"/children/{case}/then/2026-03-23T09:00:00Z/shared")
    assert "Taken back by Sam Sutton" in sam.said
    assert "Last day over" not in sam.said
    sam.get(f"/children/{case}/then/2026-03-24T09:00:00Z/shared")
    assert "Last day over" in sam.said
