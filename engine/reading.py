"""From BPMN files to pathways: the authoring profile, with a sentence for whatever lies outside it.

What a single diagram and the set of them must be, to be run at all, is checked here. Whether a procedure can be carried through (dead ends, names that nothing gives) is
explored by the gate.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import PurePosixPath
from typing import TypedDict

from lxml import etree

from engine.diagram import (
    Call,
    Decision,
    Element,
    End,
    Flow,
    Graph,
    Mappings,
    MessageCatch,
    MessageThrow,
    Node,
    Parallel,
    Pathway,
    ScriptTask,
    Start,
    SubProcess,
    Text,
    TimerEvent,
    UserTask,
    names_in,
)
from engine.feel import Expression, FeelError, compile_expression
from engine.problems import Problem, Refused
from engine.xml import read_xml

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ZEEBE = "{http://camunda.org/schema/zeebe/1.0}"
MAP = "pathway_map"
"""The one collaboration: drawn for people, not run."""

PROPERTIES = frozenset(
    [
        "deadline",
        "basis",
        "met_by",
        "startedBy",
        "startedWhileRunning",
        "takesContacts",
        "endedByHand",
        "guidance",
        "button",
        "map",
        "title",
        "record",
        "record_title",
        "other_than",
        "part",
        "episode",
        "plan",
        "plan_kind",
        "plan_on",
        "plan_category",
        "outside",
        "was",
    ]
)
DEADLINES = ("statutory", "local", "none")
RECORD_MARKS = {UserTask: ("write",), End: ("authorised",)}
BY_HAND = ("startedWhileRunning", "takesContacts")
"""What is said of a start by hand alone, as yes; nothing is said in place of no."""
EPISODE_MARKS = {Start: ("begins",), End: ("ends", "ends_file")}
PLAN_MARKS = {Start: ("begins",), End: ("ends",)}

_SNAKE = re.compile(r"[a-z][a-z0-9_]*\Z")
_FOR_READERS = frozenset(
    [
        "documentation",
        "extensionElements",
        "incoming",
        "outgoing",
        "textAnnotation",
        "association",
        "group",
        "dataObject",
        "dataObjectReference",
        "dataStoreReference",
        "laneSet",
    ]
)


class Common(TypedDict):
    """What is read of every element."""

    id: str
    name: str
    documentation: str
    properties: dict[str, Text]


def read_pathways(files: Mapping[str, bytes]) -> dict[str, Pathway]:
    """The pathways of a set of ``.bpmn`` files by id, the map left out; raises ``Refused`` with every problem found."""
    problems: list[Problem] = []
    pathways: dict[str, Pathway] = {}
    for file, content in sorted(files.items()):
        try:
            pathway = read_pathway(file, content)
        except Refused as refused:
            problems.extend(refused.problems)
        else:
            if pathway is not None:
                pathways[pathway.id] = pathway
    if not problems:
        problems.extend(_across(pathways))
    if problems:
        raise Refused(
            sorted(problems, key=lambda problem: (problem.file, problem.element or "", problem.message))
        )
    return pathways


@lru_cache(maxsize=256)
def read_pathway(file: str, content: bytes) -> Pathway | None:
    """The one pathway of a file, or None for the map, read once; raises ``Refused`` with every problem found."""
    root = read_xml(file, content)
    return _Reader(file, root).read()


def later_pools(file: str, content: bytes) -> tuple[str, ...]:
    """The names of the map's pools that stand for work still done outside (``map`` = ``later``), in the order drawn."""
    mark = f"{BPMN}extensionElements/{ZEEBE}properties/{ZEEBE}property[@name='map'][@value='later']"
    pools = read_xml(file, content).iterfind(f".//{BPMN}participant")
    return tuple(pool.get("name", "") for pool in pools if pool.find(mark) is not None)


