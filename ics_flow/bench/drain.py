"""A worker whose clock stands still at an instant: it lets the timers that are due then fire, and tells when it began and ended. A program.

    python -m ics_flow.bench.drain ADDRESS INSTANT MOST

The benchmarks start one or several beside each other, as a council would start ``ics-flow worker``.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from datetime import datetime
from math import inf

from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.store import Database

_BATCH = 250


def drain(application: Application, most: int) -> dict[str, float]:
    """Let the due timers of so many cases fire; gives how many did, from when to when by the clock that all processes share, how many
    seconds were computed for it, and how long the quickest batch took for each of its cases.
    """
    began, computing, fired, quickest = time.monotonic(), time.process_time(), 0, inf
    while fired < most:
        batch_began = time.monotonic()
        batch = application.tick(min(_BATCH, most - fired))
        if not batch:
            break
        fired += batch
        quickest = min(quickest, (time.monotonic() - batch_began) / batch)
    return {
        "fired": fired,
        "began": began,
        "ended": time.monotonic(),
        "computed": time.process_time() - computing,
        "quickest": quickest,
    }


def main(address: str, instant: str, most: str) -> None:
    """Drain, and print what was found as JSON."""
    with Database(address) as database:
        clock = ManualClock(datetime.fromisoformat(instant))
        application = Application(database, clock, secrets.token_bytes)
        _ = application.release.pathways  # read before the clock runs
        sys.stdout.write(json.dumps(drain(application, int(most))))


if __name__ == "__main__":
    main(*sys.argv[1:])
