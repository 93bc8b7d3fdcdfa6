"""The catalogue of what the source documents ask for (`bpmn/CATALOGUE.md`): what it names exists, and no row is left out.

Not here: whether what it names does what the row says; the scenarios that it names show that.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from itertools import pairwise

import pytest
import yaml

from engine import london_date
from ics_flow.scenarios.reading import MoveTo
from tests.authored import shipped

ROOT = shipped.ROOT
CATALOGUE = ROOT / "bpmn/CATALOGUE.md"
FORMS = {str(number) for number in range(1, 26)}
DEADLINES = {f"D{number}" for number in range(1, 24)}
ABOUT_CASES = {f"D{number}" for number in range(1, 22)}
CONTRADICTIONS = {str(number) for number in range(1, 23)}
POINTS = {f"Outline plan {number}" for number in range(1, 10)} | {
    f"Detailed plan {number}" for number in range(1, 20)
}
ELSEWHERE = {"scenarios": "bpmn/scenarios", "codes": "forms/codes"}


@dataclass(frozen=True)
class Row:
    """A row of a table: what stands in its first cell, and what its cells name between backquotes."""

    first: str
    names: tuple[str, ...]


@cache
def text() -> str:
    """The catalogue as it stands."""
    return CATALOGUE.read_text(encoding="utf-8")


def rows(written: str, section: str) -> tuple[Row, ...]:
    """The rows of every table under the heading that begins so, without their heads."""
    part = re.split(r"^## ", written, flags=re.MULTILINE)
    (found,) = (each for each in part if each.startswith(section))
    cells = [line.strip("|").split("|") for line in found.splitlines() if line.startswith("|")]
    return tuple(
        Row(re.sub(r" \(.*\)$", "", each[0].strip()), tuple(named("|".join(each)))) for each in cells
    )


def named(written: str) -> Iterator[str]:
    """What a text names: files, with an element where there is one. A bare word between backquotes names nothing."""
    return (each for each in re.findall(r"`([^`]+)`", written) if "." in each)


@cache
def elements() -> Mapping[str, frozenset[str]]:
    """The ids drawn in every diagram."""
    release = shipped.release()
    drawn = {
        path.name: frozenset(re.findall(rb'\bid="([a-z_0-9]+)"', path.read_bytes()))
        for path in (ROOT / "bpmn").glob("*.bpmn")
    }
    assert release.pathways.by_id.keys() <= {name.removesuffix(".bpmn") for name in drawn}
    return {name: frozenset(each.decode() for each in ids) for name, ids in drawn.items()}


@cache
def keys(form: str) -> frozenset[str]:
    """The keys that a form asks for, those within rows too."""
    found = shipped.release().forms[form]
    return frozenset(
        (
            *(question.key for _, question in found.questions),
            *(each.key for each in found.rows),
            *(question.key for each in found.rows for question in each.questions),
        )
    )


@cache
def of_rights() -> frozenset[str]:
    """Every name in the rights: roles, acts, and what they stand under."""

    def within(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            for key, inner in value.items():
                yield str(key)
                yield from within(inner)

    return frozenset(within(yaml.safe_load((ROOT / "bpmn/rights.yaml").read_text(encoding="utf-8"))))


def exists(name: str) -> bool:
    """Whether there is what the catalogue names."""
    file, _, element = name.partition("#")
    folder, _, within = file.partition("/")
    path = ROOT / (f"{ELSEWHERE.get(folder, folder)}/{within}" if within else f"bpmn/{file}")
    if not path.is_file():
        return False
    if not element:
        return True
    match path.suffix:
        case ".bpmn":
            return element in elements()[path.name]
        case ".form":
            return element in keys(path.stem)
        case ".yaml":
            return path.name == "rights.yaml" and element in of_rights()
        case _:
            return False


def test_what_the_catalogue_names_exists() -> None:
    assert [name for name in named(text()) if not exists(name)] == []


@pytest.mark.parametrize(
    "wrong",
    [
        "`referral.bpmn#decision_du`",
        "`referal.bpmn#decision_due`",
        "`forms/referral.form#outcom`",
        "`scenarios/no_such_thing.yaml`",
        "`rights.yaml#XYZ`",
        "`web/no_such_page.py`",
        "`statute.yaml#rules`",
    ],
)
def test_a_name_of_nothing_would_be_found(wrong: str) -> None:
    assert [name for name in named(f"| 1 | {wrong} |") if not exists(name)] == [wrong.strip("`")]


@pytest.mark.parametrize(
    ("section", "asked"),
    [("1.", FORMS), ("2.", POINTS), ("5.", DEADLINES), ("8.", CONTRADICTIONS)],
)
def test_no_row_is_left_out(section: str, asked: set[str]) -> None:
    assert asked - {row.first for row in rows(text(), section)} == set()


def test_a_row_that_is_left_out_would_be_found() -> None:
    without = "\n".join(line for line in text().splitlines() if not line.startswith("| D7 "))

    assert DEADLINES - {row.first for row in rows(without, "5.")} == {"D7"}


def test_rows_six_and_twenty_are_several_forms() -> None:
    first = [row.first for row in rows(text(), "1.")]

    assert (first.count("6"), first.count("20")) == (2, 3)


@pytest.mark.parametrize("section", ["1.", "2.", "8."])
def test_every_row_names_what_does_it(section: str) -> None:
    asked = FORMS | POINTS | CONTRADICTIONS

    assert [row.first for row in rows(text(), section) if row.first in asked and not row.names] == []


def test_every_deadline_of_a_case_is_shown_by_two_scenarios() -> None:
    assert fewer_than_two(text()) == set()


def test_a_deadline_with_one_scenario_would_be_found() -> None:
    line = next(line for line in text().splitlines() if line.startswith("| D7 "))
    alone = "| D7 | `scenarios/conference_typed_late_was_in_time.yaml` |"

    assert fewer_than_two(text().replace(line, alone)) == {"D7"}


def test_every_clock_of_a_case_is_shown_on_both_sides_of_its_edge() -> None:
    assert without_both_sides(text()) == {"D5"}, "that two things begin together is an order, and has no edge"


def test_a_clock_shown_on_one_side_would_be_found() -> None:
    line = next(line for line in text().splitlines() if line.startswith("| D7 "))
    one_side = "| D7 | `scenarios/conference_typed_late_was_in_time.yaml` |"

    assert without_both_sides(text().replace(line, one_side)) == {"D5", "D7"}


def without_both_sides(written: str) -> set[str]:
    """The deadlines of a case for which no scenario that the catalogue names stands on one day and on the next."""
    return {
        row.first
        for row in rows(written, "5.")
        if row.first in ABOUT_CASES
        and not any(has_both_sides(name) for name in row.names if name.startswith("scenarios/"))
    }


def has_both_sides(name: str) -> bool:
    """Whether a scenario waits until a day, and then until the next."""
    steps = shipped.scenarios()[name.removeprefix("scenarios/")].steps
    days = [london_date(step.at) for step in steps if isinstance(step, MoveTo)]
    return any(after - before == timedelta(days=1) for before, after in pairwise(days))


def fewer_than_two(written: str) -> set[str]:
    """The deadlines of a case that the catalogue names fewer than two scenarios for."""
    return {
        row.first
        for row in rows(written, "5.")
        if row.first in ABOUT_CASES and len({name for name in row.names if name.startswith("scenarios/")}) < 2
    }
