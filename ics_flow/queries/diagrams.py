"""A pathway's diagram beside its text: what is done, what is open, what is overdue, and what can come next.

Here: the marks that the picture shows, and the ordered list that says the same in words for whoever does not see it. Not here:
the drawing itself, which the browser does from the BPMN file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from engine import State as EngineState
from engine.diagram import (
    Call,
    Decision,
    End,
    Flow,
    Graph,
    MessageCatch,
    MessageThrow,
    Node,
    Parallel,
    Pathway,
    ScriptTask,
    Start,
    SubProcess,
    TimerEvent,
    UserTask,
)
from engine.reading import later_pools
from ics_flow.domain.ids import case_subject
from ics_flow.domain.release import Release
from ics_flow.domain.view import DeadlineView, ProcessView
from ics_flow.process.trails import Trail, Trails, place_of
from ics_flow.queries.naming import pathway_name
from ics_flow.queries.opened import ChildsFile, NoSuchPart
from ics_flow.store.unit import Reading

MAP = "pathway_map"

State = Literal["done", "active", "overdue"]

PRESSING: tuple[State, ...] = ("done", "active", "overdue")
WORDS: Mapping[State, str] = {"done": "Done", "active": "Open now", "overdue": "Overdue"}
WORDS_THEN: Mapping[State, str] = {**WORDS, "active": "Open then"}
"""The same on a picture of the past."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How an element of a diagram stands, and how often it was done."""

    element: str
    state: State
    times: int
    then: bool = False  # how it stood at an instant gone by

    @property
    def words(self) -> str:
        """The state as text, with the number of times where it was more than one."""
        said = (WORDS_THEN if self.then else WORDS)[self.state]
        return f"{said}, {self.times} times" if self.times > 1 else said


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An element of a diagram in words: what it is, where it leads, and how it stands."""

    kind: str
    name: str
    then: tuple[str, ...]
    mark: Mark | None
    depth: int


def marks_of_state(pathway: Pathway, state: EngineState, late: Collection[str]) -> dict[str, Mark]:
    """The marks on the diagram of a process that runs; `late` are the scopes whose time has run out."""
    found: dict[str, Mark] = {}
    late_elements = {element_of(pathway, name) for name in late}
    for path, scope in state.scope.walk():
        graph = _graph_at(pathway, path)
        if graph is None:
            continue
        open_now = Counter(token.element for token in scope.tokens)
        for element, times in scope.counts.items():
            node = graph.nodes.get(element)
            if node is None or _sits_on_an_edge(node):
                continue
            done = times - open_now[element]
            if open_now[element]:
                overdue = element in late_elements
                found[element] = Mark(element=element, state="overdue" if overdue else "active", times=done)
            else:
                found[element] = Mark(element=element, state="done", times=done)
    return found


def marks_of_trail(pathway: Pathway, trail: Trail, late: Collection[str]) -> dict[str, Mark]:
    """The marks on a process's diagram; `late` are the scopes within it whose time has run out."""
    late_elements = {element_of(pathway, name) for name in late}
    open_now = Counter(place_of(name) for name in trail.open)
    found: dict[str, Mark] = {}
    for place, entered in (trail.left if trail.ended else trail.entered).items():
        element = node_at(pathway, place)
        if element is None:
            continue
        state: State = "done"
        if open_now[place]:
            state = "overdue" if element in late_elements else "active"
        found[element] = Mark(element=element, state=state, times=entered - open_now[place])
    return found


def element_of(pathway: Pathway, name: str) -> str | None:
    """The element of the pathway's own diagram that a name within its process leads into.

    A shared procedure has a diagram of its own, so what happens in it shows on the activity that calls it.
    """
    graph, found = pathway.graph, None
    for segment in name.split("/"):
        node = graph.nodes.get(segment.partition("#")[0])
        if node is None:
            return found
        found = node.id
        if not isinstance(node, SubProcess):
            return found
        graph = node.graph
    return found


