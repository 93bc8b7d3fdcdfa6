"""The clocks: the wall's, and the one that tests and scenarios move."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from ics_flow.clock import Clock, ManualClock, OffsetClock, wall_clock

MORNING = datetime(2026, 3, 20, 10, tzinfo=UTC)


def test_the_wall_clock_is_aware_and_in_utc() -> None:
    clock: Clock = wall_clock

    assert clock().tzinfo is UTC
    assert clock() <= clock()


def test_a_manual_clock_stands_still_until_it_is_moved() -> None:
    clock: Clock = ManualClock(MORNING)

    assert clock() == clock() == MORNING


def test_a_manual_clock_is_moved_by_days_and_hours_or_to_an_instant() -> None:
    clock = ManualClock(MORNING)

    assert clock.advance(days=11) == clock() == datetime(2026, 3, 31, 10, tzinfo=UTC)
    clock.advance(hours=2, minutes=30)
    assert clock() == datetime(2026, 3, 31, 12, 30, tzinfo=UTC)
    clock.advance(to=datetime(2026, 4, 14, 0, tzinfo=UTC), hours=9)
    assert clock() == datetime(2026, 4, 14, 9, tzinfo=UTC)


def test_a_manual_clock_gives_utc_whatever_zone_it_was_set_in() -> None:
    clock = ManualClock(datetime(2026, 7, 1, 9, tzinfo=timezone(timedelta(hours=1))))

    assert clock().tzinfo is UTC
    assert clock() == datetime(2026, 7, 1, 8, tzinfo=UTC)


def test_a_manual_clock_goes_back_only_when_it_is_set() -> None:
    clock = ManualClock(MORNING)

    with pytest.raises(ValueError, match="cannot be advanced to 2026-03-19 10:00"):
        clock.advance(days=-1)
    assert clock() == MORNING

    clock.set_to(MORNING - timedelta(days=1))
    assert clock() == datetime(2026, 3, 19, 10, tzinfo=UTC)


def test_an_offset_clock_goes_on_with_the_wall_and_is_moved_by_whoever_keeps_the_offset() -> None:
    wall, ahead = ManualClock(MORNING), [timedelta()]
    clock: Clock = OffsetClock(wall, lambda: ahead[0])
    assert clock() == MORNING

    ahead[0] = timedelta(days=10)
    wall.advance(minutes=5)

    assert clock() == datetime(2026, 3, 30, 10, 5, tzinfo=UTC)
    assert wall() == datetime(2026, 3, 20, 10, 5, tzinfo=UTC)


def test_a_clock_refuses_an_instant_without_a_zone() -> None:
    with pytest.raises(ValueError, match="with its time zone"):
        ManualClock(datetime(2026, 3, 20, 10))  # noqa: DTZ001
