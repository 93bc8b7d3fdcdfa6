"""One strategy discussion for a brother and a sister on the pages: begun once, typed once, written for each, and read together."""

from __future__ import annotations

import re

import pytest

from ics_flow.domain.ids import case_subject
from ics_flow.verification import verify
from tests.http.people import Browser, Office
from tests.http.test_copy_forward import related, sources
from tests.http.test_held_together import boxes, to_conference

START = "Start it for brothers and sisters too"
SAME = "Do this for brothers and sisters too"
TOGETHER = "Read it together with the same of"
READ = "record, read together"
CONCERN = "Bruises on both arms."


@pytest.fixture
def siblings(office: Office) -> tuple[str, str]:
    """Sister and brother, both with an initial assessment of Sam's."""
    ava, ben = office.assessment(), office.assessment("Ben")
    related(office, ava, ben)
    return ava, ben


def wanted(office: Office, case: str, worker: str = "sam") -> str:
    """The address that begins a strategy discussion, opened."""
    browser = office.at(worker)
    browser.get(f"/children/{case}")
    address = browser.link("Start: Strategy discussion")
    browser.get(address)
    return address


def discussed(office: Office, case: str, **answers: object) -> None:
    """A discussion asked for and its record written, which waits for the manager."""
    office.start("sam", case, "Strategy discussion")
    office.do("sam", case, "Strategy discussion: say what was reported", reported_on=office.on)
    written(office, case, **answers)


def written(office: Office, case: str, **answers: object) -> None:
    given = {"held_on": office.on, "outcome": "goes_on", "way": "meeting", "led_by": "Max Weston", **answers}
    office.do("sam", case, "Record of Strategy", **given)


def record(office: Office, case: str, worker: str = "sam", words: str = "Record of Strategy") -> Browser:
    """The newest record of that title in the child's file."""
    browser = office.at(worker)
    browser.get(f"/children/{case}/records")
    browser.get(browser.link(words))
    return browser


def looked(office: Office, case: str, what: str) -> int:
    """How often the read log of the child's file notes that."""
    max_ = office.at("max")
    max_.get(f"/children/{case}/readers")
    assert max_.status == 200
    return max_.said.count(what)


def test_begun_and_asked_for_once_and_from_then_on_each_childs(
    office: Office, siblings: tuple[str, str]
) -> None:
    ava, ben = siblings
    address = wanted(office, ava)
    sam = office.at("sam")
    assert boxes(sam) == {"Ben Example": ben}

    sam.post(address, {"command_id": sam.command(), "_together": [ben]}, follow=True)

    assert sam.fields()["_together"] == [ben], "with whom it was begun is ticked"
    assert "“Day on which the incident or the concern was reported”, “Who reported it?”" in sam.said
    task = "strategy_discussion#1/report#1"
    fields = office.fields(ava, task, concern=CONCERN, reported_on=office.on)
    sam.send({**fields, "_together": [ben]}, to=f"/children/{ava}/tasks/{task.replace('#', '.')}")
    for case in siblings:
        sam.get(f"/children/{case}")
        assert "Record of Strategy Discussion" in sam.said
        assert "say what was reported" not in sam.said
        assert CONCERN in record(office, case, words="Strategy discussion asked for").said
        sam.get(f"/children/{case}/history")
        assert "Strategy discussion was started, together with a brother or sister" in sam.said
        assert "asked for was finalised, together with a brother or sister" in sam.said
        assert verify(office.application, case_subject(case)).faults == ()


def test_a_pathway_whose_first_form_is_not_common_is_offered_for_one_child(
    office: Office, siblings: tuple[str, str]
) -> None:
    ava, _ = siblings
    sam = office.at("sam")
    wanted(office, ava)
    assert START in sam.said

    sam.get(f"/children/{ava}")
    sam.get(sam.link("Start: Chronology"))

    assert sam.status == 200
    assert START not in sam.said


def test_nobody_is_ticked_for_whom_it_waits_already_and_a_late_tick_is_refused_for_all(
    office: Office, siblings: tuple[str, str]
) -> None:
    ava, ben = siblings
    address = wanted(office, ava)
    sam = office.at("sam")
    command = sam.command()
    office.start("sam", ben, "Strategy discussion")
    sam.get(address)
    assert START not in sam.said

    sam.post(address, {"command_id": command, "_together": [ben]})

    assert sam.status == 409
    assert "the same waits already, so nothing was done for any of the children" in sam.said
    sam.get(f"/children/{ava}")
    assert "say what was reported" not in sam.said


