"""A form as HTML: every input has a label, nothing typed becomes HTML, and what a browser sends back is what was answered."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

import jinja2
import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader
from lxml import html
from werkzeug.datastructures import MultiDict

from engine.feel import Value
from ics_flow.domain.forms import AddRow, Form, Occasion, describe, example_answers, lay_out
from tests.unit.forms.conftest import Draw, Reader
from tests.unit.forms.example import REQUIRED, YES_NO, component, group, hide, posted
from web import forms as glue


def page_of(text: str) -> Any:
    """The tree of a page; what XPath finds in it has no type of use here."""
    return html.document_fromstring(text)


def sent(page: Any) -> MultiDict[str, str]:
    """What a browser sends for a page, without its buttons."""
    fields: MultiDict[str, str] = MultiDict()
    for each in page.xpath("//form//*[self::input or self::textarea or self::select]"):
        if each.tag == "select":
            chosen = each.xpath("./option[@selected]") or each.xpath("./option")[:1]
            fields.setlistdefault(each.name).extend(option.get("value") for option in chosen)
        elif each.tag == "textarea":
            fields.setlistdefault(each.name).append((each.text or "").removeprefix("\n"))
        elif each.get("type") not in ("radio", "checkbox") or each.get("checked") is not None:
            fields.setlistdefault(each.get("name")).append(each.get("value", ""))
    return fields


def without_empty(fields: MultiDict[str, str]) -> dict[str, list[str]]:
    return {name: sorted(texts) for name, texts in fields.lists() if texts != [""]}


SIGNS = st.text(st.characters(exclude_categories=("Cc", "Cs")))
LINES = SIGNS.map(lambda text: unicodedata.normalize("NFC", text).strip() or None)
NARRATIVE = st.lists(LINES, max_size=3).map(lambda lines: "\n".join(filter(None, lines)) or None)
DAY = st.none() | st.dates(date(1900, 1, 1), date(2200, 12, 31)).map(str)
CODES = st.lists(st.sampled_from(["parent", "sibling", "kin"]), unique=True).map(sorted)
NEEDS = st.lists(st.sampled_from(["hearing", "sight"]), unique=True).map(sorted)
ROW = st.fixed_dictionaries(
    {
        "name": LINES,
        "relationship": st.sampled_from([None, "parent", "kin"]),
        "born_on": DAY,
        "kin_story": NARRATIVE,
        "needs": NEEDS,
    }
)
ANSWERS = st.fixed_dictionaries(
    {
        "visited_on": DAY,
        "child_seen": st.sampled_from([None, "yes", "no"]),
        "not_seen_reason": NARRATIVE,
        "nhs_number": LINES,
        "nhs_number_not_known": st.booleans(),
        "nhs_number_not_known_reason": LINES,
        "rooms": st.none() | st.integers(-(10**12) + 1, 10**12 - 1),
        "miles": st.none() | st.integers(-99, 99) | st.sampled_from(["0.5", "-12.000001"]),
        "alone": st.booleans(),
        "next_on": DAY,
        "next_on_not_known": st.booleans(),
        "next_on_not_known_reason": LINES,
        "family": st.lists(ROW, max_size=3),
        "told": CODES,
        "worker": st.sampled_from([None, "w1", "w2"]),
    }
)


@given(answers=ANSWERS)
def test_answers_come_back_from_their_fields(answers: dict[str, Any], form: Form) -> None:
    parsed = form.parse(MultiDict(form.fields(answers)))

    assert (parsed.answers, parsed.errors) == (answers, ())


@settings(max_examples=25)
@given(answers=ANSWERS)
def test_answers_come_back_from_the_page(
    answers: dict[str, Any], form: Form, occasion: Occasion, draw: Draw
) -> None:
    page = page_of(draw(lay_out(form, answers, occasion)))

    assert form.parse(sent(page)).answers == answers
    assert without_empty(sent(page)) == without_empty(MultiDict(form.fields(answers)))


@given(seed=st.text(max_size=5))
def test_example_answers_pass_come_back_and_apply(seed: str, form: Form, occasion: Occasion) -> None:
    answers = example_answers(form, seed, occasion, {})
    parsed = form.parse(MultiDict(form.fields(answers)))

    assert form.check(parsed.answers, occasion, parsed.errors) == ()
    assert form.applicable(parsed.answers, occasion) == answers


FIELDS = st.dictionaries(
    st.sampled_from(
        [
            "visited_on-day",
            "visited_on-month",
            "visited_on-year",
            "child_seen",
            "rooms",
            "told",
            "family.count",
            "alone",
            "family[0].name",
            "family[0].born_on-year",
            "family[1].needs",
            "next_on_not_known",
            "nhs_number",
            "worker",
        ]
    ),
    st.lists(
        st.text(max_size=8) | st.sampled_from(["true", "yes", "3", "2026", "parent", "999999999", "\0"]),
        max_size=3,
    ),
)


@given(fields=FIELDS)
def test_whatever_is_sent_is_read_checked_and_drawn_again_with_all_that_could_not_be_read(
    fields: dict[str, list[str]], form: Form, occasion: Occasion
) -> None:
    parsed = form.parse(MultiDict(fields))
    errors = form.check(parsed.answers, occasion, parsed.errors)

    sheet = lay_out(form, parsed.answers, occasion, parsed.raw, errors)
    form.process_data(parsed.answers)
    describe(form, parsed.answers, {})

    assert len(parsed.errors) >= len(parsed.raw)
    assert sheet.errors == errors


def faults_of(page: Any) -> Iterator[str]:
    """What would make a page unusable for some: inputs without labels, ids twice, references to nothing."""
    ids = page.xpath("//@id")
    yield from (f"id twice: {each}" for each in set(ids) if ids.count(each) > 1)
    for each in page.xpath("//input[not(@type='hidden')] | //textarea | //select"):
        if not page.xpath("//label[@for=$id and normalize-space()]", id=each.get("id", "")):
            yield f"no label: {html.tostring(each)!r}"
    for each in page.xpath("//*[@aria-describedby]"):
        yield from (
            f"describes nothing: {name}" for name in each.get("aria-describedby").split() if name not in ids
        )
    for each in page.xpath("//*[@data-module='govuk-error-summary']//a/@href"):
        if each.removeprefix("#") not in ids:
            yield f"leads nowhere: {each}"
    for fieldset in page.xpath("//fieldset"):
        if not fieldset.xpath("./legend[normalize-space()]"):
            yield "fieldset without legend"
    if "None" in page.text_content():
        yield "the word None"


def test_the_page_checker_finds_what_is_wrong() -> None:
    page = page_of(
        "<div data-module='govuk-error-summary'><a href='#z'>x</a></div><input id=a><p id=a aria-describedby=q>None"
        "<fieldset></fieldset>"
    )

    assert len(list(faults_of(page))) == 6


def test_a_page_has_a_label_for_every_input_and_no_error_leads_nowhere(
    form: Form, good: dict[str, object], occasion: Occasion, draw: Draw
) -> None:
    blank = form.check(form.blank(), occasion)
    sheets = [
        lay_out(form, good, occasion),
        lay_out(form, form.blank(), occasion, {}, blank),
        lay_out(form, {}, occasion, {}, form.check({}, occasion)),
    ]
    wrong = form.parse(
        posted(
            form, good, **{"rooms": "x", "visited_on-year": "26", "family[0].born_on-day": "x", "told": "x"}
        )
    )
    errors = form.check(wrong.answers, occasion, wrong.errors)
    sheets.append(lay_out(form, wrong.answers, occasion, wrong.raw, errors))

    for sheet in sheets:
        page = page_of(draw(sheet))
        assert list(faults_of(page)) == []
        assert len(page.xpath("//*[@data-module='govuk-error-summary']//a")) == len(sheet.errors)


def test_what_was_typed_stands_in_the_page_again_with_the_part_to_mend_marked(
    form: Form, good: dict[str, object], occasion: Occasion, draw: Draw
) -> None:
    wrong = form.parse(posted(form, good, **{"visited_on-year": "26", "rooms": "many"}))
    sheet = lay_out(
        form, wrong.answers, occasion, wrong.raw, form.check(wrong.answers, occasion, wrong.errors)
    )
    page = page_of(draw(sheet))

    assert page.xpath("string(//*[@id='visited_on-year']/@value)") == "26"
    assert page.xpath("string(//*[@id='rooms']/@value)") == "many"
    assert page.xpath(
        "//*[contains(@class, 'govuk-date-input__input') and contains(@class, 'error')]/@id"
    ) == ["visited_on-year"]


def test_the_first_button_is_what_enter_does(
    form: Form, good: dict[str, object], occasion: Occasion, draw: Draw
) -> None:
    page = page_of(draw(lay_out(form, good, occasion)))

    buttons = [(each.get("name"), each.get("value")) for each in page.xpath("//form//button")]
    assert buttons == [("do", "finalise"), ("_action", "remove:family:0"), ("_action", "add:family")]


def test_a_part_that_hangs_on_an_answer_says_so_to_the_script(
    form: Form, good: dict[str, object], occasion: Occasion, draw: Draw
) -> None:
    page = page_of(draw(lay_out(form, good, occasion)))

    conditions = [
        (each.get("data-question"), each.get("data-hide-when"), each.get("data-scope"))
        for each in page.xpath("//*[@data-hide-when]")
    ]
    assert conditions == [
        ("not_seen_reason", 'child_seen != "no"', ""),
        ("family[0].kin_story", 'relationship != "kin"', "family[0]."),
    ]


def always(fact: bool) -> Callable[[str, tuple[Value, ...]], Value]:
    """Facts that are all the same."""
    return lambda _name, _arguments: fact


def test_a_part_that_cannot_apply_in_this_case_is_left_out(read: Reader, occasion: Occasion) -> None:
    form = read(
        group("a", "A", component("textfield", "x", "X", conditional=hide("=not(born)"))),
        group("b", "B", component("textfield", "y", "Y"), conditional=hide("=born")),
        group("c", "C", component("textfield", "z", "Z", conditional=hide('=born and y = "1"'))),
    )
    born, unborn = (
        replace(occasion, context=replace(occasion.context, facts=always(fact))) for fact in (True, False)
    )

    assert [section.id for section in lay_out(form, {}, born).sections] == ["a", "c"]
    assert lay_out(form, {}, unborn).sections[0].items == ()


HOSTILE = "<script>alert(1)</script>\"'>&lt; {{ 7 * 7 }}"


def test_nothing_authored_or_typed_becomes_html(
    read: Reader, occasion: Occasion, draw: Draw, pages: jinja2.Environment
) -> None:
    sly = "a\"onmouseover='x' & b < c"
    form = read(
        group("s", sly,
            {"type": "text", "id": "t", "text": sly},
            component("textfield", "a", sly, description=sly, validate=REQUIRED, properties={"guidance": sly, "requiredMessage": sly, "notKnown": "true"}),
            component("textarea", "b", sly), component("number", "c", sly),
            component("radio", "d", sly, values=[{"label": sly, "value": sly}]),
            component("select", "e", sly, values=[{"label": sly, "value": sly}]),
            component("checklist", "f", sly, values=[{"label": sly, "value": sly}]),
            component("checkbox", "g", sly), component("datetime", "h", sly, subtype="date"),
            {"type": "dynamiclist", "id": "r", "label": sly, "path": "r", "components": [component("textfield", "i", sly)]},
            properties={"hint": sly}),
    )  # fmt: skip
    answers: Mapping[str, object] = {"a": HOSTILE, "b": HOSTILE, "d": sly, "f": [sly], "r": [{"i": HOSTILE}]}
    raw = {"c": (HOSTILE,), "h": (HOSTILE, HOSTILE, HOSTILE)}

    drawn = draw(lay_out(form, answers, occasion, raw, form.check({}, occasion)))
    drawn += pages.from_string(
        '{% import "forms/macros.html" as forms %}{{ forms.record(described) }}'
    ).render(described=describe(form, answers, {}))
    page = page_of(drawn)

    assert "<script" not in drawn
    assert page.xpath("//script | //@onmouseover") == []
    assert page.xpath("string(//*[@id='a']/@value)") == HOSTILE
    assert page.xpath("string(//*[@id='b'])").strip() == HOSTILE
    assert list(faults_of(page)) == []


def test_labels_with_html_are_refused_already_when_the_form_is_read(read: Reader) -> None:
    with pytest.raises(Exception, match="<script>"):
        read(component("textfield", "a", "<script>alert(1)</script>"))


def test_the_glue_reads_a_request_and_draws_a_form(
    form: Form, good: dict[str, object], occasion: Occasion
) -> None:
    app = Flask("test")
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_loader = ChoiceLoader(
        [
            FileSystemLoader("web/templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )

    with app.test_request_context(
        "/", method="POST", data={**dict(form.fields(good)), "_action": "add:family"}
    ):
        assert glue.requested_row_action() == AddRow("family")
        assert glue.parsed_request(form).answers["rooms"] == 4
        sheet = lay_out(form, form.blank(), occasion, {}, form.check(form.blank(), occasion))
        assert "There is a problem" in glue.drawn_errors(sheet)
        assert 'name="visited_on-day"' in glue.drawn(sheet)
        assert "<h3" in glue.drawn_record(describe(form, good, {}), 3)


def test_a_form_of_yes_and_no_is_drawn_without_a_section_title(
    read: Reader, occasion: Occasion, draw: Draw
) -> None:
    drawn = draw(lay_out(read(component("radio", "a", "A", values=YES_NO)), {}, occasion))

    assert "<h2" not in drawn
