"""Values as JSON and back: one spelling for each, and nothing read that was not written."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from engine.feel import DaysTime, FeelError, Value, YearsMonths, decode_value, encode_value


@pytest.mark.parametrize(
    ("value", "data"),
    [
        (None, None),
        (True, True),
        (7, 7),
        ("text", "text"),
        (Decimal("1.50"), {"number": "1.5"}),
        (Decimal("2.00"), 2),
        (Decimal("0.00000001"), {"number": "0.00000001"}),
        (date(2026, 3, 20), {"date": "2026-03-20"}),
        (datetime(2026, 3, 20, 9, 30, tzinfo=UTC), {"instant": "2026-03-20T09:30:00Z"}),
        (datetime(2026, 7, 1, 9, tzinfo=timezone(timedelta(hours=1))), {"instant": "2026-07-01T08:00:00Z"}),
        (datetime(2026, 3, 20, 9, 30, 0, 5, tzinfo=UTC), {"instant": "2026-03-20T09:30:00.000005Z"}),
        (YearsMonths(3), {"duration": "P3M"}),
        (YearsMonths(-14), {"duration": "-P1Y2M"}),
        (DaysTime(14 * 86_400), {"duration": "P14D"}),
        (DaysTime(5_400), {"duration": "PT1H30M"}),
        (("1A", "2B"), ["1A", "2B"]),
        ((), []),
    ],
)
def test_a_value_is_kept_in_one_spelling(value: Value, data: Any) -> None:
    assert encode_value(value) == data
    assert json.loads(rfc8785.dumps(encode_value(value))) == data
    assert decode_value(data) == value


VALUES: st.SearchStrategy[Value] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.decimals(-(10**9), 10**9, places=4)
    | st.text(max_size=20)
    | st.dates()
    | st.datetimes(timezones=st.just(UTC))
    | st.integers(-119_988, 119_988).map(YearsMonths)
    | st.integers(-(10**10), 10**10).map(DaysTime),
    lambda items: st.lists(items, max_size=4).map(tuple),
    max_leaves=8,
)


@given(VALUES)
def test_every_value_comes_back_as_it_was(value: Value) -> None:
    data = encode_value(value)

    assert encode_value(decode_value(data)) == data
    assert decode_value(json.loads(json.dumps(data))) == value


@pytest.mark.parametrize(
    "data",
    [
        1.5,
        {},
        {"date": "2026-02-30"},
        {"date": "20 March"},
        {"date": 5},
        {"date": "2026-03-20", "more": 1},
        {"instant": "2026-03-20T09:30:00"},
        {"instant": "2026-03-20T09:30:00+01:00"},
        {"number": "1e5"},
        {"number": "NaN"},
        {"duration": "P"},
        {"duration": "PT"},
        {"duration": "P1M1D"},
        {"other": "x"},
        [{"date": "x"}],
    ],
)
def test_what_was_not_written_by_us_is_not_read(data: Any) -> None:
    with pytest.raises(FeelError, match="not a kept value"):
        decode_value(data)


def test_a_number_beyond_the_largest_is_not_kept() -> None:
    with pytest.raises(FeelError, match="cannot be kept"):
        encode_value(2**53)


def test_a_row_is_not_kept() -> None:
    with pytest.raises(FeelError, match="row of a form"):
        encode_value({"name": "x"})  # type: ignore[arg-type]
