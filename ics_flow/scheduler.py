"""The ticker: asks the application once a second to let due timers fire, and knows when it has stopped doing so.

In memory only: the timers themselves are rows of the database, so nothing is lost with the process. What a timer does is the
diagrams'.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from logging import WARNING

from apscheduler.schedulers.background import BackgroundScheduler

from ics_flow.logs import logger

EVERY_SECONDS = 1.0
STALE_SECONDS = 60.0
_BATCH = 250
_LOG = logger(__name__)
logger("apscheduler").setLevel(WARNING)  # it would note every tick

Tick = Callable[[int], int]
"""Lets the due timers of so many cases fire, and gives in how many they did: ``Application.tick``."""


class Ticker:
    """A thread that ticks; begun with ``start``, ended with ``stop``."""

    def __init__(self, tick: Tick, *, every: float = EVERY_SECONDS) -> None:
        self._tick = tick
        self._finished = time.perf_counter()
        self._stopping = threading.Event()
        self._scheduler = BackgroundScheduler(timezone="UTC")
        self._scheduler.add_job(
            self.drain,
            "interval",
            seconds=every,
            max_instances=1,
            coalesce=True,
            misfire_grace_time=None,
        )

    def start(self) -> None:
        """Begin to tick."""
        self._finished = time.perf_counter()
        self._scheduler.start()

    def stop(self) -> None:
        """Finish the tick in hand, and tick no more."""
        self._stopping.set()
        self._scheduler.shutdown()

    def drain(self) -> None:
        """Let every due timer fire, batch by batch; an error is logged, and the next tick tries again."""
        fired = 0
        try:
            while not self._stopping.is_set() and (batch := self._tick(_BATCH)):
                fired += batch
                self._finished = time.perf_counter()
        except Exception:  # noqa: BLE001 -- the ticker outlives whatever goes wrong in a tick
            _LOG.exception("tick failed")
            return
        self._finished = time.perf_counter()
        if fired:
            _LOG.info("timers fired", extra={"cases": fired})

    def seconds_since_tick(self) -> float:
        """How long ago a tick last came to its end."""
        return time.perf_counter() - self._finished


def watch(ticker: Ticker, stopped: threading.Event, *, stale: float = STALE_SECONDS) -> bool:
    """Wait until ``stopped`` is set and give True; or until no tick has come to its end for so many seconds, and give False."""
    while not stopped.wait(min(stale / 4, EVERY_SECONDS)):
        if ticker.seconds_since_tick() > stale:
            _LOG.error("ticker stale", extra={"seconds": round(ticker.seconds_since_tick())})
            return False
    return True