def test_what_was_begun_apart_is_not_ticked(office: Office, siblings: tuple[str, str]) -> None:
    ava, ben = siblings
    for case in siblings:
        office.start("sam", case, "Strategy discussion")

    office.open("sam", ava, "Strategy discussion: say what was reported")

    sam = office.at("sam")
    assert boxes(sam) == {"Ben Example": ben}
    assert "_together" not in sam.fields()


def test_the_records_of_one_day_are_read_together_and_each_file_notes_it(
    office: Office, siblings: tuple[str, str]
) -> None:
    ava, ben = siblings
    discussed(office, ava, analysis="She was hit.", outcome="section_47")
    discussed(office, ben, analysis="He was not.")
    office.open("max", ava, "Record of Strategy")
    assert f"{TOGETHER} Ben Example" in office.at("max").said, "who decides may read them together"
    office.do("max", ava, "Record of Strategy", decision="authorise")
    sam = record(office, ava)
    before = {case: looked(office, case, READ) for case in siblings}

    sam.get(sam.link(f"{TOGETHER} Ben Example"))

    assert sam.status == 200
    assert "Who led it? Max Weston" in sam.said, "what both say is said once"
    assert "Ava Example: She was hit. Ben Example: He was not." in sam.said
    assert "Ben Example: does not apply" in sam.said
    assert {case: looked(office, case, READ) - before[case] for case in siblings} == {ava: 1, ben: 1}
    sam.get(sam.link("Ben Example"))
    assert "He was not." in sam.said
    assert f"{TOGETHER} Ava Example" in sam.said


def test_the_discussion_of_another_day_and_a_record_sent_back_are_not_read_with_it(
    office: Office, siblings: tuple[str, str]
) -> None:
    ava, ben = siblings
    discussed(office, ava)
    discussed(office, ben, held_on="2026-03-19")
    sam = record(office, ava)
    assert TOGETHER not in sam.said
    position = re.findall(r"/records/(\d+)", str(sam.response and sam.response.request.path))[0]
    sam.get(f"/children/{ava}/records/{position}/together")
    assert sam.status == 410

    office.do("max", ben, "Record of Strategy", decision="reject", reasons="The day is wrong.")
    written(office, ben)
    assert TOGETHER in record(office, ava).said

    office.do("max", ben, "Record of Strategy", decision="reject", reasons="Say more.")
    assert TOGETHER not in record(office, ava).said


def test_of_a_file_that_may_not_be_opened_nothing_is_said(office: Office) -> None:
    ava = office.assessment()
    discussed(office, ava)
    cal = office.contact("Cal", by="olga")
    office.do("olga", cal, "Contact record", contacted_on="2026-03-20", outcome="referral")
    office.do("other", cal, "Contact record", decision="authorise")
    office.do("olga", cal, "Referral", received_on=office.on, outcome="strategy_discussion")
    office.do("other", cal, "Referral", decision="authorise")
    office.do("other", cal, "Allocate", allocated_worker="olga", priority="today")
    office.do("olga", cal, "Record of Strategy", held_on=office.on, outcome="goes_on")
    related(office, ava, cal)

    assert TOGETHER not in record(office, ava).said
    assert f"{TOGETHER} Cal Example" in record(office, ava, "max").said

    wanted(office, ava)
    assert "Cal Example" not in office.at("sam").said


def test_what_waits_for_authorisation_may_be_copied_but_not_the_day(
    office: Office, siblings: tuple[str, str]
) -> None:
    ava, ben = siblings
    discussed(office, ava, took_part=[{"who": "Ann Nurse", "agency": None, "job": None}])
    office.start("sam", ben, "Strategy discussion")
    office.do("sam", ben, "Strategy discussion: say what was reported", reported_on=office.on)
    address = office.open("sam", ben, "Record of Strategy")
    sam = office.at("sam")
    hers = sources(sam)["Record of Strategy Discussion of Ava Example, finalised 20 March 2026"]

    sam.send({**sam.fields(), "_copy": [hers]}, to=address, do="copy")

    fields = sam.fields()
    assert fields["led_by"] == ["Max Weston"]
    assert fields["took_part[0].who"] == ["Ann Nurse"]
    assert fields["held_on-day"] == [""]


def test_the_outcomes_of_one_conference_are_read_together(office: Office) -> None:
    ava, ben = to_conference(office, "Ava"), to_conference(office, "Ben")
    related(office, ava, ben)
    for case in (ava, ben):
        office.do("sam", case, "Update Meeting Date")
        office.do("sam", case, "Initial Child Protection Conference report")
        office.do("pat", case, "Initial Child Protection Conference report", decision="authorise")
        office.do("una", case, "Initial Child Protection Conference outcome", held_on=office.on, outcome="plan", category="NEG")  # fmt: skip

    una = record(office, ava, "max", words="Initial Child Protection Conference outcome")

    assert f"{TOGETHER} Ben Example" in una.said
