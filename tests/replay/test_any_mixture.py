"""Whatever happens to a case, and in whatever order, its history tells the whole of it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import event, given, settings
from hypothesis import strategies as st

from tests.replay.council import Council
from tests.replay.moves import Move, make, moves, words
from tests.replay.truth import require_truth

CASES_BEGIN = ("contact", "assessment", "review")
LIVES = (settings.default or settings()).max_examples // 2
"""How many examples: each is a life of many commands, so they are fewer than elsewhere."""


@settings(max_examples=LIVES)
@given(st.sampled_from(CASES_BEGIN), moves)
def test_any_mixture_of_acts_follows_from_its_history_alone(
    founded: str, begin: str, made: list[Move]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        council = Council.copied(founded, Path(folder))
        case = begun(council, begin)
        for move in made:
            done = make(council, case, move)
            event(f"{words(move)} {'done' if done else 'refused'}")
            require_truth(council)
        council.close()


def begun(council: Council, begin: str) -> str:
    """A case that has come so far."""
    if begin == "assessment":
        return council.assess()
    case = council.contact()
    if begin == "review":
        council.start(case, "review_loop")
        council.start(case, "meeting_typed_late")
    return case
