"""Eleven ways to falsify histories, done to a real database by somebody who owns it: each is found by what the documents say finds it.

Six are found by the chain; five by nothing but a checkpoint that is kept where the attacker cannot reach it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from ics_flow.clock import ManualClock
from ics_flow.custody import (
    FolderKeeper,
    Kept,
    hold_against,
    keep_checkpoints,
    kept_in_database,
    make_checkpoint,
    send_checkpoints,
)
from ics_flow.domain.history import (
    ORIGIN,
    Fault,
    StoredEntry,
    StoredPart,
    canonical,
    check_chain,
    commitment,
    entry_hash,
)
from ics_flow.domain.ids import case_subject
from ics_flow.keys import SigningKey
from tests import databases
from tests.replay.council import Council

WRITE = "contact#1/record#1/write#1"


class Scene:
    """Two cases at work, a checkpoint over them that has been sent away, and some more work since."""

    def __init__(self, council: Council, folder: Path) -> None:
        self.council = council
        self.folder = folder
        self.key = SigningKey.make(folder / "key.pem")
        self.case, self.other = council.assess(), council.contact()
        self.subject = case_subject(self.case)
        self.wall = ManualClock(council.clock() + timedelta(minutes=5))
        self.check_point()
        council.clock.advance(days=2)
        council.complete(self.other, WRITE, by="ta", outcome="no_further_action")

    def check_point(self) -> None:
        """Make a checkpoint and send it away."""
        make_checkpoint(self.council.database, self.wall, self.key)
        send_checkpoints(self.council.database, FolderKeeper(self.folder))

    def attack(self, attack: Callable[[Scene], None]) -> None:
        """Let the attacker do it, who owns the database."""
        databases.without_triggers(self.council.url)
        self.council.close()
        attack(self)
        self.council.open()

    def sql(self, statement: str, *values: object) -> None:
        """A statement of the attacker's."""
        self.council.sql(statement, *values)

    def entries(self, subject: str = "") -> list[StoredEntry]:
        """A history as it is kept."""
        self.council.open()
        with self.council.database.reading() as reading:
            found = list(reading.history.stored(subject or self.subject))
        self.council.close()
        return found

    def write(self, entries: list[StoredEntry], subject: str = "") -> None:
        """Put these in the place of a history, each with the hashes that make a good chain."""
        subject = subject or self.subject
        self.remove(subject)
        previous = ORIGIN
        for position, entry in enumerate(entries, 1):
            header = json.loads(entry.header)
            header |= {"subject": subject, "position": position, "previous": previous, "cause": entry.cause}
            header["parts"] = {part.name: commitment(part.salt, part.body) for part in entry.parts}
            body = canonical(header)
            previous = entry_hash(previous, body)
            self.sql(
                "INSERT INTO history (subject, position, hash, header, cause) VALUES (?, ?, ?, ?, ?)",
                *(subject, position, bytes.fromhex(previous), body, entry.cause),
            )
            for part in entry.parts:
                self.sql(
                    "INSERT INTO payload (subject, position, name, salt, body) VALUES (?, ?, ?, ?, ?)",
                    *(subject, position, part.name, part.salt, part.body),
                )

    def remove(self, subject: str, *, after: int = 0) -> None:
        """Remove a history, or its tail."""
        for table in ("payload", "history"):
            self.sql(f"DELETE FROM {table} WHERE subject = ? AND position > ?", subject, after)  # noqa: S608

    def chain_faults(self) -> tuple[Fault, ...]:
        """What the chains show: every history, against the snapshot of its case."""
        with self.council.database.reading() as reading:
            faults: list[Fault] = []
            for subject in reading.history.subjects():
                snapshot = reading.snapshots.of(subject.partition(":")[2])
                head = (snapshot.position, snapshot.head) if snapshot else None
                faults += check_chain(subject, reading.history.stored(subject), head)
        return tuple(faults)

    def custody_faults(self, kept: tuple[Kept, ...] | None = None) -> tuple[Fault, ...]:
        """What the checkpoints show that were sent away."""
        sent = FolderKeeper(self.folder).read() if kept is None else kept
        with self.council.database.reading() as reading:
            return hold_against(reading, sent, self.key.fingerprint).faults


@pytest.fixture
def scene(council: Council, tmp_path: Path) -> Scene:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    return Scene(council, folder)


