"""The film of a case and the proof of its history: who may open them, what each entry shows, and that what was altered is named."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.custody import make_checkpoint
from ics_flow.domain.ids import case_subject
from ics_flow.keys import SigningKey
from tests import databases
from tests.http.people import Browser, Office

FILMED = {"max", "ada"}


@pytest.mark.parametrize("page", ["/replay", "/replay/frames", "/verify"])
def test_the_film_is_for_those_who_may_replay(office: Office, page: str) -> None:
    case = office.referral()

    opened = {
        who: office.at(who).get(f"/children/{case}{page}").status_code
        for who in ("tess", "sam", "pat", "max", "ada")
    }

    assert opened == {who: 200 if who in FILMED else 403 for who in opened}
    assert office.at("olga").get(f"/children/{case}{page}").status_code == 404
    office.at("sam").get(f"/children/{case}/history")
    assert "Replay" not in office.at("sam").said
    office.at("ada").get(f"/children/{case}/history")
    assert "Replay it as a film" in office.at("ada").said


def test_the_film_goes_from_entry_to_entry_without_scripts(office: Office) -> None:
    case = office.assessment()
    ada = office.at("ada")
    ada.get(f"/children/{case}/replay?entry=1")
    told = [heading(ada)]

    while (way := ada.link("Next entry")) and "entry=" in way:
        ada.get(way)
        if heading(ada) == told[-1]:
            break
        told.append(heading(ada))

    assert len(told) == last_of(ada)
    assert told[0].endswith("The file was opened")
    assert any("Contact record was finalised" in each for each in told)
    ada.get(ada.link("First entry"))
    assert heading(ada) == told[0]
    ada.get(ada.link("Last entry"))
    assert heading(ada) == told[-1]
    ada.get(ada.link("Previous entry"))
    assert heading(ada) == told[-2]


def test_a_frame_shows_what_there_was_to_do_and_what_the_entry_did(office: Office) -> None:
    case = office.assessment()
    ada = office.at("ada")

    ada.get(f"/children/{case}/replay?entry=4&diagram=contact%231")

    assert "Contact record was authorised" in ada.said
    assert "Referral and Information Record: write the record" in ada.said
    assert "Decision on the referral To be kept" in ada.said
    assert "Authorised" in ada.said
    assert marks(ada)["diagram"].endswith("/contact.bpmn")
    assert {mark["state"] for mark in marks(ada)["marks"]} == {"done"}
    ada.get(f"/children/{case}/replay?entry=4&diagram=follow")
    assert marks(ada)["diagram"].endswith("/contact.bpmn")
    ada.get(f"/children/{case}/replay?entry=4&diagram=initial_assessment%231")
    assert "The procedure that was chosen had not begun." in ada.said


def test_the_workers_tray_stands_beside_the_picture(office: Office) -> None:
    case = office.assessment()
    ada = office.at("ada")

    ada.get(f"/children/{case}/replay?entry=4")
    assert "What there was to do Referral and Information Record: write the record" in ada.said
    assert "tray" not in ada.said, "nobody was allocated yet"
    ada.get(f"/children/{case}/replay")
    assert "In Sam Sutton’s tray Initial assessment and Initial Plan: write the record" in ada.said
    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="no_further_action")
    ada.get(f"/children/{case}/replay")
    assert "In Sam Sutton’s tray Nothing of this file." in ada.said
    assert "In other people’s trays Initial assessment and Initial Plan: authorise the record" in ada.said


def test_an_overdue_step_is_marked_at_the_entry_that_made_it_so(office: Office, clock: ManualClock) -> None:
    case = office.assessment()
    clock.advance(days=30)
    office.application.tick()
    ada = office.at("ada")

    ada.get(f"/children/{case}/replay?diagram=initial_assessment%231")

    assert "became overdue" in heading(ada)
    assert "overdue" in {mark["state"] for mark in marks(ada)["marks"]}
    assert "Initial assessment Overdue" in ada.said
    ada.get(ada.link("Previous entry"))
    assert "overdue" not in {mark["state"] for mark in marks(ada)["marks"]}


def test_a_day_leads_to_its_last_entry(office: Office, clock: ManualClock) -> None:
    case = office.referral()
    last = f"Entry {last_of_film(office, case)} of"
    clock.advance(days=3)
    office.do("sam", case, "Referral", received_on="2026-03-20", outcome="no_further_action")
    ada = office.at("ada")

    ada.get(f"/children/{case}/replay?on-day=21&on-month=3&on-year=2026")
    assert last in ada.said
    ada.get(f"/children/{case}/replay?on-day=1&on-month=1&on-year=2020")
    assert "Entry 1 of" in ada.said
    assert ada.get(f"/children/{case}/replay?on-day=31&on-month=2&on-year=2026").status_code == 422
    assert ada.get(f"/children/{case}/replay?entry=999").status_code == 410


def test_frames_for_the_script_are_those_of_the_pages(office: Office) -> None:
    case = office.assessment()
    ada = office.at("ada")

    sent = json.loads(ada.get(f"/children/{case}/replay/frames?from=1").get_data(as_text=True))

    for position, frame in sent["frames"].items():
        ada.get(f"/children/{case}/replay?entry={position}")
        assert marks(ada) == frame["picture"]
        for part in ("mark", "head", "entry", "choice", "words", "body"):
            assert " ".join(frame[part].split()) in " ".join(ada.html.split()), (position, part)


def test_what_was_looked_at_is_noted(office: Office) -> None:
    case = office.referral()
    ada = office.at("ada")
    for page in ("/replay", "/replay/frames?from=1", "/verify"):
        ada.get(f"/children/{case}{page}")

    ada.get(f"/children/{case}/readers")

    assert ada.said.count(": replay") == 2
    assert ada.said.count(": verification") == 1


def test_a_history_is_proved_in_words(office: Office, application: Application, tmp_path: Path) -> None:
    case = office.assessment()
    ada = office.at("ada")
    ada.get(f"/children/{case}/verify")
    entries = last_of_film(office, case)

    ada.get(f"/children/{case}/verify")
    assert f"Yes. All {entries} entries of the case, and 1 entry of what is known of the child" in ada.said
    assert "There is none yet." in ada.said

    key = SigningKey.make(tmp_path / "key")
    make_checkpoint(application.database, application.clock, key)
    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="no_further_action")
    ada.get(f"/children/{case}/verify")
    assert f"vouches for entries 1 to {entries}; the 1 entry since then wait for the next one." in ada.said


def test_what_was_altered_is_named_to_entry_and_field(office: Office, application: Application) -> None:
    case = office.referral()
    altered = databases.replaced("body", "referral", "no_furth")
    statement = f"UPDATE payload SET body = {altered} WHERE subject = ? AND position = 3 AND name = 'input'"  # noqa: S608
    behind_the_back(application, (statement, case_subject(case)))

    ada = office.at("ada")
    ada.get(f"/children/{case}/verify")

    assert "No: 1 thing found wrong" in ada.said
    assert "entry 3, field “input”" in ada.said
    assert re.search(r"incident [0-9A-F]{8}", ada.said)


def test_a_history_rewritten_whole_is_held_against_the_checkpoint(
    office: Office, application: Application, tmp_path: Path
) -> None:
    case = office.referral()
    key = SigningKey.make(tmp_path / "key")
    make_checkpoint(application.database, application.clock, key)
    subject = case_subject(case)
    behind_the_back(
        application,
        ("DELETE FROM payload WHERE subject = ? AND position > 3", subject),
        ("DELETE FROM history WHERE subject = ? AND position > 3", subject),
        ("DELETE FROM snapshot WHERE case_id = ?", case),
    )

    ada = office.at("ada")
    ada.get(f"/children/{case}/verify")

    assert "is missing: the history was cut." in ada.said


def behind_the_back(application: Application, *statements: tuple[str, str]) -> None:
    """Statements of somebody who may do anything to the database."""
    url = application.database.name
    application.database.close()
    databases.without_triggers(url)
    for statement, value in statements:
        databases.sql(url, statement, value)


def heading(browser: Browser) -> str:
    """What the entry is called."""
    found = re.search(r'data-part="entry".*?<h2[^>]*>(.*?)</h2>', browser.html, re.DOTALL)
    assert found, browser.said
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def marks(browser: Browser) -> dict[str, Any]:
    """What the picture of the page is drawn from."""
    found = re.search(r'<script type="application/json">(.*?)</script>', browser.html, re.DOTALL)
    assert found
    config: dict[str, Any] = json.loads(found[1])
    return config


def last_of(browser: Browser) -> int:
    """How many entries there are."""
    found = re.search(r"Entry \d+ of (\d+)", browser.said)
    assert found
    return int(found[1])


def last_of_film(office: Office, case: str) -> int:
    """How many entries the case has."""
    ada = office.at("ada")
    ada.get(f"/children/{case}/replay")
    return last_of(ada)
