"""Messages between pathways: what is thrown and taken, and whether the map says the same.

Not here: whether the elements that throw and take are ever reached (``exploration``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import NamedTuple

from engine import Pathway, Pathways
from engine.diagram import Call, End, MessageCatch, MessageThrow, Start
from engine.reading import BPMN, MAP, ZEEBE
from engine.xml import read_xml
from ics_flow.gate.finding import Finding, error, warning


class Thrown(NamedTuple):
    """A message that a pathway sends: the element that sends it may stand in a shared procedure."""

    pathway: str
    message: str
    file: str
    element: MessageThrow | End


@dataclass(frozen=True)
class Post:
    """What goes out and what is taken, in a set of pathways."""

    pathways: Pathways

    def thrown(self) -> Iterator[Thrown]:
        """Every message that a pathway sends, itself or through a procedure that it calls; procedures by themselves send nothing."""
        for pathway in self.pathways.by_id.values():
            if begins(pathway):
                yield from self.thrown_in(pathway, pathway.id)

    def thrown_in(self, pathway: Pathway, sender: str) -> Iterator[Thrown]:
        """What the pathway sends on behalf of the sender."""
        for node in pathway.graph.walk():
            if isinstance(node, MessageThrow | End) and node.message is not None:
                yield Thrown(sender, node.message, pathway.file, node)
            elif isinstance(node, Call):
                yield from self.thrown_in(self.pathways[node.pathway], sender)

    def taken(self) -> dict[str, dict[str, Start | MessageCatch]]:
        """For each message, the pathways that take it, and where."""
        found: dict[str, dict[str, Start | MessageCatch]] = {}
        for pathway in self.pathways.by_id.values():
            for node in self.catching(pathway):
                if node.message is not None:
                    found.setdefault(node.message, {}).setdefault(pathway.id, node)
        return found

    def catching(self, pathway: Pathway) -> Iterator[Start | MessageCatch]:
        """The elements of a pathway, and of what it calls, that a message comes to."""
        if begins(pathway):
            for node in pathway.graph.walk():
                if isinstance(node, Start | MessageCatch):
                    yield node
                elif isinstance(node, Call):
                    called = self.pathways[node.pathway].graph.walk()
                    yield from (each for each in called if isinstance(each, MessageCatch))


def begins(pathway: Pathway) -> bool:
    """Whether the pathway begins by itself: by hand or by a message; a shared procedure is only called."""
    return any(start.message is not None or start.started_by for start in pathway.graph.starts())


def message_findings(pathways: Pathways, files: Mapping[str, bytes]) -> Iterator[Finding]:
    """What is wrong with the messages, and with the map."""
    post = Post(pathways)
    yield from _lost(post)
    yield from _never_sent(post)
    yield from _never_begun(pathways)
    yield from map_findings(post, files)


def _lost(post: Post) -> Iterator[Finding]:
    """Messages that no pathway takes, or none where nothing waits."""
    taken = post.taken()
    told: set[tuple[str, str]] = set()
    for thrown in post.thrown():
        here = (thrown.file, thrown.element.id)
        if "outside" in thrown.element.properties or here in told:
            continue
        takers = taken.get(thrown.message, {})
        if not takers:
            told.add(here)
            yield error(
                thrown.file,
                thrown.element.id,
                f"No pathway takes the message “{thrown.message}”.",
                "Let a pathway begin with it or wait for it, or say in the property outside what a person does instead.",
            )
        elif not any(isinstance(node, Start) for node in takers.values()):
            told.add(here)
            yield warning(
                thrown.file,
                thrown.element.id,
                f"The message “{thrown.message}” is lost where no pathway is waiting for it at that moment.",
                "Let it begin a pathway too, or say in the property outside what a person does then.",
            )


def _never_sent(post: Post) -> Iterator[Finding]:
    """Messages that are waited for and that no pathway sends."""
    sent = {thrown.message for thrown in post.thrown()}
    for message, takers in post.taken().items():
        if message not in sent:
            for pathway, node in takers.items():
                yield warning(
                    post.pathways[pathway].file,
                    node.id,
                    f"No pathway sends the message “{message}”.",
                    "Compare its name with the one that is sent, or draw who sends it.",
                )


def _never_begun(pathways: Pathways) -> Iterator[Finding]:
    """Pathways that nobody and nothing begins."""
    called = {
        node.pathway
        for pathway in pathways.by_id.values()
        for node in pathway.graph.walk()
        if isinstance(node, Call)
    }
    for pathway in pathways.by_id.values():
        if not begins(pathway) and pathway.id not in called:
            yield error(
                pathway.file,
                pathway.graph.starts()[0].id,
                "Nobody may start this pathway, no message does, and no pathway calls it.",
                "Name the roles that may start it in the property startedBy, or draw who calls it.",
            )


# The map


class Arrow(NamedTuple):
    """An arrow between two pools."""

    source: str
    message: str
    target: str


@dataclass(frozen=True)
class Map:
    """The drawn map: its pools, those whose work is still done outside, its arrows by element."""

    file: str
    pools: frozenset[str]
    later: frozenset[str]
    arrows: Mapping[str, Arrow]


def read_map(files: Mapping[str, bytes]) -> Map | None:
    """The map among the files, or None."""
    file = next((name for name in files if PurePosixPath(name).name == f"{MAP}.bpmn"), None)
    if file is None:
        return None
    root = read_xml(file, files[file])
    marks = {
        element.get("id", ""): _mark(element)
        for kind in ("participant", "messageFlow")
        for element in root.iter(f"{BPMN}{kind}")
    }
    pools = frozenset(element.get("id", "") for element in root.iter(f"{BPMN}participant"))
    arrows = {
        element.get("id", ""): Arrow(
            element.get("sourceRef", ""), marks[element.get("id", "")], element.get("targetRef", "")
        )
        for element in root.iter(f"{BPMN}messageFlow")
    }
    return Map(file, pools, frozenset(pool for pool in pools if marks[pool] == "later"), arrows)


def map_findings(post: Post, files: Mapping[str, bytes]) -> Iterator[Finding]:
    """Where the map says something else than the pathways do."""
    drawn = read_map(files)
    if drawn is None:
        return
    yield from _pools(drawn, post.pathways)
    yield from _arrows(drawn, post)


def _pools(drawn: Map, pathways: Pathways) -> Iterator[Finding]:
    for pathway in pathways.by_id.values():
        if begins(pathway) and pathway.id not in drawn.pools:
            yield error(
                drawn.file,
                pathway.id,
                f"The map has no pool for {pathway.name!r}.",
                f"Draw one with the id {pathway.id}.",
            )
    for pool in sorted(drawn.pools):
        if pool in pathways and pool in drawn.later:
            yield error(
                drawn.file,
                pool,
                "The map says that this is still done outside, and there is a pathway for it.",
                "Take the property map = later away.",
            )
        elif pool not in pathways and pool not in drawn.later:
            yield error(
                drawn.file,
                pool,
                "There is no pathway of this id.",
                "Correct the pool's id, or mark it with the property map = later.",
            )


def _arrows(drawn: Map, post: Post) -> Iterator[Finding]:
    taken, there = post.taken(), set(drawn.arrows.values())
    sent = {(thrown.pathway, thrown.message) for thrown in post.thrown()}
    for thrown in post.thrown():
        takers = sorted(taken.get(thrown.message, ()))
        for taker in takers:
            arrow = Arrow(thrown.pathway, thrown.message, taker)
            if arrow not in there and taker != thrown.pathway:
                there.add(arrow)
                yield _not_drawn(drawn, thrown, f"the pool {taker}")
        outside = {arrow[:2] for arrow in there if arrow.target in drawn.later}
        if not takers and (thrown.pathway, thrown.message) not in outside:
            there.add(Arrow(thrown.pathway, thrown.message, next(iter(drawn.later), "")))
            yield _not_drawn(drawn, thrown, "a pool with map = later")
    for element, arrow in drawn.arrows.items():
        if (arrow.source, arrow.message) not in sent:
            yield error(
                drawn.file,
                element,
                f"The pathway {arrow.source!r} does not send {arrow.message or 'a message'!r}.",
                "Give the arrow the message in the property map, or take it away.",
            )
        elif arrow.target not in taken.get(arrow.message, ()) and arrow.target not in drawn.later:
            yield error(
                drawn.file,
                element,
                f"The pathway {arrow.target!r} does not take the message {arrow.message!r}.",
                "Draw the arrow to the pool that does.",
            )


def _not_drawn(drawn: Map, thrown: Thrown, target: str) -> Finding:
    return error(
        drawn.file,
        thrown.pathway,
        f"The map has no arrow for the message “{thrown.message}” that {thrown.element.id} in {thrown.file} sends.",
        f"Draw one from this pool to {target}, with the message in the property map.",
    )


def _mark(element: object) -> str:
    """The property ``map`` of an element."""
    found = element.find(f"{BPMN}extensionElements/{ZEEBE}properties/{ZEEBE}property[@name='map']")  # type: ignore[attr-defined]
    return "" if found is None else found.get("value", "")
