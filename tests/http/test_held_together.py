"""The conference of brothers and sisters arranged on one page: who can be ticked, what the histories say, and what a refusal leaves."""

from __future__ import annotations

import re

import pytest

from ics_flow.commands.allocate_worker import AllocateWorker
from ics_flow.domain.ids import case_subject
from ics_flow.verification import verify
from tests.http.people import Browser, Office
from tests.http.test_copy_forward import related
from tests.replay.statements import counted

TASK = "Update Meeting Date"
OFFER = "Do this for brothers and sisters too"
CHILD_WANTS = "She wants to come with her aunt."


def to_conference(office: Office, given: str) -> str:
    """A child whose initial conference is to be arranged by Sam."""
    case = office.referral(given)
    office.do("sam", case, "Referral", received_on=office.on, outcome="strategy_discussion")
    office.do("pat", case, "Referral", decision="authorise")
    office.do("pat", case, "Allocate", allocated_worker="sam", priority="today")
    office.do("sam", case, "Record of Strategy", held_on=office.on, outcome="section_47")
    office.do("max", case, "Record of Strategy", decision="authorise")
    office.do("sam", case, "Record of Outcome of Section 47", outcome="conference")
    office.do("max", case, "Record of Outcome of Section 47", decision="authorise")
    return case


@pytest.fixture
def siblings(office: Office) -> tuple[str, str]:
    """Brother and sister, for both of whom a conference is to be arranged."""
    ava, ben = to_conference(office, "Ava"), to_conference(office, "Ben")
    related(office, ava, ben)
    return ava, ben


def boxes(browser: Browser) -> dict[str, str]:
    """Who can be ticked: the cases by the names."""
    found = re.findall(
        r'name="_together" type="checkbox" value="([^"]+)"[^>]*>\s*<label[^>]*>(.*?)</label>',
        browser.html,
        re.DOTALL,
    )
    return {name: case for case, name in found}


def typed(office: Office, case: str, address: str) -> dict[str, object]:
    """The form of the meeting filled in."""
    task = address.split("/tasks/")[1].replace(".", "#")
    return office.fields(case, task, child_wants=CHILD_WANTS, place="The town hall")


def test_who_is_ticked_is_arranged_for_as_well(office: Office, siblings: tuple[str, str]) -> None:
    ava, ben = siblings
    address = office.open("sam", ava, TASK)
    sam = office.at("sam")
    assert boxes(sam) == {"Ben Example": ben}

    sam.send({**typed(office, ava, address), "_together": [ben]}, to=address)

    for case, name in ((ava, "Ben"), (ben, "Ava")):
        sam.get(f"/children/{case}")
        assert not [title for title in re.findall(r"<a [^>]*>(.*?)</a>", sam.html) if TASK in title]
        sam.get(f"/children/{case}/history")
        assert sam.status == 200
        assert "together with a brother or sister" in sam.said
        assert f"{name} Example" not in sam.said
        assert verify(office.application, case_subject(case)).faults == ()


def test_what_was_typed_and_ticked_stays_when_it_is_refused(
    office: Office, siblings: tuple[str, str]
) -> None:
    ava, ben = siblings
    address = office.open("sam", ava, TASK)
    sam = office.at("sam")
    fields = {**typed(office, ava, address), "_together": [ben]}
    no_day = dict.fromkeys(("planned_on-day", "planned_on-month", "planned_on-year"), "")

    sam.send({**fields, **no_day}, to=address)

    assert sam.status == 422
    assert CHILD_WANTS in sam.html
    assert sam.fields()["_together"] == [ben]

    office.do("sam", ben, TASK)
    office.open("sam", ava, TASK)
    assert OFFER not in sam.said
    sam.send(fields, to=address)

    assert sam.status == 409
    assert "this does not wait any more, so nothing was done for any of the children" in sam.said
    assert CHILD_WANTS in sam.html


def test_nobody_is_offered_whose_file_the_worker_may_not_open(
    office: Office, siblings: tuple[str, str]
) -> None:
    ava, ben = siblings
    office.application.handle(
        AllocateWorker(
            command_id="a" * 32, actor="max", case_id=ben, worker="olga", reason="The family moved."
        )
    )

    office.open("sam", ava, TASK)

    sam = office.at("sam")
    assert (sam.status, boxes(sam)) == (200, {})
    assert OFFER not in sam.said


def test_only_for_this_form_are_brothers_and_sisters_read(office: Office, siblings: tuple[str, str]) -> None:
    ava, _ = siblings
    read = {}
    for words in (TASK, "Initial Child Protection Conference report"):
        address = office.open("sam", ava, words)
        with counted() as cost:
            office.at("sam").get(address)
        read[words] = any("person_row.family_id =" in text for text in cost.statements)

    assert list(read.values()) == [True, False]
