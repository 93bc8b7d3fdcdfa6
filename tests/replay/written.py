"""Histories written to files and read back, with the releases and calendars that they name; run as a program, it says what following each of them gives.

Everything that a verifier needs is in the files: no database, no clock.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from engine import Calendar
from ics_flow.domain.history import Fault, StoredEntry, StoredPart, check_chain, read_entry
from ics_flow.domain.ids import case_subject
from ics_flow.domain.release import Release
from ics_flow.process.following import Followed, follow
from ics_flow.process.world import Archive
from tests.replay.council import Council


@dataclass(frozen=True)
class Written:
    """A case's history as it was kept, and the secret of its fingerprints."""

    subject: str
    secret: bytes
    entries: tuple[StoredEntry, ...]

    def to_json(self) -> dict[str, Any]:
        """The history as JSON."""
        return {
            "subject": self.subject,
            "secret": self.secret.hex(),
            "entries": [_entry_to_json(entry) for entry in self.entries],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Written:
        """The history that ``to_json`` wrote."""
        subject = data["subject"]
        entries = tuple(_entry_from_json(subject, entry) for entry in data["entries"])
        return cls(subject, bytes.fromhex(data["secret"]), entries)

    def follow(self, archive: Archive) -> Followed:
        """The case followed through its whole history."""
        return follow(map(read_entry, self.entries), archive, self.secret)

    def faults(self, archive: Archive) -> tuple[Fault, ...]:
        """What is wrong with the history: with its chain, or else with what it says."""
        return check_chain(self.subject, self.entries) or tuple(self.follow(archive).faults)


def written(council: Council, case: str) -> Written:
    """The history of the case."""
    return Written(case_subject(case), council.secret(case), council.stored(case))


def write_archive(council: Council, folder: Path) -> None:
    """Write every release and calendar of the council that is not there yet into the folder, each under its hash."""
    folder.mkdir(parents=True, exist_ok=True)
    for table in ("release", "calendar"):
        for name, body in council.sql(f"SELECT hash, body FROM {table}"):  # noqa: S608
            path = folder / f"{table}-{name}.json"
            if not path.exists():
                path.write_bytes(bytes(body))


def read_archive(folder: Path) -> Archive:
    """The releases and calendars of the folder."""

    @lru_cache
    def release(name: str) -> Release:
        return Release.from_body(_found(folder / f"release-{name}.json"))

    @lru_cache
    def calendar(name: str) -> Calendar:
        return Calendar.from_json(json.loads(_found(folder / f"calendar-{name}.json")))

    return Archive(release=release, calendar=calendar)


def _found(path: Path) -> bytes:
    if not path.exists():
        raise KeyError(path.name)
    return path.read_bytes()


def _entry_to_json(entry: StoredEntry) -> dict[str, Any]:
    return {
        "position": entry.position,
        "hash": entry.hash,
        "cause": entry.cause,
        "header": entry.header.decode(),
        "parts": [
            {"name": part.name, "salt": part.salt.hex(), "body": part.body.decode()} for part in entry.parts
        ],
    }


def _entry_from_json(subject: str, data: Mapping[str, Any]) -> StoredEntry:
    return StoredEntry(
        subject=subject,
        position=data["position"],
        hash=data["hash"],
        cause=data["cause"],
        header=data["header"].encode(),
        parts=tuple(
            StoredPart(name=part["name"], salt=bytes.fromhex(part["salt"]), body=part["body"].encode())
            for part in data["parts"]
        ),
    )


def said_of(histories: Iterable[Path], archive: Archive) -> dict[str, list[Any]]:
    """What following each history gives anew: the number of entries, the last running fingerprint, the faults of any entry."""
    said: dict[str, list[Any]] = {}
    for path in histories:
        history = Written.from_json(json.loads(path.read_text()))
        followed = history.follow(archive)
        faults = [fault.sentence for fault in followed.faults]
        said[path.name] = [len(history.entries), followed.fingerprint, faults]
    return said


def surroundings() -> list[object]:
    """What differs between machines and runs, and may not differ in a history: the hash of a text, the hour that an instant has here."""
    instant = datetime.fromisoformat("2026-03-20T10:00:00+00:00")
    return [hash("ics-flow"), instant.astimezone().hour, time.tzname[0], date(2026, 3, 20).isoformat()]


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    histories = sorted((folder / "histories").glob("*.json"))
    result = {"said": said_of(histories, read_archive(folder / "archive")), "surroundings": surroundings()}
    json.dump(result, sys.stdout)
