"""What every test of FEEL evaluates with: one instant, England's calendar, and a case's facts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import pytest

from engine.calendar import Calendar
from engine.feel import Context, Value, compile_expression
from ics_flow.calendar import england

FACTS: dict[tuple[str, tuple[Value, ...]], Value] = {
    ("born", ()): date(2019, 5, 1),
    ("is_running", ("core_assessment",)): True,
    ("latest", ("referral", "received_on")): date(2026, 3, 2),
}


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return england()


@pytest.fixture(scope="session")
def context(calendar: Calendar) -> Context:
    return Context(
        instant=datetime(2026, 3, 20, 10, tzinfo=UTC),
        calendar=calendar,
        facts=lambda name, arguments: FACTS.get((name, arguments)),
    )


@pytest.fixture(scope="session")
def value_of(context: Context) -> Callable[..., Value]:
    """The value of an expression for some names."""

    def value(source: str, **names: object) -> Value:
        return compile_expression(source).evaluate(names, context)

    return value
