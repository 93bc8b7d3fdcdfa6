"""What may stand in a draft, how it travels in one zip, and the calendar as people write it."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

import engine
from engine.reading import read_pathway
from ics_flow.board.blank import blank
from ics_flow.board.days import CALENDAR, read_calendar, write_calendar
from ics_flow.board.files import FileRefused, kind_of, packed, require_what_it_says, unpacked
from ics_flow.calendar import england

ROOT = Path(__file__).parents[3]
DIAGRAMS = sorted((ROOT / "bpmn").glob("*.bpmn"))


def test_every_shipped_diagram_and_form_goes_out_and_in_to_the_byte() -> None:
    files = {f"bpmn/{path.name}": path.read_bytes() for path in DIAGRAMS}
    files |= {f"forms/{path.name}": path.read_bytes() for path in sorted((ROOT / "forms").glob("*.form"))}

    assert len(files) > 50
    assert unpacked(packed(files)) == files


def test_the_same_files_make_the_same_zip() -> None:
    files = {"forms/a.form": b'{"components": []}', "bpmn/rights.yaml": b"roles: {}"}

    assert packed(files) == packed(dict(reversed(files.items())))


DOCTYPE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><definitions/>'


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bpmn/contact.bpmn", DOCTYPE, "has a DOCTYPE"),
        ("bpmn/contact.bpmn", b"PK\x03\x04\0\0 a zip", "is not text"),
        ("bpmn/contact.bpmn", b"hello", "is not what its name says"),
        ("bpmn/contact.bpmn", b"<html/>", "is not what its name says"),
        ("forms/referral.form", b"<bpmn/>", "is not what its name says"),
        ("forms/referral.form", b"[1]", "is not what its name says"),
        ("forms/referral.form", b"\xff\xfe", "is not text in UTF-8"),
        ("forms/codes/consent.yaml", b"a: [", "is not what its name says"),
        ("bpmn/rights.yaml", b"- a list", "is not what its name says"),
        ("bpmn/scenarios/one.yaml", b"clock: 1", "is not what its name says"),
        ("calendar.txt", b"a diary", "is not what its name says"),
        ("forms/big.form", b" " * 1_000_001, "is too large"),
    ],
)
def test_what_is_not_what_its_name_says_is_refused_with_a_sentence(
    name: str, content: bytes, said: str
) -> None:
    with pytest.raises(FileRefused, match=said):
        require_what_it_says(name, content)
    with pytest.raises(FileRefused, match=said):
        unpacked(packed({name: content}))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"not a zip", "is not a zip that can be read"),
        (packed({"../../etc/passwd": b"x"}), "is no file of a draft"),
        (packed({"web/app.py": b"x"}), "is no file of a draft"),
        (packed({f"forms/f{number}.form": b" " * 990_000 for number in range(30)}), "larger than 20 MB"),
        (packed({f"forms/f{number}.form": b"{}" for number in range(2_001)}), "more than 2,000 files"),
        (packed({"forms/f.form": b" " * 5_000_000}), "is too large"),
    ],
)
def test_a_zip_that_is_no_draft_is_refused_with_a_sentence(content: bytes, said: str) -> None:
    with pytest.raises(FileRefused, match=said):
        unpacked(content)


def test_a_file_larger_than_it_claims_is_read_no_further() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("forms/a.form", b" " * 3_000_000)
    lying = bytearray(made.getvalue())
    claimed = (3_000_000).to_bytes(4, "little")
    at = lying.rindex(claimed)
    lying[at : at + 4] = (10).to_bytes(4, "little")

    with pytest.raises(FileRefused):
        unpacked(bytes(lying))


@pytest.mark.parametrize(
    "name",
    ["/etc/passwd", "bpmn/../x.bpmn", "bpmn/a/b.bpmn", "bpmn/A.bpmn", "forms/codes/a.form", "a.bpmn", "bpmn/a.bpmn\n", ""],
)  # fmt: skip
def test_no_other_name_is_a_file_of_a_draft(name: str) -> None:
    with pytest.raises(FileRefused):
        kind_of(name)


@pytest.mark.parametrize(
    "name", ["bpmn/new_one.bpmn", "forms/new_one.form", "forms/codes/new_one.yaml", "bpmn/scenarios/new_one.yaml"]
)  # fmt: skip
def test_a_new_file_is_what_its_name_says(name: str) -> None:
    require_what_it_says(name, blank(name))
    if name.endswith(".bpmn"):
        assert read_pathway(name, blank(name)) is not None


def test_the_calendar_is_read_as_it_was_written() -> None:
    assert read_calendar(write_calendar(england())) == england()


@pytest.mark.parametrize(
    ("text", "where", "said"),
    [
        ("2026-01-01 New Year's Day", None, "Say which years it covers"),
        ("years 2026 to 2027\n2026-02-30 Never", "line 2", "Write a real date"),
        ("years 2026 to 2027\n2026-01-01", "line 2", "Write a real date"),
        ("years 2026 to 2027\n2026-01-01 A\n2026-01-01 B", "line 3", "stands twice"),
        ("years 2026 to 2027\n2028-01-01 A", None, "lies outside the years"),
    ],
)
def test_a_line_of_the_calendar_that_cannot_be_read_is_named(text: str, where: str | None, said: str) -> None:
    with pytest.raises(engine.Refused) as refused:
        read_calendar(text.encode())

    assert [(each.file, each.element) for each in refused.value.problems] == [(CALENDAR, where)]
    assert said in refused.value.problems[0].message
