"""Counting working days on England's calendar, and the instant at which a day ends."""

from __future__ import annotations

import json
from bisect import bisect_right
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.calendar import LONDON, BadCalendar, Calendar, CalendarEnds, end_of, london_date
from ics_flow.calendar import FIRST_YEAR, LAST_YEAR, england

ENGLAND = england()
ONE_DAY = timedelta(days=1)


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    "closed",
    [
        "2026-04-03",  # Good Friday
        "2026-04-06",  # Easter Monday
        "2026-12-25",
        "2026-12-28",  # for Boxing Day, a Saturday
        "2027-12-27",  # for Christmas Day, a Saturday
        "2027-12-28",  # for Boxing Day, a Sunday
        "2020-05-08",  # the early May holiday, moved for VE Day
        "2022-09-19",  # the State Funeral of Queen Elizabeth II
        "2022-06-02",  # the spring holiday, moved for the Platinum Jubilee
        "2022-06-03",
        "2012-06-04",  # the spring holiday, moved for the Diamond Jubilee
        "2012-06-05",
        "2011-04-29",  # a royal wedding
        "2023-05-08",  # the coronation
        "2026-03-21",  # a Saturday
        "2026-03-22",  # a Sunday
    ],
)
def test_a_day_is_known_to_be_closed(closed: str) -> None:
    assert not ENGLAND.is_working_day(day(closed))


@pytest.mark.parametrize(
    "worked",
    [
        "2020-05-04",  # the Monday from which the holiday was moved
        "2022-05-30",
        "2012-05-28",
        "2026-12-29",
        "2026-12-24",
        "2026-03-17",  # Saint Patrick's Day is Northern Ireland's
        "2026-01-02",  # and 2 January Scotland's
    ],
)
def test_a_day_is_known_to_be_worked(worked: str) -> None:
    assert ENGLAND.is_working_day(day(worked))


def test_the_shipped_calendar_closes_on_the_days_of_the_holidays_package() -> None:
    given_days = holidays.country_holidays("GB", subdiv="ENG", years=range(FIRST_YEAR, LAST_YEAR + 1))

    assert {closed for closed, _ in ENGLAND.closed} == set(given_days)
    assert dict(ENGLAND.closed)[day("2026-04-03")] == "Good Friday"
    assert dict(ENGLAND.closed)[day("2026-12-28")] == "Boxing Day (substitute day)"


@pytest.mark.parametrize(
    ("start", "count", "due"),
    [
        ("2026-03-20", 15, "2026-04-14"),  # Good Friday and Easter Monday lie between
        ("2026-03-20", 1, "2026-03-23"),
        ("2026-03-20", 0, "2026-03-20"),
        ("2026-03-21", 0, "2026-03-21"),  # day 0 is the event's, working or not
        ("2026-03-21", 1, "2026-03-23"),
        ("2026-03-22", 1, "2026-03-23"),
        ("2026-12-24", 1, "2026-12-29"),
        ("2027-12-24", 1, "2027-12-29"),
        ("2022-09-16", 1, "2022-09-20"),
        ("2020-05-07", 1, "2020-05-11"),
        ("2010-03-31", 10, "2010-04-16"),
        ("2026-04-14", -15, "2026-03-20"),
        ("2026-03-22", -1, "2026-03-20"),
        ("2026-03-23", -1, "2026-03-20"),
    ],
)
def test_the_day_after_the_event_is_day_one(start: str, count: int, due: str) -> None:
    assert ENGLAND.working_days_after(day(start), count) == day(due)


def test_days_between_do_not_count_the_first_and_count_the_last() -> None:
    assert ENGLAND.working_days_between(day("2026-03-20"), day("2026-04-14")) == 15
    assert ENGLAND.working_days_between(day("2026-03-20"), day("2026-03-22")) == 0
    assert ENGLAND.working_days_between(day("2026-03-23"), day("2026-03-20")) == -1


def test_the_days_left_out_are_told_with_their_reasons() -> None:
    assert ENGLAND.days_left_out(day("2026-04-02"), day("2026-04-07")) == [
        (day("2026-04-03"), "Good Friday"),
        (day("2026-04-04"), "Saturday"),
        (day("2026-04-05"), "Sunday"),
        (day("2026-04-06"), "Easter Monday"),
    ]
    assert ENGLAND.days_left_out(day("2027-12-24"), day("2027-12-26")) == [
        (day("2027-12-25"), "Christmas Day"),
        (day("2027-12-26"), "Boxing Day"),
    ]


SHIPPED_DAYS = st.dates(date(FIRST_YEAR + 2, 1, 1), date(LAST_YEAR - 2, 12, 31))
COUNTS = st.integers(-400, 400)


@given(SHIPPED_DAYS, COUNTS)
def test_counting_between_undoes_counting_after(start: date, count: int) -> None:
    assert ENGLAND.working_days_between(start, ENGLAND.working_days_after(start, count)) == count


@given(SHIPPED_DAYS, COUNTS.filter(bool))
def test_a_day_that_is_counted_to_is_a_working_day(start: date, count: int) -> None:
    assert ENGLAND.is_working_day(ENGLAND.working_days_after(start, count))


@given(SHIPPED_DAYS, COUNTS)
def test_counting_one_more_is_always_later(start: date, count: int) -> None:
    assert ENGLAND.working_days_after(start, count) < ENGLAND.working_days_after(
        start, count + 1
    ) or count in (-1, 0)
    assert ENGLAND.working_days_after(start, count) <= ENGLAND.working_days_after(start + ONE_DAY, count)


