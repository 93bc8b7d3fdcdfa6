"""A pathway's diagram beside its text: what is done, what is open, what is overdue, and what can come next.

Here: the marks that the picture shows, and the ordered list that says the same in words for whoever does not see it. Not here:
the drawing itself, which the browser does from the BPMN file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, assert_never

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
from engine.effects import Effect, Entered, Left, TimerFired, Withdrawn

State = Literal["done", "active", "overdue"]

WORDS: Mapping[State, str] = {"done": "Done", "active": "Open now", "overdue": "Overdue"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """How an element of a diagram stands, and how often it was done."""

    element: str
    state: State
    times: int

    @property
    def words(self) -> str:
        """The state as text, with the number of times where it was more than one."""
        return f"{WORDS[self.state]}, {self.times} times" if self.times > 1 else WORDS[self.state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """An element of a diagram in words: what it is, where it leads, and how it stands."""

    kind: str
    name: str
    then: tuple[str, ...]
    mark: Mark | None
    depth: int


def marks(pathway: Pathway, effects: Iterable[Effect], overdue: Iterable[str]) -> dict[str, Mark]:
    """The marks on a pathway's elements from the effects of one process of it; `overdue` are the scopes whose time ran out."""
    entered: Counter[str] = Counter()
    done: Counter[str] = Counter()
    gone: Counter[str] = Counter()
    for effect in effects:
        match effect:
            case Entered(name=name):
                _count(entered, pathway, name)
            case Left(name=name) | TimerFired(name=name):
                _count(done, pathway, name)
            case Withdrawn(name=name):
                _count(gone, pathway, name)
            case _:
                pass
    late = {element for scope in overdue if (element := element_of(pathway, scope))}
    found = {}
    for element in {*entered, *done}:
        open_now = entered[element] > done[element] + gone[element]
        if open_now or done[element]:
            state: State = ("overdue" if element in late else "active") if open_now else "done"
            found[element] = Mark(element=element, state=state, times=done[element])
    return found


def element_of(pathway: Pathway, name: str) -> str | None:
    """The element of the pathway's own diagram that a name within its process leads into.

    A shared procedure has a diagram of its own, so what happens in it shows on the activity that calls it.
    """
    graph = pathway.graph
    found = None
    for segment in name.split("/"):
        element = segment.partition("#")[0]
        node = graph.nodes.get(element)
        if node is None:
            return found
        found = element
        if not isinstance(node, SubProcess):
            return found
        graph = node.graph
    return found


def _count(counter: Counter[str], pathway: Pathway, name: str) -> None:
    """Count an effect on the very element that it names, not on what stands around or above it."""
    element = element_of(pathway, name)
    if element is not None and name.rpartition("/")[2].partition("#")[0] == element:
        counter[element] += 1


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
        yield Step(
            kind=kind_of(node),
            name=node.name or "",
            then=(*(_onward(graph, flow) for flow in flows), *(_edge(graph, event) for event in edges)),
            mark=marked.get(element),
            depth=depth,
        )
        if isinstance(node, SubProcess):
            yield from _steps(node.graph, marked, depth + 1)
        waiting += [event.id for event in edges]
        waiting += [flow.target for flow in flows]


def kind_of(node: Node) -> str:
    """What kind of step an element is, for a reader who does not know BPMN."""
    match node:
        case Start():
            return "Start"
        case End():
            return "End"
        case UserTask():
            return "Task"
        case Call() | SubProcess():
            return "Steps together"
        case ScriptTask():
            return "Worked out"
        case Decision():
            return "Decision"
        case Parallel():
            return "Side by side"
        case TimerEvent():
            return "Deadline"
        case MessageCatch():
            return "Waits for a message"
        case MessageThrow():
            return "Sends a message"
        case _:
            assert_never(node)


def _onward(graph: Graph, flow: Flow) -> str:
    target = _called(graph.nodes[flow.target])
    return f"if {flow.name}: {target}" if flow.name else target


def _edge(graph: Graph, event: TimerEvent | MessageCatch) -> str:
    targets = " and ".join(_called(graph.nodes[flow.target]) for flow in graph.outgoing(event.id))
    stops = "this stops" if event.interrupting else "this goes on"
    return f"at “{event.name or kind_of(event)}” {stops}" + (f", then {targets}" if targets else "")


def _called(node: Node) -> str:
    return node.name or kind_of(node).lower()
