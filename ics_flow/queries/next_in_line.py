"""To whom a task's work goes when it is done, as far as the diagrams alone can tell: what its button says of it.

Not here: what a task in fact led to (`what_followed.py`), which depends on the answers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from engine import Pathways
from engine.diagram import Call, End, Graph, Node, SubProcess, Text, UserTask, names_in
from engine.feel import Expression


@dataclass(frozen=True, slots=True)
class _Place:
    """A graph that the task stands in, with what the call brought into it and where that call stands."""

    graph: Graph
    inputs: Mapping[str, Text]
    outer: _Place | None
    within: str  # the element of the outer graph that this one is the inside of


def passes_on(pathways: Pathways, name: str) -> bool:
    """Whether whatever is answered at the task of that name, somebody of another role has to go on with it."""
    place, task = _found(pathways, name)
    if not isinstance(task, UserTask):
        return False
    own = _roles(place, task)
    after = list(_after(pathways, place, task.id, set()))
    return bool(after) and all(roles is not None and roles != own for roles in after)


def button_of(pathways: Pathways, name: str) -> str:
    """What the author of the diagram wants the button that ends the task to say; nothing where that is left open."""
    _, task = _found(pathways, name)
    return str(task.properties.get("button", "")) if task is not None else ""


def _found(pathways: Pathways, name: str) -> tuple[_Place, Node | None]:
    process, *path = name.split("/")
    place = _Place(pathways[process.partition("#")[0]].graph, {}, None, "")
    node: Node | None = None
    for segment in path:
        if node is not None:
            place = _inside(pathways, place, node)
        node = place.graph.nodes.get(segment.partition("#")[0])
    return place, node


def _inside(pathways: Pathways, place: _Place, node: Node) -> _Place:
    match node:
        case Call(pathway=called, inputs=inputs):
            return _Place(pathways[called].graph, dict(inputs), place, node.id)
        case SubProcess(graph=graph):
            return _Place(graph, place.inputs, place, node.id)
        case _:
            raise ValueError(f"Nothing stands within {node.id}.")


def _after(
    pathways: Pathways, place: _Place, element: str, seen: set[tuple[int, str]]
) -> Iterator[tuple[str, ...] | None]:
    """The roles of each task that may come next, and None for each way on which none does."""
    for flow in place.graph.outgoing(element):
        if (id(place.graph), flow.target) in seen:
            continue
        seen.add((id(place.graph), flow.target))
        yield from _from(pathways, place, place.graph.nodes[flow.target], seen)


def _from(
    pathways: Pathways, place: _Place, node: Node, seen: set[tuple[int, str]]
) -> Iterator[tuple[str, ...] | None]:
    match node:
        case UserTask():
            yield _roles(place, node)
        case Call() | SubProcess():
            inside = _inside(pathways, place, node)
            for start in inside.graph.starts():
                yield from _after(pathways, inside, start.id, seen)
        case End() if place.outer is not None:
            yield from _after(pathways, place.outer, place.within, seen)
        case End():
            yield None
        case _:
            yield from _after(pathways, place, node.id, seen)


def _roles(place: _Place, task: UserTask) -> tuple[str, ...]:
    """The roles of a task; where a shared procedure leaves them to its caller, those that the caller gives."""
    if not isinstance(task.roles, Expression):
        return task.roles
    given = place.inputs.get(task.roles.source.strip())
    return names_in(given) if isinstance(given, str) else (task.roles.source,)
