"""A draft of a release: what it was drawn over, what it changes, and whether it may go to the board.

A draft is neither history nor derived. Only the files that it changes are kept; the rest is its base's. Not here: tables (``store``), who may
draft (the commands), what the changes say (``compare``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import replace

from engine import Calendar
from ics_flow.board.days import CALENDAR, write_calendar
from ics_flow.board.files import kind_of, require_keepable
from ics_flow.board.findings import examined
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import canonical
from ics_flow.domain.release import Release, hash_of
from ics_flow.gate.finding import Finding, error
from ics_flow.store import Reading, UnitOfWork
from ics_flow.store.release_drafts import Base, ReleaseDraft, ScenarioSet

THE_DRAFT = "the draft"
"""What a finding names in place of a file where it is about the draft as a whole."""


class NoSuchDraft(Refused):
    """There is no such draft."""


class DraftClosed(Refused):
    """This draft is closed: it went to the board or was given up. Open another one."""


class NoSuchDraftFile(Refused):
    """There is no such file in this draft."""


class FileThereAlready(Refused):
    """There is a file of that name already: open it instead."""


class NothingInForce(Refused):
    """No procedures have been published yet, so there is nothing to draw over."""


def open_draft(unit: UnitOfWork, *, draft: str, request: str, title: str, author: str) -> ReleaseDraft:
    """A new draft of that id over what is in force."""
    opened = ReleaseDraft(
        id=draft,
        request=request,
        title=title,
        base=in_force(unit),
        author=author,
        made_at=unit.at,
        version=1,
        state="open",
    )
    unit.release_drafts.add(opened)
    return opened


def draft_of(reading: Reading, draft: str) -> ReleaseDraft:
    """The draft of that id; raises ``NoSuchDraft``."""
    found = reading.release_drafts.of(draft)
    if found is None:
        raise NoSuchDraft
    return found


def in_force(reading: Reading) -> Base:
    """What a draft that begins now is drawn over; raises ``NothingInForce``."""
    found = reading.in_force()
    if found is None:
        raise NothingInForce
    scenarios = reading.release_drafts.scenarios(found.release)
    return Base(
        release=found.release, calendar=found.calendar, scenarios=scenarios.hash if scenarios else None
    )


def files_of(reading: Reading, draft: ReleaseDraft) -> Mapping[str, bytes]:
    """Every file of the draft: the base's with the draft's laid over, scenarios and calendar too."""
    return _laid_over(base_files(reading, draft.base), reading, draft)


def base_files(reading: Reading, base: Base) -> Mapping[str, bytes]:
    """Every file of what a draft was drawn over, scenarios and calendar too."""
    release, calendar = reading.releases.body(base.release), reading.calendars.body(base.calendar)
    if release is None or calendar is None:
        raise LookupError("a draft stands on a release or a calendar that was never kept")
    scenarios = reading.release_drafts.scenarios(base.release, base.scenarios) if base.scenarios else None
    return {
        **Release.from_body(release).files,
        **(_scenario_files(scenarios) if scenarios else {}),
        CALENDAR: write_calendar(Calendar.from_json(json.loads(calendar))),
    }


def put_file(
    unit: UnitOfWork, draft: str, name: str, body: bytes, *, seen: int, by: str, settles: bool = False
) -> int:
    """Keep the content of a file over the version that its writer has seen (0: the base's); gives the new version.

    ``settles`` says that the writer has looked at what the release in force changed in the same file. Raises ``DraftChanged`` where
    somebody else saved it meanwhile.
    """
    require_keepable(name, body)
    return _put(unit, draft, name, body, seen=seen, by=by, settles=settles)


def add_file(unit: UnitOfWork, draft: str, name: str, body: bytes, *, by: str) -> int:
    """Keep a new file; raises ``FileThereAlready``."""
    there = files_of(unit, draft_of(unit, draft)).get(name)
    if there == body:
        return _version(unit, draft, name)
    if there is not None:
        raise FileThereAlready
    return put_file(unit, draft, name, body, seen=_version(unit, draft, name), by=by)


def take_file_away(unit: UnitOfWork, draft: str, name: str, *, seen: int, by: str) -> int:
    """Leave a file out of the draft; gives the new version."""
    if name not in files_of(unit, draft_of(unit, draft)):
        raise NoSuchDraftFile
    return _put(unit, draft, name, None, seen=seen, by=by, settles=True)


def put_all(
    unit: UnitOfWork, draft: str, files: Mapping[str, bytes], *, by: str, whole: bool
) -> tuple[str, ...]:
    """Keep files that come together; ``whole``: what is not among them is taken away. Gives the names of those that changed."""
    there = files_of(unit, draft_of(unit, draft))
    changed = [name for name, body in files.items() if there.get(name) != body]
    gone = [name for name in there if whole and name not in files and name != CALENDAR]
    for name in (*changed, *gone):
        body = files.get(name)
        if body is not None:
            require_keepable(name, body)
        _put(unit, draft, name, body, seen=_version(unit, draft, name), by=by)
    return tuple(sorted((*changed, *gone)))


def writers(reading: Reading, draft: ReleaseDraft) -> frozenset[str]:
    """Everybody who drew it: who opened it, and whoever ever saved a file of it."""
    return reading.release_drafts.writers(draft.id) | {draft.author}


def close(unit: UnitOfWork, draft: str) -> None:
    """Let nobody change the draft any more."""
    unit.release_drafts.close(_open(unit, draft).id)


def bring_up_to_date(unit: UnitOfWork, draft: str, *, by: str) -> tuple[str, ...]:
    """Let the draft stand on what is in force, file by file; gives the files that both have changed, which stay as the draft has them."""
    found = _open(unit, draft)
    now = in_force(unit)
    published = base_files(unit, now)
    for name, file in unit.release_drafts.files(draft).items():
        if file.body == published.get(name) and file.base_hash != _hash(published.get(name)):
            _put_over(unit, draft, name, file.body, _hash(published.get(name)), file.version, by)
    unit.release_drafts.stand_on(draft, now)
    return conflicts(unit, replace(found, base=now))


def conflicts(reading: Reading, draft: ReleaseDraft) -> tuple[str, ...]:
    """The files that the draft changed over another content than its base now has, and that nobody has settled."""
    published = base_files(reading, draft.base)
    return tuple(
        name
        for name, file in reading.release_drafts.files(draft.id).items()
        if file.base_hash != _hash(published.get(name)) and file.body != published.get(name)
    )


def is_behind(reading: Reading, draft: ReleaseDraft) -> bool:
    """Whether the draft was drawn over something that is no longer in force."""
    return draft.base != in_force(reading)


def passes(reading: Reading, draft: ReleaseDraft) -> tuple[Finding, ...]:
    """What keeps the draft from being put to the board; nothing where it passes. Scenarios are played apart."""
    return tuple(each for each in standing_of(reading, draft) if each.severity == "error")


def standing_of(reading: Reading, draft: ReleaseDraft) -> tuple[Finding, ...]:
    """Everything that is found in the draft, what concerns it as a whole first; warnings too."""
    files, base = files_of(reading, draft), base_files(reading, draft.base)
    if files == base:  # which passed when it was published
        return (*_of_the_draft(reading, draft), _CHANGES_NOTHING)
    return (*_of_the_draft(reading, draft), *examined(files))


def keep_scenarios(unit: UnitOfWork, release: str, files: Mapping[str, bytes]) -> None:
    """Keep the scenarios among the files as those that came with the release."""
    scenarios = {name: body for name, body in files.items() if kind_of(name) == "scenario"}
    body = canonical({name: content.decode("utf-8") for name, content in scenarios.items()})
    unit.release_drafts.keep_scenarios(release, ScenarioSet(hash=hash_of(scenarios), body=body), unit.at)


_CHANGES_NOTHING = error(THE_DRAFT, None, "The draft changes nothing yet.", "Change a file of it.")
_BEHIND = error(
    THE_DRAFT,
    None,
    "Another release or calendar was published since this draft was begun.",
    "Bring the draft up to date.",
)


def _of_the_draft(reading: Reading, draft: ReleaseDraft) -> tuple[Finding, ...]:
    """What stands in the draft's way whatever its files say."""
    behind = (_BEHIND,) if draft.state == "open" and is_behind(reading, draft) else ()
    unsettled = (
        error(
            name,
            None,
            "The release in force has changed this file as well.",
            "Look at both, save what is to stand, and say that you have looked at both.",
        )
        for name in conflicts(reading, draft)
    )
    return (*behind, *unsettled)


def _put(
    unit: UnitOfWork, draft: str, name: str, body: bytes | None, *, seen: int, by: str, settles: bool = False
) -> int:
    kind_of(name)
    found = _open(unit, draft)
    kept = unit.release_drafts.files(draft).get(name)
    if kept is not None and not settles:
        base = kept.base_hash
    else:
        base = _hash(base_files(unit, found.base).get(name))
    return _put_over(unit, draft, name, body, base, seen, by)


def _put_over(
    unit: UnitOfWork, draft: str, name: str, body: bytes | None, base: str | None, seen: int, by: str
) -> int:
    return unit.release_drafts.put(draft, name, body, base_hash=base, seen=seen, by=by, at=unit.at)


def _open(reading: Reading, draft: str) -> ReleaseDraft:
    found = draft_of(reading, draft)
    if found.state != "open":
        raise DraftClosed
    return found


def _version(reading: Reading, draft: str, name: str) -> int:
    kept = reading.release_drafts.files(draft).get(name)
    return kept.version if kept else 0


def _laid_over(base: Mapping[str, bytes], reading: Reading, draft: ReleaseDraft) -> Mapping[str, bytes]:
    files = dict(base)
    for name, file in reading.release_drafts.files(draft.id).items():
        if file.body is None:
            files.pop(name, None)
        else:
            files[name] = file.body
    return dict(sorted(files.items()))


def _scenario_files(scenarios: ScenarioSet) -> Mapping[str, bytes]:
    return {name: text.encode("utf-8") for name, text in json.loads(scenarios.body).items()}


def _hash(body: bytes | None) -> str | None:
    return hashlib.sha256(body).hexdigest() if body is not None else None
