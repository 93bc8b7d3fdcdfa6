"""Diagrams with one small fault each, the kind that a tired person draws; the same, in the same order, each time.

Not here: who finds them (``mutation``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import PurePosixPath

from lxml import etree

from engine.reading import BPMN, MAP, ZEEBE

Element = etree._Element

PERIODS = re.compile(r"(?<=, )-?\d+(?=\))|(?<=P)\d+(?=[DMWY]\")|(?<=[<>=] )\d+")
QUOTED = re.compile(r'"[a-z_0-9A-Z]+"')
COMPARED = (
    (" != ", " = "),
    (" = ", " != "),
    (" >= ", " < "),
    (" <= ", " > "),
    (" < ", " <= "),
    (" > ", " >= "),
)
MATTERS = ("record", "other_than", "episode", "startedBy", "deadline", "outside", "met_by")
ROLES_OF_CALLS = ("writers", "authorisers")


@dataclass(frozen=True)
class Mutant:
    """A release's file with one fault: which kind, at which element, and what was done."""

    kind: str
    file: str
    element: str
    change: str
    content: bytes
    met_at: frozenset[
        str
    ]  # the elements that a token comes to when it meets the fault; empty where it may be anywhere in the pathway

    @property
    def name(self) -> str:
        """The mutant in one line, the same each time."""
        return f"{self.pathway} / {self.element} / {self.kind}: {self.change}"

    @cached_property
    def pathway(self) -> str:
        """The pathway that is at fault."""
        return PurePosixPath(self.file).stem


Change = tuple[str, str]
"""The element, and what was done to it."""


class Sheet:
    """A file that is being spoilt; what is yielded while it is spoilt becomes a mutant, and then it is whole again."""

    def __init__(self, root: Element) -> None:
        self.root = root
        self.process = next(root.iter(f"{BPMN}process"))
        self.arrow = frozenset[
            str
        ]()  # the two ends of the arrow at fault, where it must be taken to meet the fault

    def all(self, *tags: str) -> Iterator[Element]:
        return self.process.iter(*(f"{{*}}{tag}" for tag in tags))

    def flows(self) -> list[Element]:
        return list(self.all("sequenceFlow"))

    def places(self) -> dict[str, frozenset[str]]:
        """Where a token meets each element: itself, or what an arrow comes from."""
        drawn = (each for each in self.process.iter() if etree.QName(each).namespace == BPMN.strip("{}"))
        return {
            each.get("id", ""): frozenset((each.get("sourceRef") or each.get("id") or "",)) for each in drawn
        }

    def take(self, flow: Element) -> None:
        """Say that the fault is met by taking that arrow, as it was drawn."""
        self.arrow = frozenset((flow.get("sourceRef", ""), flow.get("targetRef", "")))


def mutants(files: Mapping[str, bytes]) -> Iterator[Mutant]:
    """Every mutant of every diagram but the map; what two faults come to alike is one mutant."""
    for file, content in sorted(files.items()):
        if file.endswith(".bpmn") and PurePosixPath(file).stem != MAP:
            seen: set[bytes] = {etree.tostring(etree.fromstring(content))}
            for kind, spoil in KINDS.items():
                sheet = Sheet(etree.fromstring(content))
                places = {} if spoil in ELSEWHERE else sheet.places()
                for element, change in spoil(sheet):
                    spoilt = etree.tostring(sheet.root)
                    if spoilt not in seen:
                        seen.add(spoilt)
                        met_at = sheet.arrow or places.get(element, frozenset())
                        yield Mutant(kind, file, element, change, spoilt, met_at)


def _set(element: Element, key: str, value: str, said: Change) -> Iterator[Change]:
    """An attribute changed, as long as the mutant is looked at."""
    before = element.get(key)
    element.set(key, value)
    yield said
    if before is None:
        del element.attrib[key]
    else:
        element.set(key, before)


def _without(element: Element, said: Change) -> Iterator[Change]:
    """An element taken out."""
    parent = element.getparent()
    assert parent is not None
    place = parent.index(element)
    parent.remove(element)
    yield said
    parent.insert(place, element)


def _text(element: Element, value: str, said: Change) -> Iterator[Change]:
    before, element.text = element.text, value
    yield said
    element.text = before


