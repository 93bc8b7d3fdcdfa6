"""A case of hundreds of rounds is as small as a case of one.

Sizes are compared, never times: the work of a step is counted in SpiffWorkflow's tasks.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import engine
from engine.tokens import Move
from tests.unit.engine.drawing import choice, drawn, flow, parallel, path, script, start, stop, task, timer
from tests.unit.engine.playing import Playing

PLAN = datetime(2026, 1, 5, 10, tzinfo=UTC)
NUMBER_WIDTH = 1_000  # occurrences start here, so that no size changes by the length of a number


@pytest.fixture
def moves(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the tasks that SpiffWorkflow makes."""
    made: list[str] = []
    begin = Move.__init__

    def counted(self: Move, *given: object) -> None:
        begin(self, *given)  # type: ignore[arg-type]
        made.append(self.task_spec.name)

    monkeypatch.setattr(Move, "__init__", counted)
    return made


def size(playing: Playing) -> int:
    return len(json.dumps(playing.state.encode()))


def renumbered(state: engine.State) -> engine.State:
    """The same state, as if a thousand rounds had gone before."""
    data = state.encode()

    def later(scope: engine.Json) -> None:
        scope["counts"] = {name: count + NUMBER_WIDTH for name, count in scope["counts"].items()}
        for token in scope.get("tokens", ()):
            token["occurrence"] += NUMBER_WIDTH
            if "host" in token:
                token["host"] += NUMBER_WIDTH

    later(data["scope"])
    return engine.State.decode(data)


def test_four_hundred_reviews_take_no_more_than_one(root: Path, moves: list[str]) -> None:
    file = root / "tests/authored/pathways/review_loop.bpmn"
    playing = Playing({"bpmn/review_loop.bpmn": file.read_bytes()}, name="review_loop", at=PLAN)
    playing.complete("agree_plan#1", PLAN, plan_agreed_on=PLAN.date())
    playing.complete("review#1", PLAN, reviewed_on=PLAN.date(), goes_on="yes")
    playing.state = renumbered(playing.state)
    sizes, made = set(), set()

    for review in range(2, 402):
        at = PLAN + timedelta(days=20 * review)
        moves.clear()
        playing.complete(f"review#{NUMBER_WIDTH + review}", at, reviewed_on=at.date(), goes_on="yes")
        sizes.add(size(playing))
        made.add(len(moves))

    assert len(sizes) == 1
    assert len(made) == 1
    assert playing.tasks == (f"review#{NUMBER_WIDTH + 402}",)
    playing.complete(f"review#{NUMBER_WIDTH + 402}", at, goes_on="no")
    assert playing.state.ended


def test_two_hundred_rounds_with_branches_and_timers_take_no_more_than_one(moves: list[str]) -> None:
    files = drawn(
        "p", start(), choice("again"), parallel("fork"), task("left"), task("right"), parallel("meet"),
        script("count", "rounds", "=rounds + 1"), choice("more", "no"), stop(),
        timer("due", '=today() + duration("P5D")', on="left", interrupting=False), stop("late"), path("due", "late"),
        timer("end_of_it", '=today() + duration("P90D")', on="right"), choice("right_done"), path("end_of_it", "right_done"),
        path("begin", "again", "fork", "left", "meet", "count", "more"),
        path("fork", "right", "right_done", "meet"),
        flow("more", "again", "=rounds < 1500"), flow("more", "done", identity="no"),
    )  # fmt: skip
    playing = Playing(files, {"rounds": NUMBER_WIDTH}, at=PLAN)
    play_round(playing, 1, PLAN + timedelta(days=6))
    playing.state = renumbered(playing.state)
    sizes, made = set(), set()

    for turn in range(2, 202):
        moves.clear()
        play_round(playing, NUMBER_WIDTH + turn, PLAN + timedelta(days=6 * turn))
        sizes.add(size(playing))
        made.add(len(moves))

    assert len(sizes) == 1
    assert len(made) == 1
    assert playing.data == {"rounds": NUMBER_WIDTH + 201}
    assert set(playing.tasks) == {f"left#{NUMBER_WIDTH + 202}", f"right#{NUMBER_WIDTH + 202}"}
    assert set(playing.dues) == {f"due#{NUMBER_WIDTH + 202}", f"end_of_it#{NUMBER_WIDTH + 202}"}


def play_round(playing: Playing, turn: int, at: datetime) -> None:
    """Time brings the left task's timer; then both are done."""
    assert playing.let_pass(at) == [f"due#{turn}"]
    playing.complete(f"left#{turn}", at)
    playing.complete(f"right#{turn}", at)


def test_a_loop_deeper_than_the_stack_goes_on() -> None:
    files = drawn(
        "p", start(), choice("again"), script("count", "n", "=n + 1"), choice("more", "no"), task("after"), stop(),
        path("begin", "again", "count", "more"), flow("more", "again", "=n < 2500"), flow("more", "after", identity="no"),
        path("after", "done"),
    )  # fmt: skip

    assert Playing(files, {"n": 0}).data == {"n": 2_500}
