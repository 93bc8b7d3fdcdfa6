"""Who looked, over all files: by worker, by day and by child; what is unusual is marked and says why; looking there is noted too."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest

from engine.calendar import LONDON
from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.domain.rights import Rights, UnusualReading
from ics_flow.queries.readings import NIGHT, NO_PART, OWN_NAME, judge
from ics_flow.store.reads import LookedRow
from tests.http.people import Office

RULES = UnusualReading(night_from=time(22), night_to=time(6), files_in_an_hour=3)
ROW = LookedRow(
    at=datetime(2026, 3, 20, 11, tzinfo=LONDON),
    what="overview",
    right="team",
    worker="sam",
    name="Sam Sutton",
    case="one",
    given_name="Ava",
    family_name="Example",
    part=True,
)


def test_the_page_is_for_those_who_see_who_looked(office: Office) -> None:
    opened = {
        who: office.at(who).get("/readings").status_code for who in ("tess", "sam", "pat", "max", "ada")
    }

    assert opened == {"tess": 403, "sam": 403, "pat": 403, "max": 200, "ada": 200}


def test_readings_are_listed_by_worker_with_their_right(office: Office) -> None:
    case = office.referral()
    office.at("sue").get(f"/children/{case}/records")
    ada = office.at("ada")

    ada.get("/readings?worker=sue&show=all")

    assert "Who looked: Sue Okoro" in ada.said
    assert "Ava Example" in ada.said
    assert "By right of: team" in ada.said
    assert "10:00am: records" in ada.said
    assert "Pat Malik" not in ada.said.partition(" of ")[2].rpartition("unusual reading")[2]


def test_only_the_days_that_are_asked_for_are_shown(office: Office, wall: ManualClock) -> None:
    case = office.referral()
    wall.advance(days=3)
    office.at("sue").get(f"/children/{case}/records")
    ada = office.at("ada")

    ada.get("/readings?worker=sue&show=all")
    assert "1 time" in ada.said
    ada.get("/readings?show=all&from-day=20&from-month=3&from-year=2026&to-day=20&to-month=3&to-year=2026")
    assert "Pat Malik" in ada.said
    assert "Sue Okoro" not in ada.said.partition("unusual reading")[2]
    assert ada.get("/readings?from-day=31&from-month=2&from-year=2026").status_code == 422


def test_what_is_unusual_stands_there_first_with_why(office: Office, wall: ManualClock) -> None:
    case = office.referral()
    wall.advance(to=datetime(2026, 3, 20, 23, 40, tzinfo=LONDON))
    office.at("sue").get(f"/children/{case}/records")
    office.at("robin").get(f"/children/{case}/history")
    ada = office.at("ada")

    ada.get("/readings")

    assert "3 unusual readings of" in ada.said, "the auditor, who looks at it at night, too"
    assert "Unusual At night." in ada.said
    assert f"Unusual {NO_PART.capitalize()}; at night." in ada.said
    ada.get(f"/children/{case}/readers")
    assert "Unusual At night." in ada.said


def test_the_auditors_own_readings_stand_there_too(office: Office) -> None:
    case = office.referral()
    ada = office.at("ada")
    ada.get(f"/children/{case}/history")
    ada.get("/readings?show=all")
    assert "10:00am: who looked: everybody" in ada.said, "this one too"

    ada.get("/readings?worker=ada&show=all")

    assert "10:00am: history" in ada.said
    assert "No child’s file" in ada.said
    assert "10:00am: who looked: everybody" in ada.said
    assert f"Unusual {NO_PART.capitalize()}" in ada.said


def test_a_reading_is_judged_by_plain_rules() -> None:
    def why(row: LookedRow) -> tuple[str, ...]:
        return judge([row], RULES)[0].why

    assert why(ROW) == ()
    assert why(replace(ROW, part=False)) == (NO_PART,)
    assert why(replace(ROW, case=None, part=False, given_name="", family_name="")) == ()
    assert why(replace(ROW, family_name="Sutton")) == (OWN_NAME,)
    assert why(replace(ROW, family_name="Sutton-Hoo")) == ()
    at_night = {hour: why(replace(ROW, at=ROW.at.replace(hour=hour))) == (NIGHT,) for hour in (5, 6, 21, 22)}
    assert at_night == {5: True, 6: False, 21: False, 22: True}
    assert judge([replace(ROW, at=ROW.at.replace(hour=23), part=False)], None)[0].why == (NO_PART,)


@pytest.mark.parametrize(
    ("minutes", "cases", "unusual"),
    [
        ([0, 30, 60], "abc", [True, True, True]),
        ([0, 30, 61], "abc", [False, False, False]),
        ([0, 30, 60], "aba", [False, False, False]),
        ([0, 50, 70, 80, 200], "abcda", [False, True, True, True, False]),
    ],
)
def test_many_files_within_an_hour_are_unusual(minutes: list[int], cases: str, unusual: list[bool]) -> None:
    rows = [
        replace(ROW, at=ROW.at + timedelta(minutes=minute), case=case)
        for minute, case in zip(minutes, cases, strict=True)
    ]
    others = [replace(row, worker="sue", case="x") for row in rows]
    mixed = [row for pair in zip(rows, others, strict=True) for row in pair]

    judged = judge(mixed[::-1], RULES)[::-1]

    assert [bool(each.why) for each in judged[::2]] == unusual
    assert not any(each.why for each in judged[1::2])


def test_the_council_settles_what_is_night_and_what_is_many(root: Path, application: Application) -> None:
    content = (root / "bpmn" / "rights.yaml").read_bytes()

    assert Rights.read("bpmn/rights.yaml", content).unusual_reading == replace(RULES, files_in_an_hour=20)
    before = content.partition(b"unusual_reading")[0]
    assert Rights.read("bpmn/rights.yaml", before).unusual_reading is None, (
        "releases of earlier days say nothing of it"
    )
