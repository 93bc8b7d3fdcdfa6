"""The demonstration: the same every time, at every stage of the work, in words that somebody wrote."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ics_flow.demonstration import fill
from ics_flow.domain.forms.examples import SENTENCE
from ics_flow.domain.release import read_files
from ics_flow.process.following import views
from ics_flow.store import Database
from tests.unit.cli.conftest import END, Command


@pytest.fixture(scope="module")
def release(root: Path) -> Mapping[str, bytes]:
    return read_files(root / "bpmn", root / "forms")


def heads(path: Path) -> dict[str, str]:
    with Database(f"sqlite:///{path}") as database, database.reading() as reading:
        found = {subject: reading.history.head(subject) for subject in reading.history.subjects()}
    return {subject: head.hash for subject, head in found.items() if head}


def fresh(path: Path, release: Mapping[str, bytes], *, end: datetime = END, **given: int) -> dict[str, str]:
    with Database(f"sqlite:///{path}") as database:
        database.upgrade()
        fill(database, release, end=end, advance=lambda _done, _of: None, **given)
    return heads(path)


def test_the_same_seed_and_end_give_the_same_histories_to_the_byte(
    made: Path, tmp_path: Path, release: Mapping[str, bytes]
) -> None:
    assert fresh(tmp_path / "again.db", release) == heads(made)


def test_another_seed_gives_other_histories(made: Path, tmp_path: Path, release: Mapping[str, bytes]) -> None:
    assert not set(fresh(tmp_path / "other.db", release, seed=7).values()) & set(heads(made).values())


@pytest.mark.parametrize(
    "end",
    [
        datetime(2026, 1, 1, 0, 5, tzinfo=UTC),
        datetime(2027, 3, 28, 5, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
    ],
    ids=["New Year's Day", "the clocks go forward", "a leap day"],
)
def test_the_demonstration_can_be_made_on_any_day(
    tmp_path: Path, release: Mapping[str, bytes], end: datetime
) -> None:
    assert fresh(tmp_path / "day.db", release, end=end)


def test_children_stand_at_every_stage(made: Path) -> None:
    with Database(f"sqlite:///{made}") as database, database.reading() as reading:
        cases = [
            list(views(reading.history.read(subject)))[-1]
            for subject in reading.history.subjects()
            if subject.startswith("case:")
        ]
        kinds = {
            entry.kind for subject in reading.history.subjects() for entry in reading.history.read(subject)
        }
    waiting = {task.name for case in cases for task in case.tasks}
    overdue = {each.name for case in cases for each in case.deadlines if each.fired and each.is_unmet}

    assert "contact#1/record#1/authorise#1" in waiting
    assert "initial_assessment#1/assessment#1/write#2" in waiting
    assert "referral#2/allocate#1" in waiting
    assert {"referral#1/decision_due#1", "initial_assessment#1/assessment#1/finalise_due#1"} <= overdue
    assert any(not case.is_open for case in cases)
    assert any(each.message == "strategy_discussion_wanted" for case in cases for each in case.undelivered)
    assert {"case-restated", "person-related", "demonstration-made"} <= kinds


def test_every_word_was_written_by_somebody(made: Path) -> None:
    made_up = SENTENCE.split(".", maxsplit=1)[0].encode()
    with Database(f"sqlite:///{made}") as database, database.reading() as reading:
        bodies = [
            part.body
            for subject in reading.history.subjects()
            for entry in reading.history.stored(subject)
            for part in entry.parts
        ]

    assert bodies
    assert not [body for body in bodies if made_up in body]


def test_siblings_are_related_from_both_sides(made: Path) -> None:
    with Database(f"sqlite:///{made}") as database, database.reading() as reading:
        fables = reading.persons.found("Fable")
        relatives = {person.person_id: reading.persons.relatives(person.person_id) for person in fables}

    assert len(fables) == 3
    assert all({each.kind for each in found} == {"sibling"} for found in relatives.values())
    assert {(each.person_id, each.other_id) for found in relatives.values() for each in found} == {
        (one.person_id, other.person_id) for one in fables for other in fables if one != other
    }


def test_a_database_that_is_no_demonstration_is_not_served_as_one(command: Command, tmp_path: Path) -> None:
    command("db", "upgrade")

    for arguments in ((), ("--anew",)):
        answer = command("demo", "--file", str(tmp_path / "ics-flow.db"), *arguments)

        assert answer.code == 1
        assert "was not made as a demonstration" in answer.err
    assert (tmp_path / "ics-flow.db").exists()
