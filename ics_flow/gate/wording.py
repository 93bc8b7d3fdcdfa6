"""How elements and ways are called in findings."""

from __future__ import annotations

from engine.diagram import Decision, Element, Flow, Graph


def called(node: Element) -> str:
    """What people call an element: its name, or its id where it has none."""
    return f"“{node.name or node.id}”"


def way_of(graph: Graph, decision: Decision, flow: Flow) -> str:
    """A decision's arrow in words."""
    return f"{called(decision)} goes {arrow(graph, flow)}"


def arrow(graph: Graph, flow: Flow) -> str:
    """An arrow in words: its name, or where it leads."""
    return f"“{flow.name}”" if flow.name else f"to {called(graph.nodes[flow.target])}"
