"""From contact to closure over the pages, by the people whose work it is."""

from __future__ import annotations

from typing import get_args

from engine.diagram import Node
from ics_flow.clock import ManualClock
from ics_flow.queries.diagrams import KINDS
from tests.http.people import Office


def test_a_contact_is_begun_and_its_form_opens(office: Office) -> None:
    office.contact()

    tess = office.at("tess")
    assert "Contact record" in tess.said
    assert "Date of the contact" in tess.said
    assert "The contact is begun" in tess.said


def test_a_child_comes_from_contact_to_closure_and_back(office: Office, clock: ManualClock) -> None:
    case = office.assessment()
    sam, pat, tess = office.at("sam"), office.at("pat"), office.at("tess")
    sam.get("/")
    assert "Initial assessment" in sam.said
    assert "Due Tuesday 7 April 2026, in 10 working days" in sam.said

    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="no_further_action")
    office.do("pat", case, "Initial assessment", decision="authorise")
    office.do("sam", case, "Closure record")
    office.do("pat", case, "Closure record", decision="authorise")
    assert "Case closed" in pat.said
    clock.advance(days=30)

    tess.get("/contacts?name=ava")
    tess.get(tess.link("Record a contact about Ava"))
    tess.send({}, to=f"/contacts/about/{case}")
    tess.get(f"/children/{case}")
    assert "When the case was last closed" in tess.said
    assert "Case open" in tess.said


def test_a_date_explains_itself(office: Office) -> None:
    case = office.assessment()
    sam = office.at("sam")

    sam.get(f"/children/{case}")
    sam.get(sam.link("Why this date"))

    assert "Date the referral was received Friday 20 March 2026" in sam.said
    assert "10 working days after: Date the referral was received" in sam.said
    assert "Working Together to Safeguard Children 2010" in sam.said
    assert "Friday 3 April 2026: Good Friday" in sam.said


def test_the_map_and_the_diagram_show_what_is_overdue(office: Office, clock: ManualClock) -> None:
    case = office.assessment()
    clock.advance(days=40)
    sam = office.at("sam")

    sam.get(f"/children/{case}/map")
    assert "Contact Done" in sam.said
    assert "Initial assessment Overdue" in sam.said
    assert "Closure not begun" in sam.said
    assert '"state": "overdue"' in sam.html

    sam.get(f"/children/{case}/processes/initial_assessment.1")
    assert "Assess and write the Initial Plan (several steps) Overdue" in sam.said


def test_a_corrected_date_shows_what_would_move_and_then_moves_it(office: Office, clock: ManualClock) -> None:
    case = office.assessment()
    pat = office.at("pat")
    pat.get(f"/children/{case}/records")
    pat.get(pat.link("Referral"))
    address = pat.link("Put this record right")
    pat.get(address)
    right = {
        **pat.fields(),
        "received_on-day": "23",
        "received_on-month": "3",
        "received_on-year": "2026",
        "_why": "Typed wrong",
    }
    clock.advance(days=4)

    pat.send(right, to=address, do="preview")
    assert "Initial assessment: due 8 April 2026 instead of 7 April 2026" in pat.said
    pat.send(right, to=address, do="correct")

    assert "Corrected: Date the referral was received" in pat.said
    assert "Why: Typed wrong" in pat.said
    assert "from 20 March 2026 to 23 March 2026" in pat.said
    pat.get(f"/children/{case}/records")
    assert "Referral and Information Record, version 2" in pat.said


def test_a_worker_is_allocated_with_a_reason(office: Office) -> None:
    case = office.assessment()
    pat = office.at("pat")
    address = f"/children/{case}/allocate"
    pat.get(address)

    pat.send({"worker": "sue"}, to=address)
    assert pat.status == 422
    assert "Say why the case goes to this worker" in pat.said
    pat.send({"worker": "sue", "reason": "Sam is away"}, to=address)

    assert "Worker Sue Okoro" in pat.said
    pat.get(f"/children/{case}/history")
    assert "Sam is away" in pat.said


def test_a_task_is_skipped_with_a_reason(office: Office) -> None:
    case = office.assessment()
    pat = office.at("pat")
    pat.get(f"/children/{case}")
    address = pat.link("Skip Initial")
    pat.get(address)

    pat.send({"reason": "The core assessment has begun"}, to=address)

    assert "Skipped, and your reason is on the record" in pat.said
    pat.get(f"/children/{case}/history")
    assert "The core assessment has begun" in pat.said


def test_a_procedure_is_started_by_hand(office: Office) -> None:
    case = office.assessment()
    sam = office.at("sam")
    sam.get(f"/children/{case}")
    address = sam.link("Start: Closure")
    sam.get(address)

    sam.send({}, to=address)

    assert "Closure record" in sam.said


def test_late_work_is_told_first_and_in_words(office: Office, clock: ManualClock) -> None:
    case = office.assessment()
    clock.advance(days=20)
    sam = office.at("sam")
    sam.get("/")
    assert "Overdue by 2 days It was due Tuesday 7 April 2026" in sam.said
    assert "1 task, 1 overdue." in sam.said

    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="no_further_action")
    sam.get(f"/children/{case}/history")

    assert "Initial assessment became overdue after 7 April 2026" in sam.said


def test_what_no_procedure_carries_is_noted_as_done_outside(office: Office) -> None:
    case = office.asked_elsewhere()
    pat = office.at("pat")
    pat.get(f"/children/{case}")
    assert "To be done outside" in pat.said
    address = pat.link("Note as done")
    pat.get(address)

    pat.send({"reason": ""}, to=address)
    assert "Say what was done, when and by whom" in pat.said
    pat.send({"reason": "Begun on paper on 8 April by Sam"}, to=address)

    assert "To be done outside" not in pat.said
    pat.get(f"/children/{case}/history")
    assert "Begun on paper on 8 April by Sam" in pat.said


def test_a_childs_name_and_address_are_put_right_in_one_place(office: Office) -> None:
    case = office.assessment()
    sam = office.at("sam")
    address = f"/contacts/change/{case}"
    sam.get(address)
    assert 'value="1 High Street"' in sam.html
    right = {"given_name": "Ava", "family_name": "Sample", "address": "2 Low Road"}

    sam.send({**right, "born-day": "31", "born-month": "2", "born-year": "2019"}, to=address)
    assert "Enter a real date" in sam.said
    sam.send({**right, "born-day": "1", "born-month": "6", "born-year": "2019"}, to=address)

    assert "Ava Sample" in sam.said
    assert "1 June 2019" in sam.said
    sam.get(f"/children/{case}/tasks/initial_assessment.1/assessment.1/write.1")
    assert "2 Low Road" in sam.said


def test_every_kind_of_element_has_a_word_for_readers() -> None:
    assert set(KINDS) == set(get_args(Node))


def test_a_manager_ends_a_procedure_with_a_reason(office: Office) -> None:
    case = office.assessment()
    pat = office.at("pat")
    pat.get(f"/children/{case}/processes/initial_assessment.1")
    address = pat.link("End this procedure")
    pat.get(address)

    pat.send({"reason": "The family has moved away"}, to=address)

    assert "Nothing waits to be done in this file" in pat.said
    pat.get(f"/children/{case}/history")
    assert "Initial assessment was ended before its end" in pat.said
    assert "The family has moved away" in pat.said
