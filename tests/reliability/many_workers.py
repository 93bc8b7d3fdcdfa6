"""Due timers over several worker processes that are killed at random, on a server that falls over: ``python -m tests.reliability.many_workers``.

Each worker claims due cases and lets their timers fire, as ``ics-flow worker`` does; whenever one is gone, another takes its place. At the end
every case must have one entry that says so, a whole chain, and no timer that is still due. The naive worker, which claims in a transaction of its own
and fires in another, loses what it had in hand when it is killed.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import secrets
import signal
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from multiprocessing.process import BaseProcess
from pathlib import Path
from random import Random

from ics_flow.application import Application
from ics_flow.bench.council import DUE_IN_A_DAY, NOW, TOMORROW, found
from ics_flow.bench.moulds import Mould, live
from ics_flow.clock import ManualClock
from ics_flow.domain.errors import StoreBusy
from ics_flow.domain.history import check_chain
from ics_flow.domain.release import read_files
from ics_flow.store import Database
from ics_flow.verification import verify
from tests import databases

ROOT = Path(__file__).parents[2]
_FORK = multiprocessing.get_context("fork")  # each worker begins with everything read already


class Naive(Application):
    """An application whose claim and effect are two transactions."""

    def tick(self, most: int = 100) -> int:
        """Claim due cases by taking their timers away, then let them fire one by one."""
        with self.database.unit(self.clock, self.entropy) as unit:
            claimed = unit.claim_due(most)
            for case in claimed:
                unit._connection.exec_driver_sql("DELETE FROM timer_row WHERE case_id = %s", (case,))
        return sum(self._let_time_pass(case) for case in claimed)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ordeal:
    """What the workers are to go through."""

    timers: int
    workers: int
    kills: int
    crashes: int
    seed: int = 1
    followed: int = (
        200  # how many histories are followed entry by entry in the end; of the others the chain is checked
    )
    application: type[Application] = Application


@dataclass(slots=True)
class Found:
    """What came of it; `lost` and `twice` are the cases whose timers fired never and more than once."""

    cases: int = 0
    seconds: float = 0.0
    kills: int = 0
    crashes: int = 0
    lost: int = 0
    twice: int = 0
    faults: list[str] = field(default_factory=list)


def moulds(every: int = 1) -> tuple[Mould, ...]:
    """Lives with a timer that falls due by the end of the day."""
    release = read_files(ROOT / "bpmn", ROOT / "forms")
    return tuple(mould for mould in live(release, NOW, every) if mould.falls_due(NOW, TOMORROW))


def suffer(ordeal: Ordeal, cast: Sequence[Mould]) -> Found:
    """Let the workers go through it on a server of their own, and count."""
    server = databases.started()
    try:
        server.run("CREATE DATABASE council")
        url = server.url("council")
        with Database(url) as database:
            database.upgrade()
            found(
                database,
                read_files(ROOT / "bpmn", ROOT / "forms"),
                round(ordeal.timers / DUE_IN_A_DAY),  # of which so many fall due, and the others are left out
                cast,
            )
        return _Harness(ordeal, server, url).run()
    finally:
        server.end()


def work(url: str, application: Application) -> None:
    """One worker's life: ticks until nothing is due."""
    with Database(url) as database:
        application.database = database
        while _waiting(database):
            try:
                application.tick()
            except StoreBusy:
                continue


def _waiting(database: Database) -> bool:
    with database.reading() as reading:
        return bool(reading.projection.due_cases(TOMORROW, 1))


