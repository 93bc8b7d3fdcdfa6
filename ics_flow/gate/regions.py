"""How a diagram falls into stretches that can be explored apart from each other.

A stretch begins at a start event, or at an event on an activity's edge that does not interrupt and whose way never meets the rest: a deadline's way to its own end, what is
done whenever a message comes. Such a way adds no marking to the rest, however often it is taken. Not here: what happens in a stretch (``tokens``).
"""

from __future__ import annotations

from collections.abc import Iterable

from engine.diagram import End, Graph, MessageCatch, TimerEvent


def reached_from(graph: Graph, roots: Iterable[str], *, without: str | None = None) -> set[str]:
    """The elements that arrows and events on edges lead to from the roots, themselves included; ``without`` is passed by."""
    reached: set[str] = set()
    todo = [root for root in roots if root != without]
    while todo:
        current = todo.pop()
        if current not in reached:
            reached.add(current)
            todo += (flow.target for flow in graph.outgoing(current))
            todo += (event.id for event in graph.attached(current) if event.id != without)
    return reached


def side_events(graph: Graph) -> frozenset[str]:
    """The events on edges at which a stretch of its own begins."""
    starts = [start.id for start in graph.starts()]
    return frozenset(
        node.id
        for node in graph.nodes.values()
        if isinstance(node, TimerEvent | MessageCatch)
        and node.attached_to is not None
        and not node.interrupting
        and _stands_apart(graph, starts, node.id)
    )


def _stands_apart(graph: Graph, starts: Iterable[str], event: str) -> bool:
    way = reached_from(graph, [event])
    terminates = any(isinstance(node := graph.nodes[each], End) and node.terminates for each in way)
    return not terminates and not way & reached_from(graph, starts, without=event)