class _Reader:
    """Reads one file, collecting problems as it goes."""

    def __init__(self, file: str, root: etree._Element) -> None:
        self.file = file
        self.root = root
        self.problems: list[Problem] = []
        self.messages = {node.get("id"): node.get("name") or "" for node in root.iterfind(f"{BPMN}message")}

    def read(self) -> Pathway | None:
        """The pathway, or None for the map."""
        stem = PurePosixPath(self.file).stem
        collaborations = self.root.findall(f"{BPMN}collaboration")
        processes = self.root.findall(f"{BPMN}process")
        if stem == MAP:
            return None
        if collaborations:
            self.problem(None, f"Pools belong in {MAP}.bpmn alone. Take the pool away; lanes may stay.")
        if len(processes) != 1:
            self.problem(
                None,
                f"A file holds one process; this one holds {len(processes)}. Give each a file of its own.",
            )
            raise Refused(self.problems)
        process = processes[0]
        pathway = Pathway(
            id=process.get("id") or "",
            name=process.get("name") or stem.replace("_", " ").capitalize(),
            documentation=_documentation(process),
            file=self.file,
            graph=self.graph(process),
            properties=self.properties(process),
        )
        if pathway.id != stem:
            self.problem(
                pathway.id,
                f"The process's id is {pathway.id!r} and the file's name {stem!r}. Make them the same.",
            )
        self.check(pathway)
        if self.problems:
            raise Refused(self.problems)
        return pathway

    def problem(self, element: str | None, message: str) -> None:
        """Remember what is wrong."""
        self.problems.append(Problem(self.file, element, message))

    # Elements

    def graph(self, parent: etree._Element) -> Graph:
        """The elements and flows that stand directly in a process or a box."""
        nodes: dict[str, Node] = {}
        flows: list[Flow] = []
        lanes = self.lanes(parent)
        for xml in parent:
            tag = _local(xml)
            if tag == "sequenceFlow":
                flows.append(self.flow(xml))
            elif tag not in _FOR_READERS:
                node = self.node(xml, lanes)
                if node is not None:
                    nodes[node.id] = node
        return Graph(nodes, tuple(flows))

    def lanes(self, parent: etree._Element) -> dict[str, str]:
        """The lane's name for each element that stands in one."""
        return {
            (reference.text or "").strip(): lane.get("name") or ""
            for lane in parent.iter(f"{BPMN}lane")
            for reference in lane.iterfind(f"{BPMN}flowNodeRef")
        }

    def node(self, xml: etree._Element, lanes: Mapping[str, str]) -> Node | None:
        """The element, or None (and a problem) where the profile does not know it."""
        reader = self.READERS.get(_local(xml))
        identity = xml.get("id") or ""
        if reader is None:
            self.problem(
                identity,
                f"{_words(_local(xml))} is not part of the authoring profile. {_advice(_local(xml))}",
            )
            return None
        if not _SNAKE.match(identity):
            self.problem(
                identity,
                "Give the element an id in small letters, digits and underlines, such as write_report.",
            )
        for child in xml:
            if _local(child) in ("multiInstanceLoopCharacteristics", "standardLoopCharacteristics"):
                self.problem(
                    identity,
                    "Markers for loops and several instances are not part of the profile. Draw the loop with a gateway.",
                )
        return reader(self, xml, lanes)

    def common(self, xml: etree._Element) -> Common:
        """What every element has."""
        return {
            "id": xml.get("id") or "",
            "name": " ".join((xml.get("name") or "").split()),
            "documentation": _documentation(xml),
            "properties": self.properties(xml),
        }

    def start(self, xml: etree._Element, lanes: Mapping[str, str]) -> Node:
        message = self.message(xml)
        self.only(xml, "messageEventDefinition")
        return Start(**self.common(xml), message=message)

    def end(self, xml: etree._Element, lanes: Mapping[str, str]) -> Node:
        self.only(xml, "messageEventDefinition", "terminateEventDefinition")
        return End(
            **self.common(xml),
            terminates=xml.find(f"{BPMN}terminateEventDefinition") is not None,
            message=self.message(xml),
            payload=self.mappings(xml, "input"),
        )

    def user_task(self, xml: etree._Element, lanes: Mapping[str, str]) -> Node:
        identity = xml.get("id") or ""
        definition = _extension(xml, "formDefinition")
        form = (definition.get("formId") or definition.get("formKey") or "") if definition is not None else ""
        if not form:
            self.problem(identity, "The task shows no form. Name it under Form, by the form's id.")
        assignment = _extension(xml, "assignmentDefinition")
        groups = (
            (assignment.get("candidateGroups") or "") if assignment is not None else lanes.get(identity, "")
        )
        if not groups:
            self.problem(
                identity,
                "Nobody may do the task. Name the roles under Assignment, candidate groups, or draw it in a lane.",
            )
        roles = self.expression(identity, groups) if groups.startswith("=") else names_in(groups)
        return UserTask(**self.common(xml), form=self.text(identity, form), roles=roles or ())

    def script_task(self, xml: etree._Element, lanes: Mapping[str, str]) -> Node | None:
        identity = xml.get("id") or ""
        script = _extension(xml, "script")
        variable = (script.get("resultVariable") or "") if script is not None else ""
        source = (script.get("expression") or "") if script is not None else ""
        if not _SNAKE.match(variable):
            self.problem(identity, "Name the variable that the script's result goes into, in small letters.")
        expression = self.expression(identity, source)
        if expression is None:
            return None
        return ScriptTask(**self.common(xml), variable=variable, expression=expression)

    def call(self, xml: etree._Element, lanes: Mapping[str, str]) -> Node:
        called = _extension(xml, "calledElement")
        pathway = (called.get("processId") or "") if called is not None else ""
        if not _SNAKE.match(pathway):
            self.problem(xml.get("id"), "Name the shared procedure that is called, by its process id.")
        return Call(
            **self.common(xml),
            pathway=pathway,
            inputs=self.mappings(xml, "input"),
            outputs=self.mappings(xml, "output"),
        )

    def sub_process(self, xml: etree._Element, lanes: Mapping[str, str]) -> Node:
        if xml.get("triggeredByEvent") == "true":
            self.problem(
                xml.get("id"),
                "Event sub-processes are not part of the profile. Use a boundary event on the box instead.",
            )
        return SubProcess(**self.common(xml), graph=self.graph(xml))

    def decision(self, xml: etree._Element, lanes: Mapping[str, str]) -> Node:
        return Decision(**self.common(xml), default=xml.get("default"))

    def parallel(self, xml: etree._Element, lanes: Mapping[str, str]) -> Node:
        return Parallel(**self.common(xml))

    def catch(self, xml: etree._Element, lanes: Mapping[str, str]) -> Node | None:
        """A timer or message that is waited for, in the flow or on an activity's edge."""
        identity = xml.get("id") or ""
        self.only(xml, "timerEventDefinition", "messageEventDefinition")
        attached_to, interrupting = xml.get("attachedToRef"), xml.get("cancelActivity") != "false"
        timer = xml.find(f"{BPMN}timerEventDefinition")
        if timer is not None:
            due = self.due(identity, timer)
            if due is None:
                return None
            return TimerEvent(**self.common(xml), due=due, attached_to=attached_to, interrupting=interrupting)
        message = self.message(xml)
        if message is None:
            self.problem(identity, "The event waits for nothing. Make it a timer or a message event.")
            return None
        return MessageCatch(
            **self.common(xml),
            message=message,
            outputs=self.mappings(xml, "output"),
            attached_to=attached_to,
            interrupting=interrupting,
        )

    def throw(self, xml: etree._Element, lanes: Mapping[str, str]) -> Node | None:
        self.only(xml, "messageEventDefinition")
        message = self.message(xml)
        if message is None:
            self.problem(xml.get("id"), "The event throws nothing. Make it a message event.")
            return None
        return MessageThrow(**self.common(xml), message=message, payload=self.mappings(xml, "input"))

    READERS: Mapping[str, Callable[[_Reader, etree._Element, Mapping[str, str]], Node | None]] = {
        "startEvent": start,
        "endEvent": end,
        "userTask": user_task,
        "scriptTask": script_task,
        "callActivity": call,
        "subProcess": sub_process,
        "exclusiveGateway": decision,
        "parallelGateway": parallel,
        "boundaryEvent": catch,
        "intermediateCatchEvent": catch,
        "intermediateThrowEvent": throw,
    }

    # Parts of elements

    def flow(self, xml: etree._Element) -> Flow:
        """An arrow and its condition."""
        condition = xml.find(f"{BPMN}conditionExpression")
        return Flow(
            id=xml.get("id") or "",
            name=" ".join((xml.get("name") or "").split()),
            source=xml.get("sourceRef") or "",
            target=xml.get("targetRef") or "",
            condition=None
            if condition is None
            else self.expression(xml.get("id"), (condition.text or "").strip()),
        )

    def due(self, identity: str, timer: etree._Element) -> Expression | None:
        """The expression that gives the timer's date."""
        for wrong in ("timeDuration", "timeCycle"):
            if timer.find(f"{BPMN}{wrong}") is not None:
                self.problem(
                    identity,
                    "Timers are set by a date alone. Write what gives the date, such as =working_days_after(received_on, 10).",
                )
                return None
        date = timer.find(f"{BPMN}timeDate")
        return self.expression(identity, (date.text or "").strip() if date is not None else "")

    def message(self, xml: etree._Element) -> str | None:
        """The name of the message that an event waits for or throws."""
        definition = xml.find(f"{BPMN}messageEventDefinition")
        if definition is None:
            return None
        name = self.messages.get(definition.get("messageRef") or "")
        if not name or not _SNAKE.match(name):
            self.problem(xml.get("id"), "Name the message, in small letters, digits and underlines.")
        return name or ""

    def mappings(self, xml: etree._Element, kind: str) -> Mappings:
        """The names that go in (or come out), each with what gives its value."""
        identity = xml.get("id") or ""
        holder = _extension(xml, "ioMapping")
        found: list[tuple[str, Text]] = []
        for mapping in () if holder is None else holder.iterfind(f"{ZEEBE}{kind}"):
            target, source = mapping.get("target") or "", mapping.get("source") or ""
            if not _SNAKE.match(target):
                self.problem(
                    identity, f"The {kind} {target!r} needs a name in small letters, digits and underlines."
                )
            found.append((target, self.text(identity, source)))
        return tuple(found)

    def properties(self, xml: etree._Element) -> dict[str, Text]:
        """The element's own properties (``zeebe:properties``)."""
        identity = xml.get("id")
        holder = _extension(xml, "properties")
        found: dict[str, Text] = {}
        for each in () if holder is None else holder.iterfind(f"{ZEEBE}property"):
            name, value = each.get("name") or "", each.get("value") or ""
            if name not in PROPERTIES:
                self.problem(
                    identity, f"There is no property {name!r}. Known are: {', '.join(sorted(PROPERTIES))}."
                )
                continue
            found[name] = self.text(identity, value)
        if isinstance(deadline := found.get("deadline"), str) and deadline not in DEADLINES:
            self.problem(identity, f"A deadline is one of {', '.join(DEADLINES)}; not {deadline!r}.")
        return found

    def text(self, identity: str | None, value: str) -> Text:
        """A literal, or a compiled expression where it begins with an equals sign."""
        return (self.expression(identity, value) or "") if value.startswith("=") else value

    def expression(self, identity: str | None, source: str) -> Expression | None:
        """The compiled expression, or None and a problem."""
        if not source.startswith("="):
            self.problem(identity, f"An expression begins with an equals sign: ={source or 'received_on'}.")
            return None
        try:
            return compile_expression(source[1:])
        except FeelError as error:
            self.problem(identity, f"The expression {source} cannot be used: {error}")
            return None

    def only(self, xml: etree._Element, *allowed: str) -> None:
        """Refuse any other kind of event."""
        for child in xml:
            tag = _local(child)
            if tag.endswith("EventDefinition") and tag not in allowed:
                self.problem(xml.get("id"), f"{_words(tag)} is not part of the authoring profile here.")

    # What a drawn pathway must be, to be run at all

    def check(self, pathway: Pathway) -> None:
        """Find what would keep the pathway from being run."""
        seen: set[str] = set()
        writes = {node.id for node in pathway.graph.walk() if node.properties.get("record") == "write"}
        for node in pathway.graph.walk():
            if node.id in seen:
                self.problem(node.id, "Two elements have this id. Give each its own.")
            seen.add(node.id)
            self.check_marks(node)
            other_than = node.properties.get("other_than")
            if other_than is not None and other_than not in writes:
                self.problem(
                    node.id, "other_than names the task that writes the record here, and no other element."
                )
        self.check_former_ids(pathway.graph, seen)
        self.check_graph(pathway.graph, pathway.id, inner=False)

    def check_former_ids(self, graph: Graph, ids: set[str]) -> None:
        """Find elements that claim a former id which another has, or claims as well."""
        claimed: set[str] = set()
        for node in graph.walk():
            for former in node.former_ids:
                if not _SNAKE.match(former):
                    self.problem(
                        node.id, f"was gives the ids that the element had before, and {former!r} is none."
                    )
                elif former in ids:
                    self.problem(
                        node.id,
                        f"was says that this element was called {former}, and an element here is called so now.",
                    )
                elif former in claimed:
                    self.problem(
                        node.id, f"Two elements say that they were called {former}. Only one can be."
                    )
                claimed.add(former)

    def check_marks(self, node: Element) -> None:
        """Find properties that stand where they mean nothing."""
        properties = node.properties
        for name, allowed in (("record", RECORD_MARKS), ("episode", EPISODE_MARKS), ("plan", PLAN_MARKS)):
            mark = properties.get(name)
            if mark is not None and mark not in allowed.get(type(node), ()):
                self.problem(node.id, f"The property {name} = {mark} means nothing here.")
        by_hand = isinstance(node, Start) and bool(node.started_by)
        for name in BY_HAND:
            if name in properties and not (by_hand and properties[name] == "yes"):
                self.problem(node.id, f"{name} = yes belongs beside startedBy, on a start by hand alone.")
        if "endedByHand" in properties and not (isinstance(node, End) and node.by_hand):
            self.problem(node.id, "endedByHand = yes belongs on an end event alone.")
        if "plan" in properties and not isinstance(properties.get("plan_kind"), str):
            self.problem(
                node.id, "Say which kind of plan, in the property plan_kind, such as child_protection."
            )
        if "part" in properties and not properties.keys() & {"record", "other_than"}:
            self.problem(node.id, "The property part names a part of a record, and there is no record here.")

    def check_graph(self, graph: Graph, where: str, *, inner: bool) -> None:
        """Find arrows that lead nowhere, elements that are not reached, gateways that could stick."""
        for flow in graph.flows:
            if flow.source not in graph.nodes or flow.target not in graph.nodes:
                self.problem(
                    flow.id, "The arrow begins or ends at something that is not here. Draw it again."
                )
                return
        starts = graph.starts()
        if not starts:
            self.problem(where, "There is no start event.")
        if inner and (len(starts) != 1 or starts[0].message is not None):
            self.problem(where, "A box begins with one plain start event.")
        if len({start.message for start in starts}) != len(starts):
            self.problem(where, "Two start events begin in the same way. Keep one of them.")
        by_hand = [node for node in graph.nodes.values() if isinstance(node, End) and node.by_hand]
        for end in by_hand if inner else by_hand[1:]:
            self.problem(end.id, "A pathway has one end by hand, and it stands in no box. Keep that one.")
        reached = _reached(graph)
        for node in graph.nodes.values():
            if node.id not in reached:
                self.problem(node.id, "No arrow leads here from the start, so it would never be reached.")
            self.check_node(graph, node)
            if isinstance(node, SubProcess):
                self.check_graph(node.graph, node.id, inner=True)

    def check_node(self, graph: Graph, node: Node) -> None:
        """Find what is wrong with one element's arrows."""
        outgoing, incoming = graph.outgoing(node.id), graph.incoming(node.id)
        if isinstance(node, End) and outgoing:
            self.problem(node.id, "An end event has no arrow out.")
        if not isinstance(node, End) and not outgoing:
            self.problem(node.id, "The pathway stops here without an end event. Draw the arrow on.")
        if len(outgoing) > 1 and not isinstance(node, Decision | Parallel):
            self.problem(node.id, "Only a gateway has several arrows out. Put a gateway after this.")
        if len(incoming) > 1 and not isinstance(node, Decision | Parallel | End):
            self.problem(
                node.id,
                "Several arrows come in. Put an exclusive gateway before this, so that they meet there.",
            )
        if isinstance(node, End) and node.by_hand and incoming:
            self.problem(node.id, "No arrow leads to an end by hand: a manager does.")
        if isinstance(node, Start) and incoming:
            self.problem(node.id, "A start event has no arrow in.")
        if isinstance(node, Parallel) and len({flow.source for flow in incoming}) != len(incoming):
            self.problem(
                node.id,
                "Two arrows come here from the same element. Let them meet at an exclusive gateway first.",
            )
        self.check_edge(graph, node, incoming)
        self.check_conditions(node, outgoing)

    def check_edge(self, graph: Graph, node: Node, incoming: tuple[Flow, ...]) -> None:
        """Find events that sit where none can."""
        if not isinstance(node, TimerEvent | MessageCatch) or node.attached_to is None:
            return
        if not isinstance(graph.nodes.get(node.attached_to), UserTask | Call | SubProcess):
            self.problem(
                node.id,
                "The event sits on something that cannot carry one. Put it on a task, a call or a box.",
            )
        if incoming:
            self.problem(node.id, "An event on an activity's edge has no arrow in.")

    def check_conditions(self, node: Node, outgoing: tuple[Flow, ...]) -> None:
        """Find conditions that nobody asks."""
        if isinstance(node, Decision):
            self.check_decision(node, outgoing)
        else:
            for flow in outgoing:
                if flow.condition is not None:
                    self.problem(flow.id, "Only the arrows out of an exclusive gateway have conditions.")

    def check_decision(self, node: Decision, outgoing: tuple[Flow, ...]) -> None:
        """Find decisions that could find no way on."""
        if node.default is not None and node.default not in {flow.id for flow in outgoing}:
            self.problem(node.id, "The default is not one of the arrows out.")
        if len(outgoing) < 2:
            for flow in outgoing:
                if flow.condition is not None:
                    self.problem(
                        flow.id,
                        "A gateway's only arrow out has no condition: nothing could be done where it did not hold.",
                    )
            return
        if node.default is None:
            self.problem(
                node.id,
                "The decision has no default. Make one of its arrows the default, for when no condition holds.",
            )
        for flow in outgoing:
            if flow.id == node.default and flow.condition is not None:
                self.problem(
                    flow.id, "The default arrow is taken when no condition holds, so it has none itself."
                )
            if flow.id != node.default and flow.condition is None:
                self.problem(
                    flow.id, "Say under which condition this arrow is taken, or make it the default."
                )