def test_what_nobody_attacked_is_whole(scene: Scene) -> None:
    assert scene.chain_faults() == ()
    assert scene.custody_faults() == ()

    scene.wall.advance(days=3)
    scene.check_point()

    assert scene.custody_faults() == ()


def test_a_checkpoint_is_made_once_a_day_and_what_did_not_arrive_is_sent_again(scene: Scene) -> None:
    def keep() -> frozenset[int]:
        keeper = FolderKeeper(scene.folder)
        keep_checkpoints(scene.council.database, scene.wall, scene.key, {"folder": keeper})
        return keeper.keeps()

    assert keep() == {1}
    scene.wall.advance(hours=23)
    assert keep() == {1}
    scene.wall.advance(hours=1)
    assert keep() == {1, 2}
    next(scene.folder.glob("*1.json")).unlink()
    assert keep() == {1, 2}


# Found by the chain


def edit_a_payload(scene: Scene) -> None:
    body = scene.entries()[2].parts[0].body
    scene.sql(
        "UPDATE payload SET body = ? WHERE subject = ? AND position = 3 AND name = ?",
        *(body[:-1] + b" }", scene.subject, scene.entries()[2].parts[0].name),
    )


def edit_a_header(scene: Scene) -> None:
    header = scene.entries()[2].header.replace(b'"actor":"', b'"actor":"x')
    scene.sql("UPDATE history SET header = ? WHERE subject = ? AND position = 3", header, scene.subject)


def delete_an_entry(scene: Scene) -> None:
    for table in ("payload", "history"):
        scene.sql(f"DELETE FROM {table} WHERE subject = ? AND position = 3", scene.subject)  # noqa: S608


def swap_two_entries(scene: Scene) -> None:
    three, four = scene.entries()[2:4]
    delete = "DELETE FROM payload WHERE subject = ? AND position IN (3, 4)"
    scene.sql(delete, scene.subject)
    for position, entry in ((-3, three), (-4, four)):
        scene.sql(
            "UPDATE history SET position = ? WHERE subject = ? AND position = ?",
            *(position, scene.subject, entry.position),
        )
    scene.sql("UPDATE history SET position = 4 WHERE subject = ? AND position = -3", scene.subject)
    scene.sql("UPDATE history SET position = 3 WHERE subject = ? AND position = -4", scene.subject)


def move_an_entry_to_another_case(scene: Scene) -> None:
    moved, place = scene.entries()[-1], len(scene.entries(case_subject(scene.other))) + 1
    for table in ("payload", "history"):
        scene.sql(
            f"DELETE FROM {table} WHERE subject = ? AND position = ?",  # noqa: S608
            *(scene.subject, moved.position),
        )
    scene.sql(
        "INSERT INTO history (subject, position, hash, header, cause) VALUES (?, ?, ?, ?, ?)",
        *(case_subject(scene.other), place, bytes.fromhex(moved.hash), moved.header, moved.cause),
    )


def cut_the_tail(scene: Scene) -> None:
    scene.remove(scene.subject, after=len(scene.entries()) - 1)


BY_THE_CHAIN = (
    edit_a_payload,
    edit_a_header,
    delete_an_entry,
    swap_two_entries,
    move_an_entry_to_another_case,
    cut_the_tail,
)


@pytest.mark.parametrize("attack", BY_THE_CHAIN, ids=lambda attack: attack.__name__)
def test_the_chain_finds(scene: Scene, attack: Callable[[Scene], None]) -> None:
    scene.attack(attack)

    assert {fault.subject for fault in scene.chain_faults()} >= {scene.subject}


# Found only by a checkpoint kept elsewhere


def cut_the_tail_and_mend_the_head(scene: Scene) -> None:
    scene.remove(scene.subject, after=len(scene.entries()) - 1)
    scene.sql("DELETE FROM snapshot WHERE case_id = ?", scene.case)


def make_a_chain_anew(scene: Scene) -> None:
    entries = scene.entries()
    entries[0] = replace(entries[0], header=entries[0].header.replace(b'"actor":"ta"', b'"actor":"pm"'))
    scene.write(entries)
    scene.sql("DELETE FROM snapshot WHERE case_id = ?", scene.case)