def node_at(pathway: Pathway, place: str) -> str | None:
    """The element of the pathway's own diagram at that place; None where it is not one that shows marks."""
    path, _, element = place.rpartition("/")
    graph = _graph_at(pathway, path)
    if graph is None or element not in graph.nodes or _sits_on_an_edge(graph.nodes[element]):
        return None
    return element


def _graph_at(pathway: Pathway, path: str) -> Graph | None:
    """The stretch of the pathway's own diagram that a path leads to; None where it leads into a shared procedure."""
    graph = pathway.graph
    for segment in path.split("/") if path else ():
        node = graph.nodes.get(segment.partition("#")[0])
        if not isinstance(node, SubProcess):
            return None
        graph = node.graph
    return graph


def _sits_on_an_edge(node: Node) -> bool:
    """A clock or message on an activity's edge is armed with it: it shows on the activity, as overdue or not."""
    return isinstance(node, TimerEvent | MessageCatch) and node.attached_to is not None


def steps(pathway: Pathway, marked: Mapping[str, Mark]) -> tuple[Step, ...]:
    """The pathway as an ordered list, from its start on, boxes unfolded where they stand."""
    return tuple(_steps(pathway.graph, marked, 0))


def _steps(graph: Graph, marked: Mapping[str, Mark], depth: int) -> Iterator[Step]:
    waiting = [start.id for start in graph.starts()]
    seen: set[str] = set()
    while waiting:
        element = waiting.pop(0)
        if element in seen:
            continue
        seen.add(element)
        node, flows = graph.nodes[element], graph.outgoing(element)
        edges = graph.attached(element)
        waiting += [event.id for event in edges]
        waiting += [flow.target for flow in flows]
        if _only_joins(graph, node):
            continue
        yield Step(
            kind=KINDS[type(node)],
            name=node.name or "",
            then=(*(_onward(graph, flow) for flow in flows), *(_edge(graph, event) for event in edges)),
            mark=marked.get(element),
            depth=depth,
        )
        if isinstance(node, SubProcess):
            yield from _steps(node.graph, marked, depth + 1)


KINDS: Mapping[type[Node], str] = {
    Start: "start",
    End: "end",
    UserTask: "task",
    Call: "several steps",
    SubProcess: "several steps",
    ScriptTask: "worked out",
    Decision: "decision",
    Parallel: "side by side",
    TimerEvent: "deadline",
    MessageCatch: "waits for a message",
    MessageThrow: "sends a message",
}
"""What each kind of element is called to a reader who does not know BPMN."""


def _onward(graph: Graph, flow: Flow) -> str:
    target = _called(graph, flow.target)
    return f"if {flow.name}: {target}" if flow.name else target


def _edge(graph: Graph, event: TimerEvent | MessageCatch) -> str:
    targets = " and ".join(_called(graph, flow.target) for flow in graph.outgoing(event.id))
    stops = "this stops" if event.interrupting else "this goes on"
    return f"at “{event.name or KINDS[type(event)]}” {stops}" + (f", then {targets}" if targets else "")


def _called(graph: Graph, element: str) -> str:
    """What a reader calls the element, or the one behind it where it only joins arrows."""
    node = graph.nodes[element]
    if _only_joins(graph, node):
        return _called(graph, graph.outgoing(element)[0].target)
    return f"“{node.name}”" if node.name else KINDS[type(node)]


