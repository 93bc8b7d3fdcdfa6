"""Every marking that the engine reaches is among those that the gate explores; and each fault that exploration is for is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

import engine
from engine.diagram import Call, Graph, Parallel, SubProcess, TimerEvent, UserTask
from ics_flow.gate.exploration import Exploration, Stretch
from ics_flow.gate.regions import reached_from, side_events
from ics_flow.gate.tokens import Game, Marking, Step, Token
from tests.flow.random_diagrams import DAYS, MESSAGES, NUMBERS, random_files
from tests.unit.engine.playing import moment

ROOT = Path(__file__).resolve().parents[2]
BEGAN = datetime(2026, 3, 20, 10, tzinfo=UTC)
STEPS = 14


# What the engine reaches


class Walk:
    """One process played with random inputs; every marking that it comes to is looked for among those explored."""

    def __init__(self, pathways: engine.Pathways, exploration: Exploration, random: Random) -> None:
        self.pathways = pathways
        self.exploration = exploration
        self.random = random
        self.at = BEGAN
        self.compared = 0

    def go(self, pathway: str, message: str | None = None) -> None:
        try:
            self.look(
                engine.start(self.pathways, pathway, self.data(), moment(self.at), message=message).state
            )
            for _ in range(STEPS):
                if self.state.ended:
                    return
                self.at += timedelta(hours=self.random.choice((1, 5, 30)))
                self.look(self.next())
        except engine.StepRefused:
            return

    def next(self) -> engine.State:
        tasks, timers = engine.tasks(self.state, self.pathways), engine.timers(self.state)
        kind = self.random.choice(["complete"] * 3 * bool(tasks) + ["fire"] * 2 * bool(timers) + ["deliver"])
        if kind == "complete":
            task = self.random.choice(tasks)
            return engine.complete(self.pathways, self.state, task, self.data(), moment(self.at)).state
        if kind == "fire":
            timer = self.random.choice(timers)
            return engine.fire(self.pathways, self.state, timer.name, moment(timer.due)).state
        message = self.random.choice(self.messages())
        step = engine.deliver(self.pathways, self.state, message, self.data(), moment(self.at))
        return self.state if step is None else step.state

    def messages(self) -> list[str]:
        return sorted({"m0", *MESSAGES})

    def data(self) -> dict[str, engine.Value]:
        """Some data, as a form or a message would bring."""
        numbers: list[engine.Value] = [0, 1, 2, 3, None, True, "two"]
        found: dict[str, engine.Value] = {
            name: self.random.choice(numbers) for name in NUMBERS if self.random.random() < 0.6
        }
        for name in (*DAYS, "received_on", "contacted_on", "called_on", "held_on"):
            found[name] = self.at.date() + timedelta(days=self.random.randint(-10, 40))
        found["outcome"] = self.random.choice(["another_agency", "strategy_discussion", "stay_open", "x"])
        found["decision"] = self.random.choice(["authorise", "reject"])
        return found

    def look(self, state: engine.State) -> None:
        self.state = state
        pathway = self.pathways[state.pathway]
        for where, scope in state.scope.walk():
            for stretch, marking in markings(self.pathways, pathway, where, scope):
                known = self.exploration.stretches[stretch]
                if known.exhausted:
                    assert marking in known.ways, (stretch, marking)
                    self.compared += 1


def markings(
    pathways: engine.Pathways, home: engine.Pathway, where: str, scope: engine.Scope
) -> Iterator[tuple[Stretch, Marking]]:
    """The markings of a scope of the engine, one for each of its stretches that can be told apart."""
    pathway, box, graph = home, None, home.graph
    for name in where.split("/") if where else ():
        opener = graph.nodes[name.partition("#")[0]]
        if isinstance(opener, Call):
            pathway, box = pathways[opener.pathway], None
            graph = pathway.graph
        else:
            assert isinstance(opener, SubProcess)
            box, graph = opener.id, opener.graph
    sides = side_events(graph)
    own = {event: stretch_of(graph, sides, event) for event in sides}
    main = set(graph.nodes) - {element for elements in own.values() for element in elements}
    yield Stretch(pathway.id, box), marking_of(graph, main, sides, scope)
    for event, elements in own.items():
        if scope.counts.get(event, 0) == 1:
            marking = marking_of(graph, elements, sides, scope)
            if marking:
                yield Stretch(pathway.id, box, event), marking


def stretch_of(graph: Graph, sides: frozenset[str], event: str) -> set[str]:
    """The elements of a side way, those of side ways from it left out."""
    inner = {other for other in sides & reached_from(graph, [event]) if other != event}
    return reached_from(graph, [event]) - {each for other in inner for each in reached_from(graph, [other])}


def marking_of(graph: Graph, elements: set[str], sides: frozenset[str], scope: engine.Scope) -> Marking:
    return tuple(sorted(tokens_of(graph, elements, sides, scope)))


def tokens_of(
    graph: Graph, elements: set[str], sides: frozenset[str], scope: engine.Scope
) -> Iterator[Token]:
    hosted = Counter((token.element, token.host) for token in scope.tokens if token.host is not None)
    for token in scope.tokens:
        node = graph.nodes[token.element]
        if token.element not in elements or getattr(node, "attached_to", None) is not None:
            continue
        clocks: tuple[str, ...] = ()
        if isinstance(node, UserTask | Call | SubProcess):
            clocks = tuple(
                event.id
                for event in graph.attached(node.id)
                if isinstance(event, TimerEvent) and not event.interrupting and event.id not in sides
                if hosted[event.id, token.occurrence]
            )
        yield Token(node.id, token.source or "" if isinstance(node, Parallel) else "", clocks)


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Diagrams without bounds are given up sooner."""
    monkeypatch.setattr("engine.tokens.MAX_MOVES", 300)
    monkeypatch.setattr("ics_flow.gate.exploration.MOST_MARKINGS", 300)
    monkeypatch.setattr("ics_flow.gate.tokens.MOST_PLACES", 400)
    monkeypatch.setattr("ics_flow.gate.tokens.MOST_ALIKE", 2)


