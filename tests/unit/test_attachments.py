"""Which files are taken, told by their content, and what they are called."""

from __future__ import annotations

import zipfile
from io import BytesIO

import pytest

from ics_flow.domain.attachments import (
    JPEG,
    MOST_BYTES,
    PDF,
    PNG,
    TEXT,
    WORD,
    FileKind,
    FileMissing,
    FileTooLong,
    KindNotTaken,
    called,
    kind_of,
)


def archive(*names: str) -> bytes:
    """A zip with those members."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


DOCX = archive("[Content_Types].xml", "word/document.xml")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"%PDF-1.7 ...", PDF),
        (b"\x89PNG\r\n\x1a\n...", PNG),
        (b"\xff\xd8\xff\xe0...", JPEG),
        (DOCX, WORD),
        ("Zoë’s plan\r\n\tpage one\f".encode(), TEXT),
        (b"<html><script>alert(1)</script>", TEXT),
    ],
)
def test_a_file_is_what_its_content_says(body: bytes, kind: FileKind) -> None:
    assert kind_of(body) is kind


@pytest.mark.parametrize(
    "body",
    [
        b"MZ\x90\x00",
        b"\x7fELF",
        b"GIF89a\x01\x00",
        b"PK\x03\x04 not a zip",
        archive("a.txt"),
        archive("[Content_Types].xml", "xl/workbook.xml"),
        archive("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"),
        archive("[Content_Types].xml", "word/document.xml", "word/activeX/activeX1.xml"),
        b"text with\x00a nought",
        b"latin-1: \xe9",
    ],
)
def test_what_is_not_on_the_list_is_not_taken(body: bytes) -> None:
    with pytest.raises(KindNotTaken):
        kind_of(body)


def test_an_empty_file_and_one_that_is_too_large_are_not_taken() -> None:
    with pytest.raises(FileMissing):
        kind_of(b"")
    with pytest.raises(FileTooLong):
        kind_of(b"a" * (MOST_BYTES + 1))
    assert kind_of(b"a" * MOST_BYTES) is TEXT


@pytest.mark.parametrize(
    ("name", "kind", "kept"),
    [
        ("Plan of March.pdf", PDF, "Plan of March.pdf"),
        ("C:\\Users\\sam\\plan.PDF", PDF, "plan.pdf"),
        ("../../etc/passwd", TEXT, "passwd.txt"),
        ("plan.pdf.exe", PDF, "plan.pdf.pdf"),
        ("plan\r\nSet-Cookie: x\u202efdp.exe", PDF, "planSet-Cookie: xfdp.pdf"),
        ("", PNG, "file.png"),
        ("...", JPEG, "file.jpg"),
        ("a" * 300, WORD, "a" * 120 + ".docx"),
    ],
)
def test_a_file_is_called_by_its_own_name_and_the_ending_of_its_kind(
    name: str, kind: FileKind, kept: str
) -> None:
    assert called(name, kind) == kept
