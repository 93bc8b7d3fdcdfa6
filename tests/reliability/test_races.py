"""Real threads at once, and a real disk that is full: one wins, the others get a sentence, and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.engine import Engine

from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import TaskNotWaiting
from ics_flow.commands.record_contact import RecordContact
from ics_flow.commands.relate_persons import RelatePersons
from ics_flow.domain.errors import SameIdOtherBody, StoreUnfit, Told
from ics_flow.store.persons import Person
from tests.replay.council import Council
from tests.replay.truth import require_truth

WRITE = "initial_assessment#1/assessment#1/write#1"
AT_ONCE = 4


def at_once(council: Council, commands: list[Command]) -> list[Outcome | Told]:
    """What the commands come to, sent by as many threads in the same moment."""
    barrier = Barrier(len(commands))

    def send(command: Command) -> Outcome | Told:
        barrier.wait()
        try:
            return council.handle(command)
        except Told as told:
            return told

    with ThreadPoolExecutor(len(commands)) as threads:
        return list(threads.map(send, commands))


def test_one_of_several_who_do_the_same_task_wins_and_the_others_are_told(council: Council) -> None:
    case = council.assess()
    command = council.completion(case, WRITE, by="sw")

    answers = at_once(council, [replace(command, command_id=f"race-{number}") for number in range(AT_ONCE)])

    assert [type(answer) for answer in answers].count(Outcome) == 1
    assert [type(answer) for answer in answers].count(TaskNotWaiting) == AT_ONCE - 1
    assert council.kinds(case).count("task-completed") == 6
    require_truth(council)


def test_one_page_sent_several_times_at_once_has_one_effect_and_one_answer(council: Council) -> None:
    case = council.assess()
    command = council.completion(case, WRITE, by="sw")

    answers = at_once(council, [command] * AT_ONCE)

    assert answers == [answers[0]] * AT_ONCE
    assert isinstance(answers[0], Outcome)
    assert council.kinds(case).count("task-completed") == 6
    require_truth(council)


def test_contacts_at_once_about_a_child_who_has_no_file_open_one(council: Council) -> None:
    with council.database.unit(council.clock) as unit:
        unit.persons.keep(Person(person_id="known", given_name="Ava", family_name="Example"))

    at_once(
        council,
        [
            RecordContact(command_id=f"race-{number}", actor="ta", person_id="known")
            for number in range(AT_ONCE)
        ],
    )

    assert len(council.cases()) == 1
    require_truth(council)


def test_people_related_to_each_other_at_once_are_related_once(council: Council) -> None:
    people = []
    for _ in range(2):
        with council.database.reading() as reading:
            child = reading.pages.child(council.contact())
        assert child is not None
        people.append(child.person)
    one, other = people

    answers = at_once(
        council,
        [
            RelatePersons(command_id=f"race-{number}", actor="ta", person_id=a, other_id=b, kind="sibling")
            for number, (a, b) in enumerate([(one, other), (other, one)] * 2)
        ],
    )

    assert [type(answer) for answer in answers].count(Outcome) == 1
    with council.database.reading() as reading:
        assert [each.other_id for each in reading.persons.relatives(one)] == [other]


def test_the_same_id_with_another_body_is_refused(council: Council) -> None:
    case = council.assess()
    command = council.completion(case, WRITE, by="sw")
    council.handle(command)

    with pytest.raises(SameIdOtherBody):
        council.handle(replace(command, answers={**command.answers, "outcome": "no_further_action"}))


def test_ticks_and_a_post_at_once_fire_each_timer_once(council: Council) -> None:
    case = council.assess(received_on="2026-03-20")
    command = council.completion(case, WRITE, by="sw")
    council.clock.advance(days=30)

    def ticks() -> None:
        council.application.tick()

    acts: list[Callable[[], object]] = [ticks, ticks, lambda: council.handle(command), ticks]
    with ThreadPoolExecutor(len(acts)) as threads:
        for done in [threads.submit(act) for act in acts]:
            done.result()

    assert council.kinds(case).count("timers-fired") == 1
    assert council.kinds(case).index("timers-fired") < len(council.kinds(case)) - 1
    require_truth(council)


@pytest.mark.sqlite("the disk of a server is filled by others")
def test_a_full_disk_is_told_in_a_sentence_changes_nothing_and_loses_nothing(council: Council) -> None:
    case = council.assess()
    command = council.completion(case, WRITE, by="sw")
    before, rows = council.stored(case), council.derived()

    def fill(cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("BEGIN"):
            cursor.execute("PRAGMA max_page_count = 1")  # SQLite takes it for as many as there are already

    def empty(cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("BEGIN"):
            cursor.execute("PRAGMA max_page_count = 1000000")

    event.listen(Engine, "do_execute", fill)
    try:
        with pytest.raises(StoreUnfit, match="full"):
            council.handle(command)
    finally:
        event.remove(Engine, "do_execute", fill)
    assert (council.stored(case), council.derived()) == (before, rows)

    event.listen(Engine, "do_execute", empty)
    try:
        council.handle(command)
    finally:
        event.remove(Engine, "do_execute", empty)
    assert council.kinds(case)[-1] == "task-completed"
    require_truth(council)
