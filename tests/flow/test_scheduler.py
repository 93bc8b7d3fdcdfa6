"""The ticker, with real clocks: timers fire in time, one broken case holds up no other, and a ticker that stands still is noticed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from ics_flow.application import HELD_SECONDS, SET_ASIDE, TOGETHER, Application, together_next
from ics_flow.calendar import england
from ics_flow.clock import ManualClock, wall_clock
from ics_flow.domain.history import Entry
from ics_flow.domain.release import read_files
from ics_flow.scenarios import Child, Player
from ics_flow.scheduler import Ticker, watch
from ics_flow.store import Database
from ics_flow.store.accounts import Account
from tests import databases

MAIN = "from ics_flow.cli import main; main()"
FIRES_WITHIN = 2.0
SUFFIX = "decision_due#1"


class NearMidnight:
    """A clock that runs as the real one does, and shows a moment before the instant given when it begins."""

    def __init__(self, instant: datetime, before: timedelta) -> None:
        self._offset = instant - before - wall_clock()

    def __call__(self) -> datetime:
        return wall_clock() + self._offset


@pytest.fixture
def url(tmp_path: Path) -> str:
    return databases.new(tmp_path)


@pytest.fixture
def database(url: str) -> Iterator[Database]:
    with Database(url) as opened:
        opened.upgrade()
        yield opened


def referred(
    database: Database, root: Path, at: datetime, children: int = 1
) -> tuple[Application, list[Player]]:
    """Children with a referral whose decision is due at the end of the next working day."""
    clock = ManualClock(at)
    application = Application(database, clock, random.Random(4).randbytes)
    application.publish(read_files(root / "bpmn", root / "forms"), england(), name="first", actor="setup")
    with database.unit(clock) as unit:
        for role in ("TA", "PM"):
            unit.accounts.add(
                Account(
                    worker_id=role,
                    username=role,
                    password_hash=None,
                    name=role,
                    roles=(role,),
                    team="A",
                    manager_id="PM",
                )
            )
    ids = iter(range(1000))
    players = []
    for number in range(children):
        child = Child(given_name=f"Child {number}", family_name="Example")
        player = Player(application, child, seed="x", command_id=lambda: f"c{next(ids)}")
        player.start("contact", "TA")
        player.do(
            "contact/record/write", "TA", {"contacted_on": at.date().isoformat(), "outcome": "referral"}
        )
        player.do("contact/record/authorise", "PM", {"decision": "authorise"})
        players.append(player)
    return application, players


def fired(player: Player) -> bool:
    return any(each.fired for each in player.view().deadlines if each.name.endswith(SUFFIX))


def test_a_timer_fires_within_two_seconds_of_its_instant(database: Database, root: Path) -> None:
    at = datetime(2026, 3, 19, 10, tzinfo=UTC)
    application, (player,) = referred(database, root, at)
    due = player.next_due()
    assert due is not None
    application.clock = NearMidnight(due, timedelta(seconds=0.3))
    ticker = Ticker(application.tick)

    ticker.start()
    try:
        assert not fired(player)
        while not fired(player) and application.clock() < due + timedelta(seconds=FIRES_WITHIN + 1):
            time.sleep(0.02)
        late = application.clock() - due
    finally:
        ticker.stop()

    (entry,) = recorded(database, "timers-fired")
    assert late <= timedelta(seconds=FIRES_WITHIN)
    assert due <= entry.at <= due + timedelta(seconds=FIRES_WITHIN)


def recorded(database: Database, kind: str) -> list[Entry]:
    with database.reading() as reading:
        entries = [entry for subject in reading.history.subjects() for entry in reading.history.read(subject)]
    return [entry for entry in entries if entry.kind == kind]


def test_a_case_whose_history_is_broken_does_not_hold_up_the_others(
    database: Database, url: str, root: Path
) -> None:
    at = datetime(2026, 3, 19, 10, tzinfo=UTC)
    application, players = referred(database, root, at, children=3)
    broken, *others = sorted(players, key=lambda player: str(player.case))  # as the ticker finds them
    databases.sql(url, "DELETE FROM snapshot WHERE case_id = ?", broken.case)
    databases.sql(url, "UPDATE case_secret SET secret = ? WHERE case_id = ?", bytes(32), broken.case)
    clock = ManualClock(at + timedelta(days=3))
    application.clock = clock

    assert application.tick(most=1) == 0
    assert [application.tick(most=1) for _ in range(3)] == [1, 1, 0]

    assert all(fired(player) for player in others)
    assert not fired(broken)


def test_a_case_that_was_set_aside_is_tried_again_after_a_while(
    database: Database, url: str, root: Path
) -> None:
    at = datetime(2026, 3, 19, 10, tzinfo=UTC)
    application, (player,) = referred(database, root, at)
    with database.reading() as reading:
        secret = reading.secrets.of(str(player.case))
    databases.sql(url, "DELETE FROM snapshot")
    databases.sql(url, "UPDATE case_secret SET secret = ?", bytes(32))
    application.clock = clock = ManualClock(at + timedelta(days=3))
    assert application.tick() == 0
    databases.sql(url, "UPDATE case_secret SET secret = ?", secret)

    assert application.tick() == 0
    clock.advance(minutes=SET_ASIDE.total_seconds() / 60)
    assert application.tick() == 1


def test_a_tick_drains_what_is_due_batch_by_batch() -> None:
    batches = iter([100, 100, 7, 0])
    ticker = Ticker(lambda _most: next(batches))

    ticker.drain()

    assert list(batches) == []


def test_a_tick_that_fails_does_not_end_the_ticker() -> None:
    ticks: list[int] = []

    def tick(most: int) -> int:
        ticks.append(most)
        if len(ticks) == 1:
            raise OSError("the disk is full")
        return 0

    ticker = Ticker(tick, every=0.05)
    ticker.start()
    time.sleep(0.5)
    ticker.stop()

    assert len(ticks) > 2


def test_a_ticker_that_stands_still_is_noticed() -> None:
    released, stopped = threading.Event(), threading.Event()

    def hang(most: int) -> int:
        released.wait(10)
        return 0

    ticker = Ticker(hang, every=0.05)
    ticker.start()
    try:
        assert watch(ticker, stopped, stale=0.4) is False
    finally:
        released.set()
        ticker.stop()


def test_a_ticker_that_ticks_is_watched_until_it_is_stopped() -> None:
    stopped = threading.Event()
    ticker = Ticker(lambda _most: 0, every=0.05)
    ticker.start()
    threading.Timer(0.8, stopped.set).start()
    try:
        assert watch(ticker, stopped, stale=0.4) is True
    finally:
        ticker.stop()


@pytest.mark.parametrize(
    ("cases", "share", "following"),
    [
        (TOGETHER, 0.1, 2 * TOGETHER),  # much room left: twice as many
        (4 * TOGETHER, 1.0, 4 * TOGETHER),  # there is room for as many again
        (4 * TOGETHER, 2.0, 2 * TOGETHER),  # it took twice as long as it may
        (4 * TOGETHER, 50.0, TOGETHER),  # never fewer than that
        (1, 0.01, TOGETHER),  # little was due
    ],
)
def test_the_more_is_due_the_more_fires_together_but_nobody_is_held_up_long(
    cases: int, share: float, following: int
) -> None:
    assert together_next(cases, share * HELD_SECONDS) == following


def test_the_worker_fires_what_is_due_and_stops_when_it_is_told_to(
    database: Database, url: str, root: Path
) -> None:
    _, (player,) = referred(database, root, wall_clock() - timedelta(days=10))
    assert not fired(player)
    environment = {**os.environ, "ICS_FLOW_DATABASE": url}
    with subprocess.Popen(
        [sys.executable, "-c", MAIN, "worker"], cwd=root, env=environment, stderr=subprocess.PIPE, text=True
    ) as worker:
        waited = time.perf_counter()
        while not fired(player) and time.perf_counter() - waited < 20:
            time.sleep(0.1)
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=20)

    assert fired(player)
    assert worker.returncode == 0
    assert '"message": "timers fired"' in said
    assert "Traceback" not in said


def test_a_worker_whose_tick_hangs_ends_with_1(database: Database, url: str, root: Path) -> None:
    hanging = "import time; from ics_flow.application import Application; Application.tick = lambda *_: time.sleep(60); "
    done = subprocess.run(
        [sys.executable, "-c", hanging + MAIN, "worker", "--stale", "1"],
        cwd=root,
        env={**os.environ, "ICS_FLOW_DATABASE": url},
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )

    assert done.returncode == 1
    assert "No tick has come to its end for 1 seconds" in done.stderr
