"""From fields to answers, from answers to process data: what is read, what is refused with which sentence, and that nothing typed is lost."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from werkzeug.datastructures import MultiDict

from ics_flow.domain.forms import (
    AddRow,
    Choice,
    FieldError,
    Form,
    Occasion,
    RemoveRow,
    UnknownQuestion,
    describe,
    example_answers,
    read_row_action,
    with_row_action,
)
from ics_flow.domain.forms.answers import MOST_ROWS
from tests.unit.forms.conftest import Reader
from tests.unit.forms.example import REQUIRED, YES_NO, component, hide, posted


def texts(errors: tuple[FieldError, ...]) -> list[str]:
    return [error.text for error in errors]


def test_good_answers_come_back_from_their_fields_and_nothing_is_wrong(
    form: Form, good: dict[str, object], occasion: Occasion
) -> None:
    parsed = form.parse(posted(form, good))

    assert parsed.answers == good
    assert (parsed.raw, parsed.errors) == ({}, ())
    assert form.check(parsed.answers, occasion, parsed.errors) == ()


DATES = [
    (("19", "3", "2026"), "2026-03-19"),
    (("19", "March", "2026"), "2026-03-19"),
    (("9", "mar", "2026"), "2026-03-09"),
    ((" 09 ", "03", "2026"), "2026-03-09"),
    (("29", "2", "2024"), "2024-02-29"),
    (("", " ", ""), None),
]


@pytest.mark.parametrize(("typed", "answer"), DATES)
def test_a_date_is_read_from_its_three_parts(
    typed: tuple[str, str, str], answer: str | None, form: Form
) -> None:
    fields = MultiDict(zip(("visited_on-day", "visited_on-month", "visited_on-year"), typed, strict=True))

    assert form.parse(fields).answers["visited_on"] == answer


NOT_DATES = [
    (("31", "2", "2026"), "Date of the visit must be a real date", "visited_on-day"),
    (("29", "2", "2025"), "Date of the visit must be a real date", "visited_on-day"),
    (("1", "13", "2026"), "Date of the visit must be a real date", "visited_on-day"),
    (("1", "ma", "2026"), "Date of the visit must be a real date", "visited_on-month"),
    (("1st", "3", "2026"), "Date of the visit must be a real date", "visited_on-day"),
    (("²", "3", "2026"), "Date of the visit must be a real date", "visited_on-day"),
    (("1", "", "2026"), "Date of the visit must include a month", "visited_on-month"),
    (("", "", "2026"), "Date of the visit must include a day and month", "visited_on-day"),
    (("1", "3", "26"), "Date of the visit: the year must include 4 numbers", "visited_on-year"),
    (("1", "3", "0026"), "Date of the visit: the year must be between 1900 and 2200", "visited_on-year"),
]


@pytest.mark.parametrize(("typed", "text", "anchor"), NOT_DATES)
def test_what_is_no_date_is_kept_as_typed_with_a_link_to_what_to_mend(
    typed: tuple[str, str, str], text: str, anchor: str, form: Form
) -> None:
    fields = MultiDict(zip(("visited_on-day", "visited_on-month", "visited_on-year"), typed, strict=True))

    parsed = form.parse(fields)

    assert parsed.errors == (FieldError("visited_on", anchor, text),)
    assert parsed.raw == {"visited_on": typed}
    assert parsed.answers["visited_on"] is None


NUMBERS = [
    ("3", 3),
    ("-3", -3),
    ("2.50", "2.5"),
    ("2.0", 2),
    ("1,000", 1000),
    (" 7 ", 7),
    ("", None),
    ("007", 7),
]


@pytest.mark.parametrize(("typed", "answer"), NUMBERS)
def test_a_number_is_an_int_when_whole_and_decimal_text_when_not(
    typed: str, answer: object, form: Form
) -> None:
    assert form.parse(MultiDict({"miles": typed})).answers["miles"] == answer


@pytest.mark.parametrize(
    "typed", ["three", "1e9", "nan", "inf", "٣", "9" * 13, "9" * 100_000, "1.2.3", "0x10", "--1"]
)
def test_what_is_no_number_is_kept_as_typed(typed: str, form: Form) -> None:
    parsed = form.parse(MultiDict({"miles": typed}))

    assert texts(parsed.errors) == ["Miles driven must be a number, like 3 or 2.5, with at most 12 digits"]
    assert parsed.raw["miles"] == (typed,)


def test_text_has_one_kind_of_line_end_and_no_space_around(form: Form) -> None:
    answers = form.parse(MultiDict({"not_seen_reason": " a\r\nb\rc\n ", "nhs_number": " 1\r\n2 "})).answers

    assert (answers["not_seen_reason"], answers["nhs_number"]) == ("a\nb\nc", "1 2")


@pytest.mark.parametrize("sign", ["\0", "\x1b", "\x7f", "\x9f", "\ud800"])
def test_control_characters_are_refused_and_the_rest_is_shown_again(sign: str, form: Form) -> None:
    parsed = form.parse(MultiDict({"not_seen_reason": f"no{sign}body"}))

    assert texts(parsed.errors) == [
        "Why the child was not seen contains a hidden control character: delete it and type it again"
    ]
    assert parsed.raw["not_seen_reason"] == ("nobody",)


def test_text_without_end_is_refused(form: Form) -> None:
    parsed = form.parse(MultiDict({"not_seen_reason": "x" * 2_000_001}))

    assert texts(parsed.errors) == ["Why the child was not seen must be 2,000,000 characters or fewer"]


@pytest.mark.parametrize(
    ("count", "rows", "is_wrong"),
    [("2", 2, False), ("", 0, False), ("-1", 0, False), ("²", 0, False), ("x", 0, False), ("101", 100, True), ("9" * 5000, 100, True)],
)  # fmt: skip
def test_the_number_of_rows_is_read_and_capped(count: str, rows: int, is_wrong: bool, form: Form) -> None:
    parsed = form.parse(MultiDict({"family.count": count}))

    assert len(parsed.answers["family"]) == rows  # type: ignore[arg-type]
    assert bool(parsed.errors) == is_wrong


def test_thousands_of_fields_that_the_form_does_not_ask_for_are_passed_by(form: Form) -> None:
    fields = MultiDict(
        [(f"family[{number}].name", "x") for number in range(50_000)] + [("__proto__", "x")] * 1000
    )

    assert form.parse(fields).answers == {**form.blank(), "family": []}


@pytest.mark.parametrize("code", ["x" * 101, "a\nb", "\0"])
def test_a_code_that_cannot_be_one_is_refused_when_read(code: str, form: Form) -> None:
    parsed = form.parse(MultiDict([("worker", code), ("told", code)]))

    assert texts(parsed.errors) == ["Select who was told from the list", "Select worker from the list"]


def test_too_many_codes_are_refused(form: Form) -> None:
    assert form.parse(MultiDict([("told", str(number)) for number in range(501)])).errors


def test_one_section_can_be_read_by_itself(form: Form, good: dict[str, object]) -> None:
    parsed = form.parse(posted(form, good), "s_people")

    assert parsed.answers == {key: good[key] for key in ("family", "told", "worker")}


FAULTS: list[tuple[dict[str, Any], str, str]] = [
    ({"visited_on": None}, "Enter date of the visit", "visited_on-day"),
    ({"visited_on": "2026-03-21"}, "Date of the visit must be today or in the past", "visited_on-day"),
    ({"visited_on": "20260319"}, "Date of the visit is not an answer of the kind asked for", "visited_on-day"),
    ({"visited_on": 20260319}, "Date of the visit is not an answer of the kind asked for", "visited_on-day"),
    ({"child_seen": None}, "Select yes if the child was seen", "child_seen"),
    ({"child_seen": "perhaps"}, "Select an answer to “Was the child seen?” from the list", "child_seen"),
    ({"child_seen": "no"}, "Enter why the child was not seen", "not_seen_reason"),
    ({"child_seen": "no", "not_seen_reason": "x" * 2001}, "Why the child was not seen must be 2,000 characters or fewer", "not_seen_reason"),
    ({"nhs_number": "12"}, "NHS number must be 10 digits", "nhs_number"),
    ({"nhs_number": ["x"]}, "NHS number is not an answer of the kind asked for", "nhs_number"),
    ({"nhs_number": None}, "Enter NHS number", "nhs_number"),
    ({"nhs_number": None, "nhs_number_not_known": True}, "Enter why it is not known (NHS number)", "nhs_number_not_known_reason"),
    ({"nhs_number_not_known": True}, "Enter NHS number or tick that it is not known, not both", "nhs_number"),
    ({"next_on_not_known_reason": "x" * 501}, "Why “Date of the next visit” is not known must be 500 characters or fewer", "next_on_not_known_reason"),
    ({"next_on": "2026-03-19", "next_on_not_known": False}, "Date of the next visit must be today or in the future", "next_on-day"),
    ({"rooms": 0}, "Rooms must be 1 or more", "rooms"),
    ({"rooms": 41}, "Rooms must be 40 or fewer", "rooms"),
    ({"rooms": "1.5"}, "Rooms must be a whole number", "rooms"),
    ({"rooms": True}, "Rooms is not an answer of the kind asked for", "rooms"),
    ({"rooms": "NaN"}, "Rooms is not an answer of the kind asked for", "rooms"),
    ({"miles": "2.55"}, "Miles driven must have 1 decimal place or fewer", "miles"),
    ({"alone": "yes"}, "The child was seen alone is not an answer of the kind asked for", "alone"),
    ({"told": []}, "Select who was told", "told"),
    ({"told": ["aunt"]}, "Select who was told from the list", "told"),
    ({"told": ["guardian"]}, "Select who was told from the list", "told"),
    ({"told": [["parent"]]}, "Who was told is not an answer of the kind asked for", "told"),
    ({"worker": "w9"}, "Select worker from the list", "worker"),
    ({"family": []}, "Enter at least 1 family member", "family-add"),
    ({"family": "none"}, "Enter at least 1 family member", "family-add"),
    ({"family": [{"name": None, "needs": []}]}, "Enter at least 1 family member", "family-add"),
    ({"family": [{"name": "A", "relationship": "parent"}, {"relationship": "kin"}]}, "Enter full name (family member 2)", "family-1-name"),
    ({"family": [{"name": "A", "relationship": "parent"}] * 101}, "There can be at most 100 of family member: use another record for the rest", "family-add"),
]  # fmt: skip


@pytest.mark.parametrize(("changed", "text", "anchor"), FAULTS)
def test_a_wrong_answer_gets_a_sentence_and_a_link(
    changed: dict[str, Any], text: str, anchor: str, form: Form, good: dict[str, object], occasion: Occasion
) -> None:
    errors = form.check(good | changed, occasion)

    assert (text, anchor) in [(error.text, error.anchor) for error in errors]
    assert len(errors) == (2 if "family" in changed and anchor == "family-1-name" else 1)


def test_what_could_not_be_read_is_told_once_and_in_the_order_of_the_form(
    form: Form, good: dict[str, object], occasion: Occasion
) -> None:
    parsed = form.parse(posted(form, good, **{"rooms": "many", "visited_on-month": "13", "worker": "w9", "family[0].born_on-day": "40"}))  # fmt: skip

    assert texts(form.check(parsed.answers, occasion, parsed.errors)) == [
        "Date of the visit must be a real date",
        "Rooms must be a number, like 3 or 2.5, with at most 12 digits",
        "Date of birth must include a month and year (family member 1)",
        "Select worker from the list",
    ]


def test_a_row_with_nothing_but_what_could_not_be_read_is_not_taken_for_blank(
    form: Form, good: dict[str, object], occasion: Occasion
) -> None:
    parsed = form.parse(posted(form, good | {"family": [{}]}, **{"family[0].born_on-day": "x"}))

    errors = form.check(parsed.answers, occasion, parsed.errors)

    assert "Date of birth must include a month and year (family member 1)" in texts(errors)


def test_what_was_typed_for_a_question_that_does_not_apply_is_no_error(
    form: Form, good: dict[str, object], occasion: Occasion
) -> None:
    parsed = form.parse(posted(form, good, not_seen_reason="a\0b"))

    assert parsed.errors
    assert form.check(parsed.answers, occasion, parsed.errors) == ()


def test_answers_that_do_not_apply_are_taken_out(
    form: Form, good: dict[str, object], occasion: Occasion
) -> None:
    stale = {
        "name": "A",
        "relationship": "parent",
        "kin_story": "An answer given before the relationship was changed",
    }

    kept = form.applicable(good | {"not_seen_reason": "Stale", "family": [{}, stale]}, occasion)

    assert "not_seen_reason" not in kept
    assert kept["family"] == [{"name": "A", "relationship": "parent", "born_on": None, "needs": []}]
    assert form.applicable(kept, occasion) == kept


def test_what_hangs_on_an_answer_that_does_not_apply_does_not_apply_either(
    read: Reader, occasion: Occasion
) -> None:
    form = read(
        component("radio", "a", "A", values=YES_NO),
        component("radio", "b", "B", values=YES_NO, conditional=hide('=a != "yes"')),
        component("textfield", "c", "C", conditional=hide('=b = null or b = "no"'), validate=REQUIRED),
    )

    assert form.applicable({"a": "no", "b": "yes", "c": "text"}, occasion) == {"a": "no"}
    assert form.check({"a": "no", "b": "yes", "c": None}, occasion) == ()
    assert texts(form.check({"a": "yes", "b": "yes", "c": None}, occasion)) == ["Enter C"]


def test_conditions_see_real_dates_numbers_rows_and_what_is_known(read: Reader, occasion: Occasion) -> None:
    form = read(
        component("datetime", "on", "On", subtype="date"),
        component("number", "n", "N"),
        {"type": "dynamiclist", "id": "rows", "label": "Row", "path": "rows", "components": [component("number", "age", "Age")]},
        *(
            component("textfield", key, key, conditional=hide(source))
            for key, source in {
                "date": '=on >= date("2026-03-01")',
                "number": "=n > 2.4",
                "rows_any": "=some row in rows satisfies row.age > 17",
                "known": "=outcome = \"assess\"",
                "day": '=today() = date("2026-03-20")',
                "nonsense": "=working_days_after(on, 2) = null",
            }.items()
        ),
        known=["outcome"],
    )  # fmt: skip
    answers = {"on": "2199-03-02", "n": "2.5", "rows": [{"age": 18}]}

    kept = form.applicable(answers, replace(occasion, known={"outcome": "assess"}))

    assert list(kept) == ["on", "n", "rows", "nonsense"]


def test_process_data_are_real_values_and_never_narrative(form: Form, good: dict[str, object]) -> None:
    assert form.process_data(good) == {
        "visited_on": date(2026, 3, 19),
        "child_seen": "yes",
        "nhs_number_not_known": False,
        "rooms": 4,
        "miles": Decimal("2.5"),
        "alone": True,
        "next_on": None,
        "next_on_not_known": True,
        "told": ("parent", "sibling"),
        "worker": "w1",
    }


def test_a_question_that_no_longer_applies_leaves_no_stale_value_in_the_process(form: Form) -> None:
    assert form.process_data({})["visited_on"] is None


def test_a_form_says_what_it_gives_to_the_process(form: Form) -> None:
    given = {each.key: (each.kind, each.certain) for each in form.gives}

    assert given["visited_on"] == ("date", True)
    assert given["next_on"] == ("date", False)
    assert given["next_on_not_known"] == ("yes/no", True)
    assert given["miles"] == ("number", False)
    assert given["told"] == ("codes", True)
    assert set(given) == set(form.process_data({}))


def test_an_answer_may_allocate_the_case(form: Form, good: dict[str, object]) -> None:
    assert form.allocates(good) == {"allocated_worker": "w1"}
    assert form.allocates(good | {"worker": None}) == {}


def test_answers_part_by_section(form: Form, good: dict[str, object]) -> None:
    parted = form.by_section(good)

    assert list(parted) == ["s_visit", "s_people"]
    assert parted["s_visit"] | parted["s_people"] == good


def test_codes_are_judged_by_the_day(form: Form, good: dict[str, object], occasion: Occasion) -> None:
    earlier = replace(occasion, context=replace(occasion.context, today=date(2025, 12, 31)))
    answers = good | {"visited_on": "2025-12-30", "told": ["guardian"]}

    assert form.check(answers, earlier) == ()
    assert form.check(answers, occasion)


def test_a_record_is_described_in_words(form: Form, good: dict[str, object], occasion: Occasion) -> None:
    answers = form.applicable(good | {"told": ["guardian", "parent"]}, occasion)

    visit, people = describe(form, answers, {"workers": (Choice("w1", "Sam Reed"),)})

    assert [(each.label, each.words) for each in visit.answers] == [
        ("Date of the visit", "19 March 2026"),
        ("Was the child seen?", "Yes"),
        ("NHS number", "9434765919"),
        ("Rooms", "4"),
        ("Miles driven", "2.5"),
        ("The child was seen alone", "Yes"),
        ("Date of the next visit", "Not known: They are about to move."),
    ]
    assert [(each.label, each.words) for each in people.answers] == [
        ("Family member 1: Full name", "Ana Example"),
        ("Family member 1: Relationship", "Parent"),
        ("Family member 1: Date of birth", "Not answered"),
        ("Family member 1: Needs", "Hearing\nSight"),
        ("Who was told", "Guardian\nParent"),
        ("Worker", "Sam Reed"),
    ]


ACTIONS = [
    ("add:family", AddRow("family")),
    ("remove:family:2", RemoveRow("family", 2)),
    ("finalise", None),
    ("remove:family", None),
    ("add:fam ily", None),
    ("remove:family:²", None),
    ("", None),
]


@pytest.mark.parametrize(("text", "action"), ACTIONS)
def test_a_button_says_which_row_it_adds_or_removes(text: str, action: AddRow | RemoveRow | None) -> None:
    assert read_row_action(text) == action
    assert action is None or str(action) == text


def test_a_row_is_added_at_the_end_and_what_was_typed_stays(form: Form, good: dict[str, object]) -> None:
    parsed = form.parse(posted(form, good, rooms="many"))

    added = with_row_action(form, parsed, AddRow("family"))

    assert added.answers["family"] == [*good["family"], form.blank()["family"][0]]  # type: ignore[misc, index]
    assert (added.raw, added.errors) == ({"rooms": ("many",)}, ())


def test_a_row_is_removed_and_what_could_not_be_read_in_later_rows_moves_up(
    form: Form, good: dict[str, object]
) -> None:
    rows = [{"name": "A"}, {"name": "B"}, {"name": "C"}]
    wrong = {f"family[{number}].born_on-day": str(40 + number) for number in range(3)}
    parsed = form.parse(posted(form, good | {"family": rows}, **wrong))

    left = with_row_action(form, parsed, RemoveRow("family", 1))

    assert [row["name"] for row in left.answers["family"]] == ["A", "C"]  # type: ignore[attr-defined]
    assert left.raw == {"family[0].born_on": ("40", "", ""), "family[1].born_on": ("42", "", "")}


def test_actions_on_rows_that_are_not_there_change_nothing(form: Form, good: dict[str, object]) -> None:
    parsed = form.parse(posted(form, good))
    full = form.parse(posted(form, good | {"family": [{"name": "A"}] * MOST_ROWS}))

    assert with_row_action(form, parsed, AddRow("told")) == parsed
    assert with_row_action(form, parsed, RemoveRow("family", 7)) == parsed
    assert with_row_action(form, full, AddRow("family")) == full


def test_example_answers_pass_are_the_same_each_time_and_keep_what_is_given(
    form: Form, occasion: Occasion
) -> None:
    given = {
        "visited_on": date(2026, 3, 1),
        "child_seen": "no",
        "family": [{"relationship": "kin"}],
        "miles": 2.5,
    }

    first, again = (example_answers(form, "seed", occasion, given) for _ in range(2))

    assert first == again
    assert form.check(first, occasion) == ()
    assert (first["visited_on"], first["child_seen"], first["miles"]) == ("2026-03-01", "no", "2.5")
    assert first["not_seen_reason"]
    assert first["family"][0]["kin_story"]  # type: ignore[index]


def test_example_answers_to_a_question_that_is_not_asked_are_refused(form: Form, occasion: Occasion) -> None:
    with pytest.raises(UnknownQuestion, match="has no question “held_on”"):
        example_answers(form, "seed", occasion, {"held_on": date(2026, 3, 1)})
