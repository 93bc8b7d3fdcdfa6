"""history show, history verify and rebuild, over a whole demonstration."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2

from ics_flow.store.tables import DERIVED
from tests.unit.cli.conftest import Command

A_RECORD = "SELECT subject, position, name, body FROM payload WHERE name = 'answers:s_decision' ORDER BY subject, position"


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    connection = dbapi2.connect(path)
    try:
        yield connection
        connection.commit()
    finally:
        connection.close()


def derived(path: Path) -> dict[str, list[Any]]:
    with opened(path) as connection:
        return {
            table.name: sorted(connection.execute(f"SELECT * FROM {table.name}"), key=repr)  # noqa: S608
            for table in DERIVED
        }


def alter(path: Path, statement: str, *values: object) -> None:
    with opened(path) as connection:
        for (trigger,) in connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        ).fetchall():
            connection.execute(f"DROP TRIGGER {trigger}")
        assert connection.execute(statement, values).rowcount == 1


@pytest.fixture
def case(demonstration: Path) -> str:
    with opened(demonstration) as connection:
        (subject,) = connection.execute(
            "SELECT subject FROM history WHERE subject LIKE 'case:%' LIMIT 1"
        ).fetchone()
    return str(subject).removeprefix("case:")


def test_a_history_is_shown_in_words_with_who_and_when(command: Command, case: str) -> None:
    answer = command("history", "show", case)

    assert answer.code == 0
    assert "The file was opened (" in answer.out
    assert "To do: " in answer.out


def test_a_history_that_is_not_there_is_a_sentence(command: Command, demonstration: Path) -> None:
    for verb in ("show", "verify"):
        answer = command("history", verb, "nobody")

        assert answer.code == 1
        assert "There is no history of case:nobody." in answer.err


def test_an_untouched_database_verifies(command: Command, demonstration: Path) -> None:
    answer = command("history", "verify", "--all")

    assert answer.code == 0
    assert answer.out.endswith("entries verified, none altered.\n")


def test_one_case_can_be_verified_by_itself(command: Command, case: str) -> None:
    assert command("history", "verify", case).code == 0


def test_verify_asks_for_a_case_or_all(command: Command, demonstration: Path) -> None:
    assert command("history", "verify").code == 2


def test_an_altered_byte_is_found_and_the_entry_and_field_are_named(
    command: Command, demonstration: Path
) -> None:
    with opened(demonstration) as connection:
        subject, position, name, body = connection.execute(A_RECORD).fetchone()
    alter(
        demonstration,
        "UPDATE payload SET body = ? WHERE subject = ? AND position = ? AND name = ?",
        body[:-3] + bytes([body[-3] ^ 1]) + body[-2:],
        subject,
        position,
        name,
    )

    answer = command("history", "verify", "--all")

    assert answer.code == 1
    assert answer.out.startswith(f"{subject}, entry {position}, {name}: ")


def test_a_tail_that_was_cut_off_is_found(command: Command, demonstration: Path, case: str) -> None:
    with opened(demonstration) as connection:
        (last,) = connection.execute(
            "SELECT max(position) FROM history WHERE subject = ?", [f"case:{case}"]
        ).fetchone()
    for table in ("payload", "history"):
        with opened(demonstration) as connection:
            for (trigger,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            ).fetchall():
                connection.execute(f"DROP TRIGGER {trigger}")
            connection.execute(
                f"DELETE FROM {table} WHERE subject = ? AND position = ?",  # noqa: S608
                [f"case:{case}", last],
            )

    answer = command("history", "verify", case)

    assert answer.code == 1
    assert f"entry {last}: Entry {last} of case:{case} is missing." in answer.out


def test_an_entry_whose_chain_was_forged_whole_is_found_by_taking_it_again(
    command: Command, demonstration: Path, case: str
) -> None:
    alter(demonstration, "UPDATE case_secret SET secret = ? WHERE case_id = ?", bytes(32), case)

    answer = command("history", "verify", case)

    assert answer.code == 1
    assert f"case:{case}, entry 1, fingerprint: " in answer.out


def test_rebuild_makes_every_derived_row_again_as_it_was(command: Command, demonstration: Path) -> None:
    before = derived(demonstration)
    empty = {table for table, rows in before.items() if not rows}
    assert empty <= {"undelivered_row"}  # the pathways that ship take each other's messages

    answer = command("rebuild")

    assert answer.code == 0
    assert derived(demonstration) == before


def test_rebuild_mends_what_was_lost_and_what_was_wrong(command: Command, demonstration: Path) -> None:
    before = derived(demonstration)
    with opened(demonstration) as connection:
        connection.execute("DELETE FROM relationship")
        connection.execute("DELETE FROM snapshot")
        connection.execute("UPDATE deadline_row SET due_on = '1999-01-01'")
        connection.execute("UPDATE person_row SET family_name = 'Nobody'")
    assert derived(demonstration) != before

    assert command("rebuild").code == 0

    assert derived(demonstration) == before


def test_rebuild_names_a_history_that_can_no_longer_be_read_and_makes_the_others(
    command: Command, demonstration: Path, case: str
) -> None:
    before = derived(demonstration)
    alter(
        demonstration,
        "UPDATE payload SET body = ? WHERE subject = ? AND position = 1 AND name = 'input'",
        b"{",
        f"case:{case}",
    )

    answer = command("rebuild")

    assert answer.code == 1
    assert answer.out.startswith(f"case:{case}, entry 1, input: ")
    assert len(derived(demonstration)["case_row"]) == len(before["case_row"]) - 1


def test_rebuild_names_a_history_that_does_not_come_out_and_makes_the_others(
    command: Command, demonstration: Path, case: str
) -> None:
    before = derived(demonstration)
    alter(demonstration, "UPDATE case_secret SET secret = ? WHERE case_id = ?", bytes(32), case)

    answer = command("rebuild")

    after = derived(demonstration)
    assert answer.code == 1
    assert answer.out.startswith(f"case:{case}, entry 1, fingerprint: ")
    assert after["task_row"] == before["task_row"]
    assert len(after["snapshot"]) == len(before["snapshot"]) - 1