def _owner(element: Element) -> str:
    """The element of the diagram in which something is written."""
    while etree.QName(element).localname in INSIDE:
        parent = element.getparent()
        assert parent is not None
        element = parent
    return element.get("id", "")


INSIDE = (
    "extensionElements", "ioMapping", "input", "output", "properties", "property", "timeDate",
    "timerEventDefinition", "messageEventDefinition", "conditionExpression", "assignmentDefinition",
    "formDefinition", "script",
)  # fmt: skip


# The faults


def periods(sheet: Sheet) -> Iterator[Change]:
    """A day, or whatever is counted, more or less."""
    for element, key, source in _expressions(sheet):
        for found in PERIODS.finditer(source):
            for by in (1, -1):
                number = str(int(found.group()) + by)
                other = source[: found.start()] + number + source[found.end() :]
                yield from _written(element, key, other, _said(element, source, other))


def days_that_count(sheet: Sheet) -> Iterator[Change]:
    """Days of the calendar for working days, and the other way round."""
    for element, key, source in _expressions(sheet):
        other = re.sub(r"working_days_after\((\w+), (\d+)\)", r'\1 + duration("P\2D")', source)
        if other != source:
            yield from _written(element, key, other, _said(element, source, other))


def dates(sheet: Sheet) -> Iterator[Change]:
    """Another day to count from: today's."""
    for element, key, source in _expressions(sheet):
        for name in sorted(set(re.findall(r"\b\w+_on\b", source))):
            other = re.sub(rf"\b{name}\b", "today()", source)
            yield from _written(element, key, other, _said(element, source, other))


def comparisons(sheet: Sheet) -> Iterator[Change]:
    """A comparison turned round, or its edge moved."""
    for element, key, source in _every_expression(sheet):
        for sign, other in COMPARED:
            for found in re.finditer(re.escape(sign), source):
                spoilt = f"{source[: found.start()]}{other}{source[found.end() :]}"
                said = f"{_place(element)}{sign.strip()} becomes {other.strip()} at {found.start()}"
                yield from _written(element, key, spoilt, (_owner(element), said))


def conditions_negated(sheet: Sheet) -> Iterator[Change]:
    """A condition negated."""
    for condition in list(sheet.all("conditionExpression")):
        yield from _text(condition, f"=not({(condition.text or '')[1:]})", (_owner(condition), "not"))


def joined_otherwise(sheet: Sheet) -> Iterator[Change]:
    """And for or, or for and."""
    for condition in list(sheet.all("conditionExpression")):
        source = condition.text or ""
        for found in re.finditer(r" (and|or) ", source):
            other = " or " if found.group(1) == "and" else " and "
            spoilt = source[: found.start()] + other + source[found.end() :]
            yield from _text(condition, spoilt, (_owner(condition), f"{found.group(1)} at {found.start()}"))


def codes(sheet: Sheet) -> Iterator[Change]:
    """A word in quotes misspelt."""
    for element, key, source in _every_expression(sheet):
        for found in QUOTED.finditer(source):
            spoilt = f'{source[: found.end() - 1]}x"{source[found.end() :]}'
            said = f"{_place(element)}{found.group()} misspelt at {found.start()}"
            yield from _written(element, key, spoilt, (_owner(element), said))


def conditions_swapped(sheet: Sheet) -> Iterator[Change]:
    """Two conditions of one decision in each other's place."""
    for gateway in list(sheet.all("exclusiveGateway")):
        asked = [
            flow.find(f"{BPMN}conditionExpression")
            for flow in sheet.flows()
            if flow.get("sourceRef") == gateway.get("id")
        ]
        written = [each for each in asked if each is not None]
        for one, other in pairwise(written):
            said = (gateway.get("id", ""), f"the conditions of {_owner(one)} and {_owner(other)} swapped")
            one.text, other.text = other.text, one.text
            yield said
            one.text, other.text = other.text, one.text


def flows_dropped(sheet: Sheet) -> Iterator[Change]:
    """An arrow forgotten."""
    for flow in sheet.flows():
        yield from _without(flow, (flow.get("sourceRef", ""), f"{flow.get('id')} dropped"))


