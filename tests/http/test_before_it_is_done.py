"""What a page says of an act before it is done: what would be withdrawn, what still runs, where a record goes."""

from __future__ import annotations

import re

from ics_flow.clock import ManualClock
from tests.http.people import Office


def two_parts(office: Office, case: str) -> None:
    """Bring a child with a protection plan to where an updated plan waits for Pat's decision."""
    office.do("sam", case, "Organise Core Group")
    office.do("sam", case, "Core Group minutes")
    office.do("pat", case, "Core Group minutes", decision="authorise")
    office.do("sam", case, "Close meeting process")
    office.do("sam", case, "Update the Child Protection Plan: part one")
    office.do("sam", case, "Update the Child Protection Plan: part two")
    office.do("sam", case, "Amend, or send", step="send")


def test_ending_a_procedure_says_first_what_would_be_withdrawn(office: Office) -> None:
    case = office.assessment()
    pat = office.at("pat")
    address = f"/children/{case}/end/initial_assessment.1"

    pat.get(address)
    assert "What would follow" in pat.said
    assert "Initial Plan: write the record" in pat.said
    assert "No longer to be kept: Initial assessment" in pat.said
    pat.send({"reason": "The family has moved away"}, to=address)
    pat.get(f"/children/{case}/history")

    assert "Initial Plan: write the record" in pat.said


def test_ending_the_procedure_of_a_plan_says_that_the_plan_ends_with_it(office: Office) -> None:
    case = office.protection_plan()
    max_ = office.at("max")

    max_.get(f"/children/{case}/end/child_protection_plan.1")
    assert "Child protection plan ends with it" in max_.said
    max_.get(f"/children/{case}/end/core_group.1")

    assert "ends with it" not in max_.said


def test_closing_says_from_the_beginning_what_still_runs_and_leads_there(office: Office) -> None:
    case = office.assessment()
    sam, pat = office.at("sam"), office.at("pat")

    sam.get(f"/children/{case}/start/closure")
    assert "What still runs for this child" in sam.said
    assert sam.link("Initial assessment") == f"/children/{case}/processes/initial_assessment.1"
    assert "A manager may end one before its end" in sam.said
    office.start("sam", case, "Closure")
    office.open("sam", case, "Closure record")
    assert sam.link("Initial assessment") == f"/children/{case}/processes/initial_assessment.1"
    assert "Closure, since" not in sam.said
    office.do("sam", case, "Closure record", outcome="close")
    address = office.open("pat", case, "Closure record")
    assert pat.link("End it: Initial assessment") == f"/children/{case}/end/initial_assessment.1"

    pat.send(office.fields(case, "closure#1/record#1/authorise#1", decision="authorise"), to=address)

    assert pat.status == 409
    assert "The case cannot close yet: see what still runs for this child" in pat.said
    assert pat.link("The case cannot close yet") == "#still-running"


def test_a_procedure_that_closes_nothing_says_nothing_of_what_runs(office: Office) -> None:
    case = office.assessment()
    sam = office.at("sam")

    sam.get(f"/children/{case}/start/strategy_discussion")

    assert sam.status == 200
    assert "What still runs" not in sam.said


def test_the_decision_says_who_wrote_the_record_and_when(office: Office, clock: ManualClock) -> None:
    case = office.contact()
    office.do("tess", case, "Contact record", contacted_on="2026-03-20")
    clock.advance(hours=2)
    office.open("pat", case, "Contact record")

    said = office.at("pat").said

    assert "Version 1. Written and finalised by Tess Archer, 20 March 2026 at 10:00am." in said


def test_the_decision_on_a_plan_in_two_parts_shows_both(office: Office) -> None:
    case = office.protection_plan()
    two_parts(office, case)
    pat = office.at("pat")

    office.open("pat", case, "Child Protection Plan")

    headings = re.findall(r'id="so-far-\d">([^<]+)<', pat.html)
    assert headings == ["Child Protection Plan, part one", "Child Protection Plan, part two"]
    assert pat.said.count("Written and finalised by Sam Sutton") == 2


def test_after_a_start_comes_the_first_task_and_after_a_task_where_it_goes(office: Office) -> None:
    case = office.assessment()
    sam = office.at("sam")

    office.start("sam", case, "Closure")
    assert "Started. This is the first thing to do in it." in sam.said
    assert 'value="finish"' in sam.html
    assert "Finish and pass on" in sam.said
    office.do("sam", case, "Closure record", outcome="stay_open")
    assert "What happens next Closure record: authorise the record. It goes to: " in sam.said
    assert "practice manager" in sam.said
    pat = office.at("pat")
    office.open("pat", case, "Closure record")
    assert "Finish and pass on" not in pat.said
    office.do("pat", case, "Closure record", decision="authorise")

    assert "What happens next Nothing follows from it" in pat.said


def test_a_record_that_nobody_authorises_is_not_passed_on(office: Office) -> None:
    case = office.assessment()
    sam = office.at("sam")

    office.start("sam", case, "Background information")

    assert 'value="finish"' in sam.html
    assert "Finish and pass on" not in sam.said
    assert "Save Changes" in sam.said


def test_what_followed_is_told_only_to_whoever_did_it(office: Office) -> None:
    case = office.assessment()
    sam = office.at("sam")
    for after in ("5", "3", "999", "x", "-1", "1" * 30):
        sam.get(f"/children/{case}?after={after}")
        assert sam.status == 200
        assert ("What happens next" in sam.said) is (after == "5"), after
    office.at("sue").get(f"/children/{case}?after=5")

    assert "What happens next" not in office.at("sue").said


def test_a_revised_plan_is_told_from_the_one_it_took_the_place_of(office: Office) -> None:
    case = office.protection_plan()
    sam, pat = office.at("sam"), office.at("pat")
    two_parts(office, case)
    office.do("pat", case, "Child Protection Plan", decision="authorise")
    sam.get(f"/children/{case}/records")
    morning = "20 March 2026 at 10:00am"
    part_one = f"Child Protection Plan, part one Sam Sutton, {morning}. Authorised by Pat Malik, {morning}"
    assert sam.said.count(f"{part_one} In force Authorised") == 1

    office.do("sam", case, "Hand out the Child Protection Plan")
    two_parts(office, case)
    office.do("pat", case, "Child Protection Plan", decision="authorise")
    sam.get(f"/children/{case}/records")

    assert sam.said.count(f"{part_one} In force Authorised") == 1
    assert sam.said.count(f"{part_one} Former Authorised") == 1
    assert sam.said.count("Newest Authorised") == 1  # the minutes of the core groups
    pat.get(f"/children/{case}/records")
    pat.get(pat.link("Child Protection Plan, part one"))
    assert "In force Authorised Version 1" in pat.said


def test_the_buttons_of_the_guide_say_what_the_guide_says(office: Office) -> None:
    case = office.protection_plan()
    sam, pat = office.at("sam"), office.at("pat")
    said = {}
    for words in ("Organise Core Group", "Organise Review meeting", "Write review meeting report"):
        office.open("sam", case, words)
        said[words] = re.findall(r'<button class="govuk-button"[^>]*value="finish"[^>]*>([^<]+)<', sam.html)
        assert "Save Changes" in sam.said
    assert said == {
        "Organise Core Group": ["Update"],
        "Organise Review meeting": ["Update"],
        "Write review meeting report": ["Finalise Report"],
    }
    office.do("sam", case, "Write review meeting report")
    office.open("pat", case, "Child Protection Review Record, part one: approve the report")

    assert "Do you approve the report?" in pat.said
    assert "Approve Reject: back to the writer" in pat.said
