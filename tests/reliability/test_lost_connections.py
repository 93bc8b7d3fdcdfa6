"""Connections cut round a COMMIT by a real proxy, and a server that falls over: a person gets one outcome, of one effect."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from itertools import count
from pathlib import Path
from random import Random
from typing import get_args

import pytest

from ics_flow.application import Application
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.record_contact import RecordContact
from ics_flow.commands.save_draft import SaveDraft
from ics_flow.domain.errors import StoreLost
from tests import databases
from tests.reliability.proxy import Moment, Proxy, proxied
from tests.replay.council import Council
from tests.replay.truth import require_truth

pytestmark = pytest.mark.postgresql("a file has no connection to cut")

WRITE = "initial_assessment#1/assessment#1/write#1"
POSTS = 12
MOMENTS: tuple[Moment, ...] = get_args(Moment)


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    with proxied() as found:
        yield found


@pytest.fixture
def council(founded: str, tmp_path: Path, proxy: Proxy) -> Iterator[Council]:
    """A council whose program reaches its database by way of the proxy."""
    council = Council(proxy.url(databases.copied(founded, tmp_path)))
    yield council
    council.close()


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_task_completed_as_the_connection_is_cut_is_completed_once_and_answered(
    council: Council, proxy: Proxy, moment: Moment
) -> None:
    case = council.assess()
    command = council.completion(case, WRITE, by="sw")

    proxy.cut(moment)
    answer = council.handle(command)

    assert proxy.cuts == {moment: 1}
    assert council.handle(command) == answer
    assert [entry.cause for entry in council.entries(case)].count(command.command_id) == 1
    require_truth(council)


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_draft_saved_as_the_connection_is_cut_is_saved_and_nobody_is_accused(
    council: Council, proxy: Proxy, moment: Moment
) -> None:
    case = council.assess()
    draft = SaveDraft(
        command_id=council.id(), actor="sw", case_id=case, task=WRITE, answers={"concern": "a"}, version=0
    )

    proxy.cut(moment)

    assert council.handle(draft).position == 1
    assert proxy.cuts == {moment: 1}


@pytest.mark.parametrize("moment", MOMENTS)
def test_timers_whose_firing_was_cut_fire_once(council: Council, proxy: Proxy, moment: Moment) -> None:
    case = council.assess(received_on="2026-03-20")
    council.clock.advance(days=30)

    proxy.cut(moment)
    with pytest.raises(StoreLost):
        council.application.tick()
    council.application.tick()

    assert council.kinds(case).count("timers-fired") == 1
    require_truth(council)


def contacts(council: Council, proxy: Proxy) -> int:
    """How many children were recorded, of so many who were told of with cuts at random."""
    chance = Random(3)
    for number in range(POSTS):
        if (moment := chance.choice((*MOMENTS, None))) is not None:
            proxy.cut(moment)
        council.handle(
            RecordContact(
                command_id=f"post-{number}", actor="ta", given_name="Ava", family_name=f"Example{number}"
            )
        )
    assert proxy.cuts.keys() == set(MOMENTS)
    return len(council.cases())


def test_whatever_is_cut_each_child_is_recorded_once(council: Council, proxy: Proxy) -> None:
    assert contacts(council, proxy) == POSTS
    require_truth(council)


def test_without_command_ids_some_would_be_recorded_twice(founded: str, tmp_path: Path, proxy: Proxy) -> None:
    council = Council(proxy.url(databases.copied(founded, tmp_path)), application=WithoutIdsOnRetry)

    assert contacts(council, proxy) > POSTS
    council.close()


class WithoutIdsOnRetry(Application):
    """An application that takes each attempt for a new wish."""

    attempts = count()

    def _attempt(self, command: Command) -> Outcome:
        return super()._attempt(replace(command, command_id=f"{command.command_id}~{next(self.attempts)}"))


@pytest.fixture
def falling(founded: str) -> Iterator[tuple[databases.Server, Council]]:
    """A council on a server of its own, which may fall over."""
    server = databases.started()
    council = Council(server.take(founded, "council"))
    yield server, council
    council.close()
    server.end()


def test_a_command_outlives_a_server_that_falls_over_and_pages_never_notice(
    falling: tuple[databases.Server, Council],
) -> None:
    server, council = falling
    case = council.assess()
    command = council.completion(case, WRITE, by="sw")
    server.crash()

    threading.Timer(0.2, server.start).start()
    answer = council.handle(command)

    assert council.handle(command) == answer
    assert council.kinds(case).count("task-completed") == 6
    server.crash()
    server.start()
    assert council.kinds(case).count("task-completed") == 6
    require_truth(council)


def test_while_the_server_is_away_people_are_told_so(falling: tuple[databases.Server, Council]) -> None:
    server, council = falling
    case = council.assess()
    command = council.completion(case, WRITE, by="sw")
    server.crash()

    began = time.perf_counter()
    with pytest.raises(StoreLost, match="cannot be reached"):
        council.handle(command)
    assert time.perf_counter() - began < 10

    server.start()
    council.handle(command)
    assert council.kinds(case).count("task-completed") == 6