def flows_redirected(sheet: Sheet) -> Iterator[Change]:
    """An arrow that leads to another gateway or end; what nothing leads to any more is gone.

    Past a gateway that only brings arrows together, to where that leads, is no fault: it is the same procedure.
    """
    meeting = [each.get("id", "") for each in sheet.all("exclusiveGateway", "parallelGateway", "endEvent")]
    for flow in sheet.flows():
        sheet.take(flow)
        same = {flow.get("sourceRef"), flow.get("targetRef"), _only_leads_to(sheet, flow.get("targetRef"))}
        for other in meeting:
            if other not in same:
                said = (flow.get("sourceRef", ""), f"{flow.get('id')} leads to {other}")
                for redirected in _set(flow, "targetRef", other, said):
                    yield from _tidied(sheet, redirected)


def _only_leads_to(sheet: Sheet, element: str | None) -> str | None:
    """Where a gateway leads that has one way out, or None."""
    gateways = {each.get("id") for each in sheet.all("exclusiveGateway")}
    onward = [each.get("targetRef") for each in sheet.flows() if each.get("sourceRef") == element]
    return onward[0] if element in gateways and len(onward) == 1 else None


def elements_bypassed(sheet: Sheet) -> Iterator[Change]:
    """An element forgotten: the arrow to it leads to what follows, and what nothing leads to any more is gone."""
    for flow in sheet.flows():
        sheet.take(flow)
        target = flow.get("targetRef", "")
        onward = [each.get("targetRef", "") for each in sheet.flows() if each.get("sourceRef") == target]
        gateways = {each.get("id") for each in sheet.all("exclusiveGateway")}
        if len(onward) == 1 and not {target, onward[0]} <= gateways:
            flow.set("targetRef", onward[0])
            yield from _tidied(sheet, (target, f"left out after {flow.get('id')}"))
            flow.set("targetRef", target)


def branches_dropped(sheet: Sheet) -> Iterator[Change]:
    """A decision's arrow forgotten, with all that only it leads to."""
    for flow in sheet.flows():
        if flow.find(f"{BPMN}conditionExpression") is not None:
            said = (flow.get("sourceRef", ""), f"{flow.get('id')} and what follows dropped")
            for dropped in _without(flow, said):
                yield from _tidied(sheet, dropped)


def _tidied(sheet: Sheet, said: Change) -> Iterator[Change]:
    """The mutant without what nothing leads to any more."""
    children = list(sheet.process)
    reached = _reached(sheet)
    for each in children:
        kind = etree.QName(each).localname
        place = each.get("sourceRef") if kind in ("sequenceFlow", "association") else each.get("id")
        if kind not in ("documentation", "extensionElements", "textAnnotation") and place not in reached:
            sheet.process.remove(each)
    yield said
    sheet.process[:] = children


def _reached(sheet: Sheet) -> set[str | None]:
    """What the arrows lead to from the beginnings, with the events on the edges of it."""
    onward: dict[str | None, list[str | None]] = {}
    for flow in sheet.flows():
        onward.setdefault(flow.get("sourceRef"), []).append(flow.get("targetRef"))
    for event in sheet.all("boundaryEvent"):
        onward.setdefault(event.get("attachedToRef"), []).append(event.get("id"))
    reached: set[str | None] = set()
    todo = [each.get("id") for each in sheet.all("startEvent")]
    while todo:
        current = todo.pop()
        if current not in reached:
            reached.add(current)
            todo += onward.get(current, [])
    return reached


def defaults_moved(sheet: Sheet) -> Iterator[Change]:
    """Another arrow made the default; the one that was takes its condition."""
    for gateway in list(sheet.all("exclusiveGateway")):
        flows = {
            flow.get("id", ""): flow for flow in sheet.flows() if flow.get("sourceRef") == gateway.get("id")
        }
        old = flows.get(gateway.get("default", ""))
        for name, flow in flows.items():
            condition = flow.find(f"{BPMN}conditionExpression")
            if old is not None and condition is not None:
                gateway.set("default", name)
                flow.remove(condition)
                old.append(condition)
                yield gateway.get("id", ""), f"the default is {name}"
                old.remove(condition)
                flow.append(condition)
                gateway.set("default", old.get("id", ""))


