"""States and effects go through JSON and come back equal; every kind of effect has its permanent name."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import engine
from engine import Effect, Scope, State, Token, decode_effect, encode_effect, read_instant, write_instant
from engine.effects import KINDS
from engine.feel import DaysTime, YearsMonths

names = st.text("abc_", min_size=1, max_size=6)
paths = st.lists(names.map("{}#1".format), max_size=3).map("/".join)
texts = st.text(max_size=12)
instants = st.datetimes(timezones=st.just(UTC))
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.integers(-(10**6), 10**6).map(lambda number: Decimal(number * 10 + 1).scaleb(-3))
    | texts
    | st.dates()
    | instants
    | st.integers(-1_000, 1_000).map(YearsMonths)
    | st.integers(-(10**6), 10**6).map(DaysTime),
    lambda inner: st.lists(inner, max_size=3).map(tuple),
    max_leaves=4,
)
data = st.dictionaries(names, values, max_size=3)
counts = st.integers(1, 10_000)


@st.composite
def tokens(draw: st.DrawFn) -> Token:
    due = draw(st.none() | instants)
    return Token(
        element=draw(names),
        occurrence=draw(counts),
        due=due,
        due_on=None if due is None else draw(st.dates()),
        host=draw(st.none() | counts),
        source=draw(st.none() | names),
    )


def scopes(inner: st.SearchStrategy[Mapping[str, Scope]]) -> st.SearchStrategy[Scope]:
    return st.builds(
        Scope,
        data,
        st.dictionaries(names, counts, max_size=3),
        st.lists(tokens(), max_size=3).map(tuple),
        inner,
    )


nested: st.SearchStrategy[Scope] = st.recursive(
    scopes(st.just({})), lambda within: scopes(st.dictionaries(names, within, max_size=2)), max_leaves=4
)

effects: st.SearchStrategy[Effect] = st.one_of(
    st.builds(engine.Entered, paths),
    st.builds(engine.Left, paths),
    st.builds(engine.Withdrawn, paths),
    st.builds(engine.TimerFired, paths),
    st.builds(engine.EpisodeMarked, texts),
    st.builds(engine.PlanMarked, mark=texts, kind=names, on=st.dates(), category=st.none() | texts),
    st.builds(engine.ProcessEnded),
    st.builds(
        engine.TaskOpened,
        name=paths,
        title=texts,
        form=names,
        roles=st.lists(texts, max_size=3).map(tuple),
        record=st.none() | paths,
        writes=st.booleans(),
        other_than=st.none() | names,
    ),
    st.builds(
        engine.TimerSet,
        name=paths,
        due=instants,
        due_on=st.dates(),
        scope=paths,
        title=texts,
        deadline=st.sampled_from(["statutory", "local", "none"]),
        basis=st.none() | texts,
        met_by=st.none() | names,
    ),
    st.builds(engine.MessageThrown, names, data, paths, st.none() | texts),
    st.builds(
        engine.RecordMarked, scope=paths, status=names, form=st.none() | names, title=st.none() | texts
    ),
)


def through_json(value: engine.Json) -> engine.Json:
    return json.loads(json.dumps(value, allow_nan=False))


@given(st.builds(State, names, nested))
def test_a_state_comes_back_equal(state: State) -> None:
    assert State.decode(through_json(state.encode())) == state


@given(st.builds(State, names, nested))
def test_a_state_that_came_back_has_the_same_text(state: State) -> None:
    text = json.dumps(state.encode())

    assert json.dumps(State.decode(json.loads(text)).encode()) == text


@given(effects)
def test_an_effect_comes_back_equal(effect: Effect) -> None:
    assert decode_effect(through_json(encode_effect(effect))) == effect


@given(instants)
def test_an_instant_comes_back_to_the_microsecond(instant: datetime) -> None:
    assert read_instant(write_instant(instant)) == instant


@pytest.mark.parametrize(
    ("instant", "text"),
    [
        (datetime(2026, 3, 20, 10, tzinfo=UTC), "2026-03-20T10:00:00.000000Z"),
        (datetime(202, 3, 20, 10, 1, 2, 3, tzinfo=UTC), "0202-03-20T10:01:02.000003Z"),
    ],
)
def test_an_instant_is_written_the_same_on_every_machine(instant: datetime, text: str) -> None:
    assert write_instant(instant) == text


def test_every_kind_of_effect_has_a_name_of_its_own() -> None:
    assert set(KINDS) == set(get_args(Effect))
    assert len(set(KINDS.values())) == len(KINDS)


def test_the_names_of_effects_stay_as_old_histories_hold_them() -> None:
    assert sorted(KINDS.values()) == [
        "entered",
        "episode-marked",
        "left",
        "message-thrown",
        "plan-marked",
        "process-ended",
        "record-marked",
        "task-opened",
        "timer-fired",
        "timer-set",
        "withdrawn",
    ]


def test_a_day_is_a_day_again_and_not_an_instant() -> None:
    state = State("p", Scope({"on": date(2026, 3, 20), "at": datetime(2026, 3, 20, tzinfo=UTC)}))

    decoded = State.decode(through_json(state.encode())).scope.data

    assert [type(value) for value in decoded.values()] == [date, datetime]
