"""Each way of tampering with a chain is found and named; an untouched chain has no faults."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from ics_flow.domain.history import (
    ORIGIN,
    StoredEntry,
    StoredPart,
    canonical_parts,
    check_chain,
    entry_hash,
    make_entry,
    parts_gone,
    read_entry,
)

Chain = list[StoredEntry]


def chain_of(subject: str, length: int = 6) -> Chain:
    chain: Chain = []
    for position in range(1, length + 1):
        chain.append(
            make_entry(
                subject=subject,
                position=position,
                previous=chain[-1].hash if chain else ORIGIN,
                kind="task-completed",
                at=datetime(2026, 3, 20, tzinfo=UTC) + timedelta(hours=position),
                actor="worker",
                cause=f"command-{position}",
                release=None,
                calendar=None,
                semantics=1,
                fingerprint=None,
                parts=canonical_parts(
                    {"answers": {"outcome": "assess"}, "input": {"task": f"write#{position}"}}
                ),
                entropy=lambda size: bytes([position]) * size,  # noqa: B023 used at once
            )
        )
    return chain


def with_altered_header(stored: StoredEntry) -> StoredEntry:
    return replace(stored, header=stored.header.replace(b'"actor":"worker"', b'"actor":"workes"'))


def with_altered_part(stored: StoredEntry) -> StoredEntry:
    answers, *others = stored.parts
    return replace(stored, parts=(replace(answers, body=answers.body.replace(b"assess", b"closed")), *others))


def edit_header(chain: Chain) -> None:
    chain[3] = with_altered_header(chain[3])


def edit_header_and_hash(chain: Chain) -> None:
    edited = with_altered_header(chain[3])
    chain[3] = replace(edited, hash=entry_hash(chain[2].hash, edited.header))


def break_header(chain: Chain) -> None:
    chain[3] = replace(chain[3], header=chain[3].header[:-1])


def edit_part(chain: Chain) -> None:
    chain[3] = with_altered_part(chain[3])


def add_part(chain: Chain) -> None:
    chain[3] = replace(chain[3], parts=(*chain[3].parts, StoredPart(name="reasons", salt=b"1", body=b"{}")))


def edit_salt(chain: Chain) -> None:
    first, *others = chain[3].parts
    chain[3] = replace(chain[3], parts=(replace(first, salt=bytes(16)), *others))


def edit_cause(chain: Chain) -> None:
    chain[3] = replace(chain[3], cause="command-99")


def delete_entry(chain: Chain) -> None:
    del chain[3]


def delete_first_entries(chain: Chain) -> None:
    del chain[:2]


def swap_entries(chain: Chain) -> None:
    third, fourth = chain[2], chain[3]
    chain[2], chain[3] = replace(fourth, position=3), replace(third, position=4)


def bring_from_elsewhere(chain: Chain) -> None:
    chain[3] = replace(chain_of("case:other")[3], subject="case:one")


def cut_tail(chain: Chain) -> None:
    del chain[4:]


def cut_everything(chain: Chain) -> None:
    chain.clear()


def rewrite_last(chain: Chain) -> None:
    edited = with_altered_header(chain[5])
    chain[5] = replace(edited, hash=entry_hash(chain[4].hash, edited.header))


TAMPERINGS: Sequence[tuple[Callable[[Chain], None], int, str | None, str]] = [
    (edit_header, 4, "header", "header does not give its hash"),
    (edit_header_and_hash, 5, "previous", "one of the two was altered"),
    (break_header, 4, "header", "header has been altered"),
    (edit_part, 4, "answers", "part “answers” altered"),
    (edit_salt, 4, "answers", "part “answers” altered"),
    (add_part, 4, "reasons", "was not written with"),
    (edit_cause, 4, "cause", "another command"),
    (delete_entry, 4, None, "Entry 4 of case:one is missing"),
    (delete_first_entries, 1, None, "Entries 1 to 2 of case:one are missing"),
    (swap_entries, 3, "position", "written as entry 4"),
    (bring_from_elsewhere, 4, "subject", "written for case:other"),
    (cut_tail, 5, None, "Entries 5 to 6 of case:one are missing"),
    (cut_everything, 1, None, "Entries 1 to 6 of case:one are missing"),
    (rewrite_last, 6, "hash", "not the one that was known"),
]


def test_an_untouched_chain_has_no_faults() -> None:
    chain = chain_of("case:one")

    assert check_chain("case:one", chain, (6, chain[-1].hash)) == ()
    assert check_chain("case:one", chain) == ()
    assert check_chain("case:none", []) == ()
    assert parts_gone(chain) == ()


@pytest.mark.parametrize(
    ("tamper", "position", "field", "words"), TAMPERINGS, ids=[row[0].__name__ for row in TAMPERINGS]
)
def test_tampering_is_found_and_named(
    tamper: Callable[[Chain], None], position: int, field: str | None, words: str
) -> None:
    chain = chain_of("case:one")
    head = (6, chain[-1].hash)

    tamper(chain)
    faults = check_chain("case:one", chain, head)

    named = [fault for fault in faults if (fault.position, fault.field) == (position, field)]
    assert named, faults
    assert words in named[0].sentence
    assert named[0].subject == "case:one"
    assert faults[0].position >= min(position, 3)


def test_every_altered_byte_of_a_header_is_found() -> None:
    chain = chain_of("case:one", 2)
    for index in range(len(chain[0].header)):
        altered = bytearray(chain[0].header)
        altered[index] ^= 1
        assert check_chain("case:one", [replace(chain[0], header=bytes(altered)), chain[1]]), index


def test_a_tail_that_was_cut_is_unseen_without_a_known_head() -> None:
    chain = chain_of("case:one")
    cut_tail(chain)

    assert check_chain("case:one", chain) == ()


def test_a_destroyed_part_is_no_fault_and_is_named() -> None:
    chain = chain_of("case:one")
    chain[3] = replace(chain[3], parts=chain[3].parts[1:])

    assert check_chain("case:one", chain, (6, chain[-1].hash)) == ()
    assert [(gone.position, gone.name) for gone in parts_gone(chain)] == [(4, "answers")]
    assert read_entry(chain[3]).parts == {"input": {"task": "write#4"}}


def test_an_entry_reads_as_it_was_made() -> None:
    entry = read_entry(chain_of("case:one")[1])

    assert (entry.subject, entry.position, entry.kind, entry.cause) == (
        "case:one",
        2,
        "task-completed",
        "command-2",
    )
    assert entry.at == datetime(2026, 3, 20, 2, tzinfo=UTC)
    assert entry.parts == {"answers": {"outcome": "assess"}, "input": {"task": "write#2"}}


def test_a_kind_that_is_not_kebab_case_is_refused() -> None:
    stored = chain_of("case:one", 1)[0]
    header = json.loads(stored.header)
    with pytest.raises(ValueError, match="kebab"):
        make_entry(
            **{key: header[key] for key in ("subject", "position", "previous", "actor", "cause")},
            **{key: header[key] for key in ("release", "calendar", "semantics", "fingerprint")},
            kind="TaskCompleted",
            at=datetime(2026, 3, 20, tzinfo=UTC),
            parts=[],
            entropy=bytes,
        )
