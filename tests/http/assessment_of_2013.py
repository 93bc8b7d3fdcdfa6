"""The release of 15 April 2013: one assessment within 45 working days of the referral, in place of the initial and the core assessment.

It is made from what is in force, as a process owner would who draws it elsewhere and brings it in whole: what asked for a core assessment asks
for this one, with the day that its 45 days count from. Not here: the chronology, which somebody begins by hand from then on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from lxml import etree

from tests.http.past import ASSESSMENT, DAY_TEN, STATUTE, Words, changed

DISCUSSION = "bpmn/strategy_discussion.bpmn"
MAP = "bpmn/pathway_map.bpmn"
FORM = "forms/initial_assessment.form"
CODES = "forms/codes/"
THE_MESSAGE = '<bpmn:message id="message_core_assessment_wanted" name="core_assessment_wanted" />'
OVER = re.compile(
    r"bpmn/core_assessment\.bpmn|bpmn/scenarios/core_assessment.*"
    r"|forms/core_assessment_(?!band).*|forms/codes/core_assessment_(outcome|reason)\.yaml"
)
"""The files that go; the age bands are the progress record's too."""

ONCE = ("initial_assessment", "strategy_discussion")
"""From these the map has an arrow to the assessment already, or needs none."""

RULE = """\
  - rule: assessment_forty_five_days
    says: The assessment is completed
    pathway: initial_assessment
    timer: assessment/finalise_by
    from_event: received_on
    at_most: {working_days: 45}
    law: {from: 2013-04-15}
    basis: Working Together to Safeguard Children 2013, from the point of the referral

"""


def single_assessment(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The files of what is in force, scenarios among them, as those of 2013."""
    found = {name: body for name, body in files.items() if not OVER.fullmatch(name)}
    for name, body in found.items():
        if name.endswith(".bpmn") and name != ASSESSMENT and THE_MESSAGE.encode() in body:
            found[name] = _asks_for_the_assessment(body)
    found[ASSESSMENT] = _assessment(found[ASSESSMENT])
    found[DISCUSSION] = _discussion(found[DISCUSSION])
    found[MAP] = _map(found[MAP])
    found[STATUTE] = _law(found[STATUTE])
    return changed(found, WORDS)


WORDS: Words = {
    FORM: (
        (r"outcome != \"core_assessment\" and ", ""),
        ("or left for a core assessment?", "or later?"),
        ("If it is known that a core assessment will follow, the", "The"),
        ("or while a core assessment is being made", "or while it is being made"),
    ),
    f"{CODES}initial_assessment_outcome.yaml": (
        (
            'code: "core_assessment", label: "Core assessment"',
            'code: "care_plan", label: "The care plan goes on"',
        ),
    ),
    f"{CODES}new_information_outcome.yaml": (("A core assessment is needed", "An assessment is needed"),),
    f"{CODES}strategy_outcome.yaml": (
        ("with a core assessment", "with an assessment"),
        ('  - {code: "core_assessment", label: "No enquiries; a core assessment"}\n', ""),
    ),
    DAY_TEN: (("day ten", "day 45"), ("2026-04-07", "2026-05-28"), ("2026-04-14", "2026-06-04")),
}


def _assessment(body: bytes) -> bytes:
    """One assessment for all ages; where a core assessment followed, the care plan of a child who is looked after goes on."""
    drawn = _put(
        body,
        ('name="Initial assessment" isExecutable', 'name="Assessment" isExecutable'),
        ('source="Initial assessment', 'source="Assessment'),
        ("working_days_after(received_on, 10)", "working_days_after(received_on, 45)"),
        ("Ten working days from the date of the referral", "45 working days from the date of the referral"),
        ("Working Together to Safeguard Children 2010", "Working Together to Safeguard Children 2013"),
        (", and is a core assessment needed?", "?"),
        ("A core assessment begins", "The care plan goes on"),
        ('name="Core assessment" sourceRef', 'name="Looked after: the care plan" sourceRef'),
        ("core_assessment_begins", "care_plan_goes_on"),
        ("to_core_assessment", "to_care_plan"),
        ('default="to_care_plan"', 'default="to_child_in_need_plan"'),
    )
    tree = etree.fromstring(_without(drawn, "message_core_assessment_wanted", "care_plan_goes_on_message"))
    end, default, flow = (
        _named(tree, name) for name in ("care_plan_goes_on", "to_child_in_need_plan", "to_care_plan")
    )
    end.remove(end[0])  # what the message would have carried
    condition = default[0]
    condition.text = '=outcome = "care_plan"'
    flow.append(condition)
    return _written(tree)


def _asks_for_the_assessment(body: bytes) -> bytes:
    """What asked for a core assessment, asking for the assessment with the day that its working days count from."""
    ours = THE_MESSAGE.replace("core_assessment", "initial_assessment")
    drawn = _put(
        body,
        (THE_MESSAGE, "" if ours.encode() in body else ours),
        ("message_core_assessment_wanted", "message_initial_assessment_wanted"),
        ('target="started_on"', 'target="received_on"'),
    )
    for before, after in (
        ("Core assessment wanted", "Assessment wanted"),
        ("A core assessment begins", "An assessment begins"),
        ("35 working days", "45 working days"),
    ):
        drawn = drawn.replace(before.encode(), after.encode())
    return drawn


def _discussion(body: bytes) -> bytes:
    """An assessment beside the enquiries counts from the referral; one alone is asked for as it was."""
    held = 'source="=if held_on = null then today() else held_on" target="received_on"'
    drawn = _without(body, "core_assessment_begins", "to_core_assessment")
    return _put(drawn, (held, 'source="=reported_on" target="received_on"'))


def _map(body: bytes) -> bytes:
    """The map with one assessment; the arrows that led to the core assessment lead there."""
    tree = etree.fromstring(body)
    gone = [
        flow.get("id", "")
        for flow in tree.iter("{*}messageFlow")
        if flow.get("sourceRef") == "core_assessment"
        or (flow.get("targetRef") == "core_assessment" and flow.get("sourceRef") in ONCE)
    ]
    return _put(
        _without(body, "core_assessment", *gone),
        ('targetRef="core_assessment"', 'targetRef="initial_assessment"'),
        ("core_assessment_wanted", "initial_assessment_wanted"),
        ('id="initial_assessment" name="Initial assessment"', 'id="initial_assessment" name="Assessment"'),
    )


def _law(body: bytes) -> bytes:
    """The table of the law with the rule of 2013, and without those of a pathway that is no more."""
    table = re.sub(r"  - rule: core_assessment_.*?(?=  - rule:)", "", body.decode(), flags=re.DOTALL)
    return _put(table.encode(), ("law_of: 2010-09-01", "law_of: 2013-04-15"), ("rules:\n", f"rules:\n{RULE}"))


def _put(body: bytes, *words: tuple[str, str]) -> bytes:
    """The file with words in place of others, each of which must be there."""
    for before, after in words:
        assert before.encode() in body, before
        body = body.replace(before.encode(), after.encode())
    return body


def _without(body: bytes, *names: str) -> bytes:
    """The diagram without those elements, what is drawn of them, and what names them as an arrow."""
    tree = etree.fromstring(body)
    for holder in list(tree.iter()):
        for each in list(holder):
            if each.get("id") in names or each.get("bpmnElement") in names or each.text in names:
                holder.remove(each)
    return _written(tree)


def _named(tree: etree._Element, name: str) -> etree._Element:
    """The element of that id."""
    return next(each for each in tree.iter() if each.get("id") == name)


def _written(tree: etree._Element) -> bytes:
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8")
