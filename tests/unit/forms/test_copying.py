"""Answers copied forward: the same question is found, what no longer stands is said, and what was typed or does not apply stays out."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from ics_flow.domain.forms import Form, Occasion, Origin, Source, copy_forward, read_code_set, read_form
from ics_flow.domain.forms.copying import Copied
from tests.unit.forms.conftest import Reader
from tests.unit.forms.example import GOOD, YES_NO, component, document, hide

EARLIER = "Initial visit, authorised 12 March 2026"


def copied(form: Form, occasion: Occasion, *answers: Mapping[str, object], typed: Any = None) -> Copied:
    """What a blank form takes over from visits with those answers, the oldest first."""
    sources = [
        Source(form=form, answers=each, words=f"visit {number}") for number, each in enumerate(answers, 1)
    ]
    return copy_forward(form, typed or form.blank(), sources, occasion)


def test_every_question_that_both_forms_ask_is_copied_as_it_would_be_typed(
    form: Form, occasion: Occasion
) -> None:
    taken = copied(form, occasion, GOOD)

    differing = {key for key in form.keys if key in GOOD and taken.answers.get(key) != GOOD[key]}
    assert differing == {"worker"}  # an allocation is made anew
    assert "not_seen_reason" not in taken.origins
    assert taken.origins["rooms"].note(taken.answers) == "From visit 1"


def test_the_newest_record_that_answers_a_question_wins(form: Form, occasion: Occasion) -> None:
    newer = {**GOOD, "rooms": 5, "miles": None}

    taken = copied(form, occasion, GOOD, newer)

    assert (taken.answers["rooms"], taken.origins["rooms"].words) == (5, "visit 2")
    assert (taken.answers["miles"], taken.origins["miles"].words) == ("2.5", "visit 1")


def test_what_was_typed_already_stays(form: Form, occasion: Occasion) -> None:
    typed = {**form.blank(), "rooms": 2, "family": [{"name": "Bo", "relationship": None}]}

    taken = copied(form, occasion, GOOD, typed=typed)

    assert not {"rooms", "family"} & taken.answers.keys()
    assert taken.answers["miles"] == "2.5"


def test_what_does_not_apply_with_the_answers_copied_is_not_copied(form: Form, occasion: Occasion) -> None:
    reason = {**GOOD, "child_seen": "no", "not_seen_reason": "Nobody was in."}

    assert copied(form, occasion, reason).answers["not_seen_reason"] == "Nobody was in."
    typed = {**form.blank(), "child_seen": "yes"}
    assert "not_seen_reason" not in copied(form, occasion, reason, typed=typed).answers


def test_a_note_stands_until_the_answer_is_changed_and_survives_the_draft(
    form: Form, occasion: Occasion
) -> None:
    origin = Origin.from_json(copied(form, occasion, GOOD).origins["nhs_number"].to_json())

    assert origin.note(GOOD) == "From visit 1"
    assert origin.note({**GOOD, "nhs_number": "9434765918"}) == ""
    assert origin.note({**GOOD, "nhs_number_not_known": True}) == ""


def test_a_choice_that_is_no_longer_on_the_list_is_left_blank_and_named(
    form: Form, occasion: Occasion
) -> None:
    family: list[dict[str, object]] = [
        {"name": "Gus", "relationship": "guardian", "born_on": None, "kin_story": None, "needs": []}
    ]

    taken = copied(form, occasion, {**GOOD, "told": ["guardian", "parent"], "family": family})

    assert taken.answers["told"] == ["parent"]
    assert taken.origins["told"].note(taken.answers) == (
        "From visit 1. “Guardian” is no longer on the list, so it was not copied from visit 1. Answer this anew"
    )
    rows: Any = taken.answers["family"]
    assert [(row["name"], row["relationship"]) for row in rows] == [("Gus", None)]
    assert "“Guardian” is no longer" in taken.origins["family"].note(taken.answers)


def test_a_single_choice_that_is_lost_leaves_nothing_but_its_name(read: Reader, occasion: Occasion) -> None:
    kin = component("select", "kin", "Kin", properties={"codeList": "relationship"})

    taken = copied(read(kin), occasion, {"kin": "guardian"})

    assert taken.answers == {"kin": None}
    assert taken.origins["kin"].note({"kin": None}).startswith("“Guardian” is no longer on the list")
    assert taken.origins["kin"].note({"kin": "parent"}) == ""


@pytest.mark.parametrize(
    ("mine", "theirs", "answer"),
    [
        (component("textfield", "told", "Told"), component("textarea", "told", "Told"), "Two\nlines"),
        (component("number", "told", "Told"), component("textfield", "told", "Told"), "4"),
        (component("radio", "told", "Told", values=YES_NO), component("radio", "told", "Told", properties={"codeList": "relationship"}), "parent"),
        (component("checklist", "told", "Told", values=YES_NO), component("radio", "told", "Told", values=YES_NO), "yes"),
        (component("textarea", "told", "Told", properties={"staysHere": "true"}), component("textarea", "told", "Told"), "Words"),
    ],
    ids=["a line of narrative", "a number of text", "another list", "several of one", "it stays in its own record"],
)  # fmt: skip
def test_a_question_of_another_kind_is_another_question(
    read: Reader, occasion: Occasion, mine: Any, theirs: Any, answer: object
) -> None:
    source = Source(form=read(theirs), answers={"told": answer}, words=EARLIER)

    assert copy_forward(read(mine), {}, [source], occasion).origins == {}
    assert copy_forward(read(theirs), {}, [source], occasion).origins


def test_a_line_becomes_narrative(read: Reader, occasion: Occasion) -> None:
    source = Source(
        form=read(component("textfield", "told", "Told")), answers={"told": "Words"}, words=EARLIER
    )

    taken = copy_forward(read(component("textarea", "told", "Told")), {}, [source], occasion)

    assert taken.answers == {"told": "Words"}


def test_what_the_procedure_counts_and_decides_by_is_kept_apart(form: Form, occasion: Occasion) -> None:
    source = Source(form=form, answers=GOOD, words=EARLIER)

    taken = copy_forward(form, {}, [source], occasion, {"visited_on", "child_seen"})

    assert not {"visited_on", "child_seen"} & taken.answers.keys()
    assert "rooms" in taken.answers


def test_the_rules_of_the_form_that_copies_count(read: Reader, occasion: Occasion) -> None:
    plain = read(component("radio", "seen", "Seen", values=YES_NO), component("textarea", "why", "Why"))
    ruled = read(
        component("radio", "seen", "Seen", values=YES_NO),
        component("textarea", "why", "Why", conditional=hide('=seen = "yes"')),
    )
    source = Source(form=plain, answers={"seen": "yes", "why": "She was asleep."}, words=EARLIER)

    assert copy_forward(plain, {}, [source], occasion).answers.keys() == {"seen", "why"}
    assert copy_forward(ruled, {}, [source], occasion).answers.keys() == {"seen"}


def test_a_list_is_judged_on_the_day_of_the_new_record(read: Reader, occasion: Occasion) -> None:
    form = read(component("select", "kin", "Kin", properties={"codeList": "relationship"}))
    ended = read_code_set(
        "relationship",
        b"name: relationship\nsource: x\ncodes:\n - {code: parent, label: Parent, to: 2026-03-01}\n - {code: b, label: B}",
    )
    later = read_form(
        "visit",
        document(component("select", "kin", "Kin", properties={"codeList": "relationship"})),
        {"relationship": ended},
    )

    taken = copy_forward(later, {}, [Source(form=form, answers={"kin": "parent"}, words=EARLIER)], occasion)

    assert occasion.on > date(2026, 3, 1)
    assert taken.answers == {"kin": None}
    assert taken.origins["kin"].lost == ("Parent",)