def roles(sheet: Sheet) -> Iterator[Change]:
    """A role taken away, or another in its place."""
    for element, key, names in _roles(sheet):
        for place, name in enumerate(names):
            fewer = [each for each in names if each != name]
            other = "IRO"
            where = element.get("target") or key
            if fewer:
                said = (_owner(element), f"{name} taken away from {where}")
                yield from _set(element, key, ", ".join(fewer), said)
            swapped = [*names[:place], other, *names[place + 1 :]]
            yield from _set(
                element, key, ", ".join(swapped), (_owner(element), f"{name} becomes {other} in {where}")
            )


def roles_added(sheet: Sheet) -> Iterator[Change]:
    """A role too many."""
    for element, key, names in _roles(sheet):
        other = next((role for role in ("TA", "SWRO", "SW", "CPU") if role not in names), None)
        if other is not None:
            yield from _set(
                element,
                key,
                ", ".join([*names, other]),
                (_owner(element), f"{other} added to {element.get('target') or key}"),
            )


def forms(sheet: Sheet) -> Iterator[Change]:
    """Another form."""
    for element in list(sheet.all("formDefinition")):
        if element.get("formId", "") != "=form":
            other = "allocation" if element.get("formId") != "allocation" else "authorisation"
            yield from _set(element, "formId", other, (_owner(element), f"the form {other}"))
    for element in list(sheet.all("input")):
        if element.get("target") == "form":
            other = "closure" if element.get("source") != "closure" else "contact"
            yield from _set(element, "source", other, (_owner(element), f"the form {other}"))


def timers_moved(sheet: Sheet) -> Iterator[Change]:
    """A clock on another activity."""
    drawn = sheet.all("userTask", "callActivity", "subProcess")
    activities = [each.get("id", "") for each in drawn if "id" in each.attrib]
    for event in list(sheet.all("boundaryEvent")):
        for other in activities:
            if other != event.get("attachedToRef"):
                yield from _set(event, "attachedToRef", other, (event.get("id", ""), f"on {other}"))


def clocks_widened(sheet: Sheet) -> Iterator[Change]:
    """A clock that a call gives to the writing within put on the whole call: it ends at authorisation, not at finalising."""
    for call in list(sheet.all("callActivity")):
        inputs = [
            each for each in call.iter(f"{ZEEBE}input") if each.get("target", "").startswith("finalise_")
        ]
        by = next((each for each in inputs if each.get("target") == "finalise_by"), None)
        mapping = call.find(f".//{ZEEBE}ioMapping")
        if by is None or mapping is None:
            continue
        children, given = list(sheet.process), list(mapping)
        clock = etree.SubElement(sheet.process, f"{BPMN}boundaryEvent", id="moved", cancelActivity="false")
        clock.set("attachedToRef", call.get("id", ""))
        extensions = etree.SubElement(clock, f"{BPMN}extensionElements")
        properties = etree.SubElement(extensions, f"{ZEEBE}properties")
        etree.SubElement(properties, f"{ZEEBE}property", name="deadline", value="statutory")
        definition = etree.SubElement(clock, f"{BPMN}timerEventDefinition")
        etree.SubElement(definition, f"{BPMN}timeDate").text = by.get("source", "")
        etree.SubElement(sheet.process, f"{BPMN}endEvent", id="moved_late")
        etree.SubElement(
            sheet.process, f"{BPMN}sequenceFlow", id="moved_up", sourceRef="moved", targetRef="moved_late"
        )
        for each in inputs:
            mapping.remove(each)
        for late in list(sheet.all("textAnnotation", "association")):
            sheet.process.append(late)
        yield call.get("id", ""), "the clock on the whole call"
        sheet.process[:], mapping[:] = children, given


def interrupting(sheet: Sheet) -> Iterator[Change]:
    """An event that interrupts, or does not any more."""
    for event in list(sheet.all("boundaryEvent")):
        other = "false" if event.get("cancelActivity") != "false" else "true"
        yield from _set(event, "cancelActivity", other, (event.get("id", ""), f"cancelActivity {other}"))


def properties_dropped(sheet: Sheet) -> Iterator[Change]:
    """A property that matters taken away."""
    for element in list(sheet.all("property")):
        if element.get("name") in MATTERS:
            yield from _without(element, (_owner(element), f"{element.get('name')} dropped"))


