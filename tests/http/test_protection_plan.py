"""From a referral to a protection plan over the pages, and what the pages say of it afterwards."""

from __future__ import annotations

from tests.http.people import Office

PLAN = "In force Child protection plan since 20 March 2026. Category: Neglect."


def test_after_a_conference_with_a_plan_the_tray_gains_exactly_three_tasks(office: Office) -> None:
    case = office.conference()
    before = office.tray("sam")
    assert "Close meeting process, all tasks are completed" in before

    office.do("sam", case, "Close meeting process")

    assert office.tray("sam") - before == {
        "Organise Core Group",
        "Organise Review meeting",
        "Write review meeting report",
    }
    assert before - office.tray("sam") == {"Close meeting process, all tasks are completed"}


def test_the_map_has_the_conference_grey_and_the_review_orange(office: Office) -> None:
    case = office.protection_plan()
    sam = office.at("sam")

    sam.get(f"/children/{case}/map")

    assert "Initial child protection conference Done" in sam.said
    assert "Child protection review Open now" in sam.said


def test_the_childs_page_says_which_plan_there_is_since_when_and_in_which_category(office: Office) -> None:
    case = office.protection_plan()
    sam = office.at("sam")

    sam.get(f"/children/{case}")

    assert PLAN in sam.said
    sam.get(f"/children/{case}/then/2026-03-20T10:00:00Z")
    assert PLAN in sam.said, "the page of that day says it too"
    ada = office.at("ada")
    ada.get(f"/children/{case}/replay")
    assert PLAN in ada.said, "and so does the film, from the entry on that began it"
    ada.get(f"/children/{case}/replay?entry=5")
    assert "Child protection plan" not in ada.said


def test_an_enquiry_says_whether_there_is_a_protection_plan_and_is_noted(office: Office) -> None:
    office.protection_plan()
    una, max_ = office.at("una"), office.at("max")
    una.get("/children")
    una.get(una.link("Somebody asks whether a child has"))
    una.get("/children/enquiry?name=ava")

    una.get(una.link("Ava Example"))

    assert "There is a protection plan" in una.said
    assert PLAN in una.said
    max_.get("/children?name=ava")
    max_.get(max_.link("Ava Example").removesuffix("/") + "/readers")
    assert "Una Unit" in max_.said
    assert "enquiry about a protection plan" in max_.said


def test_an_enquiry_about_a_child_without_a_plan_says_so(office: Office) -> None:
    case = office.contact()
    una = office.at("una")

    una.get(f"/children/{case}/enquiry")

    assert "There is no protection plan, and none is known from before" in una.said


def test_an_enquiry_about_a_child_whose_file_one_may_not_open_is_not_answered(office: Office) -> None:
    case = office.protection_plan()
    olga = office.at("olga")

    olga.get("/children/enquiry?name=ava")
    assert "Nobody found" in olga.said
    olga.get(f"/children/{case}/enquiry")
    assert olga.status == 404
