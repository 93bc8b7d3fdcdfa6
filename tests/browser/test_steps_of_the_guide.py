"""What the step guide names, in a real browser: copy forward, rollback, and attendees who are ticked."""

from __future__ import annotations

from collections.abc import Callable

from tests.browser.conftest import Screen
from tests.http.people import Office
from tests.http.test_attendees import with_attendees

SCREENS = Callable[..., Screen]


def test_a_record_is_begun_with_an_earlier_one(screen: SCREENS, office: Office) -> None:
    case = office.assessment()
    sam = screen("sam")
    sam.go(f"/children/{case}")
    sam.follow("Initial assessment")
    sam.check()
    sam.press("Copy forward selected")
    sam.check(refused=True)
    sam.page.get_by_label("Referral and Information Record").check(force=True)
    sam.press("Copy forward selected")

    sam.check()
    assert "Copied forward." in sam.said


def test_an_authorisation_is_rolled_back(screen: SCREENS, office: Office) -> None:
    case = office.referral()
    max_ = screen("max")
    max_.go(f"/children/{case}/records")
    max_.follow("Contact record")
    max_.follow("Rollback to the authorisation stage")
    max_.check()
    max_.page.fill("#reason", "It was the brother.")
    max_.press("Rollback")
    max_.check()
    max_.go(f"/children/{case}/records")
    max_.follow("Contact record")

    max_.check()
    assert "rolled back to the authorisation stage by Max Weston" in max_.said


def test_attendees_are_ticked(screen: SCREENS, office: Office) -> None:
    with_attendees(office.application)
    case = office.assessment()
    sam = screen("sam")
    sam.go(f"/children/{case}")
    sam.follow("Initial assessment")
    offered = sam.page.get_by_role("region", name="Why this assessment")
    offered.get_by_label("Ava Example (The child)").check(force=True)
    sam.press("Add attendee")

    sam.check()
    assert sam.page.locator('[name="attendees[0].attendee"]').input_value() == "Ava Example"
