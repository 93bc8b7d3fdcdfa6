"""A bundle: histories in one file, with all that a stranger needs to prove that they are true, and nothing that needs this program.

The file is a zip. `verifier` is the program that goes along in it; what its lines mean stands in `history-format.md`, which
goes along too. Not here: how a checkpoint is made (``custody``), and how a history is taken again (``process.following``).
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from engine import Calendar
from ics_flow.bundle.verifier import FORMAT, Bundle, Unreadable
from ics_flow.domain.checkpoint import Checkpoint, Membership, memberships
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import Entry, Fault, StoredEntry, StoredPart, read_entry
from ics_flow.domain.release import Release
from ics_flow.process.cause import moves_in
from ics_flow.process.following import follow
from ics_flow.process.world import Archive
from ics_flow.store import Reading

ALL_PARTS = "all"
"""Left out under this name: every part, so that the headers alone are handed over."""

_EARLIEST = (1980, 1, 1, 0, 0, 0)
_READ_ME = """\
Histories of ICS Flow, to be verified where nothing is installed but Python 3.9 or newer:

    python3 verify.py THIS-FILE.zip --key FINGERPRINT

Take verify.py out of this file first, or better from another place that you trust: it is the same for every bundle. Ask for the
fingerprint of the council's key by another way than this file came to you.

format.md says what every byte means, so that you can write a verifier of your own.
"""


class NothingToHandOver(Refused):
    """There is no history of that name."""


class CannotBeReplayed(Refused):
    """Parts were left out of this bundle. What is in it verifies, and cannot be replayed."""


class BundleUnreadable(Refused):
    """The file is no bundle."""


def write_bundle(path: Path, reading: Reading, subjects: Sequence[str], left_out: Sequence[str] = ()) -> None:
    """Write a new file with the histories of these subjects; raises NothingToHandOver, or FileExistsError.

    ``left_out`` names the parts that stay behind (``answers``, also ``answers:<section>``; ``all``): the rest still verifies.
    """
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as bundle:
        try:
            for name, body in _contents(reading, subjects, tuple(left_out)):
                file = zipfile.ZipInfo(name, _EARLIEST)
                file.compress_type = zipfile.ZIP_DEFLATED
                file.external_attr = 0o644 << 16
                bundle.writestr(file, body)
        except BaseException:
            path.unlink()
            raise


def _contents(
    reading: Reading, subjects: Sequence[str], left_out: tuple[str, ...]
) -> Iterator[tuple[str, bytes]]:
    histories = {subject: reading.history.stored(subject) for subject in subjects}
    for subject, entries in histories.items():
        if not entries:
            raise NothingToHandOver(f"There is no history of {subject}.")
    last = reading.checkpoints.last()
    heads = reading.checkpoints.heads_of(last.statement.number) if last else {}
    proofs = memberships(tuple(heads.values()), subjects)
    described = [
        _described(reading, subject, f"histories/{number}.jsonl", proofs.get(subject), secret=not left_out)
        for number, subject in enumerate(histories, 1)
    ]
    yield "README.txt", _READ_ME.encode()
    yield "manifest.json", _json({"format": FORMAT, "subjects": described, "left_out": list(left_out)})
    yield "format.md", files(__name__).joinpath("history-format.md").read_bytes()
    yield "verify.py", files(__name__).joinpath("verifier.py").read_bytes()
    for each, entries in zip(described, histories.values(), strict=True):
        yield each["file"], b"".join(_line(entry, left_out) for entry in entries)
    yield from _named(reading, histories)
    if last:
        yield "checkpoint.json", _json(_signed(last))


def _described(
    reading: Reading, subject: str, file: str, proof: Membership | None, *, secret: bool
) -> dict[str, Any]:
    kind, _, case = subject.partition(":")
    found = reading.secrets.of(case) if secret and kind == "case" else None
    return {
        "subject": subject,
        "file": file,
        **({"secret": found.hex()} if found else {}),
        **({"proof": _proof(proof)} if proof else {}),
    }


def _proof(proof: Membership) -> dict[str, Any]:
    return {
        "position": proof.head.position,
        "index": proof.index,
        "size": proof.size,
        "path": [beside.hex() for beside in proof.path],
    }


def _signed(checkpoint: Checkpoint) -> dict[str, str]:
    return {
        "statement": checkpoint.body.decode(),
        "signature": checkpoint.signature.hex(),
        "public_key": checkpoint.public_key.hex(),
    }


def _line(entry: StoredEntry, left_out: tuple[str, ...]) -> bytes:
    return _json(
        {
            "hash": entry.hash,
            "header": entry.header.decode(),
            "parts": [
                {"name": part.name, "salt": part.salt.hex(), "body": part.body.decode()}
                for part in entry.parts
                if not {ALL_PARTS, part.name, part.name.partition(":")[0]} & set(left_out)
            ],
        }
    )


def _named(reading: Reading, histories: Mapping[str, Sequence[StoredEntry]]) -> Iterator[tuple[str, bytes]]:
    """The releases and the calendars that the entries name."""
    read = [read_entry(stored) for entries in histories.values() for stored in entries]
    begun = {entry.release for entry in read if entry.release}
    moved = {release for entry in read for release in _moved_in(entry)}
    for release in sorted(begun | moved):
        yield f"releases/{release}.json", reading.releases.body(release) or b"{}"
    for calendar in sorted({entry.calendar for entry in read if entry.calendar}):
        kept = Calendar.from_json(json.loads(reading.calendars.body(calendar) or b"{}"))
        yield f"calendars/{calendar}.json", kept.canonical_bytes


def _moved_in(entry: Entry) -> Iterator[str]:
    """The releases that processes were moved from and to."""
    parts: Any = entry.parts
    for move in moves_in(parts["cause"]) if "cause" in parts else ():
        yield from (move.before, move.after)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode() + b"\n"


def replay_bundle(path: Path) -> tuple[Fault, ...]:
    """Every case of the bundle taken again from nothing but the file: what does not come out as it says it did.

    Raises CannotBeReplayed where parts were left out, and BundleUnreadable.
    """
    try:
        bundle = Bundle(str(path))
        if bundle.manifest["left_out"]:
            raise CannotBeReplayed
        archive = _archive(bundle)
        return tuple(
            fault
            for subject in bundle.manifest["subjects"]
            if "secret" in subject
            for fault in follow(
                map(read_entry, _entries(bundle, subject)), archive, bytes.fromhex(subject["secret"])
            ).faults
        )
    except (Unreadable, KeyError, TypeError, ValueError) as error:
        raise BundleUnreadable(f"{path} is no bundle that can be read: {error}.") from error


def _archive(bundle: Bundle) -> Archive:
    return Archive(
        release=lambda name: Release.from_body(bundle.bytes(f"releases/{name}.json")),
        calendar=lambda name: Calendar.from_json(bundle.json(f"calendars/{name}.json")),
    )


def _entries(bundle: Bundle, subject: Mapping[str, str]) -> Iterator[StoredEntry]:
    for position, line in enumerate(bundle.bytes(subject["file"]).splitlines(), 1):
        data = json.loads(line)
        yield StoredEntry(
            subject=subject["subject"],
            position=position,
            hash=data["hash"],
            cause=json.loads(data["header"])["cause"],
            header=data["header"].encode(),
            parts=tuple(
                StoredPart(name=part["name"], salt=bytes.fromhex(part["salt"]), body=part["body"].encode())
                for part in data["parts"]
            ),
        )
