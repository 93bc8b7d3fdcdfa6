"""Files that may be attached to a case: which kinds there are, how each is told by its content, and what a file is called.

A closed list. What a file says of itself (its ending, what a browser calls it) counts for nothing: only its bytes do.
Not here: where the bytes are kept, and who may attach.
"""

from __future__ import annotations

import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import PurePosixPath

from ics_flow.domain.errors import Refused

MOST_BYTES = 10_000_000
LONGEST_NAME = 120


class FileMissing(Refused):
    """Choose a file that is not empty."""


class FileTooLong(Refused):
    """The file is too large: a file may have 10 MB. Make it smaller, or attach it in parts."""


class KindNotTaken(Refused):
    """This kind of file is not taken. Attach a PDF, a Word document without macros (.docx), a picture (PNG or JPEG) or plain text."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: its name in histories, what people call it, its media type and its ending."""

    name: str
    words: str
    media_type: str
    ending: str


PDF = FileKind("pdf", "PDF", "application/pdf", ".pdf")
PNG = FileKind("png", "Picture", "image/png", ".png")
JPEG = FileKind("jpeg", "Picture", "image/jpeg", ".jpg")
WORD = FileKind(
    "docx",
    "Word document",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".docx",
)
TEXT = FileKind("text", "Text", "text/plain; charset=utf-8", ".txt")
KINDS = {kind.name: kind for kind in (PDF, PNG, JPEG, WORD, TEXT)}

_BEGINS = ((b"%PDF-", PDF), (b"\x89PNG\r\n\x1a\n", PNG), (b"\xff\xd8\xff", JPEG))
_WHITE = frozenset("\t\n\r\f")


def kind_of(body: bytes) -> FileKind:
    """The kind of a file by its bytes; raises ``FileMissing``, ``FileTooLong``, ``KindNotTaken``."""
    if not body:
        raise FileMissing
    if len(body) > MOST_BYTES:
        raise FileTooLong
    for beginning, kind in _BEGINS:
        if body.startswith(beginning):
            return kind
    if body.startswith(b"PK\x03\x04") and _is_word(body):
        return WORD
    if _is_text(body):
        return TEXT
    raise KindNotTaken


def called(name: str, kind: FileKind) -> str:
    """What the file is called when it is kept and handed out: no folders, nothing that cannot be seen, and the ending of its kind."""
    bare = PurePosixPath(name.replace("\\", "/")).name
    seen = "".join(letter for letter in bare if unicodedata.category(letter)[0] != "C").strip(" .")
    stem = seen.removesuffix(PurePosixPath(seen).suffix).strip(" .") if seen else ""
    return f"{stem[:LONGEST_NAME] or 'file'}{kind.ending}"


def _is_word(body: bytes) -> bool:
    """Whether the archive is a Word document that can run nothing; only its list of contents is read."""
    try:
        with zipfile.ZipFile(BytesIO(body)) as archive:
            names = {name.lower() for name in archive.namelist()}
    except (zipfile.BadZipFile, ValueError, OSError):
        return False
    runs = any(name.endswith("vbaproject.bin") or "/activex/" in name for name in names)
    return {"[content_types].xml", "word/document.xml"} <= names and not runs


def _is_text(body: bytes) -> bool:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return not any(unicodedata.category(letter) == "Cc" and letter not in _WHITE for letter in text)
