"""Two releases compared: each kind of change is found and told in plain words, and the same files give none."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest

from ics_flow.board.compare import Change, compare
from ics_flow.board.days import CALENDAR, write_calendar
from ics_flow.board.files import read_scenarios
from ics_flow.calendar import england
from ics_flow.domain.release import read_files

ROOT = Path(__file__).parents[3]
ASSESSMENT = "bpmn/initial_assessment.bpmn"
REFERRAL = "forms/referral.form"
Files = dict[str, bytes]


@cache
def _shipped() -> Mapping[str, bytes]:
    return {
        **read_files(ROOT / "bpmn", ROOT / "forms"),
        **read_scenarios(ROOT / "bpmn"),
        CALENDAR: write_calendar(england()),
    }


@pytest.fixture
def files() -> Files:
    return dict(_shipped())


def changed(files: Files, name: str, *replaced: tuple[str, str]) -> tuple[Change, ...]:
    """What is told where texts of one file are replaced by others."""
    text = files[name].decode()
    for old, new in replaced:
        assert old in text, old
        text = text.replace(old, new)
    return compare(files, {**files, name: text.encode()})


def form_changed(files: Files, change: Callable[[list[dict[str, object]]], None]) -> tuple[Change, ...]:
    """What is told where the questions of the first part of the referral are changed."""
    document = json.loads(files[REFERRAL])
    change(document["components"][0]["components"])
    return compare(files, {**files, REFERRAL: json.dumps(document).encode()})


def test_the_same_files_give_no_change(files: Files) -> None:
    assert compare(files, dict(files)) == ()


def test_a_period_is_told_as_a_length_and_a_day(files: Files) -> None:
    found = changed(
        files, ASSESSMENT, ("working_days_after(received_on, 10)", "working_days_after(received_on, 45)")
    )

    assert found == (
        Change(
            kind="changed",
            what="period",
            file=ASSESSMENT,
            element="assessment",
            words="“Initial assessment”, “Assess and write the Initial Plan”: the deadline of 10 working days becomes "
            "45 working days after “Date the referral was received”.",
        ),
    )


@pytest.mark.parametrize(
    ("old", "new", "what", "element", "words"),
    [
        ('source="allocated_manager, SM"', 'source="SM"', "role", "assessment", "authorisers are Service manager in place of Allocated worker's manager or Service manager"),
        ('source="initial_assessment" target="form"', 'source="referral" target="form"', "form", "assessment", "the form is “referral” in place of “initial_assessment”"),
        ('=outcome = "accommodation"<', '=outcome = "housing"<', "condition", "to_accommodation", "is taken when =outcome = \"housing\", in place of =outcome = \"accommodation\""),
        ('name="Strategy discussion now?"', 'name="Strategy discussion?"', "element", "strategy_discussion_needed", "“Strategy discussion now?” is now called “Strategy discussion?”"),
        ('messageRef="message_closure_wanted"', 'messageRef="message_core_assessment_wanted"', "element", "closing_begins", "its message is “core_assessment_wanted” in place of “closure_wanted”"),
    ],
)  # fmt: skip
def test_what_changes_in_a_procedure_is_told(
    files: Files, old: str, new: str, what: str, element: str, words: str
) -> None:
    read = changed(files, ASSESSMENT, (old, new))
    if (
        what == "arrow" or "default" in new
    ):  # such a diagram would be refused, so only that it changed can be told
        assert [each.what for each in read] == ["file"]
        return

    assert [(each.kind, each.what, each.element) for each in read] == [("changed", what, element)]
    assert words in read[0].words


def test_an_element_that_comes_or_goes_is_told_with_its_arrows(files: Files) -> None:
    step = (
        '<bpmn:scriptTask id="counted" name="Count it"><bpmn:extensionElements>'
        '<zeebe:script expression="=1" resultVariable="asked"/></bpmn:extensionElements></bpmn:scriptTask>'
        '<bpmn:sequenceFlow id="on_again" sourceRef="counted" targetRef="goes_on_there"/>'
    )
    first = '<bpmn:sequenceFlow id="asked_for"'
    to_step = (
        files[ASSESSMENT]
        .decode()
        .replace(
            'sourceRef="under_way" targetRef="goes_on_there"', 'sourceRef="under_way" targetRef="counted"'
        )
    )
    longer = {**files, ASSESSMENT: to_step.replace(first, step + first).encode()}

    there, back = compare(files, longer), compare(longer, files)

    assert [(each.kind, each.what, each.element) for each in there] == [
        ("added", "element", "counted"),
        ("added", "arrow", "on_again"),
        ("changed", "arrow", "yes_under_way"),
    ]
    assert there[0].words == "New in “Initial assessment”: “Count it” (calculation)."
    assert {(each.kind, each.element) for each in back} == {
        ("removed", "counted"),
        ("removed", "on_again"),
        ("changed", "yes_under_way"),
    }


def test_a_diagram_that_is_only_drawn_otherwise_says_so(files: Files) -> None:
    (found,) = changed(files, ASSESSMENT, ('<dc:Bounds x="', '<dc:Bounds  x="'))

    assert found.what == "drawing"
    assert "only how it is drawn changes" in found.words


def test_a_diagram_that_cannot_be_read_is_said_to_change(files: Files) -> None:
    (found,) = compare(files, {**files, ASSESSMENT: b"<bpmn"})

    assert "cannot be read yet" in found.words


def test_what_changes_in_a_form_is_told(files: Files) -> None:
    def mend(questions: list[dict[str, object]]) -> None:
        questions[0]["dateLabel"] = "Day"
        del questions[4]
        questions.append(
            {"type": "textarea", "id": "q_new", "key": "what_worries", "label": "What worries you?"}
        )

    found = {(each.kind, each.element): each.words for each in form_changed(files, mend)}

    assert found["added", "what_worries"] == "Form “referral”: new narrative, “What worries you?”."
    assert found["removed", "referrer_reach"] == "Form “referral”: “How to reach them” is no longer asked."
    assert found["changed", "received_on"] == "Form “referral”, “Day”: was “Date the referral was received”."


def test_a_question_that_need_not_be_answered_and_is_asked_otherwise_is_told(files: Files) -> None:
    def mend(questions: list[dict[str, object]]) -> None:
        questions[4]["conditional"] = {"hide": '=referral_source = "1A"'}
        questions[1].update(type="radio", validate={"required": False})

    words = [each.words for each in form_changed(files, mend)]

    assert any("need no longer be answered" in each for each in words)
    assert any('is left out when referral_source = "1A", in place of' in each for each in words)


def test_what_changes_in_a_list_of_codes_is_told(files: Files) -> None:
    found = changed(
        files,
        "forms/codes/consent.yaml",
        ('{code: "given", label: "Given"}', '{code: "given", label: "Agreed", to: 2026-12-31}'),
        ('{code: "refused", label: "Refused"}', '{code: "withdrawn", label: "Withdrawn"}'),
    )

    assert [(each.kind, each.element, each.words) for each in found] == [
        ("changed", "given", "List “consent”: “Given” is now called “Agreed”."),
        ("changed", "given", "List “consent”: “Agreed” may be chosen until 2026-12-31."),
        ("added", "withdrawn", "List “consent”: new choice “Withdrawn” (withdrawn)."),
        ("removed", "refused", "List “consent”: the choice “Refused” (refused) goes."),
    ]


def test_what_changes_in_rights_law_and_calendar_is_told(files: Files) -> None:
    (right,) = changed(files, "bpmn/rights.yaml", ("skip: [PM, SM]", "skip: [SM]"))
    law = changed(files, "bpmn/statute.yaml", ("law_of: 2010-09-01", "law_of: 2013-04-15"))
    (day,) = changed(files, CALENDAR, ("years 2000 to 2040\n", "years 2000 to 2040\n2026-06-15 Jubilee\n"))

    assert right.words == "May skip: Service manager in place of Practice manager or Service manager."
    assert law[0].words == "The law that is followed is that of 2013-04-15 in place of 2010-09-01."
    assert (day.kind, day.element) == ("added", "2026-06-15")
    assert day.words == "Monday 15 June 2026 does not count: Jubilee."


def test_files_that_come_and_go_are_told(files: Files) -> None:
    fewer = {name: body for name, body in files.items() if name != "bpmn/scenarios/contact_to_closure.yaml"}

    assert [each.kind for each in compare(files, fewer)] == ["removed"]
    assert [each.kind for each in compare(fewer, files)] == ["added"]
