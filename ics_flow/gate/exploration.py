"""Every marking that a pathway can reach, and what is wrong with them: dead ends, elements that are never reached.

Modular: each shared procedure and each box is explored once and stands as one place in whatever opens it; so does each way from an event on an edge that never meets the
rest. Data are left out of account: every decision goes every way. A bound that is reached is a finding, not a pass.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from engine import Pathway, Pathways
from engine.diagram import Call, Graph, Node, Parallel, Start, SubProcess
from ics_flow.domain.listing import listing
from ics_flow.gate.finding import Finding, error
from ics_flow.gate.regions import side_events
from ics_flow.gate.tokens import Game, Inside, Marking, Words
from ics_flow.gate.wording import called

MOST_MARKINGS = 20_000
MOST_DEAD_ENDS = 3
"""How many dead ends of one stretch are told: where there are more, they have the same cause."""


class Stretch(NamedTuple):
    """What is explored by itself: a pathway or a box in it, or the way from an event on an edge or to the end by hand."""

    pathway: str
    box: str | None = None
    event: str | None = None


class Way(NamedTuple):
    """How a marking is reached: the marking before (None at the beginning), at which element what happens then, and what."""

    before: Marking | None
    element: str
    words: Words


@dataclass
class Explored:
    """A stretch with its markings, each with a shortest way there, and the markings that follow each."""

    file: str
    graph: Graph
    ways: dict[Marking, Way] = field(default_factory=dict)
    following: dict[Marking, set[Marking]] = field(default_factory=dict)
    at_first: set[Marking] = field(default_factory=set)
    entered: set[str] = field(default_factory=set)
    going_round: set[str] = field(default_factory=set)
    piled: set[str] = field(default_factory=set)
    exhausted: bool = True

    def way_to(self, marking: Marking) -> tuple[Way, ...]:
        """How the marking is reached, from the beginning on."""
        found: list[Way] = []
        at: Marking | None = marking
        while at is not None:
            found.append(self.ways[at])
            at = found[-1].before
        return tuple(reversed(found))

    def dead_ends(self) -> list[Marking]:
        """The markings from which the stretch can never be brought to an end, the nearest first."""
        before: dict[Marking, set[Marking]] = {}
        for marking, others in self.following.items():
            for other in others:
                before.setdefault(other, set()).add(marking)
        ends: set[Marking] = set()
        todo: list[Marking] = [()]
        while todo:
            marking = todo.pop()
            if marking not in ends:
                ends.add(marking)
                todo += before.get(marking, ())
        return [marking for marking in self.ways if marking not in ends]


class Exploration:
    """The stretches of a set of pathways, each explored once."""

    def __init__(self, pathways: Pathways) -> None:
        self.pathways = pathways
        self.stretches: dict[Stretch, Explored] = {}
        for pathway in pathways.by_id.values():
            self.inside_pathway(pathway)

    def findings(self) -> Iterator[Finding]:
        """What is wrong with the markings."""
        for explored in self.stretches.values():
            yield from _findings(explored)
        for pathway in self.pathways.by_id.values():
            yield from self.never_reached(pathway, None, pathway.graph)

    def never_reached(self, pathway: Pathway, box: str | None, graph: Graph) -> Iterator[Finding]:
        """The first elements on each way that no marking leads to; what lies behind them is not told."""
        of_graph = [
            explored for stretch, explored in self.stretches.items() if stretch[:2] == (pathway.id, box)
        ]
        if not all(explored.exhausted for explored in of_graph):
            return
        entered = {element for explored in of_graph for element in explored.entered}
        for node in graph.nodes.values():
            if node.id not in entered and _follows_one_of(graph, node, entered):
                yield error(
                    pathway.file,
                    node.id,
                    f"Nothing ever leads to {called(node)}, whatever is decided.",
                    "Look at the gateways before it: a parallel one waits for every arrow that comes in.",
                )
            elif isinstance(node, SubProcess) and node.id in entered:
                yield from self.never_reached(pathway, node.id, node.graph)

    # Exploring

    def inside_pathway(self, pathway: Pathway) -> Inside:
        """What a call of the pathway can do at once."""
        return self.inside_graph(pathway, None, pathway.graph)

    def inside_graph(self, pathway: Pathway, box: str | None, graph: Graph) -> Inside:
        """What a stretch can do at once; it is explored, with the ways from its edges, when it is first asked for."""
        stretch = Stretch(pathway.id, box)
        if stretch not in self.stretches:
            sides = side_events(graph)
            self.explore(stretch, pathway, graph, sides, [start.id for start in graph.starts()])
            by_hand = pathway.ended_by_hand() if box is None else None
            for event in (*sorted(sides), *([by_hand.id] if by_hand else ())):
                self.explore(Stretch(pathway.id, box, event), pathway, graph, sides, [event])
        explored = self.stretches[stretch]
        waits = any(explored.at_first) or any(
            other[:2] == stretch[:2] and other.event for other in self.stretches
        )
        return Inside(may_end_at_once=() in explored.at_first, may_wait=waits or not explored.at_first)

    def explore(
        self, stretch: Stretch, pathway: Pathway, graph: Graph, sides: frozenset[str], roots: list[str]
    ) -> None:
        """Explore a stretch from where it begins."""

        def inside(node: Call | SubProcess) -> Inside:
            if isinstance(node, Call):
                return self.inside_pathway(self.pathways[node.pathway])
            return self.inside_graph(pathway, node.id, node.graph)

        game = Game(graph, sides, inside)
        self.stretches[stretch] = _explored(Explored(pathway.file, graph), game, roots)


def _explored(explored: Explored, game: Game, roots: list[str]) -> Explored:
    """The stretch with all that follows from its beginnings."""
    todo: deque[Marking] = deque()

    def reach(
        before: Marking | None, happening: str, element: str, markings: Mapping[Marking, Words]
    ) -> None:
        if not markings and not game.piled and not game.too_many:
            explored.going_round.add(element)
        for marking, words in markings.items():
            if before is None:
                explored.at_first.add(marking)
            else:
                explored.following[before].add(marking)
            if marking not in explored.ways:
                explored.ways[marking] = Way(before, element, (happening, *words))
                todo.append(marking)

    for root in roots:
        reach(None, _beginning(game.graph.nodes[root]), root, game.begin(root))
    while todo:
        if len(explored.ways) > MOST_MARKINGS:
            explored.exhausted = False
            break
        marking = todo.popleft()
        explored.following[marking] = set()
        for element, words, step in game.inputs(marking):
            reach(marking, words, element, game.run(step))
    explored.entered, explored.piled = game.entered, game.piled
    explored.exhausted = explored.exhausted and not game.too_many and not game.piled
    return explored


def _beginning(node: Node) -> str:
    return f"{called(node)} begins it" if isinstance(node, Start) else f"{called(node)} comes"


def _findings(explored: Explored) -> Iterator[Finding]:
    """What is wrong with the markings of one stretch."""
    file, nodes = explored.file, explored.graph.nodes
    for element in sorted(explored.piled):
        yield error(
            file,
            element,
            f"Tokens pile up at {called(nodes[element])} without end.",
            "Let ways that were parted at a parallel gateway meet at one, before an arrow leads back or on.",
        )
    for element in sorted(explored.going_round - explored.piled):
        yield error(
            file,
            element,
            f"From {called(nodes[element])} the pathway goes round and round without waiting for anybody.",
            "Draw a way out, or a task that is waited for.",
        )
    if not explored.exhausted:
        if not explored.piled:
            yield error(
                file,
                None,
                f"The pathway can stand in more than {MOST_MARKINGS:,} ways, so not all of them were looked at.",
                "Put what goes side by side into shared procedures or pathways of its own.",
            )
        return
    yield from _dead_ends(explored)


def _dead_ends(explored: Explored) -> Iterator[Finding]:
    """The dead ends, one for each set of elements that is waited for; those that lead into another are left out."""
    dead = explored.dead_ends()
    last = [marking for marking in dead if not explored.following[marking] - {marking}] or dead[:1]
    told: set[frozenset[str]] = set()
    for marking in last:
        stuck = frozenset(token.element for token in marking)
        if stuck in told or len(told) == MOST_DEAD_ENDS:
            continue
        told.add(stuck)
        yield _dead_end(explored, marking, sorted(stuck))


def _dead_end(explored: Explored, marking: Marking, stuck: list[str]) -> Finding:
    nodes = explored.graph.nodes
    way = explored.way_to(marking)
    path = tuple(each.element for each in way)
    words = ", then ".join(said for each in way for said in each.words)
    joins = [element for element in stuck if isinstance(nodes[element], Parallel)]
    if not joins:
        return error(
            explored.file,
            stuck[0],
            f"No end can be reached from {listing(called(nodes[each]) for each in stuck)}. The way there: {words}.",
            "Draw a way from here to an end event.",
            path,
        )
    join = nodes[joins[0]]
    came = {token.source for token in marking if token.element == join.id}
    missing = [nodes[flow.source] for flow in explored.graph.incoming(join.id) if flow.source not in came]
    return error(
        explored.file,
        join.id,
        f"{called(join)} waits for ever for {listing(map(called, missing))}. The way there: {words}.",
        "Let every way that leaves a parallel gateway reach the one that joins them, or join with an exclusive gateway.",
        path,
    )


def _follows_one_of(graph: Graph, node: Node, entered: set[str]) -> bool:
    attached = getattr(node, "attached_to", None)
    return attached in entered or any(flow.source in entered for flow in graph.incoming(node.id))