def _across(pathways: Mapping[str, Pathway]) -> Iterator[Problem]:
    """What is wrong between pathways: calls of what is not there, calls that go round."""
    calls = {
        pathway.id: tuple(node for node in pathway.graph.walk() if isinstance(node, Call))
        for pathway in pathways.values()
    }
    for pathway in pathways.values():
        for call in calls[pathway.id]:
            if call.pathway not in pathways:
                yield Problem(pathway.file, call.id, f"There is no shared procedure {call.pathway!r}.")
            elif pathways[call.pathway].start(None) is None:
                yield Problem(
                    pathway.file,
                    call.id,
                    f"The procedure {call.pathway!r} cannot be called: it has no plain start event.",
                )
            elif _calls_back(call.pathway, pathway.id, calls):
                yield Problem(
                    pathway.file, call.id, "The call comes round to its own pathway, so it would never end."
                )


def _calls_back(called: str, home: str, calls: Mapping[str, Iterable[Call]]) -> bool:
    seen: set[str] = set()
    todo = [called]
    while todo:
        current = todo.pop()
        if current == home:
            return True
        if current not in seen:
            seen.add(current)
            todo.extend(call.pathway for call in calls.get(current, ()))
    return False


def _reached(graph: Graph) -> set[str]:
    todo = [start.id for start in graph.starts()]
    todo += (node.id for node in graph.nodes.values() if isinstance(node, End) and node.by_hand)
    reached: set[str] = set()
    while todo:
        current = todo.pop()
        if current not in reached:
            reached.add(current)
            todo.extend(flow.target for flow in graph.outgoing(current))
            todo.extend(event.id for event in graph.attached(current))
    return reached


def _local(xml: etree._Element) -> str:
    return str(etree.QName(xml).localname)


def _extension(xml: etree._Element, name: str) -> etree._Element | None:
    return xml.find(f"{BPMN}extensionElements/{ZEEBE}{name}")


def _documentation(xml: etree._Element) -> str:
    return "\n".join((node.text or "").strip() for node in xml.iterfind(f"{BPMN}documentation")).strip()


def _words(tag: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", tag).capitalize()


def _advice(tag: str) -> str:
    return {
        "task": "Make it a user task, with a form.",
        "manualTask": "Make it a user task, with a form.",
        "serviceTask": "Nothing authored runs code: use a script task for a value, a message for another pathway.",
        "sendTask": "Use a message throw event.",
        "receiveTask": "Use a message catch event.",
        "inclusiveGateway": "Use an exclusive or a parallel gateway.",
        "eventBasedGateway": "Use a user task with a boundary event.",
        "adHocSubProcess": "Draw the tasks in their order, or side by side.",
    }.get(tag, "Leave it out.")
