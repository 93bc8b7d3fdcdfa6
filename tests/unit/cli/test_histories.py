"""history show, history verify and rebuild, over a whole demonstration."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ics_flow.store.tables import DERIVED
from tests import databases
from tests.unit.cli.conftest import Command

pytestmark = pytest.mark.database

A_RECORD = "SELECT subject, position, name, body FROM payload WHERE name = 'answers:s_decision' ORDER BY subject, position"


def derived(url: str) -> dict[str, list[Any]]:
    return {
        table.name: sorted(databases.sql(url, f"SELECT * FROM {table.name}"), key=repr)  # noqa: S608
        for table in DERIVED
    }


def alter(url: str, statement: str, *values: object) -> None:
    databases.without_triggers(url)
    with databases.raw(url) as connection:
        assert connection.execute(databases.worded(statement), values).rowcount == 1


@pytest.fixture
def case(demonstration: str) -> str:
    [(subject,)] = databases.sql(
        demonstration, "SELECT min(subject) FROM history WHERE substr(subject, 1, 5) = 'case:'"
    )
    return str(subject).removeprefix("case:")


def test_a_history_is_shown_in_words_with_who_and_when(command: Command, case: str) -> None:
    answer = command("history", "show", case)

    assert answer.code == 0
    assert "The file was opened (" in answer.out
    assert "To do: " in answer.out


def test_a_history_that_is_not_there_is_a_sentence(command: Command, demonstration: str) -> None:
    for verb in ("show", "verify"):
        answer = command("history", verb, "nobody")

        assert answer.code == 1
        assert "There is no history of case:nobody." in answer.err


def test_an_untouched_database_verifies(command: Command, demonstration: str) -> None:
    answer = command("history", "verify", "--all")

    assert answer.code == 0
    assert answer.out.endswith("entries verified, none altered.\n")


def test_one_case_can_be_verified_by_itself(command: Command, case: str) -> None:
    assert command("history", "verify", case).code == 0


def test_verify_asks_for_a_case_or_all(command: Command, demonstration: str) -> None:
    assert command("history", "verify").code == 2


def test_an_altered_byte_is_found_and_the_entry_and_field_are_named(
    command: Command, demonstration: str
) -> None:
    subject, position, name, body = databases.sql(demonstration, A_RECORD)[0]
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
    kept = re.search(
        r"Nothing was mended. The council's history keeps this as incident ([0-9A-F]{8})\.", answer.err
    )
    assert kept
    again = command("history", "verify", str(subject))
    assert f"incident {kept[1]}." in again.err, "what is known already is the same incident"
    assert again.code == 1


def test_a_tail_that_was_cut_off_is_found(command: Command, demonstration: str, case: str) -> None:
    [(last,)] = databases.sql(
        demonstration, "SELECT max(position) FROM history WHERE subject = ?", f"case:{case}"
    )
    databases.without_triggers(demonstration)
    for table in ("payload", "history"):
        databases.sql(
            demonstration,
            f"DELETE FROM {table} WHERE subject = ? AND position = ?",  # noqa: S608
            f"case:{case}",
            last,
        )

    answer = command("history", "verify", case)

    assert answer.code == 1
    assert f"entry {last}: Entry {last} of case:{case} is missing." in answer.out


def test_an_entry_whose_chain_was_forged_whole_is_found_by_taking_it_again(
    command: Command, demonstration: str, case: str
) -> None:
    alter(demonstration, "UPDATE case_secret SET secret = ? WHERE case_id = ?", bytes(32), case)

    answer = command("history", "verify", case)

    assert answer.code == 1
    assert f"case:{case}, entry 1, fingerprint: " in answer.out


def test_rebuild_makes_every_derived_row_again_as_it_was(command: Command, demonstration: str) -> None:
    before = derived(demonstration)
    empty = {table for table, rows in before.items() if not rows}
    assert empty <= {
        "undelivered_row",
        "adoption_row",
    }  # pathways take each other's messages; few are adopted

    answer = command("rebuild")

    assert answer.code == 0
    assert derived(demonstration) == before


def test_rebuild_mends_what_was_lost_and_what_was_wrong(command: Command, demonstration: str) -> None:
    before = derived(demonstration)
    databases.sql(demonstration, "DELETE FROM relationship")
    databases.sql(demonstration, "DELETE FROM snapshot")
    databases.sql(demonstration, "UPDATE deadline_row SET due_on = '1999-01-01'")
    databases.sql(demonstration, "UPDATE person_row SET family_name = 'Nobody'")
    assert derived(demonstration) != before

    assert command("rebuild").code == 0

    assert derived(demonstration) == before


def test_rebuild_names_a_history_that_can_no_longer_be_read_and_makes_the_others(
    command: Command, demonstration: str, case: str
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
    command: Command, demonstration: str, case: str
) -> None:
    before = derived(demonstration)
    alter(demonstration, "UPDATE case_secret SET secret = ? WHERE case_id = ?", bytes(32), case)

    answer = command("rebuild")

    after = derived(demonstration)
    assert answer.code == 1
    assert answer.out.startswith(f"case:{case}, entry 1, fingerprint: ")
    assert after["task_row"] == before["task_row"]
    assert len(after["snapshot"]) == len(before["snapshot"]) - 1
