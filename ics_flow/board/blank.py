"""New files as their writers find them: the least that a diagram, a form, a list of codes or a scenario can be."""

from __future__ import annotations

import json
from pathlib import PurePosixPath
from typing import assert_never

from ics_flow.board.files import FileRefused, kind_of

_DIAGRAM = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" \
xmlns:dc="http://www.omg.org/spec/DD/20100524/DC" xmlns:di="http://www.omg.org/spec/DD/20100524/DI" \
xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="{id}_definitions" \
targetNamespace="http://bpmn.io/schema/bpmn" modeler:executionPlatform="Camunda Cloud" modeler:executionPlatformVersion="8.6.0">
  <bpmn:process id="{id}" name="{name}" isExecutable="true">
    <bpmn:startEvent id="begins" name="Begins">
      <bpmn:outgoing>to_the_end</bpmn:outgoing>
    </bpmn:startEvent>
    <bpmn:endEvent id="ends" name="Ends">
      <bpmn:incoming>to_the_end</bpmn:incoming>
    </bpmn:endEvent>
    <bpmn:sequenceFlow id="to_the_end" sourceRef="begins" targetRef="ends" />
  </bpmn:process>
  <bpmndi:BPMNDiagram id="{id}_diagram">
    <bpmndi:BPMNPlane id="{id}_plane" bpmnElement="{id}">
      <bpmndi:BPMNShape id="begins_shape" bpmnElement="begins">
        <dc:Bounds x="180" y="100" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNShape id="ends_shape" bpmnElement="ends">
        <dc:Bounds x="420" y="100" width="36" height="36" />
      </bpmndi:BPMNShape>
      <bpmndi:BPMNEdge id="to_the_end_edge" bpmnElement="to_the_end">
        <di:waypoint x="216" y="118" />
        <di:waypoint x="420" y="118" />
      </bpmndi:BPMNEdge>
    </bpmndi:BPMNPlane>
  </bpmndi:BPMNDiagram>
</bpmn:definitions>
"""
_CODES = """name: {id}
source: Say here who settled the list, and when
codes:
  - {{code: "first", label: "The first choice"}}
"""
_SCENARIO = """scenario: {name}
clock: 2026-03-20 10:00
child: {{given_name: Ava, family_name: Example, born: 2019-05-01}}
steps:
  - start: contact
    by: TA
"""


def blank(name: str) -> bytes:
    """The content of a new file of that name; raises ``FileRefused`` where there can be but one of its kind."""
    identity = PurePosixPath(name).stem
    words = identity.replace("_", " ").capitalize()
    match kind_of(name):
        case "diagram":
            return _DIAGRAM.format(id=identity, name=words).encode()
        case "form":
            question = {
                "type": "textarea",
                "id": "q_what_is_said",
                "key": "what_is_said",
                "label": "What is said",
            }
            form = {"type": "default", "id": identity, "schemaVersion": 19, "components": [question]}
            return f"{json.dumps(form, indent=2)}\n".encode()
        case "codes":
            return _CODES.format(id=identity).encode()
        case "scenario":
            return _SCENARIO.format(name=words).encode()
        case "rights" | "statute" | "calendar":
            raise FileRefused("There is but one file of that kind. Open the one that is there.")
        case kind:
            assert_never(kind)
