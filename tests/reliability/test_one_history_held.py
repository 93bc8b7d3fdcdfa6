"""One history held against the checkpoints by itself finds what all of them together would find of it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ics_flow.custody import HeldOne, hold_against, hold_one_against, kept_in_database
from ics_flow.domain.ids import case_subject
from tests.reliability.test_eleven_attacks import Scene
from tests.replay.council import Council


@pytest.fixture
def scene(council: Council, tmp_path: Path) -> Scene:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return Scene(council, folder)


def held(scene: Scene, case: str) -> HeldOne:
    with scene.council.database.reading() as reading:
        return hold_one_against(reading, case_subject(case))


def test_a_history_that_fits_is_vouched_for_up_to_the_checkpoint(scene: Scene) -> None:
    checked, later = held(scene, scene.case), held(scene, scene.other)

    assert checked.faults == later.faults == ()
    assert checked.last is not None
    assert checked.last.number == 1
    assert checked.up_to is not None
    assert later.up_to is not None
    assert checked.up_to.position == len(scene.council.entries(scene.case))
    assert later.up_to.position == len(scene.council.entries(scene.other)) - 1


def test_a_history_that_was_cut_is_found_alone_and_among_all(scene: Scene) -> None:
    scene.attack(lambda scene: scene.remove(scene.subject, after=4))

    found = held(scene, scene.case)

    assert [fault.sentence.partition(" is ")[2] for fault in found.faults] == [
        "missing: the history was cut."
    ]
    assert held(scene, scene.other).faults == ()
    with scene.council.database.reading() as reading:
        assert set(found.faults) <= set(hold_against(reading, kept_in_database(reading)).faults)


def test_heads_made_to_fit_do_not_give_the_root(scene: Scene) -> None:
    def attack(scene: Scene) -> None:
        scene.remove(scene.subject, after=4)
        scene.sql(
            "UPDATE checkpoint_head SET position = 4, hash = (SELECT hash FROM history WHERE subject = ? AND position = 4)"
            " WHERE subject = ?",
            scene.subject,
            scene.subject,
        )

    scene.attack(attack)

    assert [fault.field for fault in held(scene, scene.case).faults] == ["root"]
    assert [fault.field for fault in held(scene, scene.other).faults] == ["root"]


def test_without_a_checkpoint_nothing_is_vouched_for(council: Council) -> None:
    case = council.contact()

    with council.database.reading() as reading:
        found = hold_one_against(reading, case_subject(case))

    assert (found.last, found.up_to, found.faults) == (None, None, ())
