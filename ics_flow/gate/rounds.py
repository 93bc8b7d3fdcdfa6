"""Messages that come round: pathways that wake each other for ever, without anybody being waited for in between.

Data are left out of account, as for markings. Not here: loops within one pathway (``exploration``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from engine import Pathway, Pathways
from engine.diagram import (
    Call,
    End,
    Graph,
    MessageCatch,
    MessageThrow,
    Node,
    SubProcess,
    TimerEvent,
    UserTask,
)
from ics_flow.gate.finding import Finding, error


def round_findings(pathways: Pathways) -> Iterator[Finding]:
    """Every message that leads at once to itself, told where it is taken first."""
    woken = _woken(pathways)
    told: set[str] = set()
    for message in sorted(woken):
        way = _way_round(woken, message)
        if way and told.isdisjoint(way):
            told.update(way)
            file, element = woken[message].taken_at
            yield error(
                file,
                element,
                f"The message “{message}” comes round for ever, and nobody is waited for: {' leads to '.join((*way, message))}.",
                "Draw a task between, or let one of the pathways end without sending a message.",
            )


@dataclass
class _Woken:
    """What a message wakes: where it is taken first, and the messages that go out at once."""

    taken_at: tuple[str, str]
    sends: set[str] = field(default_factory=set)


def _woken(pathways: Pathways) -> dict[str, _Woken]:
    found: dict[str, _Woken] = {}
    for pathway in pathways.by_id.values():
        for graph in _graphs(pathway.graph):
            takers = [(start.id, start.message) for start in graph.starts() if start.message]
            takers += [
                (each.id, each.message) for each in graph.nodes.values() if isinstance(each, MessageCatch)
            ]
            for element, message in takers:
                woken = found.setdefault(message, _Woken((pathway.file, element)))
                woken.sends |= _Going(pathways).after(pathway, graph, element)
    return found


class _Going:
    """A token on its way as far as it comes without waiting, and the messages that it sends."""

    def __init__(self, pathways: Pathways) -> None:
        self.pathways = pathways
        self.passed: set[tuple[str, str]] = set()
        self.sent: set[str] = set()

    def after(self, pathway: Pathway, graph: Graph, element: str) -> set[str]:
        """What is sent from the element on, also behind the boxes that it stands in."""
        while self.goes_on(pathway, graph, [element], entered=True):
            box = next((each for each in _boxes(pathway.graph) if each.graph is graph), None)
            if box is None:
                break
            graph = next(each for each in _graphs(pathway.graph) if box.id in each.nodes)
            element = box.id
        return self.sent

    def goes_on(self, pathway: Pathway, graph: Graph, elements: Iterable[str], *, entered: bool) -> bool:
        """Whether an end of the graph is reached at once; ``entered``: the elements are behind the token already."""
        todo = (
            [flow.target for each in elements for flow in graph.outgoing(each)] if entered else list(elements)
        )
        ended = False
        while todo:
            node = graph.nodes[todo.pop()]
            if (pathway.id, node.id) in self.passed:
                continue
            self.passed.add((pathway.id, node.id))
            ended = ended or isinstance(node, End)
            if self.passes(pathway, node):
                todo += (flow.target for flow in graph.outgoing(node.id))
        return ended

    def passes(self, pathway: Pathway, node: Node) -> bool:
        """Whether a token goes on from the element at once; what it sends there is noted."""
        match node:
            case UserTask() | TimerEvent() | MessageCatch():
                return False
            case Call(pathway=called):
                other = self.pathways[called]
                return self.opens(other, other.graph)
            case SubProcess(graph=graph):
                return self.opens(pathway, graph)
            case MessageThrow(message=message) | End(message=message):
                self.sent |= {message} if message else set()
                return True
            case _:
                return True

    def opens(self, pathway: Pathway, graph: Graph) -> bool:
        starts = [start.id for start in graph.starts() if start.message is None]
        return self.goes_on(pathway, graph, starts, entered=False)


def _way_round(woken: dict[str, _Woken], message: str) -> tuple[str, ...]:
    """The shortest way from the message back to it, without the return; nothing where there is none."""
    ways: list[tuple[str, ...]] = [(message,)]
    seen = set[str]()
    for way in ways:
        for other in sorted(woken[way[-1]].sends & woken.keys()):
            if other == message:
                return way
            if other not in seen:
                seen.add(other)
                ways.append((*way, other))
    return ()


def _graphs(graph: Graph) -> Iterator[Graph]:
    """The graph and the boxes in it."""
    yield graph
    for box in _boxes(graph):
        yield box.graph


def _boxes(graph: Graph) -> Iterator[SubProcess]:
    return (node for node in graph.walk() if isinstance(node, SubProcess))
