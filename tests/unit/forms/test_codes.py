"""Code sets: what stands on which day, and what a file of codes may not be."""

from __future__ import annotations

from datetime import date

import pytest

from engine.problems import Refused
from ics_flow.domain.forms import Choice, read_code_set

CODES = "name: sex\nsource: The census\ncodes:\n"
GOOD = (
    CODES + "  - {code: '1', label: Male}\n  - {code: '2', label: Female, from: 2020-01-01, to: 2020-12-31}\n"
)


def test_a_code_stands_from_its_first_to_its_last_day() -> None:
    codes = read_code_set("sex", GOOD.encode())

    assert codes.options(date(2019, 12, 31)) == (Choice("1", "Male"),)
    assert (
        codes.options(date(2020, 1, 1))
        == codes.options(date(2020, 12, 31))
        == (Choice("1", "Male"), Choice("2", "Female"))
    )
    assert codes.options(date(2021, 1, 1)) == (Choice("1", "Male"),)


def test_a_code_keeps_its_name_after_its_last_day() -> None:
    codes = read_code_set("sex", GOOD.encode())

    assert (codes.label("2"), codes.label("3")) == ("Female", None)


FILES = [
    ("another name", GOOD.replace("sex", "gender"), "must have the name of its file: write name: sex"),
    ("no source", GOOD.replace("The census", "''"), "must say where its codes come from"),
    ("no codes", "name: sex\nsource: x\n", "must have a list of codes"),
    ("unknown entry", GOOD + "colour: red\n", "an entry “colour” that means nothing here"),
    ("unknown entry of a code", GOOD.replace("label: Male", "label: Male, short: M"), "an entry “short”"),
    ("a number", GOOD.replace("'1'", "1"), "code 1: must have a code that is text: put it in quotes"),
    ("yes taken for true", GOOD.replace("'1'", "yes"), "must have a code that is text"),
    ("no label", GOOD.replace("label: Male", "label: ''"), "must have a label that is text"),
    ("no entry", CODES + "  - male\n", "must have a code and a label"),
    ("twice", GOOD.replace("'2'", "'1'"), "1: stands twice"),
    ("no day", GOOD.replace("2020-01-01", "soon"), "a day that cannot be read: write from: 2026-04-01"),
    ("an impossible day", GOOD.replace("2020-01-01", "2020-02-31"), "is not YAML that can be read"),
    ("backwards", GOOD.replace("2020-12-31", "2019-12-31"), "ends before it begins"),
    ("an entry twice", GOOD + "source: y\n", "“source” stands twice"),
    ("a reference", CODES + "  - &a {code: '1', label: Male}\n  - *a\n", "references"),
    ("an object", CODES + "  - !!python/object/apply:os.system ['true']\n", "is not YAML that can be read"),
    ("a key that is a list", "[1, 2]: x\n", "is not YAML that can be read"),
    ("nested without end", "codes: " + "[" * 50_000, "is nested too deeply"),
    ("a list", "[]", "must have the entries name, source and codes"),
    ("nothing", "", "must have the entries name, source and codes"),
    ("too large", "#" * 200_001, "is larger than 200 kB"),
    ("a control character", "name: \x07", "is not YAML that can be read"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "sentence"), [file[1:] for file in FILES], ids=[file[0] for file in FILES])
def test_a_file_that_is_no_code_set_is_refused_with_a_sentence(text: str, sentence: str) -> None:
    with pytest.raises(Refused) as refused:
        read_code_set("sex", text.encode())

    assert sentence in str(refused.value)


def test_a_file_that_is_not_utf_8_is_refused() -> None:
    with pytest.raises(Refused, match="is not UTF-8"):
        read_code_set("sex", GOOD.encode("utf-16"))
