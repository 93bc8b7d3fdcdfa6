"""The engine and a second interpreter play the same random diagrams with the same random inputs, and must agree after every step.

``SECOND_INTERPRETER_DIAGRAMS`` says how many diagrams are played (2,000 unless told). That the comparison can fail is shown by interpreters with one rule broken.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random
from xml.etree.ElementTree import Element

import pytest

import engine
from engine.diagram import MessageCatch
from engine.feel import Context, FeelError
from ics_flow.calendar import england
from tests.flow.random_diagrams import DAYS, MESSAGES, NUMBERS, random_files
from tests.flow.second_interpreter import Data, Frame, Game, Know, Piece, Stuck

DIAGRAMS = int(os.environ.get("SECOND_INTERPRETER_DIAGRAMS", "2000"))
CHUNK = 250
STEPS = 14
CALENDAR = england()
BEGAN = datetime(2026, 3, 20, 10, tzinfo=UTC)


class Differ(AssertionError):
    """The two do not agree."""


def no_facts(name: str, arguments: tuple[engine.Value, ...]) -> engine.Value:
    return None


def moment(at: datetime) -> engine.Moment:
    return engine.Moment(instant=at, calendar=CALENDAR, facts=no_facts)


def know(at: datetime) -> Callable[[date | None], Context]:
    return lambda day: Context(instant=at, calendar=CALENDAR, facts=no_facts, today=day)


@dataclass
class Match:
    """One diagram, played by both."""

    random: Random
    files: dict[str, bytes]
    game: Game
    pathways: engine.Pathways
    state: engine.State | None = None
    at: datetime = BEGAN
    steps: int = 0

    def play(self) -> None:
        """Begin, and go on with whatever is waited for."""
        data = self.answers()
        going = self.both(
            lambda: engine.start(self.pathways, "main", data, moment(self.at)),
            lambda: self.game.start("main", data, know(self.at)),
        )
        while going and self.state is not None and not self.state.ended and self.steps < STEPS:
            self.at += timedelta(hours=self.random.choice((1, 5, 30)))
            going = self.next()

    def next(self) -> bool:
        """One input of a random kind, among those that the engine's state waits for; False where there is none, or both refuse it."""
        assert self.state is not None
        state, pathways = self.state, self.pathways
        tasks, timers = engine.tasks(state, pathways), engine.timers(state)
        kinds = ["complete"] * 3 * bool(tasks) + ["fire"] * 2 * bool(timers) + ["deliver"]
        match self.random.choice(kinds):
            case "complete":
                task, answers = self.random.choice(tasks), self.answers()
                return self.both(
                    lambda: engine.complete(pathways, state, task, answers, moment(self.at)),
                    lambda: self.game.complete(task, answers, know(self.at)),
                )
            case "fire":
                timer = timers[0]
                return self.both(
                    lambda: engine.fire(pathways, state, timer.name, moment(timer.due)),
                    lambda: self.game.fire(timer.name, know(timer.due)),
                )
            case _:
                message, payload = self.random.choice(MESSAGES), self.answers()
                return self.both(
                    lambda: (
                        engine.deliver(pathways, state, message, payload, moment(self.at))
                        or engine.Step(state, ())
                    ),
                    lambda: self.game.deliver(message, payload, know(self.at)),
                )

    def both(self, ours: Callable[[], engine.Step], theirs: Callable[[], None]) -> bool:
        """Take the step on both sides and compare; False where both refuse it."""
        self.steps += 1
        step, refused = None, None
        try:
            step = ours()
        except engine.StepRefused as error:
            refused = error
        try:
            theirs()
        except (Stuck, FeelError) as error:
            self.agree("refused", refused is not None, True, error)
            return False
        self.agree("refused", refused is not None, False, refused)
        assert step is not None
        self.state = engine.State.decode(json.loads(json.dumps(step.state.encode())))
        self.compare(step)
        return True

    def compare(self, step: engine.Step) -> None:
        assert self.state is not None
        game, state = self.game, self.state
        self.agree("decoded", state, step.state)
        self.agree("tasks", set(engine.tasks(state, self.pathways)), game.tasks())
        self.agree("timers", {timer.name: timer.due for timer in engine.timers(state)}, game.timers())
        self.agree("catching", catching(self.pathways, state), {piece.name for piece in game.catching()})
        self.agree("data", scope_data(self.pathways, state), game.data())
        thrown = [
            (each.message, dict(each.payload))
            for each in step.effects
            if isinstance(each, engine.MessageThrown)
        ]
        self.agree("thrown", thrown, game.thrown)
        self.agree("ended", state.ended, game.ended)
        self.agree("told", state.ended, engine.ProcessEnded() in step.effects)

    def agree(self, what: str, ours: object, theirs: object, more: object = None) -> None:
        if ours != theirs:
            raise Differ(
                f"{what} at step {self.steps}: the engine has {ours}, the second interpreter {theirs} {more or ''}"
            )

    def answers(self) -> Data:
        """Some data, as a form or a message would bring."""
        numbers: list[engine.Value] = [0, 1, 2, 3, None, True, "two"]
        found: Data = {name: self.random.choice(numbers) for name in NUMBERS if self.random.random() < 0.6}
        for name in DAYS:
            if self.random.random() < 0.5:
                found[name] = self.at.date() + timedelta(days=self.random.randint(-10, 40))
        return found


