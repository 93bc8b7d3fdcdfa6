"""A token game without data, for exploration: every decision goes every way, every clock may have run out already.

A call or a box is one place, where something is open; what happens within it is explored apart. Not here: which markings there are (``exploration``).
Held against the engine in ``tests/authored/test_gate_exploration.py``: whatever marking the engine reaches, this reaches too.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations
from typing import NamedTuple

from engine.diagram import (
    Call,
    Decision,
    End,
    Flow,
    Graph,
    MessageCatch,
    Parallel,
    SubProcess,
    TimerEvent,
    UserTask,
)
from ics_flow.gate.wording import called, way_of

MOST_ALIKE = 4
"""How many tokens may wait at one place before they are taken to pile up without end."""
MOST_PLACES = 20_000
"""How many arrangements of moving tokens one step may pass through."""


class Token(NamedTuple):
    """Something that is waited for: an element, where the token came from (at a join), the clocks that still run on its edge."""

    element: str
    source: str = ""
    clocks: tuple[str, ...] = ()


Marking = tuple[Token, ...]
"""What is waited for, in a fixed order. Nothing: the stretch is over."""


class Inside(NamedTuple):
    """What a call or a box can do as soon as it is opened."""

    may_end_at_once: bool
    may_wait: bool


class Moving(NamedTuple):
    """A token on its way: at which element, and on whose edge that sits."""

    element: str
    host: Token | None = None


class Step(NamedTuple):
    """An arrangement in the middle of a step: what waits, what moves, which open activities have run empty."""

    waiting: Marking
    moving: tuple[Moving, ...] = ()
    closing: tuple[Token, ...] = ()


Words = tuple[str, ...]


@dataclass
class Game:
    """The moves of one stretch of a diagram; remembers which elements were entered, and where tokens pile up."""

    graph: Graph
    sides: frozenset[str]  # events whose ways are stretches of their own
    inside: Callable[[Call | SubProcess], Inside]
    entered: set[str] = field(default_factory=set)
    piled: set[str] = field(default_factory=set)
    too_many: bool = False

    # What can happen to a marking

    def begin(self, element: str) -> Mapping[Marking, Words]:
        """The markings that a token set on a start event, or coming from an event on an edge, leads to."""
        return self.run(Step((), (Moving(element),)))

    def inputs(self, marking: Marking) -> Iterator[tuple[str, str, Step]]:
        """What people, time and messages can do: the element, the words, and the step that begins."""
        for token in dict.fromkeys(marking):
            node = self.graph.nodes[token.element]
            if isinstance(node, UserTask | Call | SubProcess):
                gone = _without(marking, token)
                for step in self.leave(Step(gone), token.element, self.graph.outgoing(token.element)):
                    yield node.id, f"{called(node)} is done", step
            for clock in self.clocks(token):
                yield (
                    clock.id,
                    f"the clock {called(clock)} runs out",
                    self.caught(Step(marking), clock, token),
                )
        yield from self.deliveries(marking)

    def clocks(self, token: Token) -> Iterator[TimerEvent]:
        """The clocks that run for a token: itself, or those on its edge."""
        node = self.graph.nodes[token.element]
        if isinstance(node, TimerEvent):
            yield node
        for event in self.events(token.element):
            if isinstance(event, TimerEvent) and (event.interrupting or event.id in token.clocks):
                yield event

    def deliveries(self, marking: Marking) -> Iterator[tuple[str, str, Step]]:
        """Every message that is waited for, given to all that wait for it."""
        catchers: dict[str, list[tuple[MessageCatch, Token]]] = {}
        for token in marking:
            node = self.graph.nodes[token.element]
            for each in (node, *self.events(token.element)):
                if isinstance(each, MessageCatch):
                    catchers.setdefault(each.message, []).append((each, token))
        for message, found in catchers.items():
            step = Step(marking)
            for catcher, token in found:
                step = self.caught(step, catcher, token)
            yield found[0][0].id, f"the message “{message}” comes", step

    def events(self, element: str) -> tuple[TimerEvent | MessageCatch, ...]:
        """The events on the element's edge that belong to this stretch."""
        return tuple(event for event in self.graph.attached(element) if event.id not in self.sides)

    # One step, to where everything waits again

    def run(self, first: Step) -> Mapping[Marking, Words]:
        """The markings that a step can come to, each with the decisions on the way; none where it goes round for ever."""
        found: dict[Marking, Words] = {}
        seen = {first}
        todo: deque[tuple[Step, Words]] = deque([(first, ())])
        while todo:
            step, words = todo.popleft()
            if not step.moving and not step.closing:
                found.setdefault(tuple(sorted(step.waiting)), words)
                continue
            for following, said in self.moves(step):
                if following not in seen:
                    seen.add(following)
                    todo.append((following, (*words, said) if said else words))
            if len(seen) > MOST_PLACES:
                self.too_many = True
                break
        return found

    def moves(self, step: Step) -> Iterator[tuple[Step, str]]:
        """The next move: of the token that has moved longest, or else of the first activity that has run empty."""
        if not step.moving:
            token, rest = step.closing[0], step._replace(closing=step.closing[1:])
            if token not in rest.waiting:
                yield rest, ""
                return
            rest = rest._replace(waiting=_without(rest.waiting, token))
            for following in self.leave(rest, token.element, self.graph.outgoing(token.element)):
                yield following, ""
            return
        mover, rest = step.moving[0], step._replace(moving=step.moving[1:])
        node = self.graph.nodes[mover.element]
        if mover.host is not None and mover.host not in rest.waiting:
            yield rest, ""
            return
        outgoing = self.graph.outgoing(node.id)
        match node:
            case Decision():
                for flow in outgoing:
                    said = way_of(self.graph, node, flow) if len(outgoing) > 1 else ""
                    yield from ((each, said) for each in self.leave(rest, node.id, (flow,)))
            case End(terminates=True):
                self.entered.add(node.id)
                yield Step(()), ""
            case _:
                if mover.host is not None and isinstance(node, TimerEvent | MessageCatch):
                    rest = _past_the_edge(rest, node, mover.host)
                yield from ((each, "") for each in self.leave(rest, node.id, outgoing))

    def caught(self, step: Step, node: TimerEvent | MessageCatch, token: Token) -> Step:
        """The event has come: its token moves."""
        if node.attached_to is None:
            gone = _without(step.waiting, token)
            return step._replace(waiting=gone, moving=(*step.moving, Moving(node.id)))
        return step._replace(moving=(*step.moving, Moving(node.id, token)))

    def leave(self, step: Step, element: str, flows: tuple[Flow, ...]) -> list[Step]:
        """The token goes on by the arrows, each in turn."""
        self.entered.add(element)
        steps = [step]
        for flow in flows:
            steps = [after for each in steps for after in self.arrive(each, flow)]
        return [each for each in steps if not self.piles_up(each)]

    def arrive(self, step: Step, flow: Flow) -> Iterator[Step]:
        """A token comes to an element."""
        node = self.graph.nodes[flow.target]
        match node:
            case Parallel():
                yield self.joined(step, node, flow.source)
            case UserTask() | Call() | SubProcess():
                yield from self.opened(step, node)
            case TimerEvent():
                self.entered.add(node.id)
                yield step._replace(waiting=(*step.waiting, Token(node.id)))
                yield step._replace(moving=(*step.moving, Moving(node.id)))
            case MessageCatch():
                self.entered.add(node.id)
                yield step._replace(waiting=(*step.waiting, Token(node.id)))
            case _:
                yield step._replace(moving=(*step.moving, Moving(node.id)))

    def joined(self, step: Step, node: Parallel, source: str) -> Step:
        """A token at a parallel gateway, which goes on when one has come from everywhere."""
        self.entered.add(node.id)
        waiting = (*step.waiting, Token(node.id, source))
        needed = [Token(node.id, each) for each in {flow.source for flow in self.graph.incoming(node.id)}]
        if not all(token in waiting for token in needed):
            return step._replace(waiting=waiting)
        for token in needed:
            waiting = _without(waiting, token)
        return step._replace(waiting=waiting, moving=(*step.moving, Moving(node.id)))

    def opened(self, step: Step, node: UserTask | Call | SubProcess) -> Iterator[Step]:
        """An activity begins, with the events on its edge; any of its clocks may have run out already."""
        self.entered.add(node.id)
        events = self.events(node.id)
        timers = tuple(event for event in events if isinstance(event, TimerEvent))
        token = Token(node.id, clocks=tuple(event.id for event in timers if not event.interrupting))
        waiting = step._replace(waiting=(*step.waiting, token))
        inside = Inside(False, True) if isinstance(node, UserTask) else self.inside(node)
        for late in chain.from_iterable(combinations(timers, size) for size in range(len(timers) + 1)):
            after = waiting
            for timer in late:
                after = self.caught(after, timer, token)
            if inside.may_wait:
                yield after
            if inside.may_end_at_once:
                yield after._replace(closing=(*after.closing, token))

    def piles_up(self, step: Step) -> bool:
        """Whether more tokens are at one place than any procedure means; the place is remembered."""
        places = [token.element for token in step.waiting] + [mover.element for mover in step.moving]
        piled = {element for element in places if places.count(element) > MOST_ALIKE}
        self.piled |= piled
        return bool(piled)


def _past_the_edge(step: Step, node: TimerEvent | MessageCatch, host: Token) -> Step:
    """What remains of an activity when an event on its edge has come: nothing, or one clock less."""
    waiting = _without(step.waiting, host)
    if node.interrupting:
        return step._replace(waiting=waiting)
    after = host._replace(clocks=tuple(clock for clock in host.clocks if clock != node.id))
    return Step(
        (*waiting, after),
        tuple(mover._replace(host=after) if mover.host == host else mover for mover in step.moving),
        tuple(after if token == host else token for token in step.closing),
    )


def _without(marking: Marking, token: Token) -> Marking:
    place = marking.index(token)
    return marking[:place] + marking[place + 1 :]
