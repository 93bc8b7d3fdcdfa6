"""The one way to give a case to a worker: from the child's file, with what a manager needs to choose."""

from __future__ import annotations

from ics_flow.clock import ManualClock
from tests.http.people import Office


def closed(office: Office) -> str:
    """A child whose case was closed, Sam being the worker; gives the case."""
    case = office.assessment()
    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="no_further_action")
    office.do("pat", case, "Initial assessment", decision="authorise")
    office.do("sam", case, "Closure record")
    office.do("pat", case, "Closure record", decision="authorise")
    return case


def test_the_file_has_one_way_to_allocate_and_the_record_of_it_begins_there(office: Office) -> None:
    case = office.assessment()
    pat = office.at("pat")
    pat.get(f"/children/{case}")
    assert "Start: Allocation" not in pat.said

    pat.get(pat.link("Change the allocated worker"))
    assert "Sue Okoro, social worker (Duty team, 0 open cases)" in pat.said
    assert "Sam Sutton, social worker (Duty team, 1 open case)" in pat.said
    address = pat.link("write an allocation record")
    pat.get(address)
    pat.send({}, to=address)
    pat.get(f"/children/{case}/allocate")

    assert "Who takes the case?" in pat.said
    assert "Sue Okoro (Duty team, 0 open cases)" in pat.said


def test_a_case_that_waits_to_be_allocated_is_allocated_in_the_task_that_waits(office: Office) -> None:
    case = office.referral()
    office.do(
        "sam",
        case,
        "Referral",
        received_on="2026-03-20",
        outcome="initial_assessment",
        strategy_discussion="no",
    )
    office.do("pat", case, "Referral", decision="authorise")
    pat = office.at("pat")
    pat.get(f"/children/{case}")

    pat.get(pat.link("Allocate a worker"))

    assert pat.html.count('data-autosave="/children/') == 1
    assert "Sam Sutton (Duty team, 0 open cases)" in pat.said


def test_a_case_opened_again_says_that_its_worker_is_the_one_of_before(
    office: Office, clock: ManualClock
) -> None:
    case = closed(office)
    clock.advance(days=30)
    tess, pat = office.at("tess"), office.at("pat")
    kept = "Sam Sutton, who was the worker when it was last closed, is so still."
    pat.get(f"/children/{case}")
    assert kept not in pat.said

    tess.get(f"/contacts/about/{case}")
    tess.send({}, to=f"/contacts/about/{case}")
    tess.get(f"/children/{case}")
    assert f"{kept} A manager can allocate another worker." in tess.said
    pat.get(f"/children/{case}")
    assert kept in pat.said
    address = pat.link("Allocate another worker")
    pat.get(address)
    pat.send({"worker": "sue", "reason": "Sam has moved on"}, to=address)

    assert "is so still" not in pat.said