def compare(seeds: range) -> int:
    """How many markings of the engine's were looked for, in random runs of random diagrams; all of them were found."""
    compared = 0
    for seed in seeds:
        random = Random(seed)
        pathways = engine.read_pathways(random_files(random))
        explored = Exploration(pathways)
        for _ in range(3):
            walk = Walk(pathways, explored, random)
            walk.go("main")
            compared += walk.compared
    return compared


def test_random_runs_of_random_diagrams_reach_only_what_was_explored() -> None:
    assert compare(range(60)) > 1_000


class NoMessages(Game):
    def deliveries(self, marking: Marking) -> Iterator[tuple[str, str, Step]]:
        yield from ()


class NoClocks(Game):
    def clocks(self, token: Token) -> Iterator[TimerEvent]:
        yield from ()

    def opened(self, step: Step, node: UserTask | Call | SubProcess) -> Iterator[Step]:
        yield next(super().opened(step, node))


class JoinsWaitForEver(Game):
    def joined(self, step: Step, node: Parallel, source: str) -> Step:
        return step._replace(waiting=(*step.waiting, Token(node.id, source)))


class DecidesOneWay(Game):
    def moves(self, step: Step) -> Iterator[tuple[Step, str]]:
        yield next(super().moves(step))


@pytest.mark.parametrize("broken", [NoMessages, NoClocks, JoinsWaitForEver, DecidesOneWay])
def test_a_token_game_with_a_rule_missing_would_be_found(
    broken: type[Game], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ics_flow.gate.exploration.Game", broken)

    with pytest.raises(AssertionError):
        compare(range(60))


def test_random_runs_of_the_pathways_in_use_reach_only_what_was_explored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()  # these have bounds, which the impatient would not wait for
    files = {
        f"bpmn/{each.name}": each.read_bytes()
        for folder in ("bpmn", "tests/authored/pathways", "tests/replay/pathways")
        for each in sorted((ROOT / folder).glob("*.bpmn"))
    }
    pathways = engine.read_pathways(files)
    explored = Exploration(pathways)
    random = Random(1)
    for _ in range(20):
        for pathway in pathways.by_id.values():
            for start in pathway.graph.starts():
                walk = Walk(pathways, explored, random)
                walk.go(pathway.id, start.message)
    assert all(each.exhausted for each in explored.stretches.values())
