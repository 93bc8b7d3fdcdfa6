"""Patterns: the same answers as regular expressions give, in bounded time."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ics_flow.domain.forms.patterns import NotAPattern, read_pattern

ATOMS = st.sampled_from(
    ["a", "b", "1", "-", " ", ".", r"\d", r"\w", r"\s", r"\.", "[ab]", "[^a]", "[a-c1]", r"[\d-]", r"[^\]]"]
)
TIMES = st.sampled_from(["", "", "?", "*", "+", "{2}", "{1,3}", "{0,2}"])
PATTERNS = st.lists(st.tuples(ATOMS, TIMES).map("".join), max_size=6).map("".join)


@given(PATTERNS, st.text("ab1-. _]\n", max_size=10))
def test_a_pattern_matches_what_the_regular_expression_matches(source: str, text: str) -> None:
    assert read_pattern(source).matches(text) == bool(re.fullmatch(source, text, re.ASCII))


@given(PATTERNS)
def test_the_example_of_a_pattern_matches_it(source: str) -> None:
    pattern = read_pattern(source)

    assert pattern.matches(pattern.example)


def test_anchors_change_nothing() -> None:
    assert read_pattern("^[0-9]{2}$").matches("12")
    assert not read_pattern("^[0-9]{2}$").matches("123")


def test_a_postcode_is_a_pattern() -> None:
    postcode = read_pattern(r"[A-Z]{1,2}[0-9][A-Z0-9]? ?[0-9][A-Z]{2}")

    assert [postcode.matches(text) for text in ("N1 1AA", "SW1A1AA", "N1", "n1 1aa")] == [
        True,
        True,
        False,
        False,
    ]


REFUSED = ["(a)", "a|b", "a{3,1}", "a{0}", "a{2,}", "[z-a]", "[]", r"\b", r"\1", "*", "a**", "a{9999}", "x" * 201, "[a", "^^", r"[^\d\w\s -~]"]  # fmt: skip


@pytest.mark.parametrize("source", REFUSED)
def test_what_is_no_pattern_here_is_refused(source: str) -> None:
    with pytest.raises(NotAPattern):
        read_pattern(source)


def test_a_pattern_that_would_run_away_as_a_regular_expression_does_not() -> None:
    pattern = read_pattern(r"\w*" * 60 + "!")
    begun = time.perf_counter()

    assert not pattern.matches("a" * 1_000)
    assert time.perf_counter() - begun < 5
