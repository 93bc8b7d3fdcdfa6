"""Which names have certainly been given where they are asked for: a name that no form, script, call or message has given by then, on some way there.

Two things are followed along the arrows: the names that have been given on every way (``passed``), and those of them that cannot be null (``sure``). A condition may meet a
null: its arrow is then not taken. A clock may not, unless it is drawn what happens instead; where a call gives a procedure no day at all, it has no such clock.
That a manager may skip a task, which gives nothing, is left out of account: then a clock is not set, and a decision takes its default.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from engine import Pathway, Pathways, Value
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
    Parallel,
    ScriptTask,
    SubProcess,
    Text,
    TimerEvent,
    UserTask,
)
from engine.feel import FACTS, Context, Expression
from ics_flow.domain.forms import Form
from ics_flow.domain.listing import listing
from ics_flow.gate.finding import Finding, error
from ics_flow.gate.regions import side_events
from ics_flow.gate.values import Possible, value_of
from ics_flow.gate.wording import called

MOST_ROUNDS = 50


class Names(NamedTuple):
    """The names that have been given on every way, and those of them that are not null."""

    passed: frozenset[str] = frozenset()
    sure: frozenset[str] = frozenset()

    def also(self, names: Iterable[str], sure: Iterable[str]) -> Names:
        """These and others, given anew: what was sure and may be null now is not sure any more."""
        given = frozenset(names)
        return Names(self.passed | given, self.sure - given | frozenset(sure))


@dataclass(frozen=True)
class Place:
    """A pathway as it is run: in its own right, or by a call, with the texts that the call gives."""

    pathway: Pathway
    texts: tuple[tuple[str, str], ...] = ()
    by: str = ""  # of a call: where it stands
    absent: frozenset[str] = frozenset()  # of a call: names that it never gives, on purpose

    @property
    def key(self) -> tuple[Hashable, ...]:
        """What tells it apart from others of the same release."""
        return self.pathway.id, self.texts, self.by, self.absent


class NamesGiven:
    """Follows what has been given through every pathway, until the messages between them bring nothing new."""

    def __init__(
        self, pathways: Pathways, forms: Mapping[str, Form], possible: Possible, context: Context
    ) -> None:
        self.pathways = pathways
        self.forms = forms
        self.possible = possible
        self.context = replace(context, facts=lambda _name, _arguments: None)
        self.brought: dict[str, Names] = {}
        self.sent: dict[str, Names] = {}
        self.found: dict[tuple[str, str, str], Finding] = {}
        self.absent: dict[str, frozenset[str]] = {}  # of each shared procedure: names that no call gives it
        self.followed: dict[Hashable, _Following] = {}  # of this round: boxes and calls, as often come to
        self.failing: dict[Hashable, bool] = {}

    def findings(self) -> Iterator[Finding]:
        """Every name that is asked for where it may not have been given."""
        for _ in range(MOST_ROUNDS):
            self.sent, self.found, self.followed = {}, {}, {}
            for pathway in self.pathways.by_id.values():
                if not self.is_only_called(pathway):
                    self.follow_pathway(pathway)
            if self.sent == self.brought:
                break
            self.brought = self.sent
        yield from self.found.values()
        for procedure, names in self.absent.items():
            yield from _given_by_no_call(self.pathways[procedure], names)

    def is_only_called(self, pathway: Pathway) -> bool:
        """Whether the pathway runs by calls alone, and is followed there."""
        starts = pathway.graph.starts()
        by_itself = any(start.message is not None or start.started_by for start in starts)
        return not by_itself and any(
            isinstance(node, Call) and node.pathway == pathway.id
            for each in self.pathways.by_id.values()
            for node in each.graph.walk()
        )

    def follow_pathway(self, pathway: Pathway) -> None:
        """Follow a pathway in its own right, from each of its beginnings."""
        first = {start.id: self.payload(start.message, pathway) for start in pathway.graph.starts()}
        if (by_hand := pathway.ended_by_hand()) is not None:
            first[by_hand.id] = Names()  # a manager may end the pathway before anything is known
        _Following(self, Place(pathway), pathway.graph, first).look()

    def payload(self, message: str | None, pathway: Pathway) -> Names:
        """What comes with a message; with one that no pathway sends, all that is asked for."""
        if message is None:
            return Names()
        every = frozenset(_asked_in(pathway.graph))
        return self.brought.get(message, Names(every, every))

    def send(self, message: str, names: Names) -> None:
        """Remember what goes out with a message; what several send is what each of them sends."""
        other = self.sent.get(message, names)
        self.sent[message] = Names(other.passed & names.passed, other.sure & names.sure)

    def within(self, place: Place, graph: Graph, start: str, names: Names) -> _Following:
        """A box or a called procedure followed from its start, with the names that have been given there; once in a round."""
        key = (place.key, start, names)
        if key not in self.followed:
            self.followed[key] = _Following(self, place, graph, {start: names})
        return self.followed[key]

    def fails_without(self, pathway: Pathway, condition: Expression, name: str) -> bool:
        """Whether a condition of the pathway cannot hold while the name is null; weighed once."""
        key = (pathway.id, condition.source, name)
        if key not in self.failing:
            every = self.possible.combinations(pathway.id, condition.names - {name})
            self.failing[key] = every is not None and not any(
                value_of(condition, values, self.context) is True for values in every
            )
        return self.failing[key]

    def is_sure(self, text: Text, names: Names) -> bool:
        """Whether an expression over the names has a value: it has one with null for what is not sure."""
        if isinstance(text, str):
            return True
        asks_facts = any(call.name in FACTS for call in text.calls)
        if text.names <= names.sure and not asks_facts:
            return True
        return value_of(text, self.sample(text.names & names.sure), self.context) is not None

    def sample(self, names: Iterable[str]) -> dict[str, Value]:
        """A value for each name."""
        return dict.fromkeys(names, self.context.day)

    def form(self, form: Text, place: Place) -> Form | None:
        """The form that a task shows."""
        name = form if isinstance(form, str) else dict(place.texts).get(form.source.strip(), "")
        return self.forms.get(name)


class _Following:
    """One graph followed from its beginnings: what has been given at each element."""

    def __init__(self, whole: NamesGiven, place: Place, graph: Graph, first: Mapping[str, Names]) -> None:
        self.whole = whole
        self.place = place
        self.graph = graph
        self.first = first
        self.before: dict[str, Names] = {}
        self.after: dict[str, Names] = {}
        self.settle()

    # What has been given where

    def settle(self) -> None:
        """Go round until nothing changes; what has not been reached yet counts as giving everything."""
        for _ in range(MOST_ROUNDS):
            before = dict(self.before)
            for node in self.graph.nodes.values():
                names = self.arriving(node)
                if names is not None:
                    self.before[node.id] = names
                    self.after[node.id] = self.given(node, names)
            if before == self.before:
                return

    def arriving(self, node: Node) -> Names | None:
        """What has been given when a token comes to the element; None as long as nothing leads there."""
        if node.id in self.first:
            return self.first[node.id]
        host = getattr(node, "attached_to", None)
        if host is not None:
            return self.before.get(host)
        ways = [self.along(flow) for flow in self.graph.incoming(node.id) if flow.source in self.after]
        if not ways:
            return None
        if isinstance(node, Parallel):
            return Names(_union(each.passed for each in ways), _union(each.sure for each in ways))
        return _in_common(ways)

    def along(self, flow: Flow) -> Names:
        """What has been given on an arrow: taking one that asks for a name says that it is there."""
        names = self.after[flow.source]
        source = self.graph.nodes[flow.source]
        if not isinstance(source, Decision):
            return names
        return Names(names.passed, names.sure | self.shown(source, flow, names))

    def shown(self, decision: Decision, flow: Flow, names: Names) -> frozenset[str]:
        """The names that cannot be null where the arrow is taken."""
        if flow.condition is not None:
            asked = flow.condition
            return frozenset(
                name
                for name in asked.names & names.passed
                if self.whole.fails_without(self.place.pathway, asked, name)
            )
        others = [each.condition for each in self.graph.outgoing(decision.id) if each.condition is not None]
        return frozenset(
            name
            for condition in others
            for name in condition.names & names.passed
            if condition.names == {name} and value_of(condition, {}, self.whole.context) is True
        )

    def given(self, node: Node, names: Names) -> Names:
        """What has been given when the token goes on."""
        match node:
            case UserTask(form=form):
                shown = self.whole.form(form, self.place)
                gives = shown.gives if shown is not None else ()
                return names.also((each.key for each in gives), (each.key for each in gives if each.certain))
            case ScriptTask(variable=variable, expression=expression):
                return names.also((variable,), (variable,) if self.whole.is_sure(expression, names) else ())
            case Call(outputs=outputs):
                return self.mapped(names, outputs, self.called(node, names).at_the_end)
            case SubProcess(graph=graph):
                return self.boxed(graph, names).at_the_end
            case MessageCatch(message=message, outputs=outputs):
                brought = self.whole.payload(message, self.place.pathway)
                return self.mapped(names, outputs, brought) if outputs else names.also(*brought)
            case _:
                return names

    def mapped(self, names: Names, mappings: Mappings, inner: Names) -> Names:
        """The names with what is mapped out of something else."""
        sure = (name for name, text in mappings if self.whole.is_sure(text, inner))
        return names.also((name for name, _ in mappings), sure)

    def called(self, call: Call, names: Names) -> _Following:
        """The shared procedure followed as this call runs it."""
        pathway = self.whole.pathways[call.pathway]
        inputs = Names().also(
            (name for name, _ in call.inputs),
            (name for name, text in call.inputs if self.whole.is_sure(text, names)),
        )
        texts = tuple((name, text) for name, text in call.inputs if isinstance(text, str))
        place = Place(pathway, texts, f"{self.place.pathway.file}, {call.id}")
        place = replace(place, absent=self.absent(place, inputs))
        absent = self.whole.absent
        absent[pathway.id] = absent.get(pathway.id, place.absent) & place.absent
        start = next(start.id for start in pathway.graph.starts() if start.message is None)
        return self.whole.within(place, pathway.graph, start, inputs)

    def absent(self, place: Place, inputs: Names) -> frozenset[str]:
        """The names that a procedure asks for and that nothing can give it in this call."""
        asked = set(_asked_in(place.pathway.graph))
        given = set(inputs.passed)
        for node in place.pathway.graph.walk():
            match node:
                case UserTask(form=form):
                    shown = self.whole.form(form, place)
                    given |= {each.key for each in shown.gives} if shown is not None else set()
                case ScriptTask(variable=variable):
                    given.add(variable)
                case Call(outputs=outputs):
                    given |= {name for name, _ in outputs}
                case MessageCatch(message=message, outputs=outputs):
                    brought = self.whole.payload(message, place.pathway).passed
                    given |= {name for name, _ in outputs} if outputs else brought
                case _:
                    pass
        return frozenset(asked - given)

    def boxed(self, graph: Graph, names: Names) -> _Following:
        """A box followed."""
        return self.whole.within(self.place, graph, graph.starts()[0].id, names)

    @cached_property
    def at_the_end(self) -> Names:
        """What has been given wherever the graph ends; ways that begin on an edge and never meet the rest do not count."""
        aside = side_events(self.graph)
        ends = [
            self.after[node.id]
            for node in self.graph.nodes.values()
            if isinstance(node, End) and node.id in self.after and not self.only_from(node.id, aside)
        ]
        return _in_common(ends) if ends else Names()

    def only_from(self, element: str, events: frozenset[str]) -> bool:
        """Whether the element lies on a way from one of the events."""
        todo, seen = [element], set[str]()
        while todo:
            current = todo.pop()
            if current in events:
                return True
            if current not in seen:
                seen.add(current)
                todo += (flow.source for flow in self.graph.incoming(current))
        return False

    # What is asked for

    def look(self) -> None:
        """Look at everything that is asked for, also within boxes and calls; and send the messages."""
        for node in self.graph.nodes.values():
            names = self.before.get(node.id)
            if names is not None:
                self.look_at(node, names)
                for flow in self.graph.outgoing(node.id):
                    if flow.condition is not None:
                        self.ask(flow.id, flow.condition, self.after[node.id], self.place.absent)

    def look_at(self, node: Node, names: Names) -> None:
        """Look at one element."""
        if isinstance(node, TimerEvent) and node.due.names & self.place.absent:
            return  # this call has no such clock
        for text in (*node.properties.values(), *texts_of(node)):
            self.ask(node.id, text, names)
        match node:
            case TimerEvent(due=due):
                self.set_clock(node, due, names)
            case Call(outputs=outputs):
                inner = self.called(node, names)
                inner.look()
                end = inner.at_the_end
                for _, text in outputs:
                    self.ask(node.id, text, end)
            case SubProcess(graph=graph):
                self.boxed(graph, names).look()
            case MessageCatch(message=message, outputs=outputs) if message in self.whole.brought:
                for _, text in outputs:
                    self.ask(node.id, text, self.whole.brought[message])
            case (
                MessageThrow(message=str(message), payload=payload)
                | End(message=str(message), payload=payload)
            ):
                self.whole.send(message, self.mapped(Names(), payload, names))
            case _:
                pass

    def ask(self, element: str, text: Text, names: Names, absent: frozenset[str] = frozenset()) -> None:
        """Find the names of an expression that have not been given on some way, but for those that may be absent."""
        if isinstance(text, str):
            return
        for name in sorted(text.names - names.passed - absent):
            self.tell(
                element,
                name,
                f"On some way here nothing has given {name!r} yet, which ={text.source} asks for",
                "Draw what gives it before this, or ask for something else.",
            )

    def set_clock(self, node: TimerEvent, due: Expression, names: Names) -> None:
        """Find a clock whose day may not be known."""
        if self.whole.is_sure(due, names) or not due.names <= names.passed:
            return
        unsure = sorted(due.names - names.sure)
        asked = listing(repr(name) for name in unsure) if unsure else "what it asks of the case"
        self.tell(
            node.id,
            "its day",
            f"{called(node)} would not be set where {asked} is not known",
            "Make the question one that must be answered, or draw another day to count from: "
            "=if a != null then a else b.",
        )

    def tell(self, element: str, subject: str, message: str, mend: str) -> None:
        """Remember a finding, once for each element and subject."""
        file = self.place.pathway.file
        called_by = f" (as {self.place.by} calls it)" if self.place.by else ""
        self.whole.found.setdefault(
            (file, element, subject), error(file, element, f"{message}{called_by}.", mend)
        )


def texts_of(node: Node) -> tuple[Text, ...]:
    """What an element cannot do without, evaluated over the data around it."""
    match node:
        case UserTask(form=form, roles=roles):
            return (form, roles) if isinstance(roles, Expression) else (form,)
        case ScriptTask(expression=expression):
            return (expression,)
        case Call(inputs=mappings) | MessageThrow(payload=mappings) | End(payload=mappings):
            return tuple(text for _, text in mappings)
        case TimerEvent(due=due):
            return (due,)
        case _:
            return ()


def _asked_in(graph: Graph) -> Iterator[str]:
    """Every name that is asked for in a graph and its boxes."""
    texts: list[Text | None] = [flow.condition for flow in graph.flows]
    for node in graph.nodes.values():
        texts += (*node.properties.values(), *texts_of(node))
        if isinstance(node, SubProcess):
            yield from _asked_in(node.graph)
    for text in texts:
        if isinstance(text, Expression):
            yield from text.names


def _given_by_no_call(pathway: Pathway, absent: frozenset[str]) -> Iterator[Finding]:
    """Clocks and conditions of a shared procedure that are never there, since no call gives a name that they ask for."""
    asking = [(node.id, node.due) for node in pathway.graph.walk() if isinstance(node, TimerEvent)]
    asking += [(flow.id, flow.condition) for flow in _flows(pathway.graph) if flow.condition is not None]
    for element, text in asking:
        for name in sorted(text.names & absent):
            yield error(
                pathway.file,
                element,
                f"No call of this procedure gives {name!r}, which ={text.source} asks for.",
                "Compare the name with the inputs of the calls.",
            )


def _flows(graph: Graph) -> Iterator[Flow]:
    yield from graph.flows
    for node in graph.nodes.values():
        if isinstance(node, SubProcess):
            yield from _flows(node.graph)


def _in_common(ways: list[Names]) -> Names:
    return Names(_intersection(each.passed for each in ways), _intersection(each.sure for each in ways))


def _union(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset[str]().union(*sets)


def _intersection(sets: Iterable[frozenset[str]]) -> frozenset[str]:
    first, *others = sets
    return first.intersection(*others)
