"""What changed in a procedure: its elements, arrows, conditions, periods and roles.

Not here: how expressions and roles are called (``wording``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from engine.diagram import (
    Call,
    Decision,
    End,
    Flow,
    Graph,
    Mappings,
    MessageCatch,
    MessageThrow,
    Node,
    Pathway,
    ScriptTask,
    Start,
    SubProcess,
    Text,
    TimerEvent,
    UserTask,
)
from ics_flow.board.differences import Said, Told, differing, in_both_orders, plain
from ics_flow.board.wording import KINDS, Vocabulary
from ics_flow.gate.wording import called


class Diagrams:
    """Tells what changed between two versions of a procedure, in the words of the later release."""

    def __init__(self, words: Vocabulary) -> None:
        self.words = words

    def pathways(self, old: Pathway, new: Pathway) -> Said:
        """What changed in a procedure."""
        if old.name != new.name:
            yield "changed", "element", None, f"“{old.name}” is now called “{new.name}”."
        here = f"“{new.name}”"
        if old.documentation != new.documentation:
            yield "changed", "element", None, f"What is said of {here} as a whole changes."
        for name, was, now in differing(dict(old.properties), dict(new.properties)):
            yield self.of_property(None, here, name, was, now)
        before, after = _nodes(old.graph), _nodes(new.graph)
        for identity in in_both_orders(before, after):
            if identity not in before:
                added = after[identity]
                yield "added", "element", identity, f"New in {here}: {called(added)} ({KINDS[type(added)]})."
            elif identity not in after:
                gone = before[identity]
                yield (
                    "removed",
                    "element",
                    identity,
                    f"{called(gone)} ({KINDS[type(gone)]}) goes from {here}.",
                )
            else:
                yield from self.nodes(before[identity], after[identity], here)
        yield from self.all_flows(old.graph, new.graph, here)

    def nodes(self, old: Node, new: Node, where: str) -> Said:
        """What changed in an element that both sides have."""
        name = f"{where}, {called(new)}"
        if type(old) is not type(new):
            words = f"{name}: the {KINDS[type(old)]} becomes a {KINDS[type(new)]}."
            yield "changed", "element", new.id, words
            return
        if old.name != new.name:
            yield "changed", "element", new.id, f"{where}: {called(old)} is now called {called(new)}."
        if old.documentation != new.documentation:
            yield "changed", "element", new.id, f"{name}: what is said of it beside the diagram changes."
        for property_name, was, now in differing(dict(old.properties), dict(new.properties)):
            yield self.of_property(new.id, name, property_name, was, now)
        yield from self.of_kind(old, new, name)

    def of_kind(self, old: Node, new: Node, name: str) -> Said:
        """What changed in what elements of that kind alone have."""
        match old, new:
            case UserTask(), UserTask():
                return self.user_tasks(old, new, name)
            case (TimerEvent(), TimerEvent()) | (MessageCatch(), MessageCatch()):
                return self.waiting(old, new, name)
            case (MessageThrow() | End() | Start(), MessageThrow() | End() | Start()):
                return self.events(old, new, name)
            case ScriptTask(), ScriptTask():
                return self.scripts(old, new, name)
            case Call(), Call():
                return self.calls(old, new, name)
            case Decision(), Decision():
                return self.decisions(old, new, name)
            case _:
                return iter(())

    def user_tasks(self, old: UserTask, new: UserTask, name: str) -> Said:
        """What changed in who does a task with which form."""
        if plain(old.form) != plain(new.form):
            words = f"shows the form {self.words.value(new.form)} in place of {self.words.value(old.form)}"
            yield "changed", "form", new.id, f"{name}: {words}."
        if plain(old.roles) != plain(new.roles):
            words = f"is done by {self.words.who(new.roles)} in place of {self.words.who(old.roles)}"
            yield "changed", "role", new.id, f"{name}: {words}."

    def waiting(self, old: Node, new: Node, name: str) -> Said:
        """What changed in what a clock or an event waits for, and in where it stands."""
        if isinstance(old, TimerEvent) and isinstance(new, TimerEvent):
            if plain(old.due) != plain(new.due):
                yield "changed", "period", new.id, self.period(name, old.due, new.due)
            yield from self.edges(old, new, name)
        if isinstance(old, MessageCatch) and isinstance(new, MessageCatch):
            yield from self.messages(old.message, new.message, new.id, name)
            yield from self.mappings(old.outputs, new.outputs, new.id, name)
            yield from self.edges(old, new, name)

    def events(self, old: Start | End | MessageThrow, new: Start | End | MessageThrow, name: str) -> Said:
        """What changed in the message of an event, and in what goes along with it."""
        yield from self.messages(old.message, new.message, new.id, name)
        if not isinstance(old, Start) and not isinstance(new, Start):
            yield from self.mappings(old.payload, new.payload, new.id, name)
        if isinstance(old, End) and isinstance(new, End) and old.terminates != new.terminates:
            ends = "ends everything beside it as well" if new.terminates else "ends nothing beside it"
            yield "changed", "element", new.id, f"{name}: {ends}."

    def scripts(self, old: ScriptTask, new: ScriptTask, name: str) -> Said:
        """What changed in what is worked out."""
        was, now = plain(old.expression), plain(new.expression)
        if (old.variable, was) != (new.variable, now):
            words = f"works out {new.variable} as {now} in place of {old.variable} as {was}"
            yield "changed", "element", new.id, f"{name}: {words}."

    def calls(self, old: Call, new: Call, name: str) -> Said:
        """What changed in the shared procedure that is gone through, and in what goes in and comes out."""
        if old.pathway != new.pathway:
            words = f"goes through “{new.pathway}” in place of “{old.pathway}”"
            yield "changed", "element", new.id, f"{name}: {words}."
        yield from self.mappings(old.inputs, new.inputs, new.id, name)
        yield from self.mappings(old.outputs, new.outputs, new.id, name)

    def decisions(self, old: Decision, new: Decision, name: str) -> Said:
        """What changed in where a decision goes when no condition holds."""
        if old.default != new.default:
            words = f"{name}: another arrow is taken when no condition holds."
            yield "changed", "condition", new.id, words

    def edges(self, old: TimerEvent | MessageCatch, new: TimerEvent | MessageCatch, name: str) -> Said:
        """What changed in how an event stands on an activity."""
        if old.attached_to != new.attached_to:
            yield "changed", "element", new.id, f"{name}: stands on another element."
        if old.interrupting != new.interrupting:
            words = "now stops" if new.interrupting else "no longer stops"
            yield "changed", "element", new.id, f"{name}: {words} what it stands on."

    def messages(self, old: str | None, new: str | None, identity: str, name: str) -> Said:
        """What changed in the message of an event."""
        if old != new:
            words = f"{name}: its message is “{new or 'none'}” in place of “{old or 'none'}”."
            yield "changed", "element", identity, words

    def mappings(self, old: Mappings, new: Mappings, identity: str, name: str) -> Said:
        """What changed in the values that go in, come out or are sent along."""
        for target, was, now in differing(dict(old), dict(new)):
            yield self.of_value(identity, name, target, was, now)

    def of_property(
        self, identity: str | None, name: str, target: str, was: Text | None, now: Text | None
    ) -> Told:
        """A property that changed."""
        match target:
            case "basis":
                return (
                    "changed",
                    "element",
                    identity,
                    f"{name}: the rule that it rests on changes to {self.or_none(now)}.",
                )
            case "deadline":
                words = f"{name}: the deadline is {self.or_none(now)} in place of {self.or_none(was)}."
                return "changed", "period", identity, words
            case "guidance":
                return "changed", "element", identity, f"{name}: the help beside it changes."
            case _:
                return self.of_value(identity, name, target, was, now)

    def of_value(
        self, identity: str | None, name: str, target: str, was: Text | None, now: Text | None
    ) -> Told:
        """A named value that changed: a period, roles, or any other."""
        if was is not None and now is not None and self.words.period(was) and self.words.period(now):
            return "changed", "period", identity, self.period(name, was, now)
        if all(each is None or self.words.are_roles(each) for each in (was, now)):
            words = f"{name}: {target.replace('_', ' ')} are {self.roles_of(now)} in place of {self.roles_of(was)}."
            return "changed", "role", identity, words
        if all(isinstance(each, str) and each in self.words.forms for each in (was, now)):
            return "changed", "form", identity, f"{name}: the form is “{now}” in place of “{was}”."
        words = f"{name}: {target.replace('_', ' ')} is {self.or_none(now)} in place of {self.or_none(was)}."
        return "changed", "element", identity, words

    def period(self, name: str, was: Text, now: Text) -> str:
        """A period that changed, in words."""
        old, new = self.words.period(was), self.words.period(now)
        if old is None or new is None:
            return f"{name}: the deadline is {self.words.value(now)} in place of {self.words.value(was)}."
        if old.day == new.day:
            return f"{name}: the deadline of {old.length} becomes {new.length} after {new.day}."
        return f"{name}: the deadline of {old.length} after {old.day} becomes {new.length} after {new.day}."

    def or_none(self, text: Text | None) -> str:
        return "none" if text is None else self.words.value(text)

    def roles_of(self, text: Text | None) -> str:
        return self.words.who(part.strip() for part in text.split(",")) if isinstance(text, str) else "nobody"

    def all_flows(self, old: Graph, new: Graph, where: str) -> Said:
        """What changed in the arrows."""
        before, after = _flows(old), _flows(new)
        nodes = {**_nodes(old), **_nodes(new)}
        arrow = partial(_arrow, nodes)
        for identity in in_both_orders(before, after):
            was, now = before.get(identity), after.get(identity)
            if was is None and now is not None:
                yield (
                    "added",
                    "arrow",
                    identity,
                    f"New in {where}: the arrow {arrow(now)}{self.on_condition(now)}.",
                )
            elif now is None and was is not None:
                yield "removed", "arrow", identity, f"The arrow {arrow(was)} goes from {where}."
            elif was is not None and now is not None:
                yield from self.flows(was, now, where, arrow)

    def flows(self, old: Flow, new: Flow, where: str, arrow: Callable[[Flow], str]) -> Said:
        """What changed in an arrow that both sides have."""
        if (old.source, old.target) != (new.source, new.target):
            words = f"{where}: the arrow {arrow(old)} now goes {arrow(new)}."
            yield "changed", "arrow", new.id, words
        elif old.name != new.name:
            words = f"{where}: the arrow {arrow(old)} is now called “{new.name}”."
            yield "changed", "arrow", new.id, words
        was, now = plain(old.condition), plain(new.condition)
        if was != now:
            words = f"{where}: the arrow {arrow(new)} is taken when {now or 'no other is'}, in place of {was or 'when no other is'}."
            yield "changed", "condition", new.id, words

    def on_condition(self, flow: Flow) -> str:
        return f", when {plain(flow.condition)}" if flow.condition is not None else ""


def _nodes(graph: Graph) -> dict[str, Node]:
    return {node.id: node for node in graph.walk()}


def _flows(graph: Graph) -> dict[str, Flow]:
    inner = [node.graph for node in graph.walk() if isinstance(node, SubProcess)]
    return {flow.id: flow for each in (graph, *inner) for flow in each.flows}


def _arrow(nodes: Mapping[str, Node], flow: Flow) -> str:
    """An arrow in words."""
    ends = f"from {called(nodes[flow.source])} to {called(nodes[flow.target])}"
    return f"“{flow.name}” {ends}" if flow.name else ends