@given(SHIPPED_DAYS, st.integers(1, 60))
def test_counting_is_the_same_as_walking_day_by_day(start: date, count: int) -> None:
    walked, left = start, count
    while left:
        walked += ONE_DAY
        left -= walked.weekday() < 5 and walked not in dict(ENGLAND.closed)

    assert ENGLAND.working_days_after(start, count) == walked
    assert len(ENGLAND.days_left_out(start, walked)) == (walked - start).days - count


@pytest.mark.parametrize("outside", ["1999-12-31", "2041-01-01"])
def test_outside_its_years_a_calendar_says_that_it_ends(outside: str) -> None:
    for ask in (
        ENGLAND.is_working_day,
        lambda start: ENGLAND.working_days_after(start, 0),
        lambda start: ENGLAND.working_days_between(start, date(2026, 1, 1)),
        lambda start: ENGLAND.days_left_out(date(2026, 1, 1), start),
    ):
        with pytest.raises(CalendarEnds, match="covers 2000 to 2040 only"):
            ask(day(outside))


@pytest.mark.parametrize(("start", "count"), [("2040-12-31", 1), ("2000-01-04", -1), ("2026-03-20", 10**18)])
def test_a_count_that_leaves_the_years_says_that_the_calendar_ends(start: str, count: int) -> None:
    with pytest.raises(CalendarEnds):
        ENGLAND.working_days_after(day(start), count)


def test_the_last_days_of_the_calendar_can_be_reached() -> None:
    assert ENGLAND.working_days_after(day("2040-12-28"), 1) == day("2040-12-31")
    assert ENGLAND.working_days_after(day("2000-01-05"), -1) == day("2000-01-04")


def test_days_are_added_and_removed_as_data() -> None:
    changed = ENGLAND.amended(added={day("2030-06-03"): "A jubilee"}, removed=[day("2026-08-31")])

    assert not changed.is_working_day(day("2030-06-03"))
    assert changed.is_working_day(day("2026-08-31"))
    assert changed.hash != ENGLAND.hash
    assert changed == england(added={day("2030-06-03"): "A jubilee"}, removed=[day("2026-08-31")])
    assert ENGLAND.amended() == ENGLAND


def test_a_day_that_is_not_closed_cannot_be_removed() -> None:
    with pytest.raises(BadCalendar, match="2026-03-20 is not a closed day"):
        ENGLAND.amended(removed=[day("2026-03-20")])


def test_a_calendar_comes_back_from_its_json_with_the_same_hash() -> None:
    again = Calendar.from_json(json.loads(ENGLAND.canonical_bytes))

    assert again == ENGLAND
    assert again.hash == ENGLAND.hash == sha256(ENGLAND.canonical_bytes).hexdigest()
    assert england().hash == ENGLAND.hash


def test_the_canonical_bytes_are_those_of_rfc_8785() -> None:
    small = Calendar(2026, 2026, ((day("2026-12-25"), "Christmas Day"),))

    assert (
        small.canonical_bytes
        == b'{"closed":{"2026-12-25":"Christmas Day"},"first_year":2026,"last_year":2026}'
    )


@pytest.mark.parametrize(
    "data",
    [
        None,
        [],
        {},
        {"first_year": 2026, "last_year": 2026},
        {"first_year": 2026, "last_year": 2025, "closed": {}},
        {"first_year": 0, "last_year": 2025, "closed": {}},
        {"first_year": "2026", "last_year": 2026, "closed": {}},
        {"first_year": True, "last_year": 2026, "closed": {}},
        {"first_year": 2026, "last_year": 2026, "closed": {}, "more": 1},
        {"first_year": 2026, "last_year": 2026, "closed": {"2026-02-30": "x"}},
        {"first_year": 2026, "last_year": 2026, "closed": {"20261225": "x"}},
        {"first_year": 2026, "last_year": 2026, "closed": {"2027-12-25": "x"}},
        {"first_year": 2026, "last_year": 2026, "closed": {"2026-12-25": " "}},
        {"first_year": 2026, "last_year": 2026, "closed": {"2026-12-25": 5}},
        {"first_year": 1, "last_year": 9998, "closed": {}},
    ],
)
def test_data_that_are_no_calendar_are_refused(data: object) -> None:
    with pytest.raises(BadCalendar):
        Calendar.from_json(data)


@pytest.mark.parametrize(
    ("ends", "instant"),
    [
        ("2026-01-20", "2026-01-21T00:00:00Z"),
        ("2026-07-20", "2026-07-20T23:00:00Z"),
        ("2026-03-28", "2026-03-29T00:00:00Z"),  # the clocks go forward in the night that follows
        ("2026-03-29", "2026-03-29T23:00:00Z"),  # a day of 23 hours
        ("2026-10-24", "2026-10-24T23:00:00Z"),
        ("2026-10-25", "2026-10-26T00:00:00Z"),  # a day of 25 hours
        ("2026-12-31", "2027-01-01T00:00:00Z"),
    ],
)
def test_a_day_ends_at_the_next_midnight_in_london(ends: str, instant: str) -> None:
    assert end_of(day(ends)) == datetime.fromisoformat(instant)
    assert end_of(day(ends)).tzinfo is UTC


@given(st.dates(date(1996, 1, 1), date(2037, 12, 30)))
def test_a_day_lasts_until_its_end_and_no_longer(today: date) -> None:
    end = end_of(today)

    assert london_date(end - timedelta(microseconds=1)) == today
    assert london_date(end) == today + ONE_DAY
    assert end.astimezone(LONDON).hour == 0


def test_a_year_has_as_many_working_days_as_were_counted_by_hand() -> None:
    # 365 days less 104 of weekends and 8 holidays, of which Boxing Day 2026 has its substitute in the week.
    days = [date(2026, 1, 1) + n * ONE_DAY for n in range(365)]

    assert sum(map(ENGLAND.is_working_day, days)) == 365 - 104 - 8
    assert bisect_right(days, day("2026-12-31")) == 365
