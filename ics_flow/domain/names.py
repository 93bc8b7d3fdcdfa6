"""Which names a pathway's data can hold, and which its expressions ask for: a name that nothing gives is a slip of the pen.

Flow is not followed here: that a name is given *before* it is asked for is the gate's to explore.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine import Pathway, Pathways, Problem
from engine.diagram import (
    Call,
    Element,
    End,
    Flow,
    Graph,
    Mappings,
    MessageCatch,
    MessageThrow,
    Node,
    ScriptTask,
    SubProcess,
    Text,
    TimerEvent,
    UserTask,
)
from engine.feel import Expression
from ics_flow.domain.forms import Form


def unknown_names(pathways: Pathways, forms: Mapping[str, Form]) -> Iterator[Problem]:
    """Every name that an expression asks for and that no form, script, mapping or message can have given."""
    giving = _Giving(pathways, forms)
    for pathway in pathways.by_id.values():
        for asked in _asked(pathway.graph, pathway, pathways):
            known = giving.names(asked.of)
            for name in sorted(asked.expression.names - known if known is not None else ()):
                yield Problem(
                    pathway.file,
                    asked.element,
                    f"Nothing gives {name!r}, which ={asked.expression.source} asks for: no form, script, mapping or message.",
                )


@dataclass(frozen=True, slots=True)
class _Asked:
    """An expression, where it stands, and whose data it is evaluated over: a pathway's, or a message's."""

    element: str
    expression: Expression
    of: Pathway | str


class _Giving:
    """What can be given to each pathway, and with each message."""

    def __init__(self, pathways: Pathways, forms: Mapping[str, Form]) -> None:
        self.forms = forms
        self.nodes = {pathway.id: tuple(pathway.graph.walk()) for pathway in pathways.by_id.values()}
        self.calls = [node for nodes in self.nodes.values() for node in nodes if isinstance(node, Call)]
        self.throws = [
            node
            for nodes in self.nodes.values()
            for node in nodes
            if isinstance(node, MessageThrow | End) and node.message
        ]
        self.known: dict[str, frozenset[str] | None] = {}

    def names(self, of: Pathway | str) -> frozenset[str] | None:
        """The names that can be given to the pathway or with the message; None where they come from outside, and may be any."""
        if isinstance(of, str):
            return self.payload(of)
        if of.id not in self.known:
            self.known[of.id] = self.given_to(of)
        return self.known[of.id]

    def payload(self, message: str) -> frozenset[str] | None:
        """The names that a message brings; None for one that no pathway throws."""
        throws = [node for node in self.throws if node.message == message]
        return frozenset(name for node in throws for name, _ in node.payload) if throws else None

    def given_to(self, pathway: Pathway) -> frozenset[str] | None:
        """The names that the pathway's data can hold."""
        found: set[str] = set()
        for start in pathway.graph.starts():
            if start.message is not None:
                brought = self.payload(start.message)
                if brought is None:
                    return None
                found |= brought
        for call in self.calls:
            if call.pathway == pathway.id:
                found.update(name for name, _ in call.inputs)
        for node in self.nodes[pathway.id]:
            given = self.given_by(node, pathway)
            if given is None:
                return None
            found |= given
        return frozenset(found)

    def given_by(self, node: Node, pathway: Pathway) -> frozenset[str] | None:
        """The names that an element gives to the data around it."""
        match node:
            case UserTask(form=form):
                return frozenset(
                    given.key for name in self.forms_of(form, pathway) for given in self.forms[name].gives
                )
            case ScriptTask(variable=variable):
                return frozenset((variable,))
            case Call(outputs=outputs):
                return frozenset(name for name, _ in outputs)
            case MessageCatch(message=message, outputs=outputs):
                return frozenset(name for name, _ in outputs) if outputs else self.payload(message)
            case _:
                return frozenset()

    def forms_of(self, form: Text, pathway: Pathway) -> Iterator[str]:
        """The form that a task shows; in a shared procedure, those of all that call it."""
        if isinstance(form, str):
            names = {form}
        else:
            calls = (call for call in self.calls if call.pathway == pathway.id)
            names = {
                given
                for call in calls
                for name, given in call.inputs
                if name in form.names and isinstance(given, str)
            }
        return (name for name in sorted(names) if name in self.forms)


def _asked(graph: Graph, pathway: Pathway, pathways: Pathways) -> Iterator[_Asked]:
    """The expressions of a graph and of the boxes in it."""
    for flow in graph.flows:
        yield from _asked_by_flow(flow, pathway)
    for node in graph.nodes.values():
        for text in (*node.properties.values(), *_texts(node)):
            if isinstance(text, Expression):
                yield _Asked(node.id, text, pathway)
        yield from _asked_elsewhere(node, pathways)
        if isinstance(node, SubProcess):
            yield from _asked(node.graph, pathway, pathways)


def _asked_by_flow(flow: Flow, pathway: Pathway) -> Iterator[_Asked]:
    if flow.condition is not None:
        yield _Asked(flow.id, flow.condition, pathway)


def _texts(node: Element) -> tuple[object, ...]:
    """What an element evaluates over the data around it."""
    match node:
        case UserTask(form=form, roles=roles):
            return (form, roles)
        case ScriptTask(expression=expression):
            return (expression,)
        case TimerEvent(due=due):
            return (due,)
        case Call(inputs=mappings) | MessageThrow(payload=mappings) | End(payload=mappings):
            return _sources(mappings)
        case _:
            return ()


def _asked_elsewhere(node: Node, pathways: Pathways) -> Iterator[_Asked]:
    """What an element evaluates over what comes out of a called procedure or a message."""
    if isinstance(node, Call | MessageCatch):
        of: Pathway | str = pathways[node.pathway] if isinstance(node, Call) else node.message
        for text in _sources(node.outputs):
            if isinstance(text, Expression):
                yield _Asked(node.id, text, of)


def _sources(mappings: Mappings) -> tuple[Text, ...]:
    return tuple(text for _, text in mappings)
