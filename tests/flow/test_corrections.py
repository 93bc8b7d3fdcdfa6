"""Several answers of a record put right in one act: what applies then is asked, what no longer applies is taken away, rows and "not known" too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ics_flow.calendar import england
from ics_flow.commands.correct_answers import CorrectAnswers
from ics_flow.commands.errors import AllocationStands, AnswersRefused
from ics_flow.domain.release import read_files
from ics_flow.process.correction import answers_at, changes_in
from tests.office import ROOT, Office

CONTACT = "contact#1/record#1/write#1"
REFERRAL = "referral#1/record#1/write#1"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path)) as office:
        yield office


def put_right(office: Office, case: str, task: str, **answers: object) -> tuple[dict[str, Any], ...]:
    """The changes that the correction wrote."""
    outcome = office.application.handle(
        CorrectAnswers(
            command_id=office.command_id(),
            actor="pat",
            case_id=case,
            task=task,
            answers=answers,
            reason="It was typed wrongly.",
        )
    )
    entry = next(entry for entry in office.history(case) if entry.position == outcome.position)
    parts: Any = entry.parts
    return tuple(map(dict, changes_in(parts["correction"])))


def answers(office: Office, case: str, task: str) -> dict[str, object]:
    """What the task's form answers now."""
    entries = office.history(case)
    written: Any = next(
        each
        for each in entries
        if each.kind == "task-completed" and each.parts["input"]["task"] == task  # type: ignore[index,call-overload]
    )
    return answers_at(entries, written.position)


def test_an_answer_that_makes_another_question_required_asks_for_it(office: Office) -> None:
    case = office.contact()
    office.do("tara", case, CONTACT, outcome="referral")

    with pytest.raises(AnswersRefused, match="agency"):
        put_right(office, case, CONTACT, outcome="another_agency")
    changes = put_right(
        office, case, CONTACT, outcome="another_agency", agency_referred_to="Housing", agency_consent="yes"
    )

    assert [(change["question"], change["answer"]) for change in changes] == [
        ("outcome", "another_agency"),
        ("agency_referred_to", "Housing"),
        ("agency_consent", "yes"),
    ]
    assert "before" not in changes[1]
    assert office.follow(case).faults == []


def test_an_answer_that_is_no_longer_asked_for_is_taken_away(office: Office) -> None:
    case = office.contact()
    office.do(
        "tara", case, CONTACT, outcome="another_agency", agency_referred_to="Housing", agency_consent="yes"
    )

    changes = put_right(office, case, CONTACT, outcome="no_further_action")

    gone = [change["question"] for change in changes if "answer" not in change]
    assert gone == ["agency_referred_to", "agency_consent"]
    assert "agency_referred_to" not in answers(office, case, CONTACT)
    assert office.follow(case).faults == []


def test_rows_and_what_is_not_known_are_put_right(office: Office) -> None:
    case = office.to_assessment()
    before = answers(office, case, REFERRAL)
    assert before["household"] == []
    person = {"name": "Mo Example", "relationship": "mother", "born_on": None, "lives_with_child": "yes"}

    put_right(
        office,
        case,
        REFERRAL,
        household=[person],
        first_language=None,
        first_language_not_known=True,
        first_language_not_known_reason="The school will ask.",
    )

    now = answers(office, case, REFERRAL)
    assert now["household"][0]["name"] == "Mo Example"  # type: ignore[index]
    assert now["first_language_not_known"] is True
    assert office.follow(case).faults == []


def test_an_answer_that_was_accepted_then_is_not_held_against_who_corrects_another(office: Office) -> None:
    files = read_files(ROOT / "bpmn", ROOT / "forms")
    sources = files["forms/codes/referral_source.yaml"].replace(
        b'code: "2A",', b'code: "2A", to: 2026-03-31,'
    )
    office.application.publish(
        {**files, "forms/codes/referral_source.yaml": sources}, england(), name="two", actor="sue"
    )
    case = office.contact()
    office.do("tara", case, CONTACT, outcome="referral", contacted_on="2026-03-20", contact_source="2A")
    office.clock.advance(days=20)

    changes = put_right(office, case, CONTACT, contacted_on="2026-03-19")
    with pytest.raises(AnswersRefused):
        put_right(office, case, CONTACT, contact_source="2A", contacted_on="2027-03-19")

    assert [change["question"] for change in changes] == ["contacted_on"]


def test_an_allocation_is_not_put_right_among_other_answers(office: Office) -> None:
    case = office.to_assessment()

    with pytest.raises(AllocationStands):
        put_right(office, case, "referral#1/allocate#1", allocated_worker="ro")


def test_a_correction_of_one_answer_as_it_was_written_first_reads_the_same() -> None:
    old = {
        "position": 3,
        "task": CONTACT,
        "form": "contact",
        "question": "outcome",
        "before": "a",
        "answer": "b",
    }

    assert [(each["question"], each["answer"]) for each in changes_in(old)] == [("outcome", "b")]
