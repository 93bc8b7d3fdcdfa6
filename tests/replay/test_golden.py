"""Histories kept as files: they come out as they did when they were made, and nothing in them can be altered unseen."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ics_flow.domain.history import (
    StoredEntry,
    StoredPart,
    canonical,
    check_chain,
    commitment,
    entry_hash,
    read_entry,
)
from ics_flow.process.following import views
from ics_flow.process.world import Archive
from tests.replay.make_golden import GOLDEN, make
from tests.replay.written import Written, read_archive

HISTORIES = sorted(GOLDEN.glob("semantics-*/histories/*.json"))


@pytest.fixture(scope="module", params=HISTORIES, ids=lambda path: f"{path.parent.parent.name}-{path.stem}")
def path(request: pytest.FixtureRequest) -> Path:
    return Path(request.param)


@pytest.fixture(scope="module")
def golden(path: Path) -> Written:
    return Written.from_json(json.loads(path.read_text()))


@pytest.fixture(scope="module")
def archive(path: Path) -> Archive:
    return read_archive(path.parent.parent / "archive")


def test_there_are_golden_histories() -> None:
    assert len(HISTORIES) >= 2


def test_a_golden_history_replays(golden: Written, archive: Archive) -> None:
    assert golden.faults(archive) == ()

    followed = golden.follow(archive)
    *_, view = views(map(read_entry, golden.entries))
    assert followed.view == view
    assert followed.fingerprint == read_entry(golden.entries[-1]).fingerprint


def test_the_goldens_hold_what_is_hard(archive: Archive) -> None:
    kinds = {read_entry(entry).kind for path in HISTORIES for entry in _read(path).entries}

    assert {"case-opened", "process-started", "task-completed", "timers-fired", "case-restated"} <= kinds


def test_one_altered_byte_of_a_header_is_found_and_named(golden: Written) -> None:
    for entry in golden.entries:
        for place in range(entry.position % 4, len(entry.header), 4):
            altered = replace(entry, header=_altered(entry.header, place))
            faults = check_chain(golden.subject, _with(golden, altered))
            assert (entry.position, "header") in {(fault.position, fault.field) for fault in faults}, place


def test_one_altered_byte_of_a_part_is_found_and_named(golden: Written) -> None:
    for entry, part, place in _places(golden):
        altered = replace(entry, parts=_changed(entry, replace(part, body=_altered(part.body, place))))
        faults = check_chain(golden.subject, _with(golden, altered))
        assert [(fault.position, fault.field) for fault in faults] == [(entry.position, part.name)]


def test_one_altered_byte_of_a_salt_a_hash_or_a_cause_is_found_and_named(golden: Written) -> None:
    for entry in golden.entries:
        for part in entry.parts:
            salted = replace(part, salt=_altered(part.salt, entry.position % len(part.salt)))
            assert _named(golden, replace(entry, parts=_changed(entry, salted))) == {
                (entry.position, part.name)
            }
        digit = "0" if entry.hash[0] != "0" else "1"
        assert (entry.position, "header") in _named(golden, replace(entry, hash=digit + entry.hash[1:]))
        assert _named(golden, replace(entry, cause=entry.cause + "x")) == {(entry.position, "cause")}


def test_the_suite_takes_any_byte_at_random(golden: Written) -> None:
    chance = random.Random(2026)
    for entry in golden.entries:
        for _ in range(20):
            part = chance.choice(entry.parts)
            place, bit = chance.randrange(len(part.body)), 1 << chance.randrange(8)
            body = part.body[:place] + bytes([part.body[place] ^ bit]) + part.body[place + 1 :]
            changed = replace(entry, parts=_changed(entry, replace(part, body=body)))
            assert _named(golden, changed) == {(entry.position, part.name)}


# The chain made anew after the forgery: what the chain cannot see any more, following the history does.


def _later_step(entry: dict[str, Any]) -> None:
    entry["steps"][0]["instant"] = "2026-03-21T00:00:00.000000Z"


def _other_process(entry: dict[str, Any]) -> None:
    entry["steps"][0]["process"] = "closure#1"


def _no_steps(entry: dict[str, Any]) -> None:
    entry["steps"] = []


def _nonsense(entry: dict[str, Any]) -> None:
    entry["steps"] = [7]


def _gone_input(entry: dict[str, Any]) -> None:
    del entry["input"]


@pytest.mark.parametrize("forge", [_later_step, _other_process, _no_steps, _nonsense, _gone_input])
def test_a_forged_step_is_found_though_the_chain_was_made_anew(
    golden: Written, archive: Archive, forge: Callable[[dict[str, Any]], None]
) -> None:
    forged = _forged(golden, 2, forge)

    assert check_chain(golden.subject, forged.entries) == ()
    faults = forged.faults(archive)
    assert faults[0].position == 2
    assert faults[0].field in ("steps", None)


def test_a_forged_answer_to_the_process_is_found_though_the_chain_was_made_anew(archive: Archive) -> None:
    golden = _read(HISTORIES[0])

    def forge(parts: dict[str, Any]) -> None:
        parts["input"]["data"]["outcome"] = "no_further_action"

    forged = _forged(golden, 3, forge)

    assert {fault.position for fault in forged.faults(archive)} >= {3}


@pytest.mark.parametrize("part", ["view", "restated"])
def test_a_forged_restatement_is_found_though_the_chain_was_made_anew(
    golden: Written, archive: Archive, part: str
) -> None:
    restated = next(entry for entry in golden.entries if read_entry(entry).kind == "case-restated")

    def forge(parts: dict[str, Any]) -> None:
        if part == "view":
            parts["view"]["allocated_worker"] = "somebody"
        else:
            parts["restated"]["unfired"] = ["nothing#1"]

    forged = _forged(golden, restated.position, forge)

    named = {(fault.position, fault.field) for fault in forged.faults(archive)}
    assert (restated.position, part) in named


def test_a_forged_fingerprint_is_found_though_the_chain_was_made_anew(
    golden: Written, archive: Archive
) -> None:
    forged = _rechained(golden, {4: {"fingerprint": "ab" * 32}}, {})

    assert [(fault.position, fault.field) for fault in forged.faults(archive)] == [(4, "fingerprint")]


def test_semantics_that_this_version_does_not_know_are_named(golden: Written, archive: Archive) -> None:
    later = _rechained(golden, {4: {"semantics": 2}}, {})

    assert [(fault.position, fault.field) for fault in later.faults(archive)] == [(4, "semantics")]


def test_another_release_or_calendar_than_the_true_one_is_found(golden: Written, archive: Archive) -> None:
    for field in ("release", "calendar"):
        forged = _rechained(golden, {2: {field: "cd" * 32}}, {})
        assert [fault.position for fault in forged.faults(archive)] == [2]


def test_the_goldens_are_made_the_same_again_while_nothing_has_changed(tmp_path: Path) -> None:
    make(tmp_path / "first")
    make(tmp_path / "second")

    files = sorted(path.relative_to(tmp_path / "first") for path in (tmp_path / "first").rglob("*.json"))
    assert files
    for file in files:
        assert (tmp_path / "first" / file).read_bytes() == (tmp_path / "second" / file).read_bytes()


def _read(path: Path) -> Written:
    return Written.from_json(json.loads(path.read_text()))


def _altered(content: bytes, place: int) -> bytes:
    return content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]


def _with(golden: Written, altered: StoredEntry) -> list[StoredEntry]:
    return [altered if entry.position == altered.position else entry for entry in golden.entries]


def _named(golden: Written, altered: StoredEntry) -> set[tuple[int, str | None]]:
    faults = check_chain(golden.subject, _with(golden, altered))
    return {(fault.position, fault.field) for fault in faults}


def _changed(entry: StoredEntry, changed: StoredPart) -> tuple[StoredPart, ...]:
    return tuple(changed if part.name == changed.name else part for part in entry.parts)


def _places(golden: Written) -> Iterator[tuple[StoredEntry, StoredPart, int]]:
    """Each part of each entry at its first byte, its last, and every thirteenth between."""
    for entry in golden.entries:
        for part in entry.parts:
            for place in sorted({*range(0, len(part.body), 13), len(part.body) - 1}):
                yield entry, part, place


def _forged(golden: Written, position: int, forge: Callable[[dict[str, Any]], None]) -> Written:
    return _rechained(golden, {}, {position: forge})


def _rechained(
    golden: Written,
    headers: dict[int, dict[str, Any]],
    parts: dict[int, Callable[[dict[str, Any]], None]],
) -> Written:
    """The history with headers and parts changed, and everything that is hashed made to fit again."""
    entries: list[StoredEntry] = []
    previous = "0" * 64
    for entry in golden.entries:
        bodies = {part.name: json.loads(part.body) for part in entry.parts}
        if entry.position in parts:
            parts[entry.position](bodies)
        kept = tuple(
            replace(part, body=canonical(bodies[part.name])) for part in entry.parts if part.name in bodies
        )
        header = json.loads(entry.header) | headers.get(entry.position, {})
        header["previous"] = previous
        header["parts"] = {part.name: commitment(part.salt, part.body) for part in kept}
        content = canonical(header)
        previous = entry_hash(header["previous"], content)
        entries.append(replace(entry, header=content, hash=previous, parts=kept))
    return replace(golden, entries=tuple(entries))
