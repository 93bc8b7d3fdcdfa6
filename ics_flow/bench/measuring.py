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
    """The middle of the readings, the least (what the machine can do undisturbed), and the ninetieth and ninety-fifth hundredth."""
    taken = sorted(readings)
    parts = quantiles(taken, n=20, method="inclusive") if len(taken) > 1 else taken * 19
    return {
        "median": round(median(taken), 3),
        "least": round(taken[0], 3),
        "p90": round(parts[-2], 3),
        "p95": round(parts[-1], 3),
        "rounds": len(taken),
    }


def readings(acts: Iterable[Callable[[], object]]) -> Figures:
    """The acts done one after another: how long they take, and what this process computes for them."""
    taken, computed = [], []
    for act in acts:
        computing = time.process_time_ns()
        taken.append(milliseconds(act))
        computed.append((time.process_time_ns() - computing) / 1e6)
    return {**spread(taken), "processor": round(median(computed), 3)}


def a_second(count: int, took_milliseconds: float) -> int:
    """How many a second that comes to."""
    return round(count / took_milliseconds * 1000)