def put_in_a_back_dated_entry(scene: Scene) -> None:
    entries = scene.entries()
    false = replace(entries[-1], cause="never-sent", parts=_alike(entries[-1]))
    scene.write([*entries, false])
    scene.sql("DELETE FROM snapshot WHERE case_id = ?", scene.case)


def remove_a_case(scene: Scene) -> None:
    scene.remove(scene.subject)
    scene.sql("DELETE FROM snapshot WHERE case_id = ?", scene.case)


def invent_a_case(scene: Scene) -> None:
    scene.write(scene.entries(), "case:invented")


def _alike(entry: StoredEntry) -> tuple[StoredPart, ...]:
    return tuple(replace(part, salt=bytes(16)) for part in entry.parts)


BY_A_CHECKPOINT = (
    cut_the_tail_and_mend_the_head,
    make_a_chain_anew,
    put_in_a_back_dated_entry,
    remove_a_case,
    invent_a_case,
)


@pytest.mark.parametrize("attack", BY_A_CHECKPOINT, ids=lambda attack: attack.__name__)
def test_only_a_checkpoint_finds(scene: Scene, attack: Callable[[Scene], None]) -> None:
    scene.attack(attack)

    assert scene.chain_faults() == ()
    attacked = "case:invented" if attack is invent_a_case else scene.subject
    assert {fault.subject for fault in scene.custody_faults()} == {attacked}


def test_checkpoints_kept_in_the_database_alone_show_nothing(scene: Scene) -> None:
    scene.attack(remove_a_case)
    scene.sql("DELETE FROM checkpoint_head")
    scene.sql("DELETE FROM checkpoint")
    make_checkpoint(scene.council.database, scene.wall, SigningKey.make(scene.folder / "false.pem"))

    with scene.council.database.reading() as reading:
        kept = kept_in_database(reading)
        assert hold_against(reading, kept).faults == ()
    assert [fault.field for fault in scene.custody_faults(kept)] == ["key"]


# The row of checkpoints itself


def _altered(kept: Kept, **changed: object) -> Kept:
    statement = json.loads(kept.checkpoint.body) | changed
    return replace(kept, checkpoint=replace(kept.checkpoint, body=canonical(statement)))


def test_a_checkpoint_that_was_altered_is_found(scene: Scene) -> None:
    (kept,) = FolderKeeper(scene.folder).read()

    assert {fault.field for fault in scene.custody_faults((_altered(kept, heads=1),))} >= {"signature"}
    assert {fault.field for fault in scene.custody_faults((replace(kept, changed=kept.changed[1:]),))} >= {
        "root"
    }
    assert {fault.sentence for fault in scene.custody_faults((_altered(kept, number=2),))} >= {
        "Checkpoint 1 is missing."
    }


def test_a_key_hands_over_to_the_next_and_no_other_is_taken(scene: Scene, tmp_path: Path) -> None:
    new, stolen = SigningKey.make(tmp_path / "new.pem"), SigningKey.make(tmp_path / "stolen.pem")
    scene.wall.advance(days=4)
    make_checkpoint(scene.council.database, scene.wall, scene.key, next_key=new.fingerprint)
    for key in (scene.key, stolen):
        with pytest.raises(Exception, match="names another key"):
            make_checkpoint(scene.council.database, scene.wall, key)
    make_checkpoint(scene.council.database, scene.wall, new)

    assert send_checkpoints(scene.council.database, FolderKeeper(scene.folder)) == 2
    assert send_checkpoints(scene.council.database, FolderKeeper(scene.folder)) == 0
    assert scene.custody_faults() == ()


@pytest.mark.skipif(
    databases.on_postgresql(), reason="PostgreSQL keeps nothing but bytes in a column of bytes"
)
@pytest.mark.parametrize(
    ("table", "column"),
    [("history", "header"), ("history", "hash"), ("payload", "body"), ("payload", "salt")],
)
def test_text_in_the_place_of_bytes_is_named_and_stops_nothing(scene: Scene, table: str, column: str) -> None:
    statement = f"UPDATE {table} SET {column} = 'text' WHERE subject = ? AND position = 3"  # noqa: S608
    scene.attack(lambda scene: scene.sql(statement, scene.subject))

    assert {(fault.subject, fault.position) for fault in scene.chain_faults()} >= {(scene.subject, 3)}
    scene.custody_faults()
