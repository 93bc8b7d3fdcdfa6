"""The histories on a real database: appending, reading back, what the tables refuse, and tampering past the program."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from ics_flow.clock import ManualClock
from ics_flow.domain.errors import AppendConflict, CauseAlreadyRecorded
from ics_flow.domain.history import Head, check_chain, parts_gone
from ics_flow.domain.ids import Entropy
from ics_flow.store import Database, UnitOfWork
from ics_flow.store.history import Appending
from tests import databases

CASE = "case:one"


def append(unit: UnitOfWork, cause: str, subject: str = CASE) -> Head:
    return unit.history.append(
        subject,
        kind="task-completed",
        actor="worker",
        cause=cause,
        parts={"answers": {"outcome": "assess"}, "input": {"task": cause}},
    )


@pytest.fixture
def written(database: Database, clock: ManualClock) -> Database:
    for number in range(1, 7):
        with database.unit(clock) as unit:
            append(unit, f"command-{number}")
            append(unit, f"command-{number}", "case:other")
        clock.advance(hours=1)
    return database


def test_what_is_appended_is_read_back(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        first = append(unit, "command-1")
        second = append(unit, "command-2")

    with database.reading() as reading:
        entries = reading.history.read(CASE)
        assert [(entry.position, entry.hash, entry.cause) for entry in entries] == [
            (1, first.hash, "command-1"),
            (2, second.hash, "command-2"),
        ]
        assert entries[1].parts == {"answers": {"outcome": "assess"}, "input": {"task": "command-2"}}
        assert entries[1].previous == first.hash
        assert reading.history.read(CASE, after=1) == entries[1:]
        assert reading.history.subjects() == (CASE,)
        assert reading.history.head(CASE) == second
        assert reading.history.head("case:none") is None


def test_an_entry_without_parts_is_read_back(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        unit.history.append(CASE, kind="case-closed", actor="worker", cause="command-1", parts={})

    with database.reading() as reading:
        (entry,) = reading.history.read(CASE)
    assert (entry.kind, entry.parts) == ("case-closed", {})


def test_a_chain_written_by_the_store_verifies(written: Database) -> None:
    with written.reading() as reading:
        chain = reading.history.stored(CASE)
        head = reading.history.head(CASE)

    assert len(chain) == 6
    assert head is not None
    assert check_chain(CASE, chain, (head.position, head.hash)) == ()
    assert parts_gone(chain) == ()


def test_a_clock_set_back_does_not_turn_the_history_round(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        first = append(unit, "command-1")
    clock.set_to(clock() - timedelta(days=3))
    with database.unit(clock) as unit:
        assert unit.instant_for(CASE) == first.at
        assert unit.instant_for("case:other") == clock()
        second = append(unit, "command-2")

    assert second.at == first.at


def test_the_clock_is_read_once_in_a_unit_of_work(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        first = append(unit, "command-1")
        clock.advance(days=1)
        second = append(unit, "command-2")

    assert first.at == second.at == unit.at


def test_the_same_command_is_recorded_once_in_a_history(written: Database, clock: ManualClock) -> None:
    with pytest.raises(CauseAlreadyRecorded), written.unit(clock) as unit:
        append(unit, "command-3")

    with written.reading() as reading:
        assert len(reading.history.read(CASE)) == 6


def test_one_command_may_write_in_several_histories(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        append(unit, "command-1", "case:one")
        append(unit, "command-1", "case:two")

    with database.reading() as reading:
        assert reading.history.subjects() == ("case:one", "case:two")


def test_a_writer_that_lost_the_race_is_told_by_the_primary_key(
    database: Database, clock: ManualClock, entropy: Entropy
) -> None:
    with database.unit(clock) as unit:
        late = Appending(unit.history._connection, unit.at, entropy)
        assert late.head(CASE) is None
        append(unit, "command-1")
        with pytest.raises(AppendConflict):
            late.append(CASE, kind="task-completed", actor="worker", cause="command-2", parts={})


def test_the_same_chance_gives_the_same_bytes(database: Database, clock: ManualClock) -> None:
    def hashes(subject: str) -> list[bytes]:
        with database.unit(clock, random.Random(4).randbytes) as unit:
            append(unit, "command-1", subject)
        with database.reading() as reading:
            return [part.salt for part in reading.history.stored(subject)[0].parts]

    assert hashes("case:one") == hashes("case:two")
    assert len(set(hashes("case:three"))) == 2


ROUND_ABOUT = (
    (
        "INSERT INTO history TABLE history ON CONFLICT (subject, position) DO UPDATE SET cause = 'x'",
        "TRUNCATE payload",
        "TRUNCATE history CASCADE",
        "MERGE INTO payload USING history ON false WHEN NOT MATCHED BY SOURCE THEN DELETE",
    )
    if databases.on_postgresql()
    else (
        "INSERT OR REPLACE INTO history SELECT * FROM history WHERE position = 2",
        "INSERT OR REPLACE INTO payload SELECT * FROM payload WHERE position = 2",
    )
)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE history SET cause = 'x'",
        "UPDATE history SET header = hash WHERE position = 2",
        "DELETE FROM history WHERE position = 6",
        "UPDATE payload SET body = salt",
        "DELETE FROM payload",
        *ROUND_ABOUT,
    ],
)
def test_the_tables_refuse_to_change_or_remove(written: Database, clock: ManualClock, statement: str) -> None:
    with pytest.raises(Exception, match="append-only"), written.unit(clock) as unit:
        unit.history._connection.exec_driver_sql(statement)

    with written.reading() as reading:
        assert check_chain(CASE, reading.history.stored(CASE)) == ()


def run(*statements: str) -> Callable[[Any], None]:
    def tamper(raw: Any) -> None:
        for statement in statements:
            assert raw.execute(databases.worded(statement), (CASE,)).rowcount > 0

    return tamper


TAMPERINGS: list[tuple[str, Callable[[Any], None], int, str | None]] = [
    (
        "a header byte",
        run(
            f"UPDATE history SET header = {databases.replaced('header', 'worker', 'walker')} "  # noqa: S608
            "WHERE subject = ? AND position = 4"
        ),
        4,
        "header",
    ),
    (
        "a part",
        run(
            f"UPDATE payload SET body = {databases.replaced('body', 'assess', 'closed')} "  # noqa: S608
            "WHERE subject = ? AND position = 4 AND name = 'answers'"
        ),
        4,
        "answers",
    ),
    (
        "an entry deleted",
        run(
            "DELETE FROM payload WHERE subject = ? AND position = 4",
            "DELETE FROM history WHERE subject = ? AND position = 4",
        ),
        4,
        None,
    ),
    (
        "two swapped",
        run(
            "UPDATE history SET position = 99 WHERE subject = ? AND position = 3",
            "UPDATE history SET position = 3 WHERE subject = ? AND position = 4",
            "UPDATE history SET position = 4 WHERE subject = ? AND position = 99",
            "UPDATE payload SET position = 99 WHERE subject = ? AND position = 3",
            "UPDATE payload SET position = 3 WHERE subject = ? AND position = 4",
            "UPDATE payload SET position = 4 WHERE subject = ? AND position = 99",
        ),
        3,
        "position",
    ),
    (
        "one from another subject",
        run(
            "DELETE FROM payload WHERE subject = ? AND position = 4",
            "DELETE FROM history WHERE subject = ? AND position = 4",
            "UPDATE history SET subject = ? WHERE subject = 'case:other' AND position = 4",
            "UPDATE payload SET subject = ? WHERE subject = 'case:other' AND position = 4",
        ),
        4,
        "subject",
    ),
    (
        "the tail cut",
        run(
            "DELETE FROM payload WHERE subject = ? AND position > 4",
            "DELETE FROM history WHERE subject = ? AND position > 4",
        ),
        5,
        None,
    ),
]


@pytest.mark.parametrize(
    ("tamper", "position", "field"), [row[1:] for row in TAMPERINGS], ids=[row[0] for row in TAMPERINGS]
)
def test_tampering_past_the_triggers_is_found(
    written: Database, url: str, tamper: Callable[[Any], None], position: int, field: str | None
) -> None:
    with written.reading() as reading:
        head = reading.history.head(CASE)
    assert head is not None
    databases.without_triggers(url)
    with databases.raw(url) as raw:
        tamper(raw)

    with written.reading() as reading:
        faults = check_chain(CASE, reading.history.stored(CASE), (head.position, head.hash))
        others = check_chain("case:other", reading.history.stored("case:other")) if field != "subject" else ()

    assert (position, field) in [(fault.position, fault.field) for fault in faults]
    assert others == ()
