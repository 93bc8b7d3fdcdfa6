"""What stands beside the work on a child's file: who looked, who belongs to the child, how long one may take, and the map in words."""

from __future__ import annotations

from ics_flow.clock import ManualClock
from tests.http.people import Office


def test_who_looked_is_told_once_a_person_and_day_with_how_often(office: Office, wall: ManualClock) -> None:
    case = office.contact()
    tess, max_ = office.at("tess"), office.at("max")
    for path in ("", "/records", "/history"):
        tess.get(f"/children/{case}{path}")
    wall.advance(minutes=10)
    tess.get(f"/children/{case}")
    max_.get(f"/children/{case}/readers")

    assert max_.said.count("Tess Archer") == 2  # the line, and what the list of times is called
    assert "Friday 20 March 2026, 5 times" in max_.said
    assert "10:10am: overview 10:00am: history" in max_.said


def test_a_sister_is_added_to_the_family_and_stands_in_both_files(office: Office) -> None:
    ava, ben = office.contact("Ava"), office.contact("Ben")
    tess = office.at("tess")
    tess.get(f"/children/{ava}/family")
    address = tess.link("Add to the family")
    tess.get(f"{address}?name=ben")

    tess.post(address, {"command_id": tess.command(), "name": "ben"})
    assert tess.status == 422
    assert "Select who it is" in tess.said
    tess.get(f"{address}?name=ben")
    other = tess.html.partition('name="other" type="radio" value="')[2].partition('"')[0]
    tess.send({"name": "ben", "other": other, "kind": "sibling"}, to=address)

    assert "Added to the family of both." in tess.said
    assert "Ben Example" in tess.said
    tess.get(f"/children/{ben}/family")
    assert "Ava Example" in tess.said
    assert "Sibling" in tess.said


def test_an_auditor_changes_no_family(office: Office) -> None:
    case = office.contact()
    ada = office.at("ada")
    ada.get(f"/children/{case}/family")

    assert "Add to the family" not in ada.said
    ada.get(f"/children/{case}/family/add")
    assert ada.status == 403


def test_a_page_that_takes_long_says_how_long_one_may_take_and_the_page_can_ask_for_more(
    office: Office, wall: ManualClock
) -> None:
    office.contact()
    tess = office.at("tess")
    assert "only after 30 minutes in which you open no page and press no button" in tess.said

    wall.advance(minutes=25)
    assert tess.client.get("/stay").text == "ok\n"
    wall.advance(minutes=25)
    assert tess.client.get("/stay").status_code == 200
    wall.advance(minutes=31)
    assert tess.client.get("/stay").status_code == 303


def test_the_list_beside_the_map_has_what_is_still_done_outside(office: Office) -> None:
    case = office.contact()
    tess = office.at("tess")

    tess.get(f"/children/{case}/map")

    assert "What another council knows (outside this system)" in tess.said
    assert "The picture needs a wider screen." in tess.said


def test_the_file_tells_first_what_is_due_first(office: Office) -> None:
    case = office.assessment()
    sam = office.at("sam")
    sam.get(f"/children/{case}")
    address = sam.link("Start: New information")
    sam.get(address)
    sam.send({}, to=address)
    sam.get(f"/children/{case}")

    todo = sam.said.partition("What there is to do")[2]
    assert todo.index("New information: write the record") < todo.index("Initial assessment and Initial Plan")


def test_a_record_that_nobody_has_to_authorise_is_not_said_to_lack_it(office: Office) -> None:
    case = office.assessment()
    sam = office.at("sam")
    sam.get(f"/children/{case}")
    address = sam.link("Start: Chronology")
    sam.get(address)
    sam.send({}, to=address)
    office.do("sam", case, "Chronology")
    sam.get(f"/children/{case}/records")

    assert "Finalised" in sam.said
    assert "not authorised yet" not in sam.said


def test_the_name_of_a_question_is_told_with_its_help_to_those_who_listen(office: Office) -> None:
    case = office.contact()
    tess = office.at("tess")
    office.open("tess", case, "Contact record")
    tess.get(f"/children/{case}/tasks/contact.1/record.1/write.1")

    assert 'Help<span class="govuk-visually-hidden"> with: Date of the contact</span>' in tess.html


def test_what_a_manager_says_with_an_allocation_can_be_read_on_the_file(office: Office) -> None:
    case = office.referral()
    office.do("sam", case, "Referral", outcome="initial_assessment", strategy_discussion="no")
    office.do("pat", case, "Referral", decision="authorise")
    office.do("pat", case, "Allocate a worker", allocated_worker="sam", notes="A dog at the door")
    sam = office.at("sam")
    sam.get(f"/children/{case}/history")
    assert "Allocation was finalised" in sam.said
    sam.get(f"/children/{case}/records")
    sam.get(sam.link("Allocation"))

    assert "A dog at the door" in sam.said
