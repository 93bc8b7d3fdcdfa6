"""The yardsticks: small pathways and forms of the bench's own, so that figures compare from release to release whatever the shipped ones become."""

from __future__ import annotations

import json
from collections.abc import Mapping

ROLES = ("SW", "PM")

_BPMN = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    id="{id}_definitions" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="{id}" name="{name}" isExecutable="true">
{elements}
{flows}
  </bpmn:process>
</bpmn:definitions>
"""
_START = """    <bpmn:startEvent id="begin">
      <bpmn:extensionElements><zeebe:properties>
        <zeebe:property name="startedBy" value="SW" /><zeebe:property name="episode" value="begins" />
      </zeebe:properties></bpmn:extensionElements>
    </bpmn:startEvent>"""
_END = """    <bpmn:endEvent id="done">
      <bpmn:extensionElements><zeebe:properties>
        <zeebe:property name="episode" value="ends" />
      </zeebe:properties></bpmn:extensionElements>
    </bpmn:endEvent>"""
_TIMER = """    <bpmn:boundaryEvent id="{id}_due" name="{id} due" cancelActivity="false" attachedToRef="{id}">
      <bpmn:extensionElements><zeebe:properties>
        <zeebe:property name="deadline" value="statutory" /><zeebe:property name="basis" value="A rule" />
      </zeebe:properties></bpmn:extensionElements>
      <bpmn:timerEventDefinition id="{id}_due_timer">
        <bpmn:timeDate xsi:type="bpmn:tFormalExpression">={due}</bpmn:timeDate>
      </bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="{id}_late" name="Late" />"""


def three_tasks() -> dict[str, bytes]:
    """A release whose one pathway is three tasks in a row."""
    flows = (
        _flow("begin", "visit")
        + _flow("visit", "write_up")
        + _flow("write_up", "decide")
        + _flow("decide", "done")
    )
    return _release(
        "three_tasks",
        "Three tasks",
        (_START, _task("visit", "SW"), _task("write_up", "SW"), _task("decide", "PM"), _END),
        flows,
    )


def waiting(seconds: int) -> dict[str, bytes]:
    """A release whose one pathway is a task with a timer that falls due so many seconds after its start."""
    timer = _TIMER.format(id="visit", due=f'now() + duration("PT{seconds}S")')
    flows = _flow("begin", "visit") + _flow("visit", "done") + _flow("visit_due", "visit_late")
    return _release("waiting", "Waiting", (_START, _task("visit", "SW"), timer, _END), flows)


def review_loop() -> dict[str, bytes]:
    """A pathway that asks for a review every six months, for as long as it goes on; for the engine alone."""
    elements, flows = _loop("counted_from", goes_on='=goes_on = "yes"', ends="")
    return {"bpmn/review_loop.bpmn": _bpmn("review_loop", "Review loop", elements, flows)}


def reviews() -> dict[str, bytes]:
    """A release whose one pathway asks for a review every six months, for as long as anybody lives."""
    return _release("reviews", "Reviews", *_loop("on", goes_on="", ends='=on &lt; date("2000-01-01")'))


def _loop(counted_from: str, *, goes_on: str, ends: str) -> tuple[tuple[str, ...], str]:
    """A review every six months: elements and flows; the condition that is left empty is the default's."""
    default = "done" if goes_on else "next"
    elements = (
        _START,
        _task("agree", "SW"),
        '    <bpmn:exclusiveGateway id="next" name="Next" />',
        _task("review", "SW"),
        _TIMER.format(id="review", due=f'{counted_from} + duration("P6M")'),
        f'    <bpmn:exclusiveGateway id="goes_on" name="Does it go on?" default="goes_on_to_{default}" />',
        _END,
    )
    flows = (
        _flow("begin", "agree")
        + _flow("agree", "next")
        + _flow("next", "review")
        + _flow("review", "goes_on")
        + _flow("review_due", "review_late")
        + _flow("goes_on", "next", goes_on)
        + _flow("goes_on", "done", ends)
    )
    return elements, flows


def _release(pathway: str, name: str, elements: tuple[str, ...], flows: str) -> dict[str, bytes]:
    roles = "\n".join(f"  {role}: {{label: {role}}}" for role in ROLES)
    rights = f"roles:\n{roles}\nfrom_the_case: {{}}\nmay: {{hold_cases: [SW]}}\nread: {{SW: all, PM: all}}\nread_log: []\n"
    return {
        f"bpmn/{pathway}.bpmn": _bpmn(pathway, name, elements, flows),
        "bpmn/rights.yaml": rights.encode(),
        "bpmn/statute.yaml": b"law_of: 2010-09-01\n",
        "forms/note.form": json.dumps(_FORM).encode(),
    }


def _bpmn(pathway: str, name: str, elements: tuple[str, ...], flows: str) -> bytes:
    return _BPMN.format(id=pathway, name=name, elements="\n".join(elements), flows=flows).encode()


def _task(element: str, role: str) -> str:
    return f"""    <bpmn:userTask id="{element}" name="{element}">
      <bpmn:extensionElements>
        <zeebe:userTask /><zeebe:formDefinition formId="note" /><zeebe:assignmentDefinition candidateGroups="{role}" />
      </bpmn:extensionElements>
    </bpmn:userTask>"""


def _flow(source: str, target: str, condition: str | None = None) -> str:
    asked = (
        f'<bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">{condition}</bpmn:conditionExpression>'
        if condition
        else ""
    )
    return f'    <bpmn:sequenceFlow id="{source}_to_{target}" sourceRef="{source}" targetRef="{target}">{asked}</bpmn:sequenceFlow>\n'


_FORM: Mapping[str, object] = {
    "type": "default",
    "id": "note",
    "schemaVersion": 19,
    "components": [
        {
            "type": "datetime",
            "id": "q_on",
            "key": "on",
            "dateLabel": "Date",
            "subtype": "date",
            "validate": {"required": True},
            "properties": {"requiredMessage": "Enter the date", "notFuture": "true"},
        },
        {
            "type": "textarea",
            "id": "q_note",
            "key": "note",
            "label": "What was found",
            "validate": {"required": True, "maxLength": 4000},
            "properties": {"requiredMessage": "Enter what was found"},
        },
    ],
}
