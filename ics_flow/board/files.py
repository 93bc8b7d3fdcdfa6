"""The files of a draft: which names there are, what each must be to be kept, and how all of them travel in one zip.

Not here: what is wrong with a procedure (``findings``), and where the files are kept (``drafts``).
"""

from __future__ import annotations

import json
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, TypeAlias, get_args

import yaml

import engine
from engine.xml import read_xml
from ics_flow.board.days import CALENDAR, read_calendar
from ics_flow.domain.errors import Refused

Kind: TypeAlias = Literal["diagram", "form", "codes", "scenario", "rights", "statute", "calendar"]
KINDS: tuple[Kind, ...] = get_args(Kind)

MEGABYTE = 1_000_000
LARGEST: Mapping[Kind, int] = {
    "diagram": 2 * MEGABYTE,
    "form": MEGABYTE,
    "codes": 200_000,
    "scenario": 200_000,
    "rights": 200_000,
    "statute": 200_000,
    "calendar": 200_000,
}
"""Of each kind, in bytes: what the readers of the files take."""
MOST_FILES = 2_000
LARGEST_UNPACKED = 20 * MEGABYTE

_NAME = r"[a-z][a-z0-9_]{0,79}"
_NAMES: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("rights", re.compile(r"bpmn/rights\.yaml")),
    ("statute", re.compile(r"bpmn/statute\.yaml")),
    ("scenario", re.compile(rf"bpmn/scenarios/{_NAME}\.yaml")),
    ("diagram", re.compile(rf"bpmn/{_NAME}\.bpmn")),
    ("codes", re.compile(rf"forms/codes/{_NAME}\.yaml")),
    ("form", re.compile(rf"forms/{_NAME}\.form")),
    ("calendar", re.compile(re.escape(CALENDAR))),
)
_DOCTYPE = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)
_SAME_DAY = (1980, 1, 1, 0, 0, 0)
_ENCRYPTED = 0x1
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    NotImplementedError,
    EOFError,
    OSError,
    ValueError,
)


class FileRefused(Refused):
    """The file cannot be kept as it is."""


def kind_of(name: str) -> Kind:
    """What a file of that name holds; raises ``FileRefused`` for a name that no draft has."""
    for kind, names in _NAMES:
        if names.fullmatch(name):
            return kind
    raise FileRefused(
        f"{name[:100]!r} is no file of a draft. There are bpmn/….bpmn, bpmn/scenarios/….yaml, bpmn/rights.yaml, bpmn/statute.yaml, "
        f"forms/….form, forms/codes/….yaml and {CALENDAR}, named in small letters, digits and underlines."
    )


def require_keepable(name: str, body: bytes) -> None:
    """Raise ``FileRefused`` unless the content may be kept under that name, however unfinished it still is."""
    largest = LARGEST[kind_of(name)]
    if len(body) > largest:
        raise FileRefused(f"{name} is too large: it may have {largest // 1000:,} kB. Make two files of it.")
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise FileRefused(f"{name} is not text in UTF-8. Save it as UTF-8, then send it again.") from None
    if "\0" in text:
        raise FileRefused(f"{name} is not text. Send the file as its editor saved it.")
    if name.endswith(".bpmn") and _DOCTYPE.search(body):
        raise FileRefused(f"{name} has a DOCTYPE. Save it again from the diagram editor, without one.")


def require_what_it_says(name: str, body: bytes) -> None:
    """Raise ``FileRefused`` unless the content is what the name says, as a file that comes from elsewhere must be."""
    require_keepable(name, body)
    try:
        match kind_of(name):
            case "diagram":
                read_xml(name, body)
            case "form":
                _require_form(name, body)
            case "calendar":
                read_calendar(body)
            case "scenario" | "codes" | "rights" | "statute" as kind:
                _require_entries(name, kind, body)
    except engine.Refused as refused:
        raise FileRefused(f"{name} is not what its name says. {refused.problems[0].message}") from None


def packed(files: Mapping[str, bytes]) -> bytes:
    """All files in one zip, the same bytes for the same files."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in sorted(files.items()):
            entry = zipfile.ZipInfo(name, _SAME_DAY)
            entry.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(entry, body)
    return made.getvalue()


def unpacked(content: bytes) -> dict[str, bytes]:
    """The files of a zip, each what its name says; raises ``FileRefused``. Sizes are looked at before anything is unpacked."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            return dict(_entries(archive))
    except _UNREADABLE as error:
        raise FileRefused(
            "The file is not a zip that can be read. Export the draft and pack it anew."
        ) from error


def _entries(archive: zipfile.ZipFile) -> Iterator[tuple[str, bytes]]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir()]
    if len(entries) > MOST_FILES:
        raise FileRefused(f"The zip holds more than {MOST_FILES:,} files. A draft has some hundreds.")
    if sum(entry.file_size for entry in entries) > LARGEST_UNPACKED:
        raise FileRefused(f"Unpacked, the zip is larger than {LARGEST_UNPACKED // MEGABYTE} MB.")
    if len({entry.filename for entry in entries}) < len(entries):
        raise FileRefused("Two files in the zip have the same name. Keep one of them.")
    for entry in entries:
        largest = LARGEST[kind_of(entry.filename)]
        if entry.flag_bits & _ENCRYPTED:
            raise FileRefused(f"{entry.filename} is encrypted. Pack it without a password.")
        with archive.open(entry) as file:
            body = file.read(largest + 1)  # never more, whatever size the entry claims
        require_what_it_says(entry.filename, body)
        yield entry.filename, body


def _require_form(name: str, body: bytes) -> None:
    try:
        document: Any = json.loads(body.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        document = None
    if not isinstance(document, dict) or not isinstance(document.get("components"), list):
        raise FileRefused(f"{name} is not what its name says: a form is a JSON object with components.")


def _require_entries(name: str, kind: Kind, body: bytes) -> None:
    try:
        document: Any = yaml.safe_load(body)
    except (yaml.YAMLError, ValueError, RecursionError):
        document = None
    wanted = {"scenario": "scenario", "codes": "codes", "rights": "roles", "statute": "law_of"}[kind]
    if not isinstance(document, dict) or wanted not in document:
        raise FileRefused(f"{name} is not what its name says: it is YAML with an entry {wanted!r}.")


def read_scenarios(bpmn: Path) -> dict[str, bytes]:
    """The scenarios in the folder of the pathways, by the names they have in a draft."""
    return {
        f"bpmn/scenarios/{path.name}": path.read_bytes()
        for path in sorted((bpmn / "scenarios").glob("*.yaml"))
    }
