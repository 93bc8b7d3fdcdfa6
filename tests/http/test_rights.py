"""Who may open and do what: every page for every role, every refusal the same whether a file exists or not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from flask import Flask

from tests.http.people import Browser, Office

PAGES = (
    "",
    "/map",
    "/processes/contact.1",
    "/records",
    "/history",
    "/family",
    "/tasks/initial_assessment.1/assessment.1/write.1",
)
READS = {"tess", "sam", "sue", "pat", "max", "ada"}
STRANGERS = {"olga", "other", "boris"}
OPEN_TO_ALL = {"sign_in.show", "sign_in.enter", "sign_in.leave", "files.own", "files.built", "files.health"}


@pytest.mark.parametrize("page", ["", "/map", "/processes/contact.1", "/records", "/history", "/family"])
def test_a_file_opens_for_those_whose_work_it_is(office: Office, page: str) -> None:
    case = office.assessment()

    assert {who: office.at(who).get(f"/children/{case}{page}").status_code for who in READS} == dict.fromkeys(
        READS, 200
    )


def test_a_strangers_file_is_as_though_it_were_not(office: Office) -> None:
    case = office.assessment()

    for who in STRANGERS:
        for page in PAGES:
            stranger = office.at(who)
            assert stranger.get(f"/children/{case}{page}").status_code == 404, (who, page)
            refused = without_number(stranger)
            stranger.get(f"/children/aaaaaaaaaaaaaaaa{page}")
            assert without_number(stranger) == refused
            assert "Ava" not in stranger.html


def without_number(browser: Browser) -> str:
    """The words of an error page but for the number that each has."""
    return browser.said.rpartition("give them the number")[0]


def test_a_stranger_cannot_find_the_child(office: Office) -> None:
    office.assessment()

    for who in STRANGERS:
        office.at(who).get("/children?name=ava")
        assert "Nobody found" in office.at(who).said
    for who in READS:
        office.at(who).get("/children?name=ex+a")
        assert "1 child found" in office.at(who).said, who


def test_a_task_opens_only_for_those_who_may_do_it(office: Office) -> None:
    case = office.assessment()
    address = f"/children/{case}/tasks/initial_assessment.1/assessment.1/write.1"

    opened = {
        who: office.at(who).get(address).status_code for who in ("sam", "sue", "tess", "pat", "max", "ada")
    }

    assert opened == {"sam": 200, "sue": 403, "tess": 403, "pat": 403, "max": 403, "ada": 403}
    assert "This is for: allocated worker." in office.at("sue").said


@pytest.mark.parametrize(
    ("page", "allowed"),
    [
        ("/allocate", {"pat", "max"}),
        ("/skip/initial_assessment.1/assessment.1/write.1", {"pat", "max"}),
        ("/start/closure", {"sam", "sue", "pat", "max"}),
        ("/readers", {"max", "ada"}),
        ("/end/initial_assessment.1", {"pat", "max"}),
        ("/records/3/correct", {"sam", "pat", "max"}),
    ],
)
def test_acts_beside_the_diagrams_are_for_the_roles_that_have_them(
    office: Office, page: str, allowed: set[str]
) -> None:
    case = office.assessment()

    opened = {who for who in READS if office.at(who).get(f"/children/{case}{page}").status_code == 200}

    assert opened == allowed


def test_nobody_may_do_by_post_what_the_pages_do_not_offer(office: Office) -> None:
    case = office.assessment()
    ada = office.at("ada")
    ada.get("/")
    attempts: tuple[tuple[str, dict[str, str]], ...] = (
        (f"/children/{case}/allocate", {"worker": "sue", "reason": "x"}),
        (f"/children/{case}/start/closure", {}),
        (f"/children/{case}/skip/initial_assessment.1/assessment.1/write.1", {"reason": "x"}),
        (f"/children/{case}/tasks/initial_assessment.1/assessment.1/write.1", {"do": "finish"}),
        (f"/children/{case}/tasks/initial_assessment.1/assessment.1/write.1", {"do": "save"}),
        (f"/children/{case}/drafts/initial_assessment.1/assessment.1/write.1", {}),
    )

    for address, fields in attempts:
        token = ada.token()
        assert ada.client.post(address, data={"form_token": token, **fields}).status_code == 403, address


def test_whoever_wrote_a_record_does_not_authorise_it(office: Office) -> None:
    case = office.contact(by="both")
    office.do("both", case, "Contact record", contacted_on="2026-03-20")
    address = f"/children/{case}/tasks/contact.1/record.1/authorise.1"

    office.at("both").get(address)

    assert office.at("both").status == 403
    assert "somebody else has to decide" in office.at("both").said


def test_every_reading_is_noted_once(office: Office) -> None:
    case = office.assessment()
    sue, manager = office.at("sue"), office.at("max")
    manager.get(f"/children/{case}/readers")
    before = manager.said.count(": history")

    sue.get(f"/children/{case}/history")
    manager.get(f"/children/{case}/readers")

    assert manager.said.count(": history") == before + 1
    assert "Sue Okoro By right of: team" in manager.said


def test_every_page_asks_who_is_there(app: Flask, browser: Browser) -> None:
    """But for the way in, files and the sign of life."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint in OPEN_TO_ALL:
            continue
        path = rule.build({name: EXAMPLES[name] for name in rule.arguments})[1]  # type: ignore[index]
        response = browser.client.open(path, method="GET" if "GET" in (rule.methods or ()) else "POST")
        assert response.status_code in (303, 400), path
        if response.status_code == 303:
            assert response.headers["Location"].startswith("/sign-in"), path


EXAMPLES = {
    "case": "aaaaaaaaaaaaaaaa",
    "task": "contact#1/record#1/write#1",
    "deadline": "contact#1/due#1",
    "process": "contact#1",
    "position": 3,
    "question": "outcome",
    "pathway": "closure",
    "release": "0" * 64,
    "diagram": "contact",
    "name": "x",
    "number": "0A1B2C3D",
    "thrown": "contact#1/sent#1",
    "attachment": "aaaaaaaaaaaaaaaa",
    "change": "a" * 32,
    "draft": "a" * 32,
    "run": "a" * 32,
    "order": "aaaaaaaaaaaaaaaa",
    "proposal": 1,
    "on": "2026-04-07",
    "before": "0.0",
    "after": "1.1",
    "version": "0.0",
    "at": datetime(2026, 3, 20, 10, tzinfo=UTC),
}
