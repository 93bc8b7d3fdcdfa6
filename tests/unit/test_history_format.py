"""The written format: the worked example of the document, canonical JSON, and the shape of what is written."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from ics_flow.domain.history import (
    ORIGIN,
    StoredEntry,
    canonical,
    canonical_object,
    canonical_parts,
    check_chain,
    fingerprint,
    instant_text,
    make_entry,
)

DOCUMENT = Path(__file__).parents[2] / "ics_flow" / "bundle" / "history-format.md"
_WHOLE = st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
_SCALARS = st.none() | st.booleans() | _WHOLE | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    _SCALARS, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


def worked_example() -> dict[str, Any]:
    example: dict[str, Any] = json.loads(DOCUMENT.read_text().split("```json")[1].split("```")[0])
    return example


def test_the_documents_example_follows_from_its_own_words() -> None:
    example = worked_example()
    previous, last = bytes(32), bytes(32)
    for entry, view in zip(example["entries"], example["views"], strict=True):
        header = json.loads(entry["header"])
        assert header["previous"] == previous.hex()
        previous = hashlib.sha256(previous + entry["header"].encode()).digest()
        assert entry["hash"] == previous.hex()
        for part in entry["parts"]:
            salted = bytes.fromhex(part["salt"]) + part["body"].encode()
            assert header["parts"][part["name"]] == hashlib.sha256(salted).hexdigest()
        last = hmac.digest(bytes.fromhex(example["secret"]), last + rfc8785.dumps(view), "sha256")
        assert header["fingerprint"] == last.hex()


def test_the_program_writes_the_documents_example() -> None:
    example = worked_example()
    salts = iter([part["salt"] for entry in example["entries"] for part in entry["parts"]])
    chain: list[StoredEntry] = []
    last = None
    for given_entry, view in zip(example["entries"], example["views"], strict=True):
        header = json.loads(given_entry["header"])
        last = fingerprint(bytes.fromhex(example["secret"]), last, canonical(view))
        stored = make_entry(
            subject=header["subject"],
            position=header["position"],
            previous=chain[-1].hash if chain else ORIGIN,
            kind=header["kind"],
            at=datetime.fromisoformat(header["at"]),
            actor=header["actor"],
            cause=header["cause"],
            release=header["release"],
            calendar=header["calendar"],
            semantics=header["semantics"],
            fingerprint=last,
            parts=canonical_parts({part["name"]: json.loads(part["body"]) for part in given_entry["parts"]}),
            entropy=lambda _: bytes.fromhex(next(salts)),
        )
        assert stored.header.decode() == given_entry["header"]
        assert stored.hash == given_entry["hash"]
        assert [(part.name, part.body.decode()) for part in stored.parts] == [
            (part["name"], part["body"]) for part in given_entry["parts"]
        ]
        chain.append(stored)
    assert check_chain("case:example", chain) == ()


@given(VALUES)
def test_canonical_json_is_that_of_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)


def test_keys_sort_by_utf_16_unit_as_the_rfc_asks() -> None:
    beyond, before = "\U00010000", "\uffff"

    assert canonical({beyond: 1, before: 2}).decode() == f'{{"{beyond}":1,"{before}":2}}'


@pytest.mark.parametrize("value", [2**53, float("nan"), "\ud800", {"a": {1: "key"}}, {"a": object()}])
def test_what_json_cannot_carry_is_refused(value: Any) -> None:
    with pytest.raises(ValueError):
        canonical(value)


def test_an_instant_is_written_in_utc_with_microseconds() -> None:
    summer = timezone(timedelta(hours=1))

    assert instant_text(datetime(2026, 7, 1, 0, 30, tzinfo=summer)) == "2026-06-30T23:30:00.000000Z"


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        instant_text(datetime(2026, 7, 1, tzinfo=UTC).replace(tzinfo=None))


def test_a_fingerprint_hangs_on_the_secret_and_on_the_one_before() -> None:
    view = canonical({"tasks": ["referral#1/record#1"]})
    first = fingerprint(b"a" * 32, None, view)

    assert first != fingerprint(b"b" * 32, None, view)
    assert first != fingerprint(b"a" * 32, first, view)
    assert first == fingerprint(b"a" * 32, None, canonical({"tasks": ("referral#1/record#1",)}))


@given(st.dictionaries(st.text("abcz_:0", min_size=1), st.integers(-9, 9) | st.text() | st.none()))
def test_an_object_put_together_from_its_members_bytes_is_the_same(
    value: dict[str, int | str | None],
) -> None:
    assert canonical_object({name: canonical(member) for name, member in value.items()}) == canonical(value)


def test_a_part_that_was_encoded_before_is_kept_as_it_is() -> None:
    steps = [{"process": "referral#1", "effects": []}]

    once = canonical_parts({"steps": canonical(steps), "input": {"kind": "time-passed"}})

    assert once == canonical_parts({"input": {"kind": "time-passed"}, "steps": steps})
    assert [name for name, _ in once] == ["input", "steps"]
