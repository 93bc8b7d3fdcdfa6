"""A pathway as the author drew it, in our own values: what the profile allows and nothing else.

``reading`` makes these from BPMN; ``tokens`` turns them into SpiffWorkflow's specifications; the gate, the map and the explanations read them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from engine.feel import Expression

Text: TypeAlias = "str | Expression"
"""A literal, or an expression over the data of the scope (in shared procedures)."""

Mappings: TypeAlias = "tuple[tuple[str, Text], ...]"
"""Names and what gives their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """What every element has."""

    id: str
    name: str
    documentation: str = ""
    properties: Mapping[str, Text] = field(default_factory=dict)

    @property
    def former_ids(self) -> tuple[str, ...]:
        """The ids that the element had in earlier releases."""
        return names_in(str(self.properties.get("was", "")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Start(Element):
    """Where the pathway begins: by hand, or by a message."""

    message: str | None = None

    @property
    def started_by(self) -> tuple[str, ...]:
        """The roles that may start the pathway by hand."""
        return names_in(str(self.properties.get("startedBy", "")))

    @property
    def while_running(self) -> bool:
        """Whether it may be started by hand for a child for whom the pathway runs already."""
        return "startedWhileRunning" in self.properties

    @property
    def takes_contacts(self) -> bool:
        """Whether a contact about a child whose case is open is recorded here."""
        return "takesContacts" in self.properties


@dataclass(frozen=True, slots=True, kw_only=True)
class End(Element):
    """Where a token ends; a terminating end ends the others of its scope too; a message may go out."""

    terminates: bool = False
    message: str | None = None
    payload: Mappings = ()

    @property
    def by_hand(self) -> bool:
        """Whether the pathway comes to this end where a manager ends it, and by no arrow."""
        return self.properties.get("endedByHand") == "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class UserTask(Element):
    """A form for a person in one of the roles."""

    form: Text
    roles: tuple[str, ...] | Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class ScriptTask(Element):
    """One variable gets the value of one expression."""

    variable: str
    expression: Expression


@dataclass(frozen=True, slots=True, kw_only=True)
class Call(Element):
    """A shared procedure in line; only the mapped names go in and come out."""

    pathway: str
    inputs: Mappings = ()
    outputs: Mappings = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SubProcess(Element):
    """Elements drawn within a box, so that a timer can span them; they share the data around the box."""

    graph: Graph


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision(Element):
    """An exclusive gateway: the first flow in file order whose condition is true, or else the default."""

    default: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parallel(Element):
    """A parallel gateway: waits for every flow in, goes on by every flow out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TimerEvent(Element):
    """A date or an instant is waited for: on an activity's edge (attached), or in the flow."""

    due: Expression
    attached_to: str | None = None
    interrupting: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageCatch(Element):
    """A message is waited for: on an activity's edge (attached), or in the flow."""

    message: str
    outputs: Mappings = ()
    attached_to: str | None = None
    interrupting: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageThrow(Element):
    """A message goes out to the case."""

    message: str
    payload: Mappings = ()


Node: TypeAlias = (
    Start
    | End
    | UserTask
    | ScriptTask
    | Call
    | SubProcess
    | Decision
    | Parallel
    | TimerEvent
    | MessageCatch
    | MessageThrow
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """An arrow."""

    id: str
    name: str
    source: str
    target: str
    condition: Expression | None = None


@dataclass(frozen=True, slots=True)
class Graph:
    """Elements by id and the flows between them, in the order of the file."""

    nodes: Mapping[str, Node]
    flows: tuple[Flow, ...]

    def outgoing(self, element: str) -> tuple[Flow, ...]:
        """The flows that leave the element, in file order."""
        return tuple(flow for flow in self.flows if flow.source == element)

    def incoming(self, element: str) -> tuple[Flow, ...]:
        """The flows that come to the element, in file order."""
        return tuple(flow for flow in self.flows if flow.target == element)

    def attached(self, element: str) -> tuple[TimerEvent | MessageCatch, ...]:
        """The events on the edge of the activity."""
        return tuple(
            node
            for node in self.nodes.values()
            if isinstance(node, TimerEvent | MessageCatch) and node.attached_to == element
        )

    def starts(self) -> tuple[Start, ...]:
        """The start events."""
        return tuple(node for node in self.nodes.values() if isinstance(node, Start))

    def walk(self) -> Iterator[Node]:
        """Every element, those within boxes too."""
        for node in self.nodes.values():
            yield node
            if isinstance(node, SubProcess):
                yield from node.graph.walk()


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """An authored procedure."""

    id: str
    name: str
    documentation: str
    file: str
    graph: Graph
    properties: Mapping[str, Text] = field(default_factory=dict)

    def start(self, message: str | None) -> Start | None:
        """The start event for the message, or the one by hand where there is no message."""
        return next((start for start in self.graph.starts() if start.message == message), None)

    def ended_by_hand(self) -> End | None:
        """The end event that the pathway comes to where a manager ends it, if one is drawn."""
        ends = (node for node in self.graph.nodes.values() if isinstance(node, End))
        return next((end for end in ends if end.by_hand), None)

    def element(self, element: str) -> Node | None:
        """The element of that id, wherever it stands in the pathway."""
        return next((node for node in self.graph.walk() if node.id == element), None)


def names_in(text: str) -> tuple[str, ...]:
    """The names in a comma-separated list, each once."""
    return tuple(dict.fromkeys(name for name in (part.strip() for part in text.split(",")) if name))
