"""account add: the first accounts of a council."""

from __future__ import annotations

import io

import pytest

from ics_flow.access import Access
from ics_flow.clock import wall_clock
from ics_flow.store import Database
from tests.unit.cli.conftest import Answer, Command

pytestmark = pytest.mark.database

PASSWORD = "correct horse battery"


@pytest.fixture
def add(command: Command, demonstration: str, monkeypatch: pytest.MonkeyPatch) -> Command:
    def add_it(username: str, *arguments: str, password: str = PASSWORD) -> Answer:
        monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
        return command("account", "add", username, "--name", "Wren Example", "--password-stdin", *arguments)

    return add_it


def test_a_worker_with_an_account_can_sign_in(add: Command, demonstration: str) -> None:
    assert (
        add("wren", "--role", "SW", "--role", "IRO", "--team", "Riverside team", "--manager", "pat").code == 0
    )

    with Database(demonstration) as database:
        access = Access(database, wall_clock)
        access.sign_in("token", "wren", PASSWORD, "127.0.0.1")
        worker = access.who("token")
    assert worker is not None
    assert (worker.roles, worker.team, worker.manager) == (frozenset({"SW", "IRO"}), "Riverside team", "pat")


def test_a_name_that_is_taken_is_refused(add: Command) -> None:
    answer = add("jo", "--role", "SW")

    assert answer.code == 1
    assert "already" in answer.err


def test_a_role_that_nobody_described_is_a_misunderstanding_that_lists_the_roles(add: Command) -> None:
    answer = add("wren", "--role", "wizard")

    assert answer.code == 2
    assert "IRO" in answer.err


def test_a_manager_without_an_account_is_a_misunderstanding(add: Command) -> None:
    assert add("wren", "--role", "SW", "--manager", "nobody").code == 2


def test_a_short_password_is_refused(add: Command) -> None:
    answer = add("wren", "--role", "SW", password="short")

    assert answer.code == 1
    assert "12 characters" in answer.err
