"""What expressions give: our own functions, facts, the day it is, names and rows. The rest of FEEL is held by
``test_agreement_with_feelin``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal, getcontext, localcontext

import pytest

from engine.calendar import end_of
from engine.feel import Call, Context, DaysTime, FeelError, Value, compile_expression

ValueOf = Callable[..., Value]


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("working_days_after(d, 15)", date(2026, 4, 14)),
        ("working_days_after(d, 10)", date(2026, 4, 7)),
        ("working_days_after(d, 0)", date(2026, 3, 20)),
        ("working_days_after(d, -5)", date(2026, 3, 13)),
        ('working_days_after(latest("referral", "received_on"), 10)', date(2026, 3, 16)),
        ("working_days_after(now(), 1)", date(2026, 3, 23)),
        ('working_days_after("2026-03-20", 15)', date(2026, 4, 14)),
        ("working_days_after(d, 1.5)", None),
        ("working_days_after(d, nothing)", None),
        ("working_days_after(nothing, 10)", None),
        ('working_days_between(d, date("2026-04-14"))', 15),
        ('working_days_between(date("2026-04-14"), d)', -15),
        ("working_days_between(d, d)", 0),
        ("working_days_between(d, nothing)", None),
        ("is_working_day(d)", True),
        ('is_working_day(date("2026-04-03"))', False),
        ('is_working_day(date("2026-03-21"))', False),
        ("is_working_day(nothing)", None),
        ('working_days_after(d, 3) + duration("P3M")', date(2026, 6, 25)),
    ],
)
def test_working_days_are_counted_from_the_day_after_the_event(
    value_of: ValueOf, source: str, value: Value
) -> None:
    assert value_of(source, d=date(2026, 3, 20)) == value


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("2019-05-01", "2026-03-20", 6),
        ("2019-05-01", "2026-04-30", 6),
        ("2019-05-01", "2026-05-01", 7),
        ("2019-05-01", "2019-05-01", 0),
        ("2008-02-29", "2026-02-28", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-02-29", "2024-02-28", 15),
        ("2008-02-29", "2024-02-29", 16),
        ("2026-05-01", "2026-03-20", None),
    ],
)
def test_a_birthday_comes_on_its_day_and_that_of_29_february_on_1_march(
    value_of: ValueOf, born: str, on: str, age: int | None
) -> None:
    assert value_of(f'age_on(date("{born}"), date("{on}"))') == age


def test_the_facts_of_a_case_are_asked_for_with_literals(value_of: ValueOf) -> None:
    assert value_of('is_running("core_assessment") and age_on(born, today()) = 6') is True
    assert value_of('has_plan("child_protection")') is None
    assert value_of("born()") == date(2019, 5, 1)


def test_a_fact_is_asked_for_once_in_an_evaluation(context: Context) -> None:
    asked = []

    def facts(name: str, arguments: tuple[Value, ...]) -> Value:
        asked.append((name, arguments))
        return 1

    source = 'every x in [1, 2, 3] satisfies latest("a", "b") = 1 and latest("a", "c") = 1'

    assert compile_expression(source).evaluate({}, replace(context, facts=facts)) is True
    assert asked == [("latest", ("a", "b")), ("latest", ("a", "c"))]


def test_today_is_the_day_it_is_in_london(context: Context) -> None:
    today = compile_expression("today()")

    assert today.evaluate({}, replace(context, instant=datetime(2026, 7, 20, 22, 59, tzinfo=UTC))) == date(
        2026, 7, 20
    )
    assert today.evaluate({}, replace(context, instant=datetime(2026, 7, 20, 23, 0, tzinfo=UTC))) == date(
        2026, 7, 21
    )
    assert today.evaluate({}, replace(context, instant=datetime(2026, 1, 20, 23, 59, tzinfo=UTC))) == date(
        2026, 1, 20
    )


def test_today_in_the_step_of_a_timer_is_the_day_that_fell_due(context: Context) -> None:
    due = date(2026, 4, 14)
    step = replace(context, instant=end_of(due), today=due)

    assert compile_expression("today()").evaluate({}, step) == due
    assert compile_expression("now()").evaluate({}, step) == datetime(2026, 4, 14, 23, tzinfo=UTC)


def test_an_expression_tells_which_names_it_reads_and_what_it_calls() -> None:
    expression = compile_expression(
        'some r in family satisfies r.age < limit and latest("referral", "received_on") < working_days_after(d, n)'
    )

    assert expression.names == {"family", "limit", "d", "n"}
    assert expression.calls == (
        Call("latest", ("referral", "received_on")),
        Call("working_days_after", None),
    )
    assert compile_expression("born").names == frozenset()
    assert compile_expression("born").calls == (Call("born", ()),)
    assert compile_expression("xs[item > item_limit]").names == {"xs", "item_limit"}


def test_where_a_case_has_no_facts_their_names_are_names_like_others(context: Context) -> None:
    expression = compile_expression('born > date("2020-01-01")', facts=())

    assert expression.names == {"born"}
    assert expression.evaluate({"born": date(2021, 1, 1)}, context) is True
    with pytest.raises(FeelError, match="cannot be asked for here"):
        compile_expression('is_running("core_assessment")', facts=())


def test_the_same_source_is_compiled_once() -> None:
    assert compile_expression("n + 1") is compile_expression("n + 1")
    assert compile_expression("born") is not compile_expression("born", facts=())


def test_names_may_hold_lists_rows_and_instants_of_any_zone(value_of: ValueOf) -> None:
    rows = [{"name": "Ava", "born": date(2019, 5, 1), "codes": ["1A", "2B"]}, {"name": "Ben"}]
    summer = timezone(timedelta(hours=1))

    assert value_of('some r in rows satisfies r.name = "Ben"', rows=rows) is True
    assert value_of('list contains(rows[1].codes, "2B")', rows=rows) is True
    assert value_of("rows.born", rows=rows) == (date(2019, 5, 1), None)
    assert value_of("at", at=datetime(2026, 7, 1, 9, tzinfo=summer)) == datetime(2026, 7, 1, 8, tzinfo=UTC)
    assert value_of("codes", codes=["1A", "2B"]) == ("1A", "2B")
    assert value_of("n", n=Decimal("1.500")) == Decimal("1.5")


def test_a_row_is_no_value_that_leaves_an_expression(value_of: ValueOf) -> None:
    assert value_of("rows[1]", rows=[{"name": "Ava"}]) is None
    assert value_of("rows", rows=[{"name": "Ava"}]) == (None,)


@pytest.mark.parametrize("value", [1.5, {1, 2}, b"bytes", object(), datetime(2026, 1, 1)])  # noqa: DTZ001
def test_a_name_that_holds_no_value_of_feel_is_a_fault_of_the_program(
    value_of: ValueOf, value: object
) -> None:
    with pytest.raises(TypeError, match="FEEL knows no values of the type"):
        value_of("n", n=value)


@pytest.mark.parametrize("name", ["__class__", "keys", "get", "items", "upper", "months", "seconds", "real"])
def test_a_path_reaches_the_data_of_a_row_and_nothing_else(value_of: ValueOf, name: str) -> None:
    if not name.startswith("_"):
        assert value_of(f"row.{name}", row={"name": "x"}) is None
        assert value_of(f"text.{name}", text="x") is None
        assert value_of(f"list.{name}", list=()) == ()
    else:
        with pytest.raises(FeelError):
            compile_expression(f"row.{name}")


def test_numbers_do_not_depend_on_what_the_thread_has_set(value_of: ValueOf) -> None:
    third = value_of("1 / 3")
    with localcontext() as settings:
        settings.prec = 3
        assert value_of("1 / 3") == third
        assert getcontext().prec == 3
    assert third == Decimal("0.3333333333333333333333333333333333")


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("9007199254740991", 9007199254740991),
        ("9007199254740991 + 1", None),
        ("9007199254740991 * 9007199254740991", None),
        ("0 - 9007199254740991 - 1", None),
        ("1 / 3 * 3 = 1", False),
        ("0.5 + 0.5", 1),
        ("2.50", Decimal("2.5")),
        ("-0.0", 0),
        ('date("9999-12-31") + duration("P1D")', None),
        ('date("0001-01-01") - duration("P1M")', None),
        ('date("2026-01-01") + duration("P9999Y")', None),
        ('date("2026-01-01") - duration("P999999D")', None),
        ('duration("P9999Y") + duration("P9999Y")', None),
        ('date and time("9999-12-31T23:00:00Z") + duration("P1D")', None),
        ('date and time("9999-12-31T23:00:00Z") + duration("P1M")', None),
        ("string length(long + long)", None),
        ("string length(long)", 6000),
    ],
)
def test_what_grows_too_large_is_null(value_of: ValueOf, source: str, value: Value) -> None:
    result = value_of(source, long="x" * 6000)

    assert (type(result), result) == (type(value), value)


def test_where_the_calendar_ends_the_expression_is_refused_with_a_sentence(value_of: ValueOf) -> None:
    for source in ("working_days_after(d, 9000)", "is_working_day(late)", "working_days_between(late, d)"):
        with pytest.raises(FeelError, match="covers 2000 to 2040 only"):
            value_of(source, d=date(2026, 3, 20), late=date(2041, 1, 2))


def test_instants_are_counted_in_hours_and_months_in_londons_time(value_of: ValueOf) -> None:
    assert value_of('date and time("2026-03-28T12:00:00") + duration("P1M")') == datetime(
        2026, 4, 28, 11, tzinfo=UTC
    )
    assert value_of("now() - at", at=datetime(2026, 3, 19, 9, 30, tzinfo=UTC)) == DaysTime(24 * 3600 + 1800)