def scope_data(pathways: engine.Pathways, state: engine.State) -> dict[str, Data]:
    return {
        path: dict(scope.data)
        for path, scope in state.scope.walk()
        if not path or isinstance(engine.element_of(pathways, state.pathway, path), engine.diagram.Call)
    }


def catching(pathways: engine.Pathways, state: engine.State) -> set[str]:
    return {
        engine.join(path, token.name)
        for path, scope in state.scope.walk()
        for token in scope.tokens
        if isinstance(engine.element_of(pathways, state.pathway, engine.join(path, token.name)), MessageCatch)
    }


def play(seed: int, kind: type[Game] = Game) -> Match:
    """The match of that seed; raises ``Differ`` with the seed and the file."""
    random = Random(seed)
    files = random_files(random)
    match = Match(random, files, kind(files), engine.read_pathways(files))
    try:
        match.play()
    except Differ as differ:
        raise Differ(f"Seed {seed}: {differ}\n{files['bpmn/main.bpmn'].decode()}") from None
    return match


def play_all(seeds: Iterable[int], kind: type[Game] = Game) -> None:
    for seed in seeds:
        play(seed, kind)


@pytest.fixture(autouse=True)
def _impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Diagrams that go round for ever are given up sooner, on both sides."""
    monkeypatch.setattr("engine.tokens.MAX_MOVES", 1_000)
    monkeypatch.setattr("tests.flow.second_interpreter.MOST_MOVES", 1_000)


@pytest.mark.parametrize("first", range(0, DIAGRAMS, CHUNK))
def test_the_second_interpreter_agrees_after_every_step(first: int) -> None:
    play_all(range(first, min(first + CHUNK, DIAGRAMS)))


# Interpreters with one rule broken: the comparison finds each.


class JoinsAtOnce(Game):
    def joined(self, frame: Frame, element: str, source: str) -> bool:
        return True


class LeavesEventsOnTheEdge(Game):
    def take(self, piece: Piece) -> None:
        hosted = [other for other in piece.frame.pieces if other.host is piece]
        for other in hosted:
            other.host = None
        super().take(piece)


class NeverInterrupts(Game):
    def catch(self, piece: Piece) -> None:
        piece.host = None
        super().catch(piece)


class HearsAMessageOnce(Game):
    def catch(self, piece: Piece) -> None:
        waiting = list(piece.frame.pieces)
        super().catch(piece)
        for again in [each for each in piece.frame.pieces if each not in waiting]:
            self.take(again)


class TakesTheLastArrow(Game):
    def choose(self, piece: Piece) -> Element:
        piece.drawn.out.reverse()
        chosen = super().choose(piece)
        piece.drawn.out.reverse()
        return chosen


class LosesThePayload(Game):
    def catch(self, piece: Piece) -> None:
        self.payload = {}
        super().catch(piece)


class TerminatesTheWholeProcess(Game):
    def clear(self, frame: Frame) -> None:
        super().clear(self.top)


class TerminatesNothing(Game):
    def clear(self, frame: Frame) -> None:
        pass


class CallsSeeEverything(Game):
    def open(self, piece: Piece) -> None:
        super().open(piece)
        if piece.opened is not None:
            piece.opened.data = piece.frame.data


class BoxesHaveDataOfTheirOwn(Game):
    def open(self, piece: Piece) -> None:
        super().open(piece)
        if piece.opened is not None:
            piece.opened.data = dict(piece.opened.data)


class DatesMeanTheirBeginning(Game):
    def wait(self, piece: Piece) -> None:
        super().wait(piece)
        if piece.due is not None:
            piece.due -= timedelta(days=1)


class OneCatcherAMessage(Game):
    def hearing(self, message: str) -> list[Piece]:
        return super().hearing(message)[:1]


class TimersRunOnWallClockDays(Game):
    def fire(self, name: str, know: Know) -> None:
        super().fire(name, lambda _: know(None))


BROKEN: tuple[type[Game], ...] = (
    JoinsAtOnce,
    LeavesEventsOnTheEdge,
    NeverInterrupts,
    HearsAMessageOnce,
    TakesTheLastArrow,
    LosesThePayload,
    TerminatesTheWholeProcess,
    TerminatesNothing,
    CallsSeeEverything,
    BoxesHaveDataOfTheirOwn,
    DatesMeanTheirBeginning,
    OneCatcherAMessage,
    TimersRunOnWallClockDays,
)


@pytest.mark.parametrize("broken", BROKEN)
def test_a_broken_rule_would_be_found(broken: type[Game]) -> None:
    with pytest.raises(Differ):
        play_all(range(500), broken)
