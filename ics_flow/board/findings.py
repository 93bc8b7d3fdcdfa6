"""What the gate finds in the files of a draft, as far as they can be read.

Not here: what a draft is (``drafts``), scenarios played (``ics_flow.scenarios``), how findings are shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache

import engine
from engine import Calendar, Problem
from ics_flow.board.days import CALENDAR, read_calendar
from ics_flow.board.files import kind_of
from ics_flow.domain.release import Release, hash_of
from ics_flow.gate import Finding, examine


def parts_of(files: Mapping[str, bytes]) -> tuple[Mapping[str, bytes], Mapping[str, bytes]]:
    """The files of the release itself, and the scenarios; the calendar is neither."""
    kinds = {name: kind_of(name) for name in files}
    release = {name: body for name, body in files.items() if kinds[name] not in ("scenario", "calendar")}
    return release, {name: body for name, body in files.items() if kinds[name] == "scenario"}


def read_draft(files: Mapping[str, bytes]) -> tuple[Release, Calendar]:
    """The release and the calendar that the files make; raises ``engine.Refused`` with every problem of either."""
    problems: list[Problem] = []
    release, calendar = None, None
    try:
        calendar = read_calendar(files.get(CALENDAR, b""))
    except engine.Refused as refused:
        problems += refused.problems
    try:
        release = Release.read(parts_of(files)[0])
    except engine.Refused as refused:
        problems += refused.problems
    if release is None or calendar is None:
        raise engine.Refused(problems)
    return release, calendar


def examined(files: Mapping[str, bytes]) -> tuple[Finding, ...]:
    """Why the files cannot be read, or what the gate finds in them, the errors first; the same files are looked at once."""
    return _examined(_Subject(hash_of(files), files))


@dataclass(frozen=True, slots=True)
class _Subject:
    """Files, which are the same where the hash is."""

    hash: str
    files: Mapping[str, bytes] = field(compare=False)


@lru_cache(maxsize=16)
def _examined(subject: _Subject) -> tuple[Finding, ...]:
    try:
        release, calendar = read_draft(subject.files)
    except engine.Refused as refused:
        return tuple(map(Finding.of, refused.problems))
    return examine(release, calendar)