def _only_joins(graph: Graph, node: Node) -> bool:
    """Whether a gateway only brings arrows together, which tells a reader nothing."""
    return isinstance(node, Decision) and not node.name and len(graph.outgoing(node.id)) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessLine:
    """A procedure in the list beside the map: one that ran or runs in the case, one that has not begun, or one still done outside (`later`)."""

    name: str | None
    title: str
    state: State | None
    later: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A diagram with its marks, and the same in words; `release` and `diagram` name the file that is drawn."""

    heading: str
    release: str
    diagram: str
    marks: tuple[Mark, ...]
    steps: tuple[Step, ...]
    processes: tuple[ProcessLine, ...] = ()


def process_picture(reading: Reading, file: ChildsFile, process: str) -> Picture:
    """The diagram of a process of the case; raises NoSuchPart."""
    found = next((each for each in reading.pages.processes(file.case) if each.name == process), None)
    if found is None:
        raise NoSuchPart("There is no such procedure in this file.")
    release = file.by.archive.release(found.release)
    pathway = release.pathways[found.pathway]
    late = [deadline.scope for deadline in _overdue(file) if deadline.process == process]
    running = file.state.processes.get(process)
    if running is not None:
        marked = marks_of_state(pathway, running.state, {name.partition("/")[2] for name in late})
    else:
        marked = marks_of_trail(pathway, _trail(reading, file, process), ())
    return picture_of(release, pathway, marked)


def picture_of(release: Release, pathway: Pathway, marked: Mapping[str, Mark]) -> Picture:
    """The diagram of a pathway with these marks."""
    return Picture(
        heading=pathway.name,
        release=release.hash,
        diagram=pathway.id,
        marks=tuple(marked.values()),
        steps=steps(pathway, marked),
    )


def map_picture(reading: Reading, file: ChildsFile) -> Picture:
    """The map of all procedures, as far as this case has come."""
    late = {deadline.process for deadline in _overdue(file)}
    return map_of(file.by.release, reading.pages.processes(file.case), late)


def map_of(release: Release, processes: Sequence[ProcessView], late: Collection[str]) -> Picture:
    """The map with these processes on it, in the order in which they began; `late` are those with a deadline that has run out."""
    lines = []
    marked: dict[str, Mark] = {}
    for each in processes:
        state: State = "done" if each.ended else "overdue" if each.name in late else "active"
        lines.append(ProcessLine(name=each.name, title=pathway_name(release, each.name), state=state))
        before = marked.get(each.pathway)
        if before is None or PRESSING.index(state) >= PRESSING.index(before.state):
            ended = sum(other.pathway == each.pathway and other.ended is not None for other in processes)
            marked[each.pathway] = Mark(element=each.pathway, state=state, times=ended)
    return Picture(
        heading="Where the case has come to",
        release=release.hash,
        diagram=MAP,
        marks=tuple(marked.values()),
        steps=(),
        processes=(*lines, *_not_begun(release, marked)),
    )


def as_then(picture: Picture) -> Picture:
    """The same picture, whose marks say that they are of an instant gone by."""
    return replace(
        picture,
        marks=tuple(replace(mark, then=True) for mark in picture.marks),
        steps=tuple(
            replace(step, mark=replace(step.mark, then=True)) if step.mark else step for step in picture.steps
        ),
    )


def _not_begun(release: Release, marked: Mapping[str, Mark]) -> Iterator[ProcessLine]:
    """The procedures that could still begin, those that others call left out."""
    called = {
        node.pathway
        for pathway in release.pathways.by_id.values()
        for node in pathway.graph.walk()
        if isinstance(node, Call)
    }
    for pathway in release.pathways.by_id.values():
        if pathway.id not in marked and pathway.id not in called:
            yield ProcessLine(name=None, title=pathway.name, state=None)
    drawn = f"bpmn/{MAP}.bpmn"
    if drawn in release.files:
        for title in later_pools(drawn, release.files[drawn]):
            yield ProcessLine(name=None, title=title, state=None, later=True)


def _overdue(file: ChildsFile) -> tuple[DeadlineView, ...]:
    """The deadlines whose day is over and that are not met."""
    return tuple(each for each in file.view.deadlines if each.is_unmet and each.due <= file.by.at)


def _trail(reading: Reading, file: ChildsFile, process: str) -> Trail:
    """The way that a process of the case took, from what was recorded."""
    trails = Trails()
    for entry in reading.history.read(case_subject(file.case)):
        trails.go_on(entry)
    return trails.of[process]
