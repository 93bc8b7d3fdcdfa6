"""Every history proved page by page, and what was found wrong kept as an incident until somebody closes it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask

from ics_flow.application import Application
from ics_flow.custody import make_checkpoint
from ics_flow.domain.ids import COUNCIL, case_subject
from ics_flow.keys import SigningKey
from tests import databases
from tests.http.people import Browser, Office
from tests.http.test_replay import behind_the_back
from web.proving import SECONDS, Run

PROVERS = {"max", "ada"}


def test_proof_is_for_those_who_may_replay(office: Office) -> None:
    for page in ("/proving", "/proving/all", "/proving/incidents/0A1B2C3D"):
        opened = {who: office.at(who).get(page).status_code for who in ("tess", "pat", "robin", "max", "ada")}
        assert {who for who, status in opened.items() if status != 403} == PROVERS, page
    assert "Proof" not in nav(office.at("pat"))
    assert "Proof" in nav(office.at("ada"))


def test_every_history_is_proved_page_after_page_without_scripts(office: Office, app: Flask) -> None:
    app.config[SECONDS] = 0
    office.referral()
    ada = office.at("ada")
    ada.get("/proving/all")
    said = [ada.said]

    while onward := led_on(ada):
        ada.get(onward)
        said.append(ada.said)

    histories = 3  # the council, the case, the child
    assert len(said) == histories
    assert [
        f"{done} {'history' if done == 1 else 'histories'} of {histories}" in each
        for done, each in enumerate(said, 1)
    ]
    assert re.search(r"Yes\. All \d+ entries of 3 histories are as they were written", ada.said)
    assert "There is no checkpoint." in ada.said
    ada.get("/proving")
    assert "Nothing was ever found wrong." in ada.said


def test_a_proof_that_was_never_made_cannot_be_shown(office: Office) -> None:
    office.referral()
    run = Run(after="person:z", histories=9, of=9, entries=99, over=True)

    for key in (b"", b"guessed", office.at("max").cookie.encode()):
        ada = office.at("ada")
        ada.get(f"/proving/all?run={run.signed(key)}")
        assert "Yes." not in ada.said
    office.at("ada").get(f"/proving/all?run={run.signed(office.at('ada').cookie.encode())}")
    assert "Yes. All 99 entries" in office.at("ada").said, "the control: one's own is taken"


def test_a_fault_among_all_histories_opens_one_incident_and_mends_nothing(
    office: Office, application: Application
) -> None:
    case = office.referral()
    alter_an_answer(application, case)
    ada = office.at("ada")

    ada.get("/proving/all")
    assert f"1 thing found wrong case:{case}, entry 3, field “input”" in ada.said
    number = incident_of(ada)
    ada.get("/proving/all")
    ada.get(f"/children/{case}/verify")
    assert incident_of(ada) == number, "the same faults are the same incident while it is open"
    ada.get(ada.link(f"incident {number}"))

    assert "(entry 3, field “input”, of " in ada.said
    assert "Found 20 March 2026 at 10:00am by Ada Auditor." in ada.said
    with application.reading() as reading:
        kinds = [entry.kind for entry in reading.history.read(COUNCIL)]
    assert kinds.count("incident-opened") == 1


def test_a_history_that_is_gone_is_found_by_the_checkpoint(
    office: Office, application: Application, tmp_path: Path
) -> None:
    case = office.referral()
    make_checkpoint(application.database, application.clock, SigningKey.make(tmp_path / "key"))
    subject = case_subject(case)
    behind_the_back(
        application,
        ("DELETE FROM payload WHERE subject = ?", subject),
        ("DELETE FROM history WHERE subject = ?", subject),
        ("DELETE FROM snapshot WHERE case_id = ?", case),
    )
    ada = office.at("ada")

    ada.get("/proving/all")
    ada.get(ada.link("Incident"))

    assert f"The history of {subject} is gone." in ada.said


def test_an_incident_is_closed_with_a_reason_and_found_anew_while_the_fault_is_there(
    office: Office, application: Application
) -> None:
    alter_an_answer(application, office.referral())
    manager = office.at("max")
    manager.get("/proving/all")
    first = incident_of(manager)
    page = f"/proving/incidents/{first}"

    manager.get(page)
    assert manager.send({"reason": " "}, to=page).status_code == 422
    assert "Say what came of it" in manager.said
    manager.send({"reason": "A disk was failing; the answer is in the backup."}, to=page)
    manager.get("/proving")

    assert "None open, 1 in all." in manager.said
    manager.get(page)
    assert "A disk was failing; the answer is in the backup." in manager.said
    assert 'name="reason"' not in manager.html
    assert manager.get("/proving/incidents/00000000").status_code == 410
    manager.get("/proving/all")
    assert incident_of(manager) != first


def test_an_auditor_closes_no_incident(office: Office, application: Application) -> None:
    alter_an_answer(application, office.referral())
    ada = office.at("ada")
    ada.get("/proving/all")
    page = f"/proving/incidents/{incident_of(ada)}"
    ada.get(page)

    assert 'name="reason"' not in ada.html
    assert ada.post(page, {"reason": "Nothing to see", "command_id": "0" * 32}).status_code == 403
    ada.get("/proving")
    assert "1 open, 1 in all." in ada.said


def test_a_fault_is_named_though_the_councils_own_history_takes_no_more_entries(
    office: Office, application: Application, caplog: pytest.LogCaptureFixture
) -> None:
    office.referral()
    broken = databases.replaced("header", "release-published", '"')
    statement = f"UPDATE history SET header = {broken} WHERE subject = ? AND position = 1"  # noqa: S608
    behind_the_back(application, (statement, COUNCIL))
    ada = office.at("ada")

    ada.get("/proving/all")

    assert "1 thing found wrong council, entry 1, field “header” Nothing was mended." in ada.said
    (logged,) = [each for each in caplog.records if each.getMessage() == "a history is not as it was written"]
    assert vars(logged)["incident"] == incident_of(ada)


def alter_an_answer(application: Application, case: str) -> None:
    """Change an answer as somebody who owns the database would."""
    altered = databases.replaced("body", "referral", "no_furth")
    statement = f"UPDATE payload SET body = {altered} WHERE subject = ? AND position = 3 AND name = 'input'"  # noqa: S608
    behind_the_back(application, (statement, case_subject(case)))


def incident_of(browser: Browser) -> str:
    """The number of the first incident that the page names."""
    found = re.search(r"[Ii]ncident ([0-9A-F]{8})", browser.said)
    assert found, browser.said
    return found[1]


def led_on(browser: Browser) -> str:
    """Where the page leads on to; nothing where it is the last."""
    return browser.link("Go on") if "Go on" in browser.said else ""


def nav(browser: Browser) -> str:
    """The places of the menu."""
    browser.get("/")
    return browser.html.partition('id="navigation"')[2].partition("</ul>")[0]


@pytest.mark.parametrize("text", ["", ".", "e30.", "e30.00", "ä.b", "!!.x"])
def test_what_is_no_run_is_none(text: str) -> None:
    assert Run.read(text, b"key") is None
