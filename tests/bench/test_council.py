"""A generated council is a true one: its histories verify, what is derived of them is what a rebuild makes, and it can be worked in."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select

from ics_flow.application import Application
from ics_flow.bench.council import TOMORROW
from ics_flow.clock import ManualClock
from ics_flow.process.following import follow
from ics_flow.rebuild import rebuild
from ics_flow.store.tables import DERIVED
from ics_flow.verification import verify
from tests.bench.conftest import CouncilOf

CASES = 40


@pytest.fixture(scope="module")
def application(council_of: CouncilOf) -> Application:
    return council_of(CASES)


def test_every_history_of_a_generated_council_verifies(application: Application) -> None:
    subjects = histories(application)

    assert sum(subject.startswith("case:") for subject in subjects) == CASES
    assert [fault for subject in subjects for fault in verify(application, subject).faults] == []


def test_a_copy_cast_with_another_secret_would_be_found(application: Application) -> None:
    case, other = [subject for subject in histories(application) if subject.startswith("case:")][:2]
    with application.reading() as reading:
        entries = reading.history.read(case)
        right, wrong = (reading.secrets.of(each.removeprefix("case:")) or b"" for each in (case, other))

    assert follow(entries, application.archive, right).faults == []
    assert follow(entries, application.archive, wrong).faults != []


def test_what_is_derived_of_a_generated_council_is_what_a_rebuild_makes(application: Application) -> None:
    before = derived(application)

    assert rebuild(application, lambda _done, _of: None) == ()

    assert derived(application) == before


def test_work_stands_at_every_stage(application: Application) -> None:
    pathways = Counter(str(row[1]).partition("#")[0] for row in derived(application)["task_row"])

    assert pathways.keys() >= {"contact", "referral", "initial_assessment", "child_in_need_review"}


def test_timers_of_a_generated_council_fire_in_the_days_course(council_of: CouncilOf) -> None:
    application = council_of(CASES + 1)
    clock = application.clock
    assert isinstance(clock, ManualClock)
    assert application.tick() == 0
    clock.set_to(TOMORROW)

    assert application.tick() > 0
    assert application.tick() == 0
    assert [
        fault for subject in histories(application) for fault in verify(application, subject).faults
    ] == []


def histories(application: Application) -> tuple[str, ...]:
    """Whose histories there are."""
    with application.reading() as reading:
        return reading.history.subjects()


def derived(application: Application) -> dict[str, list[tuple[object, ...]]]:
    """Every derived row, by table."""
    with application.reading() as reading:
        connection = reading.pages._connection
        return {
            table.name: sorted((tuple(row) for row in connection.execute(select(table))), key=repr)
            for table in DERIVED
        }
