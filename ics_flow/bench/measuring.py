"""A stopwatch, and what is said of many readings of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from statistics import median, quantiles

Figures = dict[str, object]
"""What a benchmark found: numbers by name, fit for JSON."""


def milliseconds(act: Callable[[], object]) -> float:
    """How long the act takes, once."""
    began = time.perf_counter_ns()
    act()
    return (time.perf_counter_ns() - began) / 1e6


def processor_milliseconds(act: Callable[[], object]) -> float:
    """How long this process computes for the act, once: what waiting for the disk or for others' work does not add to."""
    began = time.process_time_ns()
    act()
    return (time.process_time_ns() - began) / 1e6


def spread(readings: Iterable[float]) -> Figures:
    """The middle of the readings, the least (what the machine can do undisturbed) and the ninetieth hundredth (what one may meet)."""
    taken = sorted(readings)
    return {
        "median": round(median(taken), 3),
        "least": round(taken[0], 3),
        "p90": round(quantiles(taken, n=10, method="inclusive")[-1] if len(taken) > 1 else taken[0], 3),
        "rounds": len(taken),
    }


def a_second(count: int, took_milliseconds: float) -> int:
    """How many a second that comes to."""
    return round(count / took_milliseconds * 1000)