def messages_renamed(sheet: Sheet) -> Iterator[Change]:
    """Another message: one of another name, or another one of the file."""
    declared = [each for each in sheet.root if etree.QName(each).localname == "message"]
    for message in declared:
        said = (message.get("id", ""), f"{message.get('name')} renamed")
        yield from _set(message, "name", f"{message.get('name')}_now", said)
    names = [message.get("id", "") for message in declared]
    for event in list(sheet.all("messageEventDefinition")):
        at = names.index(event.get("messageRef", ""))
        other = names[(at + 1) % len(names)]
        if len(names) > 1:
            yield from _set(event, "messageRef", other, (_owner(event), f"{other} instead"))


def mappings_dropped(sheet: Sheet) -> Iterator[Change]:
    """A name that does not go in or come out any more."""
    for element in list(sheet.all("input", "output")):
        way = etree.QName(element).localname
        yield from _without(element, (_owner(element), f"{way} {element.get('target')} dropped"))


def ends(sheet: Sheet) -> Iterator[Change]:
    """An end that ends everything, or a message that is not sent at the end."""
    for end in list(sheet.all("endEvent")):
        message = end.find(f"{BPMN}messageEventDefinition")
        if message is not None:
            yield from _without(message, (end.get("id", ""), "sends nothing"))


def _expressions(sheet: Sheet) -> Iterator[tuple[Element, str, str]]:
    """Expressions in clocks, mappings and scripts: the element, the attribute (or none), the source."""
    for element in list(sheet.all("timeDate")):
        yield element, "", element.text or ""
    for element in list(sheet.all("input", "output")):
        if element.get("source", "").startswith("="):
            yield element, "source", element.get("source", "")
    for element in list(sheet.all("script")):
        yield element, "expression", element.get("expression", "")


def _every_expression(sheet: Sheet) -> Iterator[tuple[Element, str, str]]:
    """The same, and conditions."""
    for condition in list(sheet.all("conditionExpression")):
        yield condition, "", condition.text or ""
    yield from _expressions(sheet)


def _said(element: Element, source: str, other: str) -> Change:
    """An expression changed."""
    return _owner(element), f"{_place(element)}{source} becomes {other}"


def _place(element: Element) -> str:
    """Of a mapping, the name that it gives."""
    target = element.get("target")
    return f"{etree.QName(element).localname} {target}: " if target else ""


def _written(element: Element, key: str, value: str, said: Change) -> Iterator[Change]:
    yield from _set(element, key, value, said) if key else _text(element, value, said)


def _roles(sheet: Sheet) -> Iterator[tuple[Element, str, list[str]]]:
    """Where roles are written out: the element, the attribute, the roles."""
    for element in list(sheet.all("assignmentDefinition")):
        if not element.get("candidateGroups", "").startswith("="):
            yield element, "candidateGroups", element.get("candidateGroups", "").split(", ")
    for element in list(sheet.all("input")):
        if element.get("target") in ROLES_OF_CALLS:
            yield element, "source", element.get("source", "").split(", ")
    for element in list(sheet.all("property")):
        if element.get("name") == "startedBy":
            yield element, "value", element.get("value", "").split(", ")


KINDS: Mapping[str, Callable[[Sheet], Iterator[Change]]] = {
    "period": periods,
    "days that count": days_that_count,
    "day counted from": dates,
    "comparison": comparisons,
    "condition negated": conditions_negated,
    "and, or": joined_otherwise,
    "code": codes,
    "conditions swapped": conditions_swapped,
    "flow dropped": flows_dropped,
    "flow redirected": flows_redirected,
    "element left out": elements_bypassed,
    "branch dropped": branches_dropped,
    "default moved": defaults_moved,
    "role": roles,
    "role added": roles_added,
    "form": forms,
    "timer moved": timers_moved,
    "clock widened": clocks_widened,
    "interrupting": interrupting,
    "property dropped": properties_dropped,
    "message": messages_renamed,
    "mapping dropped": mappings_dropped,
    "end": ends,
}

ELSEWHERE = (timers_moved, clocks_widened)
"""Faults that a token may meet at another element than the one they are named by."""
