"""One form with every kind of question, and what it takes to read, fill in and draw it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import TypeAlias

import jinja2
import pytest
from jinja2 import ChoiceLoader, FileSystemLoader, PackageLoader, PrefixLoader

from engine.calendar import Calendar
from engine.feel import Context, Value
from engine.problems import Refused
from ics_flow.domain.forms import Choice, CodeSet, Form, Occasion, Sheet, read_code_set, read_form
from tests.unit.forms.example import EVERYTHING, GOOD, RELATIONSHIP, Component, document


@pytest.fixture(scope="session")
def codes() -> Mapping[str, CodeSet]:
    return {"relationship": read_code_set("relationship", RELATIONSHIP.encode())}


@pytest.fixture(scope="session")
def form(codes: Mapping[str, CodeSet]) -> Form:
    return read_form("visit", document(*EVERYTHING), codes)


Reader: TypeAlias = Callable[..., Form]


@pytest.fixture(scope="session")
def read(codes: Mapping[str, CodeSet]) -> Reader:
    """A form of those components."""

    def read(*components: Component, known: Iterable[str] = ()) -> Form:
        return read_form("visit", document(*components), codes, frozenset(known))

    return read


Problems: TypeAlias = Callable[..., list[str]]


@pytest.fixture(scope="session")
def problems(read: Reader) -> Problems:
    """What is wrong with a form of those components, as people read it."""

    def problems(*components: Component) -> list[str]:
        try:
            read(*components)
        except Refused as refused:
            return [str(problem) for problem in refused.problems]
        return []

    return problems


def no_facts(name: str, arguments: tuple[Value, ...]) -> Value:
    return None


@pytest.fixture(scope="session")
def occasion() -> Occasion:
    """Friday 20 March 2026, with two workers."""
    context = Context(
        instant=datetime(2026, 3, 20, 10, tzinfo=UTC), calendar=Calendar(2020, 2030, ()), facts=no_facts
    )
    return Occasion(context=context, live={"workers": (Choice("w1", "Sam Reed"), Choice("w2", "Jo Marsh"))})


@pytest.fixture
def good() -> dict[str, object]:
    """Answers with which nothing is wrong."""
    return json.loads(json.dumps(GOOD))  # type: ignore[no-any-return]


@pytest.fixture(scope="session")
def pages() -> jinja2.Environment:
    loader = ChoiceLoader(
        [
            FileSystemLoader("web/templates"),
            PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
        ]
    )
    return jinja2.Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)


Draw: TypeAlias = Callable[[Sheet], str]


@pytest.fixture(scope="session")
def draw(pages: jinja2.Environment) -> Draw:
    """The HTML of a whole form."""
    page = pages.from_string(
        '{% import "forms/macros.html" as forms %}{{ forms.errors(drawn.errors) }}'
        '<form method="post">{{ forms.default_action("do", "finalise") }}{{ forms.sheet(drawn) }}</form>'
    )
    return lambda drawn: page.render(drawn=drawn)
