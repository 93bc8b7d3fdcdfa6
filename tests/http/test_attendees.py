"""Attendees of a meeting ticked from the people of the case: workers, family, agencies that earlier records name."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from typing import Any

import pytest

from ics_flow.application import Application
from ics_flow.calendar import england
from tests.http.people import Browser, Office

FORM = "forms/initial_assessment.form"
KINDS = [{"label": label, "value": label.lower()} for label in ("Worker", "Family", "Agency")]
ATTENDEES = {
    "type": "dynamiclist", "id": "r_attendees", "label": "Attendee", "path": "attendees", "isRepeating": True, "allowAddRemove": True,
    "properties": {"suggests": "true", "people": "anybody"},
    "components": [
        {"type": "textfield", "id": "q_a_who", "key": "attendee", "label": "Who", "properties": {"says": "name"}},
        {"type": "textfield", "id": "q_a_link", "key": "link", "label": "Relationship, or agency and job", "properties": {"says": "connection"}},
        {"type": "radio", "id": "q_a_kind", "key": "attendee_kind", "label": "Kind", "values": KINDS, "properties": {"says": "kind"}},
        {"type": "radio", "id": "q_a_how", "key": "invited_how", "label": "Invited", "properties": {"codeList": "way_of_telling"}},
        {"type": "radio", "id": "q_a_coming", "key": "attending", "label": "Attending?", "properties": {"codeList": "coming"}},
    ],
}  # fmt: skip


def rows_in(form: dict[str, Any], key: str) -> dict[str, Any]:
    return next(
        each for group in form["components"] for each in group["components"] if each.get("path") == key
    )


def with_attendees(application: Application) -> None:
    """Publish an initial assessment that asks for attendees, and a referral that says whom its rows name."""
    files = dict(application.release.files)
    assessment = json.loads(files[FORM])
    assessment["components"][0]["components"].append(ATTENDEES)
    referral = json.loads(files["forms/referral.form"])
    for key, people, says in (
        ("household", "family", {"name": "name", "relationship": "connection"}),
        ("agencies", "agency", {"name": "name", "kind": "connection"}),
    ):
        rows = rows_in(referral, key)
        rows.setdefault("properties", {})["people"] = people
        for question in rows["components"]:
            if question.get("key") in says:
                question.setdefault("properties", {})["says"] = says[question["key"]]
    files |= {
        FORM: json.dumps(assessment).encode(),
        "forms/referral.form": json.dumps(referral).encode(),
    }
    application.publish(files, england(), name="Two", actor="max")


@pytest.fixture
def meeting(application: Application, office: Office) -> Callable[[], tuple[str, str]]:
    """Gives a case whose initial assessment asks for attendees, after a referral that names a household and an agency, and the form's address."""
    with_attendees(application)

    def begun() -> tuple[str, str]:
        case = office.assessment(
            household=[{"name": "Mo Example", "relationship": "mother", "lives_with_child": "yes"}],
            agencies=[{"kind": "school", "name": "Hill School", "spoken_to": "yes"}],
        )
        return case, office.open("sam", case, "Initial assessment")

    return begun


def boxes(browser: Browser) -> dict[str, str]:
    """The people to be ticked: the values of their boxes by their words."""
    found = re.findall(
        r'name="attendees.people" type="checkbox" value="([^"]+)">\s*<label[^>]*>(.*?)</label>',
        browser.html,
        re.DOTALL,
    )
    return {" ".join(re.sub(r"<[^>]+>", "", words).split()): value for value, words in found}


def test_workers_family_and_agencies_are_ticked_and_become_rows(
    office: Office, meeting: Callable[[], tuple[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    case, address = meeting()
    sam = office.at("sam")
    people = boxes(sam)
    assert list(people)[:4] == [
        "Sam Sutton (Social worker, Duty team)",
        "Pat Malik (Practice manager, Duty team)",
        "Tess Archer (Team administrator, Duty team)",
        "Ava Example (The child)",
    ]
    mother = next(value for words, value in people.items() if words.startswith("Mo Example (Mother)"))
    school = next(value for words, value in people.items() if words.startswith("Hill School ("))
    typed = {**sam.fields(), "child_views": "She wants her aunt to come.", "_action": "people:attendees"}

    with caplog.at_level(logging.DEBUG):
        sam.send({**typed, "attendees.people": [mother, school]}, to=address)

    fields = sam.fields()
    assert (fields["attendees.count"], fields["attendees[0].attendee"]) == (["2"], ["Mo Example"])
    assert (fields["attendees[0].link"], fields["attendees[0].attendee_kind"]) == (["Mother"], ["family"])
    assert fields["attendees[1].attendee_kind"] == ["agency"]
    assert "She wants her aunt to come." in sam.html
    assert not [words for words in boxes(sam) if words.startswith(("Mo ", "Hill "))]
    assert not [record for record in caplog.records if "Mo Example" in str(vars(record))]

    sam.send({**fields, "attendees[0].attending": "yes"}, to=address, do="save")
    sam.get(address)
    assert sam.fields()["attendees[0].attending"] == ["yes"]
    office.do(
        "sam",
        case,
        "Initial assessment",
        outcome="no_further_action",
        significant_harm="no",
        attendees=[{"attendee": "Mo Example", "link": "Mother", "attendee_kind": "family"}],
    )
    with office.application.reading() as reading:
        snapshot = reading.snapshots.of(case)
        assert snapshot is not None
        assert b"Mo Example" not in snapshot.body


def test_only_who_was_suggested_can_be_ticked(office: Office, meeting: Callable[[], tuple[str, str]]) -> None:
    _, address = meeting()
    sam = office.at("sam")
    before = sam.fields()["attendees.count"]

    sam.send({**sam.fields(), "_action": "people:attendees", "attendees.people": ["nobody"]}, to=address)

    assert sam.status == 200
    assert sam.fields()["attendees.count"] == before
