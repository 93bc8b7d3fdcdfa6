"""People in rows: who is suggested, what a row takes over of them, and how a form says all that."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from lxml import html

from ics_flow.domain.forms import (
    AddPeople,
    Form,
    Occasion,
    Parsed,
    lay_out,
    people_named,
    read_row_action,
    suggestion,
    with_row_action,
)
from tests.unit.forms.conftest import Draw, Problems, Reader
from tests.unit.forms.example import Component, component

SAM = suggestion("Sam Reed", "worker", "Social worker, East")
MO = suggestion("Mo Example", "family", "Brother or sister")
GP = suggestion("Dr Gray", "agency", "Health")
KINDS = [{"label": label, "value": label.lower()} for label in ("Worker", "Family", "Agency")]


def attendees(*questions: Component, key: str = "attendees", **properties: str) -> Component:
    """Rows with those questions and properties."""
    return {
        "type": "dynamiclist", "id": f"r_{key}", "label": "Attendee", "path": key, "isRepeating": True,
        "allowAddRemove": True, "components": list(questions), "properties": properties,
    }  # fmt: skip


WHO = component("textfield", "who", "Who", validate={"required": True}, properties={"says": "name"})
LINK = component("textfield", "link", "Connection", properties={"says": "connection"})
KIND = component("radio", "kind", "Kind", values=KINDS, properties={"says": "kind"})
COMING = component("radio", "coming", "Attending?", values=[{"label": "Yes", "value": "yes"}])


@pytest.fixture
def form(read: Reader) -> Form:
    return read(attendees(WHO, LINK, KIND, COMING, suggests="true", people="anybody"))


@pytest.fixture
def meeting(occasion: Occasion) -> Occasion:
    return replace(occasion, people=(SAM, MO, GP))


def test_who_is_ticked_becomes_a_row_that_says_what_is_known(form: Form) -> None:
    parsed = Parsed(form.blank(), {}, ())

    added = with_row_action(form, parsed, AddPeople("attendees"), (SAM, GP))

    assert added.answers["attendees"] == [
        {"who": "Sam Reed", "link": "Social worker, East", "kind": "worker", "coming": None},
        {"who": "Dr Gray", "link": "Health", "kind": "agency", "coming": None},
    ]


def test_rows_that_were_typed_in_stay_even_half_typed_ones(form: Form, read: Reader) -> None:
    blank: Any = form.blank()["attendees"]
    bo = {"who": "Bo", "link": None, "kind": None, "coming": None}
    typed = {"attendees": [bo, *blank]}

    added = with_row_action(form, Parsed(typed, {}, ()), AddPeople("attendees"), (MO,))
    half = with_row_action(
        form, Parsed(typed, {"attendees[1].who": ("\x00",)}, ()), AddPeople("attendees"), (MO,)
    )

    assert [row["who"] for row in added.answers["attendees"]] == ["Bo", "Mo Example"]  # type: ignore[attr-defined]
    assert [row["who"] for row in half.answers["attendees"]] == ["Bo", None, "Mo Example"]  # type: ignore[attr-defined]


def test_nobody_ticked_adds_nobody(form: Form) -> None:
    parsed = Parsed(form.blank(), {}, ())

    assert with_row_action(form, parsed, AddPeople("attendees")).answers == parsed.answers
    assert read_row_action(str(AddPeople("attendees"))) == AddPeople("attendees")


def test_who_has_a_row_is_not_suggested_again_and_nobody_where_the_form_does_not_ask(
    form: Form, meeting: Occasion, read: Reader, draw: Draw
) -> None:
    page: Any = html.document_fromstring(draw(lay_out(form, {}, meeting)))
    boxes = page.xpath("//input[@name='attendees.people']")
    assert [page.xpath(f"//label[@for='{box.get('id')}']")[0].text.strip() for box in boxes] == [
        "Sam Reed",
        "Mo Example",
        "Dr Gray",
    ]
    assert all("Example" not in box.get("value") for box in boxes)

    some = lay_out(form, {"attendees": [{"who": "  mo  EXAMPLE"}, {"who": "Sam Reed"}]}, meeting)
    assert "Mo Example" not in draw(some)
    assert "Dr Gray" in draw(some)
    assert "Dr Gray" not in draw(lay_out(read(attendees(WHO, LINK)), {}, meeting))


def test_a_form_tells_whom_its_rows_name(read: Reader, occasion: Occasion) -> None:
    relationship = component(
        "select", "link", "Relationship", properties={"codeList": "relationship", "says": "connection"}
    )
    household = read(attendees(WHO, relationship, key="household", people="family"))

    (mo,) = people_named(household, {"household": [{"who": "Mo Example", "link": "sibling"}, {}]}, {})

    assert mo == MO
    assert list(people_named(read(attendees(WHO)), {"attendees": [{"who": "Mo"}]}, {})) == []


def test_rows_of_anybody_tell_by_their_kind(form: Form) -> None:
    rows = [{"who": "Sam Reed", "link": "Social worker, East", "kind": "worker"}, {"who": "No kind"}]

    assert list(people_named(form, {"attendees": rows}, {})) == [SAM]


def test_no_name_enters_the_process(form: Form, meeting: Occasion) -> None:
    added = with_row_action(form, Parsed(form.blank(), {}, ()), AddPeople("attendees"), (MO,))

    assert form.process_data(form.applicable(added.answers, meeting)) == {}


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (attendees(LINK, suggests="true"), "no question of it has the property says: name"),
        (attendees(WHO, people="anybody"), "no question of it has the property says: kind"),
        (attendees(WHO, people="everybody"), "names “everybody” as its people, which is not known here"),
        (attendees(WHO, {**LINK, "properties": {"says": "name"}}), "two questions that say the name"),
        (attendees(WHO, {**KIND, "values": KINDS[:2]}), "its list has no agency"),
        (attendees({**COMING, "properties": {"says": "name"}}), "then it must be a textfield"),
        (attendees({**WHO, "properties": {"says": "age"}}), "says “age”, which is not known here"),
        (WHO, "outside rows"),
    ],
    ids=["no name", "no kind", "unknown people", "two names", "a kind too few", "a name to choose", "unknown", "no rows"],
)  # fmt: skip
def test_what_a_form_cannot_say_of_people_is_refused(problems: Problems, rows: Component, said: str) -> None:
    assert any(said in problem for problem in problems(rows))
