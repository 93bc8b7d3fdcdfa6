"""The pages of the auditor's desk in a real browser: who looked, the proof of all histories, incidents."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime

from flask import Flask
from playwright.sync_api import expect

from engine.calendar import LONDON
from ics_flow.application import Application
from ics_flow.clock import ManualClock
from tests.browser.conftest import Screen
from tests.http.people import Office
from tests.http.test_proving import alter_an_answer
from web.proving import SECONDS

SCREENS = Callable[..., Screen]


def test_the_pages_are_as_every_page_must_be(
    screen: SCREENS, office: Office, application: Application, wall: ManualClock
) -> None:
    case = office.referral()
    wall.advance(to=datetime(2026, 3, 20, 23, 40, tzinfo=LONDON))
    office.at("robin").get(f"/children/{case}/history")
    manager = screen("max")
    for path in (
        "/readings",
        "/readings?show=all&worker=robin",
        "/readings?from-day=40&from-month=1&from-year=2026",
    ):
        manager.go(path)
        manager.check(refused="day=40" in path)
    manager.go(f"/children/{case}/readers")
    manager.check()
    for path in ("/proving", "/proving/all"):
        manager.go(path)
        manager.check()
    alter_an_answer(application, case)
    manager.go("/proving/all")
    manager.check()
    manager.follow("Incident")
    manager.check()
    manager.page.fill("#reason", "A disk was failing.")
    manager.press("Close the incident")
    assert "None open, 1 in all." in manager.said
    manager.check()


def test_the_proof_goes_on_at_the_press_of_a_link_without_scripts(
    screen: SCREENS, office: Office, app: Flask
) -> None:
    app.config[SECONDS] = 0
    office.referral()
    ada = screen("ada", scripts=False)
    ada.go("/proving")

    ada.press("Verify every history")
    for _ in range(2):
        ada.follow("Go on")

    expect(ada.page.locator("main")).to_contain_text(re.compile(r"Yes\. All \d+ entries of 3 histories"))
    assert ada.page.locator("progress").get_attribute("value") == "3"
