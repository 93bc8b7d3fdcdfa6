"""Decisions weighed with every value that the answers can have: arrows that no answer ever takes, and arrows that hold together.

Only conditions over closed lists (codes, yes and no) are weighed; dates and numbers are left to the scenarios.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import combinations

from engine import Pathway, Pathways, Value
from engine.diagram import Decision, Flow, Graph, SubProcess
from engine.feel import FACTS, Context, Expression
from ics_flow.gate.finding import Finding, error, warning
from ics_flow.gate.values import Possible, value_of
from ics_flow.gate.wording import arrow, called

_OF_THE_MOMENT = {*FACTS, "today", "now"}


def decision_findings(pathways: Pathways, possible: Possible, context: Context) -> Iterator[Finding]:
    """What is wrong with the decisions of every pathway."""
    for pathway in pathways.by_id.values():
        yield from _of_graph(pathway, pathway.graph, possible, context)


def _of_graph(pathway: Pathway, graph: Graph, possible: Possible, context: Context) -> Iterator[Finding]:
    for node in graph.nodes.values():
        if isinstance(node, Decision):
            yield from _of_decision(pathway, graph, node, possible, context)
        elif isinstance(node, SubProcess):
            yield from _of_graph(pathway, node.graph, possible, context)


def _of_decision(
    pathway: Pathway, graph: Graph, decision: Decision, possible: Possible, context: Context
) -> Iterator[Finding]:
    asked = [
        (flow, flow.condition)
        for flow in graph.outgoing(decision.id)
        if flow.condition is not None and not {call.name for call in flow.condition.calls} & _OF_THE_MOMENT
    ]
    for flow, condition in asked:
        if _when(pathway, (condition,), possible, context) == "never":
            yield _never(pathway, graph, decision, flow, condition)
    for (one, first), (other, second) in combinations(asked, 2):
        found = _when(pathway, (first, second), possible, context)
        if isinstance(found, dict):
            yield _both(pathway, graph, decision, (one, other), found)


def _when(
    pathway: Pathway, conditions: tuple[Expression, ...], possible: Possible, context: Context
) -> Mapping[str, Value] | str:
    """Values for which all the conditions hold; ``never``, or ``unknown`` where the values are not closed lists."""
    names = frozenset[str]().union(*(condition.names for condition in conditions))
    every = possible.combinations(pathway.id, names)
    if every is None:
        return "unknown"
    for values in every:
        if all(value_of(condition, values, context) is True for condition in conditions):
            return values
    return "never"


def _never(pathway: Pathway, graph: Graph, decision: Decision, flow: Flow, condition: Expression) -> Finding:
    return error(
        pathway.file,
        flow.id,
        f"The arrow {arrow(graph, flow)} from {called(decision)} is never taken: no answer makes ={condition.source} true.",
        "Compare the words in quotes with the codes of the list that the question offers.",
    )


def _both(
    pathway: Pathway, graph: Graph, decision: Decision, flows: tuple[Flow, Flow], values: Mapping[str, Value]
) -> Finding:
    given = ", ".join(f"{name} = {_worded(value)}" for name, value in values.items() if value is not None)
    return warning(
        pathway.file,
        decision.id,
        f"At {called(decision)} the arrows {arrow(graph, flows[0])} and {arrow(graph, flows[1])} both hold for {given}: "
        "the one that stands first in the file is taken.",
        "Say in each condition what sets it apart.",
    )


def _worded(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f'"{value}"' if isinstance(value, str) else str(value)
