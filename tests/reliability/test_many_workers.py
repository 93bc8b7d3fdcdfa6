"""A small ordeal of several workers; ``python -m tests.reliability.many_workers`` is the large one."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from ics_flow.bench.moulds import Mould
from tests.reliability.many_workers import Naive, Ordeal, moulds, suffer

pytestmark = pytest.mark.postgresql("a file is served by one process")


@pytest.fixture(scope="module")
def cast() -> Sequence[Mould]:
    return moulds(every=8)


def test_workers_that_are_killed_and_a_server_that_falls_over_lose_no_timer_and_fire_none_twice(
    cast: Sequence[Mould],
) -> None:
    found = suffer(Ordeal(timers=400, workers=3, kills=8, crashes=1, followed=20), cast)

    assert (found.lost, found.twice, found.faults) == (0, 0, [])
    assert found.cases == 400
    assert found.kills >= 3, "The workers were done before much befell them."
    assert found.crashes == 1


def test_a_claim_in_a_transaction_of_its_own_loses_timers(cast: Sequence[Mould]) -> None:
    found = suffer(Ordeal(timers=400, workers=3, kills=8, crashes=0, followed=0, application=Naive), cast)

    assert found.lost > 0
