"""What a form may be: every sentence of the profile has a form that it refuses, and the same form mended is read."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from engine.problems import Refused
from ics_flow.domain.forms import Form, read_form
from tests.unit.forms.conftest import Problems, Reader
from tests.unit.forms.example import EVERYTHING, REQUIRED, YES_NO, Component, component, document, group, hide


def line(key: str = "reason", label: Any = "Reason", **rest: Any) -> Component:
    return component("textfield", key, label, **rest)


def rows(*components: Component, key: str = "family", **rest: Any) -> Component:
    return {
        "type": "dynamiclist",
        "id": f"r_{key}",
        "label": "Person",
        "path": key,
        "components": components,
        **rest,
    }


def day(key: str = "held_on", **properties: str) -> Component:
    return component("datetime", key, "Day", subtype="date", properties=properties)


def select(key: str = "choice", **rest: Any) -> Component:
    return component("select", key, "Choice", **rest)


def test_every_kind_of_question_is_read(form: Form) -> None:
    assert [section.title for section in form.sections] == ["The visit", "The people"]
    assert [question.key for _, question in form.questions] == [
        "visited_on", "child_seen", "not_seen_reason", "nhs_number", "rooms", "miles", "alone", "next_on", "told", "worker",
    ]  # fmt: skip
    assert [question.key for question in form.rows[0].questions] == [
        "name", "relationship", "born_on", "kin_story", "needs",
    ]  # fmt: skip


def test_a_short_form_is_one_section_without_a_title(read: Reader) -> None:
    (section,) = read(line()).sections

    assert (section.id, section.title) == ("visit", "")


def test_what_editors_write_besides_is_passed_by(problems: Problems) -> None:
    editors: Component = {
        "layout": {"row": "Row_1", "columns": None},
        "appearance": {},
        "disabled": False,
        "readonly": False,
    }

    assert problems(line(**editors), {"type": "separator", "id": "sep"}) == []
    assert (
        problems(
            select(values=[{"label": "Value", "value": "value"}], properties={"codeList": "relationship"})
        )
        == []
    )


FAULTS: list[tuple[str, str, tuple[Component, ...]]] = [
    ("unknown type", "of the type “button”", (line(), {"type": "button", "id": "b", "label": "Go"})),
    ("unknown entry", "has “colour”, which is not known here", (line(colour="red"),)),
    ("unknown validation", "“maxlength” in its validation", (line(validate={"maxlength": 3}),)),
    ("unknown property", "“require” in its properties", (line(properties={"require": "true"}),)),
    ("unknown condition", "“show” in its condition", (line(conditional={"show": "=true"}),)),
    ("switched off", "has readonly switched on", (line(readonly=True),)),
    ("no label", "has no label", (line(label=""),)),
    ("label not text", "must have text as its label", (line(label=3),)),
    ("no id", "must have an id", (line() | {"id": ""},)),
    ("id twice", "id of another component", (line(), line("other") | {"id": "q_reason"})),
    ("key twice", "has the key “reason”, which another question has", (line(), line() | {"id": "second"})),
    ("key of a row", "which another question has", (rows(line()), line() | {"id": "second"})),
    ("key of not known", "“on_not_known”, which another question has",
     (component("datetime", "on", "Day", subtype="date", validate=REQUIRED, properties={"notKnown": "true"}), line("on_not_known"))),
    ("bad key", "has the key “Reason”", (line("Reason"),)),
    ("nested key", "has the key “a.b”", (line("a.b"),)),
    ("keyword", "means something else in expressions", (line("if"),)),
    ("fact", "means something else in expressions", (line("born"),)),
    ("condition without =", "begin it with =", (line(), line("more", conditional=hide("reason = 1")))),
    ("condition does not compile", "has a condition that cannot be used", (line(conditional=hide('=exec("x")')),)),
    ("condition on nothing", "on “nobody”, which nothing before it answers", (line(conditional=hide("=nobody = 1")),)),
    ("condition on a later question", "on “later”", (line(conditional=hide("=later = null")), line("later"))),
    ("condition on itself", "on “reason”", (line(conditional=hide("=reason = null")),)),
    ("condition on a row from outside", "on “name”", (rows(line("name")), line(conditional=hide("=name = null")))),
    ("no choices", "offers no choices", (select(),)),
    ("unknown code set", "“colours”, which is not there: use one of relationship, teams, workers", (select(properties={"codeList": "colours"}),)),
    ("codes and values", "both a codeList and values", (select(values=YES_NO, properties={"codeList": "relationship"}),)),
    ("value twice", "has the value “yes” twice", (select(values=[*YES_NO, YES_NO[0]]),)),
    ("value without label", "a choice without a label or a value", (select(values=[{"value": "yes"}]),)),
    ("value not text", "must have text as its value", (select(values=[{"label": "One", "value": 1}]),)),
    ("sets unknown", "sets “owner”", (select(properties={"codeList": "workers", "sets": "owner"}),)),
    ("sets from the wrong list", "its codeList must be workers", (select(properties={"codeList": "teams", "sets": "allocated_worker"}),)),
    ("sets in rows", "there can be only one", (rows(select(properties={"codeList": "teams", "sets": "team"})),)),
    ("section in section", "sections stand side by side", (group("a", "A", line(), group("b", "B", line("x"))),)),
    ("section with path", "leave its path empty", (group("a", "A", line(), path="a"),)),
    ("empty section", "is an empty section", (group("a", "A"), group("b", "B", line()))),
    ("outside the sections", "stands outside the sections", (group("a", "A", line()), line("x"))),
    ("rows in rows", "stands in rows within rows", (rows(line(), rows(line("x"), key="inner")),)),
    ("rows of nothing", "has rows that ask nothing", (line(), rows())),
    ("rows that do not repeat", "has isRepeating switched off", (rows(line(), isRepeating=False),)),
    ("rows that are fixed", "has allowAddRemove switched off", (rows(line(), allowAddRemove=False),)),
    ("too many rows at first", "from 0 to 10 as its defaultRepetitions", (rows(line(), defaultRepetitions=99),)),
    ("asks nothing", "asks nothing", ({"type": "text", "id": "t", "text": "Read this"},)),
    ("empty text", "is an empty text", (line(), {"type": "text", "id": "t", "text": " "})),
    ("markup", "has “**” in its text", (line(), {"type": "text", "id": "t", "text": "**Read** this"})),
    ("html", "has “<b>” in its label", (line(label="<b>Reason</b>"),)),
    ("expression for a label", "has “=” in its label", (line(label="=reason"),)),
    ("template for a label", "has “{{” in its description", (line(description="{{reason}}"),)),
    ("bounds of a number", "at least 5 and at most 2", (component("number", "n", "N", validate={"min": 5, "max": 2}),)),
    ("expression for a bound", "a number as its min", (component("number", "n", "N", validate={"min": "=a"}),)),
    ("places", "from 0 to 6 as its decimalDigits", (component("number", "n", "N", decimalDigits=9),)),
    ("bounds of a text", "at least 5 and at most 2 characters", (line(validate={"minLength": 5, "maxLength": 2}),)),
    ("endless text", "from 0 to 100,000", (line(validate={"maxLength": 10**9}),)),
    ("pattern", "has a pattern that cannot be used", (line(validate={"pattern": "(a+)+$", "patternErrorMessage": "No"}),)),
    ("pattern without a message", "both a pattern and its error message", (line(validate={"pattern": "a"}),)),
    ("pattern and length", "let the pattern alone", (line(validate={"pattern": "[0-9]{9}", "patternErrorMessage": "No", "maxLength": 3}),)),
    ("validation type", "write a pattern", (line(validate={"validationType": "email"}),)),
    ("question without a message", "write the property requiredMessage", (line(label="Why?", validate=REQUIRED),)),
    ("required box", "with radio buttons", (component("checkbox", "ok", "I agree", validate=REQUIRED),)),
    ("default", "take its default value out", (line(defaultValue="None"),)),
    ("not known of a choice", "add a choice for “not known”", (select(values=YES_NO, validate=REQUIRED, properties={"notKnown": "true"}),)),
    ("not known of an optional", "may be left empty anyway", (line(properties={"notKnown": "true"}),)),
    ("neither true nor false", "must have true or false as its required", (line(validate={"required": "yes"}),)),
    ("a time", "choose the subtype “date”", (component("datetime", "at", "At", subtype="datetime"),)),
    ("neither future nor past", "leaves today alone", (component("datetime", "on", "On", subtype="date", properties={"notFuture": "true", "notPast": "true"}),)),
    ("collating by no date", "collates records, but asks for no date", (line(properties={"collates": "true"}),)),
    ("collating in rows", "collates records in rows", (rows(day(collates="true")),)),
    ("collating twice", "collates records, as an earlier question does", (day("held_on", collates="true"), day("met_on", collates="true"))),
    ("collating by rows", "“collates” in its properties", (rows(line(), properties={"collates": "true"}),)),
    ("two labels", "two labels that differ", (component("datetime", "on", "On", subtype="date", dateLabel="At"),)),
    ("objects", "must have an object as its validate", (line(validate=[1]),)),
    ("lists", "must have a list of objects as its components", (line(), group("a", "A") | {"components": ["x"]})),
]  # fmt: skip


@pytest.mark.parametrize(
    ("sentence", "components"), [fault[1:] for fault in FAULTS], ids=[fault[0] for fault in FAULTS]
)
def test_what_lies_outside_the_profile_is_refused_with_a_sentence(
    sentence: str, components: tuple[Component, ...], problems: Problems
) -> None:
    found = problems(*components)

    assert [problem for problem in found if sentence in problem], found
    assert all(
        problem.startswith("forms/visit.form") and problem.endswith((".", "”.", "”")) for problem in found
    )


MENDED: list[tuple[Component, ...]] = [
    (line(), line("more", conditional=hide("=reason = null"))),
    (
        rows(line("name"), line("age", conditional=hide("=name = null"))),
        line(conditional=hide("=count(family) = 0")),
    ),
    (rows(line("name")), rows(line("name") | {"id": "second"}, key="others")),
    (line(conditional=hide("=born")),),
    (select(properties={"codeList": "teams", "sets": "team"}),),
    (line(label="Why?", validate=REQUIRED, properties={"requiredMessage": "Enter why"}),),
    (line(validate={"pattern": "[0-9]{9}", "patternErrorMessage": "No"}),),
    (
        component(
            "datetime",
            "on",
            "On",
            subtype="date",
            dateLabel="On",
            validate=REQUIRED,
            properties={"notKnown": True},
        ),
    ),
    (component("number", "n", "N", validate={"min": "2", "max": 5}),),
]


@pytest.mark.parametrize("components", MENDED)
def test_what_lies_within_the_profile_is_read(components: tuple[Component, ...], problems: Problems) -> None:
    assert problems(*components) == []


def test_the_day_by_which_records_are_of_one_occasion_is_read(read: Reader) -> None:
    collated = read(line(), day("met_on", collates="true"), day("held_on"))

    assert collated.collated_by == "met_on"
    assert read(line(), day("met_on"), day("held_on")).collated_by is None


def test_conditions_may_name_process_data_that_are_known(read: Reader) -> None:
    condition = line(conditional=hide("=outcome = null"))

    assert read(condition, known=["outcome"]).keys == ("reason",)
    with pytest.raises(Refused, match="outcome"):
        read(condition)


def test_every_problem_is_told_and_not_only_the_first(problems: Problems) -> None:
    assert len(problems(line(label="", colour="red"), line("Bad"), select("x"))) == 4


FILES = [
    ("not JSON", b"{", "is not JSON"),
    ("not UTF-8", b"\xff\xfe{", "is not UTF-8"),
    ("a list", b"[]", "is not a form"),
    ("a key twice", b'{"type": "default", "type": "default"}', "“type” stands twice"),
    ("no number", b'{"schemaVersion": NaN}', "NaN is no number"),
    ("a number without end", b'{"schemaVersion": ' + b"9" * 10_000 + b"}", "is not JSON"),
    ("nested without end", b"[" * 400_000, "is nested too deeply"),
    ("too large", b" " * 1_000_001, "is larger than 1 MB"),
    ("another id", document(line(), id="other"), "must have the id of its file"),
    ("another type", document(line(), type="page"), "its type must be “default”"),
    ("an unknown entry", document(line(), script="alert(1)"), "has “script”"),
    (
        "too many questions",
        document(*(line(f"k{number}") for number in range(501))),
        "more than 500 questions",
    ),
]


@pytest.mark.parametrize(
    ("content", "sentence"), [file[1:] for file in FILES], ids=[file[0] for file in FILES]
)
def test_a_file_that_is_no_form_is_refused_with_a_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence):
        read_form("visit", content, {})


def test_any_part_of_a_form_with_a_value_of_another_type_is_refused_or_read_but_never_fails(
    codes: dict[str, Any],
) -> None:
    whole = json.loads(document(*EVERYTHING))
    outcomes = [_outcome(json.dumps(spoilt).encode(), codes) for spoilt in _spoilt(whole)]

    assert all(outcomes)
    assert len(outcomes) > 1_000


def _outcome(content: bytes, codes: dict[str, Any]) -> object:
    try:
        return read_form("visit", content, codes)
    except Refused as refused:
        return refused.problems


OTHERS: list[Any] = [None, 7, "x", [], {}, [[1]], True]


def _spoilt(value: Any) -> Iterator[Any]:
    """The document with each of its values in turn replaced by each of some others."""
    yield from OTHERS
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in list(pairs):
        for other in _spoilt(inner):
            copy = value.copy()
            copy[key] = other
            yield copy
