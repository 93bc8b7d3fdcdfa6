"""The work tray: how much presses, in which order it can stand, and what is tomorrow's."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from ics_flow.clock import ManualClock
from tests.http.people import Browser, Office
from web.tray import KINDS


def headings(browser: Browser) -> list[str]:
    """The headings of the page, in order."""
    return re.findall(r'<h2 class="govuk-heading-m">([^<]+)</h2>', browser.html)


def test_the_tabs_say_how_much_is_overdue_in_the_team(office: Office, clock: ManualClock) -> None:
    office.assessment()
    sue = office.at("sue")
    sue.get("/")
    assert "overdue" not in sue.said
    clock.advance(days=30)

    sue.get("/")

    assert re.search(r"My team’s \(\d+, 1 overdue\)", sue.said)
    assert "Mine (0)" in sue.said


def test_what_is_due_tomorrow_stands_under_its_own_heading(office: Office, clock: ManualClock) -> None:
    office.assessment()
    sam = office.at("sam")
    sam.get("/")
    assert "Due tomorrow" not in sam.said
    due = re.search(r"Due \w+ (\d+ \w+ \d{4}),", sam.said)
    assert due
    due_on = datetime.strptime(due[1], "%d %B %Y").replace(tzinfo=UTC)
    clock.advance(days=(due_on.date() - clock().date()).days - 1)

    sam.get("/")

    assert headings(sam) == ["Due tomorrow"]
    assert "1 task, 1 due tomorrow." in sam.said


def test_the_tray_can_be_sorted_by_address_and_by_who_set_the_date(office: Office) -> None:
    for name in ("Ava", "Ben"):
        office.contact(name)
    office.assessment("Cal")
    tess = office.at("tess")

    tess.get("/?show=team&sort=address")
    assert headings(tess) == ["1 High Street"]
    assert tess.said.index("Ava Example") < tess.said.index("Ben Example") < tess.said.index("Cal Example")
    tess.get("/?show=team&sort=kind")
    found = headings(tess)
    assert len(found) > 1
    assert found == [words for words in KINDS.values() if words in found]
    tess.get("/?show=team&sort=anything")

    assert "Sorted by date." in tess.said