class _Harness:
    """Workers, and what befalls them."""

    def __init__(self, ordeal: Ordeal, server: databases.Server, url: str) -> None:
        self._ordeal = ordeal
        self._server = server
        self._url = url
        self._chance = Random(ordeal.seed)
        self._found = Found()
        self._workers: list[BaseProcess] = []
        with Database(url) as database:
            self._application = ordeal.application(database, ManualClock(TOMORROW), secrets.token_bytes)
            _ = self._application.release.pathways  # read once, for every worker that is forked

    def run(self) -> Found:
        """Go through it."""
        cases = self._cases()
        self._found.cases = len(cases)
        began = time.monotonic()
        with self._working():
            for left in self._blows():
                time.sleep(self._pause(left))
                if not self._strike(left):
                    break
            while self._tended():
                time.sleep(0.02)
        self._found.seconds = round(time.monotonic() - began, 1)
        self._examine(cases)
        return self._found

    def _blows(self) -> Iterator[int]:
        """How many blows are still to come, at each; they last as long as there is work."""
        yield from range(self._ordeal.kills + self._ordeal.crashes, 0, -1)

    def _pause(self, left: int) -> float:
        """A moment, such that the blows are spread over the work."""
        return self._chance.uniform(0.02, 0.2)

    def _strike(self, left: int) -> bool:
        """Kill a worker, or let the server fall over; whether there is still work."""
        if not self._tended():
            return False
        every = max(1, (self._ordeal.kills + self._ordeal.crashes) // (self._ordeal.crashes + 1))
        if self._found.crashes < self._ordeal.crashes and left % every == 0:
            self._server.crash()
            self._server.start()
            self._found.crashes += 1
        else:
            victim = self._chance.choice(self._workers)
            if victim.pid is not None and victim.is_alive():
                os.kill(victim.pid, signal.SIGKILL)
                victim.join()
                self._found.kills += 1
        return True

    def _tended(self) -> bool:
        """Put a new worker in the place of each that is gone; whether there is work left."""
        if all(worker.exitcode == 0 for worker in self._workers):
            return False
        for place, worker in enumerate(self._workers):
            if worker.exitcode not in (None, 0):
                self._workers[place] = self._begun()
        return True

    def _begun(self) -> BaseProcess:
        worker = _FORK.Process(target=_quietly(work), args=(self._url, self._application), daemon=True)
        worker.start()
        return worker

    @contextmanager
    def _working(self) -> Iterator[None]:
        self._workers = [self._begun() for _ in range(self._ordeal.workers)]
        try:
            yield
        finally:
            for worker in self._workers:
                worker.kill()
                worker.join()

    def _cases(self) -> list[str]:
        return [
            case
            for (case,) in databases.sql(
                self._url, "SELECT DISTINCT case_id FROM timer_row WHERE due <= ? ORDER BY case_id", TOMORROW
            )
        ]

    def _examine(self, cases: Sequence[str]) -> None:
        """Count what was lost and what happened twice, and check every history."""
        followed = set(self._chance.sample(list(cases), min(self._ordeal.followed, len(cases))))
        with Database(self._url) as database:
            self._application.database = database
            for case in cases:
                with database.reading() as reading:
                    stored = reading.history.stored(f"case:{case}")
                    entries = reading.history.read(f"case:{case}")
                fired = Counter(entry.kind for entry in entries if entry.at >= TOMORROW)["timers-fired"]
                self._found.lost += fired == 0
                self._found.twice += fired > 1
                faults = [*check_chain(f"case:{case}", stored)]
                if case in followed:
                    faults.extend(verify(self._application, f"case:{case}").faults)
                self._found.faults.extend(fault.sentence for fault in faults)
            self._found.lost += _waiting(database)


def _quietly(target: Callable[..., None]) -> Callable[..., None]:
    """What a worker says as it dies is of no interest."""

    def quiet(*arguments: object) -> None:
        try:
            target(*arguments)
        except Exception:  # noqa: BLE001 -- the server fell over; another takes its place
            os._exit(1)
        os._exit(0)

    return quiet


def main() -> None:
    """Go through it, and print what came of it as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name, default in (("timers", 20_000), ("workers", 4), ("kills", 200), ("crashes", 5), ("seed", 1)):
        parser.add_argument(f"--{name}", type=int, default=default)
    parser.add_argument("--naive", action="store_true", help="claim and fire in two transactions")
    asked = vars(parser.parse_args())
    naive = asked.pop("naive")
    os.environ[databases.VARIABLE] = "postgresql"
    found_out = suffer(Ordeal(**asked, application=Naive if naive else Application), moulds())
    sys.stdout.write(json.dumps(asdict(found_out), indent=2) + "\n")


if __name__ == "__main__":
    main()
