"""What follows is said before it is done, and where nothing waits the page says what can be begun."""

from __future__ import annotations

from tests.http.people import Office
from tests.http.test_corrections import CODE


def test_skipping_says_what_would_open_and_the_record_says_who_skipped_it_and_why(office: Office) -> None:
    case = office.contact()
    pat = office.at("pat")
    pat.get(f"/children/{case}")
    address = pat.link("Skip Contact record")

    pat.get(address)
    assert "What would follow To do: Contact record: authorise the record" in pat.said
    pat.send({"reason": "The family has moved away"}, to=address)
    pat.get(f"/children/{case}/records")

    assert "Skipped by Pat Malik on 20 March 2026 at 10:00am, because: The family has moved away" in pat.said
    assert "Finalised" not in pat.said
    pat.get(pat.link("Contact record"))
    assert "Nobody wrote this record. Skipped by Pat Malik" in pat.said
    assert "Put this record right" not in pat.said


def test_a_manager_who_skips_the_decision_is_told_that_the_record_goes_back(office: Office) -> None:
    case = office.contact()
    office.do("tess", case, "Contact record", contacted_on="2026-03-20")
    pat = office.at("pat")
    pat.get(f"/children/{case}")
    address = pat.link("Skip Contact record")

    pat.get(address)

    assert "What would follow To do: Contact record: write the record" in pat.said


def test_a_procedure_that_runs_is_not_begun_a_second_time(office: Office) -> None:
    case = office.assessment()
    sam = office.at("sam")
    sam.get(f"/children/{case}")
    address = sam.link("Start: Closure")
    sam.get(address)
    assert "What would follow To do: Closure record: write the record" in sam.said
    sam.send({}, to=address)

    assert "Start: Closure" not in sam.said
    sam.get(address)
    assert sam.status == 409
    assert "“Closure” runs for this child already" in sam.said


def test_a_procedure_whose_diagram_says_so_is_begun_a_second_time(office: Office) -> None:
    case = office.assessment()
    sam = office.at("sam")
    for _ in range(2):
        sam.get(f"/children/{case}")
        address = sam.link("Start: Strategy discussion")
        sam.get(address)
        sam.send({}, to=address)
    sam.get(f"/children/{case}")

    assert sam.said.count("Part of Strategy discussion") == 2


def test_a_contact_about_a_child_whose_case_is_open_leads_to_what_takes_it(office: Office) -> None:
    case = office.assessment()
    tess = office.at("tess")

    tess.get("/contacts?name=ava")
    assert "The case is open, so this is no new contact." in tess.said
    address = tess.link("Record it as new information")
    tess.get(address)
    tess.send({}, to=address)

    assert "New information" in tess.said
    tess.get(f"/contacts/about/{case}")
    assert "Start: New information" in tess.said


def test_an_open_case_in_which_nothing_waits_says_what_can_be_begun(office: Office) -> None:
    case = office.assessment()
    pat, tess = office.at("pat"), office.at("tess")
    address = f"/children/{case}/end/initial_assessment.1"
    pat.get(address)
    pat.send({"reason": "The family has moved away"}, to=address)
    pat.get(f"/children/{case}")

    assert "The case is open, and goes on only when somebody starts something" in pat.said
    assert "Start: Closure" in pat.said
    tess.get(f"/children/{case}")
    assert "Closure (for: social worker" in tess.said


def test_what_is_to_be_done_outside_is_in_the_tray_of_the_worker_and_of_the_manager(office: Office) -> None:
    office.asked_elsewhere()

    for worker, sees in (("sam", True), ("pat", True), ("sue", False)):
        browser = office.at(worker)
        browser.get("/")
        assert ("To be done outside" in browser.said) is sees, worker
    sue = office.at("sue")
    sue.get("/?show=team")
    assert "Sam Sutton’s child" in sue.said
    assert "To be done outside" in sue.said
    assert not CODE.search(sue.said)


def test_what_is_to_be_done_outside_stands_in_the_whole_teams_tray_while_nobody_is_allocated(
    office: Office,
) -> None:
    case = office.referral()
    sue = office.at("sue")
    office.start("sam", case, "Asked elsewhere")

    sue.get("/")

    assert "To be done outside" in sue.said
    assert "No worker allocated yet" in sue.said


def test_a_case_closes_with_something_left_undone_only_when_that_is_said(office: Office) -> None:
    case = office.asked_elsewhere()
    sam, pat = office.at("sam"), office.at("pat")
    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="no_further_action")
    office.do("pat", case, "Initial assessment", decision="authorise")
    office.do("sam", case, "Closure record", outcome="close")
    address = office.open("pat", case, "Closure record")
    fields = office.fields(case, "closure#1/record#1/authorise#1", decision="authorise")

    pat.send(fields, to=address)
    assert pat.status == 409
    assert "Still to be done outside" in pat.said
    pat.get(f"/children/{case}")
    assert "Case open" in pat.said
    pat.get(address)
    pat.send({**fields, "_leave_undone": "yes"}, to=address)

    assert "Case closed" in pat.said
    sam.get("/")
    assert "To be done outside" in sam.said


def test_a_task_that_came_back_says_so_in_the_tray(office: Office) -> None:
    case = office.contact()
    office.do("tess", case, "Contact record", contacted_on="2026-03-20")
    office.do("pat", case, "Contact record", decision="reject", reasons="Say who else lives there.")
    tess = office.at("tess")

    tess.get("/")

    assert "Sent back by Pat Malik, 20 March 2026 at 10:00am: Say who else lives there." in tess.said


def test_a_search_for_nothing_says_what_to_enter(office: Office) -> None:
    tess = office.at("tess")

    tess.get("/contacts?name=&born-day=&born-month=&born-year=")

    assert tess.status == 422
    assert "Enter a name, or a date of birth" in tess.said


def test_a_child_who_may_be_known_already_is_asked_about_before_a_second_file(office: Office) -> None:
    office.contact("Ava", "Example")
    tess = office.at("tess")
    tess.get("/contacts/new?name=Ava+Sample")
    typed = {
        "given_name": "Ava",
        "family_name": "Sample",
        "born-day": "1",
        "born-month": "5",
        "born-year": "2019",
    }

    tess.send(typed, to="/contacts/new")
    assert "Is it one of these children?" in tess.said
    assert "It is Ava Example, whose case is open: record new information" in tess.said
    tess.send({**tess.fields(), "another": "yes"}, to="/contacts/new")

    assert "The contact is begun" in tess.said


def test_another_child_begins_without_a_question(office: Office) -> None:
    office.contact("Ava", "Example")
    tess = office.at("tess")
    tess.get("/contacts/new?name=Ben+Sample")

    tess.send({"given_name": "Ben", "family_name": "Sample"}, to="/contacts/new")

    assert "The contact is begun" in tess.said


def test_the_closure_record_of_a_child_who_came_back_stands_after_the_tasks(office: Office) -> None:
    case = office.assessment()
    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="no_further_action")
    office.do("pat", case, "Initial assessment", decision="authorise")
    office.do("sam", case, "Closure record")
    office.do("pat", case, "Closure record", decision="authorise")
    tess = office.at("tess")
    tess.get(f"/contacts/about/{case}")
    tess.send({}, to=f"/contacts/about/{case}")

    tess.get(f"/children/{case}")

    assert tess.said.index("What there is to do") < tess.said.index("When the case was last closed")
