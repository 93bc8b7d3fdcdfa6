"""One form with every kind of question, good answers to it, and short ways of writing others. Fixtures are in the conftest."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from werkzeug.datastructures import MultiDict

from ics_flow.domain.forms import Form

Component: TypeAlias = dict[str, Any]

RELATIONSHIP = """
name: relationship
source: A list made for these tests
codes:
  - {code: parent, label: Parent}
  - {code: sibling, label: Brother or sister}
  - {code: guardian, label: Guardian, to: 2025-12-31}
  - {code: kin, label: Kinship carer, from: 2026-01-01}
"""


def component(kind: str, key: str, label: str, **rest: Any) -> Component:
    """One component, as an editor writes it."""
    return {"type": kind, "id": f"q_{key}", "key": key, "label": label, **rest}


def group(identity: str, label: str, *components: Component, **rest: Any) -> Component:
    """One section, as an editor writes it."""
    return {
        "type": "group",
        "id": identity,
        "label": label,
        "components": list(components),
        "path": "",
        **rest,
    }


def document(*components: Component, **rest: Any) -> bytes:
    """A file of those components."""
    return json.dumps(
        {"type": "default", "id": "visit", "schemaVersion": 19, "components": components, **rest}
    ).encode()


def hide(source: str) -> Component:
    """A condition."""
    return {"hide": source}


YES_NO = [{"label": "Yes", "value": "yes"}, {"label": "No", "value": "no"}]
REQUIRED = {"required": True}

EVERYTHING = (
    group(
        "s_visit",
        "The visit",
        {"type": "text", "id": "t_why", "text": "Record every visit.\n\nAlso those where nobody was in."},
        component("datetime", "visited_on", "Date of the visit", subtype="date", description="For example, 27 3 2026",
                  validate=REQUIRED, properties={"notFuture": "true", "guidance": "The day you were there."}),
        component("radio", "child_seen", "Was the child seen?", values=YES_NO, validate=REQUIRED,
                  properties={"requiredMessage": "Select yes if the child was seen"}),
        component("textarea", "not_seen_reason", "Why the child was not seen", conditional=hide('=child_seen != "no"'),
                  validate={"required": True, "maxLength": 2000}),
        component("textfield", "nhs_number", "NHS number", validate={**REQUIRED, "pattern": "[0-9]{10}",
                  "patternErrorMessage": "NHS number must be 10 digits"}, properties={"notKnown": "true"}),
        component("number", "rooms", "Rooms", validate={"required": True, "min": 1, "max": 40}, decimalDigits=0),
        component("number", "miles", "Miles driven", validate={"min": 0}, decimalDigits=1),
        component("checkbox", "alone", "The child was seen alone"),
        component("datetime", "next_on", "Date of the next visit", subtype="date",
                  validate=REQUIRED, properties={"notKnown": "true", "notPast": "true"}),
    ),
    group(
        "s_people",
        "The people",
        {"type": "dynamiclist", "id": "r_family", "label": "Family member", "path": "family", "isRepeating": True,
         "allowAddRemove": True, "defaultRepetitions": 1, "properties": {"atLeast": "1"}, "components": [
             component("textfield", "name", "Full name", validate=REQUIRED),
             component("select", "relationship", "Relationship", properties={"codeList": "relationship"}, validate=REQUIRED),
             component("datetime", "born_on", "Date of birth", subtype="date"),
             component("textarea", "kin_story", "How they came to care", validate=REQUIRED,
                       conditional=hide('=relationship != "kin"')),
             component("checklist", "needs", "Needs", values=[{"label": "Hearing", "value": "hearing"}, {"label": "Sight", "value": "sight"}]),
         ]},
        component("checklist", "told", "Who was told", properties={"codeList": "relationship"}, validate=REQUIRED),
        component("select", "worker", "Worker", properties={"codeList": "workers", "sets": "allocated_worker"}),
        properties={"hint": "Everybody who lives there"},
    ),
)  # fmt: skip


GOOD: dict[str, object] = {
    "visited_on": "2026-03-19",
    "child_seen": "yes",
    "not_seen_reason": None,
    "nhs_number": "9434765919",
    "nhs_number_not_known": False,
    "nhs_number_not_known_reason": None,
    "rooms": 4,
    "miles": "2.5",
    "alone": True,
    "next_on": None,
    "next_on_not_known": True,
    "next_on_not_known_reason": "They are about to move.",
    "family": [
        {"name": "Ana Example", "relationship": "parent", "born_on": None, "kin_story": None, "needs": ["hearing", "sight"]}
    ],
    "told": ["parent", "sibling"],
    "worker": "w1",
}  # fmt: skip


def posted(form: Form, answers: Mapping[str, object], **changed: str) -> MultiDict[str, str]:
    """What a browser sends for the answers, with some fields changed."""
    fields = MultiDict(form.fields(answers))
    for name, text in changed.items():
        fields.setlist(name, [text])
    return fields
