"""Pathways that wake each other without end are stopped, and nothing is kept of it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

import engine
from ics_flow.calendar import england
from ics_flow.process.apply import GoesRoundAndRound, apply
from ics_flow.process.case import CaseState, World
from ics_flow.process.inputs import ProcessStarted
from tests.unit.engine.drawing import drawn, path, start, stop, throw

AT = datetime(2026, 3, 20, 10, tzinfo=UTC)


def test_two_pathways_that_begin_each_other_for_ever_are_refused() -> None:
    ping = drawn(
        "ping",
        start(startedBy="SW"),
        start("again", message="back"),
        throw("t", "there"),
        throw("u", "there"),
        stop(),
        stop("over"),
        path("begin", "t", "done"),
        path("again", "u", "over"),
        messages=("there", "back"),
    )
    pong = drawn(
        "pong",
        start(message="there"),
        throw("t", "back"),
        stop(),
        path("begin", "t", "done"),
        messages=("there", "back"),
    )
    pathways = engine.read_pathways({**ping, **pong})
    world = World(pathways=lambda _release: pathways, release="r", calendar=england())

    with pytest.raises(GoesRoundAndRound):
        apply(CaseState(), ProcessStarted(pathway="ping", data={}), world, AT)
