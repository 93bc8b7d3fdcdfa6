"""Before and after an adoption: two files of one child, which only those who may know see to be so; every page of every role is gone through."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from ics_flow.application import Application
from ics_flow.commands.allocate_worker import AllocateWorker
from ics_flow.commands.end_pathway import EndPathway
from ics_flow.commands.start_pathway import StartPathway
from ics_flow.domain.history import instant_text
from ics_flow.queries.adopted import BEFORE_AND_AFTER
from tests.http.conftest import MORNING
from tests.http.people import Browser, Office

KNOWS = "max"
ONE_OF_EACH_ROLE = ("tess", "sam", "pat", "olga", "una", "robin", "ada", "boris", "bea", "carl", "petra")
READ_EVERY_FILE = {"una", "robin", "ada"}
WAS, NOW = ("Ottoline", "Wrenfield"), ("Zelda", "Quillfeather")
CLOSURE = 8
"""At which entry of the file the closure record was written."""
OF_A_FILE = (
    "/records/{record}", "/records/{record}/correct", "/records/{record}/roll-back", "/records/{record}/share",
    "/records/{record}/together",
    "/records/3", "/processes/contact.1", "/then/{at}", "/then/{at}/map", "/then/{at}/records",
    "/then/{at}/shared", "/then/{at}/dates", "/then/{at}/history", "/start/contact",
)  # fmt: skip
"""Pages that need more than the case to be asked for."""


def adopted(office: Office) -> str:
    """The file of a child that was closed because the child was adopted."""
    case = office.contact(*WAS)
    office.do("tess", case, "Contact record", contacted_on=office.on, contact_source="2A", outcome="referral")
    office.do("pat", case, "Contact record", decision="authorise")
    office.application.handle(
        EndPathway(
            command_id="no-referral", actor="max", case_id=case, process="referral#1", reason="Adopted"
        )
    )
    office.application.handle(
        AllocateWorker(command_id="to-sam", actor="max", case_id=case, worker="sam", reason="Closing")
    )
    office.application.handle(
        StartPathway(command_id="closing", actor="sam", case_id=case, pathway="closure")
    )
    office.do("sam", case, "Closure record", outcome="close", closure_reason="RC1")
    office.do("pat", case, "Closure record", decision="authorise")
    return case


def open_after(office: Office, case: str) -> str:
    """The file that is opened after it, as its page is sent."""
    max_ = office.at(KNOWS)
    address = f"/children/{case}/adoption"
    max_.get(address)
    given_name, family_name = NOW
    max_.send({"given_name": given_name, "family_name": family_name}, to=address)
    assert max_.status == 200, max_.said
    return max_.link(" ".join(NOW)).rpartition("/")[2]


@pytest.fixture
def both(office: Office) -> tuple[str, str]:
    """The file before an adoption and the one after it."""
    before = adopted(office)
    return before, open_after(office, before)


def pages_of(app: Flask, case: str) -> Iterator[str]:
    """The address of every page of a file."""
    addresses = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.arguments == {"case"} and "GET" in (rule.methods or ()):
            yield addresses.build(rule.endpoint, {"case": case})
    at = instant_text(MORNING)
    for page in OF_A_FILE:
        yield f"/children/{case}{page.format(record=CLOSURE, at=at)}"


def pages_of_none(app: Flask) -> Iterator[str]:
    """The address of every page that is of no file."""
    addresses = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if not rule.arguments and "GET" in (rule.methods or ()):
            yield addresses.build(rule.endpoint)
    yield "/readings?show=all"
    yield f"/readings?show=all&worker={KNOWS}"


def found_in(browser: Browser, address: str, needles: tuple[str, ...]) -> list[str]:
    """Which of the needles the page has anywhere, also in its marks."""
    browser.get(address)
    return [needle for needle in needles if needle.casefold() in browser.html.casefold()]


def ids(application: Application, case: str) -> tuple[str, str]:
    """The ids of a case and its child."""
    with application.reading() as reading:
        child = reading.pages.child(case)
    assert child is not None
    return case, child.person


def adoption_histories(application: Application) -> tuple[str, ...]:
    with application.reading() as reading:
        subjects = reading.history.subjects()
    return tuple(each.partition(":")[2] for each in subjects if each.startswith("adoption:"))


def test_every_page_of_every_role_says_nothing_of_the_other_file(
    office: Office, app: Flask, both: tuple[str, str]
) -> None:
    before, after = both
    office.at(KNOWS).get(f"/children/{after}/adoption")
    link = adoption_histories(office.application)
    opened: dict[str, set[int]] = {}

    for worker in ONE_OF_EACH_ROLE:
        browser = office.at(worker)
        statuses = opened.setdefault(worker, set())
        for case, other, names in ((before, after, NOW), (after, before, WAS)):
            needles = (*ids(office.application, other), *names, *link, BEFORE_AND_AFTER)
            for address in pages_of(app, case):
                assert found_in(browser, address, needles) == [], (worker, address)
                statuses.add(browser.status)
        for address in pages_of_none(app):
            assert found_in(browser, address, (*link, BEFORE_AND_AFTER)) == [], (worker, address)

    assert 200 in opened["tess"], "the pages are seen, not only refused"
    assert {who for who in READ_EVERY_FILE if 200 in opened[who]} == READ_EVERY_FILE


def test_whoever_may_know_sees_it_on_one_page_and_in_the_read_log(
    office: Office, app: Flask, both: tuple[str, str]
) -> None:
    seen = set()
    for case, other, names in ((both[0], both[1], NOW), (both[1], both[0], WAS)):
        needles = (*ids(office.application, other), *names, BEFORE_AND_AFTER)
        for address in pages_of(app, case):
            if found_in(office.at(KNOWS), address, needles):
                seen.add(address.replace(case, "case"))

    assert seen == {"/children/case/adoption", "/children/case/readers"}


def test_the_child_is_found_by_the_names_of_each_file_alone(office: Office, both: tuple[str, str]) -> None:
    for worker in sorted(READ_EVERY_FILE):
        browser = office.at(worker)
        assert found_in(browser, "/children?name=Quillfeather", both) == [both[1]]
        assert found_in(browser, "/children?name=Wrenfield", both) == [both[0]]


def test_each_look_is_noted_in_both_files(office: Office, both: tuple[str, str]) -> None:
    def noted() -> list[int]:
        with office.application.reading() as reading:
            return [
                sum(
                    each.what == BEFORE_AND_AFTER and each.worker_id == KNOWS
                    for each in reading.reads.of_case(case)
                )
                for case in both
            ]

    looked = noted()
    office.at(KNOWS).get(f"/children/{both[0]}/adoption")
    assert noted() == [each + 1 for each in looked]
    office.at(KNOWS).get(f"/children/{both[1]}/adoption")
    assert noted() == [each + 2 for each in looked]

    office.at(KNOWS).get("/readings?show=all")
    assert BEFORE_AND_AFTER in office.at(KNOWS).said, "those who may know see who looked"


def test_the_page_leads_from_each_file_to_the_other(office: Office, both: tuple[str, str]) -> None:
    max_ = office.at(KNOWS)
    before, after = both

    max_.get(f"/children/{before}")
    max_.get(max_.link("Before and after the adoption"))
    assert max_.link("Zelda Quillfeather") == f"/children/{after}"
    assert "After the adoption: Zelda Quillfeather" in max_.said
    assert "Open the file" not in max_.said, "one comes after it, and no second"
    max_.get(f"/children/{after}")
    max_.get(max_.link("Before and after the adoption"))
    assert "Before the adoption: Ottoline Wrenfield" in max_.said


def test_everybody_else_is_refused_alike_whether_there_is_anything_to_know(
    office: Office, both: tuple[str, str]
) -> None:
    other = office.contact("Ben")
    pages = [f"/children/{case}/adoption" for case in (*both, other, "aaaaaaaaaaaaaaaa")]

    for worker in ONE_OF_EACH_ROLE:
        assert {office.at(worker).get(page).status_code for page in pages} == {403}, worker


def test_nobody_else_opens_a_file_by_post(office: Office) -> None:
    case = adopted(office)

    for worker in ONE_OF_EACH_ROLE:
        browser = office.at(worker)
        browser.get("/shared" if worker in ("carl", "petra") else "/")
        sent = {"form_token": browser.token(), "command_id": f"by-{worker}", "given_name": "Zelda"}
        answer = browser.client.post(
            f"/children/{case}/adoption", data=sent, headers={"Origin": "http://localhost"}
        )
        assert answer.status_code == 403, worker

    assert adoption_histories(office.application) == ()


def test_a_file_that_goes_on_has_no_such_page(office: Office) -> None:
    case = office.contact()

    assert office.at(KNOWS).get(f"/children/{case}/adoption").status_code == 410
    office.at(KNOWS).get(f"/children/{case}")
    assert "adoption" not in office.at(KNOWS).said


def test_what_is_missing_is_said(office: Office) -> None:
    case = adopted(office)
    address = f"/children/{case}/adoption"
    max_ = office.at(KNOWS)
    max_.get(address)

    max_.send({"given_name": "", "family_name": "x" * 101}, to=address)
    assert max_.status == 422
    assert "Shorten this to 100 characters" in max_.said
    max_.send({"given_name": "", "family_name": " "}, to=address)
    assert max_.status == 422
    assert "Enter the child’s name" in max_.said

    assert adoption_histories(office.application) == ()


def test_the_page_of_an_ended_file_says_so_and_offers_no_contact(office: Office) -> None:
    case = adopted(office)
    tess = office.at("tess")

    tess.get(f"/children/{case}")
    assert "This file was closed for good" in tess.said
    assert "Start: Contact" not in tess.said
    tess.get(f"/contacts/about/{case}")

    assert tess.status == 409
    assert "nothing begins in it any more" in tess.said


def test_a_contact_about_a_child_whose_case_was_closed_otherwise_is_offered(office: Office) -> None:
    case = office.contact()
    office.do(
        "tess",
        case,
        "Contact record",
        contacted_on=office.on,
        contact_source="2A",
        outcome="no_further_action",
    )
    office.do("pat", case, "Contact record", decision="authorise")
    tess = office.at("tess")

    tess.get(f"/children/{case}")
    assert "closed for good" not in tess.said
    tess.get(f"/contacts/about/{case}")

    assert tess.status == 200
    assert "Begin the contact record" in tess.said
