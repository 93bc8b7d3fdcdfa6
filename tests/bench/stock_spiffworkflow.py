"""SpiffWorkflow as it comes, on the review loop that ``ics-flow bench`` gives our engine: a program that the bench runs beside it.

Stock parser, stock serializer, its JSON. Prints for each number of reviews already done how long one more takes: load, complete, save. It grows with every review, so
it stops where the next figure would take longer than it says, and gives the reason.
"""

from __future__ import annotations

import json
import sys
import time
from statistics import median, quantiles
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser.process import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer import DEFAULT_CONFIG
from SpiffWorkflow.util.task import TaskState

REVIEW_LOOP = b"""<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL"
    xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" id="definitions" targetNamespace="http://bpmn.io/schema/bpmn">
  <bpmn:process id="review_loop" isExecutable="true">
    <bpmn:startEvent id="begin"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
    <bpmn:userTask id="agree" name="Agree"><bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>
    <bpmn:exclusiveGateway id="next"><bpmn:incoming>f2</bpmn:incoming><bpmn:incoming>again</bpmn:incoming><bpmn:outgoing>f3</bpmn:outgoing></bpmn:exclusiveGateway>
    <bpmn:userTask id="review" name="Review"><bpmn:incoming>f3</bpmn:incoming><bpmn:outgoing>f4</bpmn:outgoing></bpmn:userTask>
    <bpmn:boundaryEvent id="review_due" cancelActivity="false" attachedToRef="review">
      <bpmn:outgoing>f5</bpmn:outgoing>
      <bpmn:timerEventDefinition id="due"><bpmn:timeDuration xsi:type="bpmn:tFormalExpression">"P182D"</bpmn:timeDuration></bpmn:timerEventDefinition>
    </bpmn:boundaryEvent>
    <bpmn:endEvent id="late"><bpmn:incoming>f5</bpmn:incoming></bpmn:endEvent>
    <bpmn:exclusiveGateway id="goes_on" default="enough"><bpmn:incoming>f4</bpmn:incoming><bpmn:outgoing>again</bpmn:outgoing><bpmn:outgoing>enough</bpmn:outgoing></bpmn:exclusiveGateway>
    <bpmn:endEvent id="done"><bpmn:incoming>enough</bpmn:incoming></bpmn:endEvent>
    <bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="agree" />
    <bpmn:sequenceFlow id="f2" sourceRef="agree" targetRef="next" />
    <bpmn:sequenceFlow id="f3" sourceRef="next" targetRef="review" />
    <bpmn:sequenceFlow id="f4" sourceRef="review" targetRef="goes_on" />
    <bpmn:sequenceFlow id="f5" sourceRef="review_due" targetRef="late" />
    <bpmn:sequenceFlow id="again" sourceRef="goes_on" targetRef="next"><bpmn:conditionExpression xsi:type="bpmn:tFormalExpression">goes_on == "yes"</bpmn:conditionExpression></bpmn:sequenceFlow>
    <bpmn:sequenceFlow id="enough" sourceRef="goes_on" targetRef="done" />
  </bpmn:process>
</bpmn:definitions>
"""
ANSWERS = {"counted_from": "2026-03-20", "goes_on": "yes"}
LONGEST_SECONDS = 60
"""How long the reviews before a figure may take."""


def main() -> None:
    """Measure after each number of reviews given as arguments, and print JSON."""
    serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(DEFAULT_CONFIG))
    text, done = _begun(serializer), 0
    figures: dict[str, dict[str, object]] = {}
    for reviews in map(int, sys.argv[1:]):
        began = time.perf_counter()
        why = f"it had taken {LONGEST_SECONDS} s"
        try:
            while done < reviews and time.perf_counter() - began < LONGEST_SECONDS:
                text, done = _round_trip(serializer, text), done + 1
        except RecursionError:
            why = "RecursionError: every review makes its tree of tasks deeper"
        if done < reviews:
            figures[str(reviews)] = {"not_measured": f"stopped after {done} reviews: {why}"}
            break
        readings = sorted(_milliseconds(serializer, text) for _ in range(15))
        figures[str(reviews)] = {
            "median": round(median(readings), 3),
            "least": round(readings[0], 3),
            "p90": round(quantiles(readings, n=10, method="inclusive")[-1], 3),
            "rounds": len(readings),
            "bytes": len(text),
        }
    sys.stdout.write(json.dumps(figures))


def _begun(serializer: Any) -> str:
    parser = SpiffBpmnParser()
    parser.add_bpmn_str(REVIEW_LOOP, "review_loop.bpmn")
    workflow = BpmnWorkflow(parser.get_spec("review_loop"), parser.get_subprocess_specs("review_loop"))
    workflow.do_engine_steps()
    text: str = serializer.serialize_json(workflow)
    return _round_trip(serializer, text)


def _round_trip(serializer: Any, text: str) -> str:
    workflow = serializer.deserialize_json(text)
    task = workflow.get_next_task(state=TaskState.READY, manual=True)
    task.data.update(ANSWERS)
    task.run()
    workflow.do_engine_steps()
    saved: str = serializer.serialize_json(workflow)
    return saved


def _milliseconds(serializer: Any, text: str) -> float:
    began = time.perf_counter_ns()
    _round_trip(serializer, text)
    return (time.perf_counter_ns() - began) / 1e6


if __name__ == "__main__":
    main()
