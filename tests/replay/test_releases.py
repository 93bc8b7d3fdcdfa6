"""A release or a calendar that changes while cases run: what has begun goes on as it began, and its history follows all the same."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ics_flow.calendar import england
from ics_flow.process.following import views
from tests.replay.council import Council, release_files
from tests.replay.moves import another_release
from tests.replay.truth import require_truth

RECEIVED = "referral#1/record#1/write#1"
WRITE = "initial_assessment#1/assessment#1/write#1"
DUE = "initial_assessment#1/assessment#1/finalise_due#1"
CLOSED = {date(2026, 3, 24): "Flood", date(2026, 3, 25): "Flood"}


@pytest.fixture
def files(root: Path) -> dict[str, bytes]:
    """The release, with twenty working days for the initial assessment."""
    return another_release(release_files(root), days=20)


def due_on(council: Council, case: str) -> date:
    *_, view = views(council.entries(case))
    return next(each.due_on for each in view.deadlines if each.name == DUE)


def test_a_process_keeps_the_release_that_it_began_with(council: Council, files: dict[str, bytes]) -> None:
    council.clock.advance(hours=1)
    before = council.assess()
    council.application.publish(files, england(), name="second", actor="setup")
    after = council.assess()

    assert (due_on(council, before), due_on(council, after)) == (date(2026, 4, 7), date(2026, 4, 21))
    require_truth(council)
    for case in (before, after):
        council.correct(case, RECEIVED, "received_on", "2026-03-19")
        require_truth(council)
    assert (due_on(council, before), due_on(council, after)) == (date(2026, 4, 2), date(2026, 4, 20))


def test_a_message_of_a_timer_that_fired_under_an_old_release_starts_what_it_started_then(
    council: Council, files: dict[str, bytes]
) -> None:
    case = council.assess()
    council.clock.advance(days=40)
    council.application.tick()
    council.application.publish(files, england(), name="second", actor="setup")
    council.complete(case, WRITE, by="sw", outcome="no_further_action")

    council.correct(case, "contact#1/record#1/write#1", "what_happened", "Seen at school.")

    assert due_on(council, case) == date(2026, 4, 7)
    require_truth(council)


def test_a_correction_counts_in_the_working_days_of_the_time(council: Council, root: Path) -> None:
    case = council.assess()
    council.clock.advance(hours=1)
    council.application.publish(release_files(root), england(added=CLOSED), name="flood", actor="setup")

    council.correct(case, "contact#1/record#1/write#1", "what_happened", "Seen at school.")

    parts: Any = council.entries(case)[-1].parts
    assert parts["restated"]["moved"] == []
    assert due_on(council, case) == date(2026, 4, 7)
    require_truth(council)
    assert due_on(council, council.assess()) == date(2026, 4, 9)
    council.clock.advance(days=30)
    assert council.application.tick() == 2
    require_truth(council)
