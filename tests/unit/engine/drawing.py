"""Small diagrams for tests, written as short as they are drawn: an element a call, an arrow a pair.

Not here: what a diagram means; the texts made here are read by the engine's own reading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from xml.sax.saxutils import quoteattr

HEAD = (
    '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xmlns:zeebe="http://camunda.org/schema/zeebe/1.0" id="definitions" targetNamespace="urn:test">'
)


def tag(name: str, content: str = "", /, **attributes: str) -> str:
    """An element of the file."""
    written = "".join(f" {key}={quoteattr(value)}" for key, value in attributes.items())
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def extended(inside: str, properties: Mapping[str, str]) -> str:
    """The extension elements."""
    held = "".join(tag("zeebe:property", name=name, value=value) for name, value in properties.items())
    whole = inside + (tag("zeebe:properties", held) if held else "")
    return tag("bpmn:extensionElements", whole) if whole else ""


def mapped(inputs: Mapping[str, str], outputs: Mapping[str, str]) -> str:
    """Names that go in and come out."""
    lines = [tag("zeebe:input", source=source, target=target) for target, source in inputs.items()]
    lines += [tag("zeebe:output", source=source, target=target) for target, source in outputs.items()]
    return tag("zeebe:ioMapping", "".join(lines)) if lines else ""


def start(identity: str = "begin", message: str | None = None, **properties: str) -> str:
    return tag("bpmn:startEvent", extended("", properties) + _message(message), id=identity)


def stop(
    identity: str = "done",
    *,
    terminates: bool = False,
    message: str | None = None,
    payload: Mapping[str, str] | None = None,
    **properties: str,
) -> str:
    inside = extended(mapped(payload or {}, {}), properties) + _message(message)
    return tag(
        "bpmn:endEvent", inside + ("<bpmn:terminateEventDefinition/>" if terminates else ""), id=identity
    )


def task(identity: str, *, form: str = "form", roles: str = "SW", **properties: str) -> str:
    inside = tag("zeebe:formDefinition", formId=form) + tag(
        "zeebe:assignmentDefinition", candidateGroups=roles
    )
    return tag("bpmn:userTask", extended(inside, properties), id=identity)


def script(identity: str, variable: str, expression: str) -> str:
    inside = tag("zeebe:script", expression=expression, resultVariable=variable)
    return tag("bpmn:scriptTask", extended(inside, {}), id=identity)


def call(
    identity: str,
    pathway: str,
    inputs: Mapping[str, str] | None = None,
    outputs: Mapping[str, str] | None = None,
) -> str:
    inside = tag("zeebe:calledElement", processId=pathway) + mapped(inputs or {}, outputs or {})
    return tag("bpmn:callActivity", extended(inside, {}), id=identity)


def box(identity: str, *content: str) -> str:
    return tag("bpmn:subProcess", "".join(content), id=identity)


def choice(identity: str, default: str | None = None) -> str:
    return tag("bpmn:exclusiveGateway", id=identity, **({"default": default} if default else {}))


def parallel(identity: str) -> str:
    return tag("bpmn:parallelGateway", id=identity)


def timer(
    identity: str, due: str, *, on: str | None = None, interrupting: bool = True, **properties: str
) -> str:
    date = tag("bpmn:timeDate", _escaped(due), **{"xsi:type": "bpmn:tFormalExpression"})
    definition = tag("bpmn:timerEventDefinition", date)
    return _catch(identity, extended("", properties) + definition, on, interrupting)


def message(
    identity: str,
    name: str,
    *,
    on: str | None = None,
    interrupting: bool = True,
    outputs: Mapping[str, str] | None = None,
) -> str:
    inside = extended(mapped({}, outputs or {}), {}) + _message(name)
    return _catch(identity, inside, on, interrupting)


def throw(identity: str, name: str, payload: Mapping[str, str] | None = None, **properties: str) -> str:
    inside = extended(mapped(payload or {}, {}), properties) + _message(name)
    return tag("bpmn:intermediateThrowEvent", inside, id=identity)


def flow(source: str, target: str, condition: str | None = None, *, identity: str | None = None) -> str:
    """One arrow; ``identity`` where a gateway names it as its default."""
    inside = ""
    if condition is not None:
        inside = tag(
            "bpmn:conditionExpression", _escaped(condition), **{"xsi:type": "bpmn:tFormalExpression"}
        )
    ends = {"id": identity or f"{source}.to.{target}", "sourceRef": source, "targetRef": target}
    return tag("bpmn:sequenceFlow", inside, **ends)


def path(*elements: str) -> str:
    """Arrows from each element to the next."""
    return "".join(flow(source, target) for source, target in pairwise(elements))


def pathway(name: str, *content: str) -> str:
    """A process element."""
    return tag("bpmn:process", "".join(content), id=name, isExecutable="true")


def file(*content: str, messages: Iterable[str] = ()) -> bytes:
    """A whole file with what stands in it."""
    declared = "".join(tag("bpmn:message", id=f"message.{name}", name=name) for name in messages)
    return f"{HEAD}{declared}{''.join(content)}</bpmn:definitions>".encode()


def drawn(name: str, *content: str, messages: Iterable[str] = ()) -> dict[str, bytes]:
    """One pathway as a file, the way ``read_pathways`` takes it."""
    return {f"bpmn/{name}.bpmn": file(pathway(name, *content), messages=messages)}


def _catch(identity: str, inside: str, on: str | None, interrupting: bool) -> str:
    if on is None:
        return tag("bpmn:intermediateCatchEvent", inside, id=identity)
    edge = {"attachedToRef": on, "cancelActivity": "true" if interrupting else "false"}
    return tag("bpmn:boundaryEvent", inside, id=identity, **edge)


def _message(name: str | None) -> str:
    return tag("bpmn:messageEventDefinition", messageRef=f"message.{name}") if name else ""


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
