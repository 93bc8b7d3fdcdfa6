"""One subject's history: how an entry is made, how it is read, and how a chain of entries is proved or faulted.

Pure, and the bytes are those of `ics_flow/bundle/history-format.md`. Where entries are kept belongs in the store; what a kind of entry
means belongs in the process and the commands.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

import rfc8785

from ics_flow.domain.ids import Entropy

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"

FORMAT = 1
ORIGIN = "0" * 64
"""The previous hash of a first entry."""

_SALT_BYTES = 16
_KEBAB_CASE = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_Header: TypeAlias = dict[str, Any]
_HEADER_KEYS = frozenset(
    {"format", "subject", "position", "previous", "kind", "at", "actor", "cause"}
    | {"release", "calendar", "semantics", "parts", "fingerprint"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPart:
    """A named payload as its canonical bytes, with the salt that its commitment was made with."""

    name: str
    salt: bytes
    body: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEntry:
    """An entry as it is kept: the bytes that were hashed, and the columns it is found by."""

    subject: str
    position: int
    hash: str
    cause: str
    header: bytes
    parts: tuple[StoredPart, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry as it is read; `parts` lacks those that were destroyed at the end of their retention."""

    subject: str
    position: int
    hash: str
    previous: str
    kind: str
    at: datetime
    actor: str
    cause: str
    release: str | None
    calendar: str | None
    semantics: int
    fingerprint: str | None
    parts: Mapping[str, Json]


@dataclass(frozen=True, slots=True)
class Head:
    """The last entry of a history."""

    position: int
    hash: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a history, at which position, in which field (None: the whole entry), in a sentence."""

    subject: str
    position: int
    field: str | None
    sentence: str


@dataclass(frozen=True, slots=True)
class GonePart:
    """A part that the header commits to and that is no longer kept."""

    subject: str
    position: int
    name: str


class Canonical(bytes):
    """A value's canonical bytes, made once for every place that the value stands in."""

    __slots__ = ()


Parts: TypeAlias = "Mapping[str, Json | Canonical]"
"""What an entry says, by name."""


def canonical(value: Json) -> Canonical:
    """The value's RFC 8785 bytes; raises ValueError for what JSON cannot carry."""
    if _is_plain(value):
        text = _encode(value)
        if text.isascii() or max(text) < "\ud800":
            return Canonical(text.encode())
    return Canonical(rfc8785.dumps(value))


def canonical_object(members: Mapping[str, Canonical]) -> Canonical:
    """The canonical bytes of an object, from those of its members."""
    named = (b'"%s":%s' % (name.encode("ascii"), members[name]) for name in sorted(members))
    return Canonical(b"{%s}" % b",".join(named))


# The C encoder gives the RFC's bytes six times as fast for a value without floats and large integers, whose keys sort the same
# by code point as by UTF-16 unit; all else goes to rfc8785.
_encode = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def _is_plain(value: Any) -> bool:
    kind = type(value)
    if kind is str or value is None or kind is bool:
        return True
    if kind is int:
        return bool(-(2**53) < value < 2**53)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not (type(item) is str or _is_plain(item)):
                return False
        return True
    if kind is list or kind is tuple:
        for item in value:  # noqa: SIM110
            if not (type(item) is str or _is_plain(item)):
                return False
        return True
    return False


def instant_text(at: datetime) -> str:
    """An aware instant as the history writes it: UTC, microseconds, Z."""
    if at.tzinfo is None:
        raise ValueError(f"{at.isoformat()} has no time zone: an instant is aware.")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def commitment(salt: bytes, body: bytes) -> str:
    """What the header says of a part: SHA-256(salt || canonical bytes)."""
    return hashlib.sha256(salt + body).hexdigest()


def entry_hash(previous: str, header: bytes) -> str:
    """SHA-256(the 32 bytes of the previous hash || the header's canonical bytes)."""
    return hashlib.sha256(bytes.fromhex(previous) + header).hexdigest()


def fingerprint(secret: bytes, previous: str | None, view: bytes) -> str:
    """The next running fingerprint of a case: HMAC-SHA-256, under the case's secret, of the last one and the canonical view."""
    return hmac.digest(secret, bytes.fromhex(previous or ORIGIN) + view, "sha256").hex()


def canonical_parts(parts: Parts) -> list[tuple[str, bytes]]:
    """The parts of an entry as they are kept: canonical bytes, in order of name."""
    return [
        (name, part if isinstance(part, Canonical) else canonical(part))
        for name, part in sorted(parts.items())
    ]


def make_entry(
    *,
    subject: str,
    position: int,
    previous: str,
    kind: str,
    at: datetime,
    actor: str,
    cause: str,
    release: str | None,
    calendar: str | None,
    semantics: int,
    fingerprint: str | None,
    parts: Sequence[tuple[str, bytes]],
    entropy: Entropy,
) -> StoredEntry:
    """The next entry of a chain, ready to be kept, from the parts that ``canonical_parts`` gives; each gets a salt of its own, in this order."""
    if not _KEBAB_CASE.fullmatch(kind):
        raise ValueError(f"{kind!r} is no kind of entry: kinds are written in kebab-case.")
    stored = tuple(StoredPart(name=name, salt=entropy(_SALT_BYTES), body=body) for name, body in parts)
    header = canonical(
        {
            "format": FORMAT,
            "subject": subject,
            "position": position,
            "previous": previous,
            "kind": kind,
            "at": instant_text(at),
            "actor": actor,
            "cause": cause,
            "release": release,
            "calendar": calendar,
            "semantics": semantics,
            "parts": {part.name: commitment(part.salt, part.body) for part in stored},
            "fingerprint": fingerprint,
        }
    )
    return StoredEntry(
        subject=subject,
        position=position,
        hash=entry_hash(previous, header),
        cause=cause,
        header=header,
        parts=stored,
    )


def read_entry(stored: StoredEntry) -> Entry:
    """The entry that the stored bytes hold."""
    header = json.loads(stored.header)
    return Entry(
        subject=header["subject"],
        position=header["position"],
        hash=stored.hash,
        previous=header["previous"],
        kind=header["kind"],
        at=datetime.fromisoformat(header["at"]),
        actor=header["actor"],
        cause=header["cause"],
        release=header["release"],
        calendar=header["calendar"],
        semantics=header["semantics"],
        fingerprint=header["fingerprint"],
        parts={part.name: json.loads(part.body) for part in stored.parts},
    )


def check_chain(
    subject: str, entries: Sequence[StoredEntry], head: tuple[int, str] | None = None
) -> tuple[Fault, ...]:
    """Every fault of a subject's history, read in order of position; none when it is whole.

    `head` is the position and hash of an entry known from elsewhere (a snapshot, a checkpoint): with it a tail that was cut off
    is seen. A part that is no longer kept is no fault: `parts_gone` names it.
    """
    chain = [(stored, _header_of(stored)) for stored in entries]
    faults = [fault for stored, header in chain for fault in _faults_within(subject, stored, header)]
    faults += _faults_between(subject, chain)
    if head is not None:
        faults += _faults_of_the_tail(subject, entries, *head)
    return tuple(sorted(faults, key=lambda fault: fault.position))


def parts_gone(entries: Iterable[StoredEntry]) -> tuple[GonePart, ...]:
    """The parts that headers commit to and that are no longer kept, for entries whose chain was found whole."""
    return tuple(
        GonePart(stored.subject, stored.position, name)
        for stored in entries
        for name in sorted(json.loads(stored.header)["parts"].keys() - {part.name for part in stored.parts})
    )


def _faults_within(subject: str, stored: StoredEntry, header: _Header | None) -> Iterator[Fault]:
    def fault(field: str | None, sentence: str) -> Fault:
        return Fault(subject, stored.position, field, f"Entry {stored.position} of {subject} {sentence}")

    if header is None:
        yield fault("header", "cannot be read: its header has been altered.")
        return
    if entry_hash(header["previous"], stored.header) != stored.hash:
        yield fault("header", "has been altered: its header does not give its hash.")
    if header["subject"] != subject:
        yield fault("subject", f"was written for {header['subject']} and has been moved here.")
    if header["position"] != stored.position:
        yield fault(
            "position", f"was written as entry {header['position']} and has been put in another place."
        )
    if header["cause"] != stored.cause:
        yield fault("cause", "is filed under another command than the one that caused it.")
    for part in stored.parts:
        committed = header["parts"].get(part.name)
        if committed is None:
            yield fault(part.name, f"holds a part “{part.name}” that it was not written with.")
        elif committed != commitment(part.salt, part.body):
            yield fault(part.name, f"has had its part “{part.name}” altered.")


def _header_of(stored: StoredEntry) -> _Header | None:
    """The header, or None when the bytes hold no header of this format."""
    try:
        header = json.loads(stored.header)
        readable = (
            header.keys() == _HEADER_KEYS
            and header["format"] == FORMAT
            and len(header["previous"]) == len(ORIGIN)
        )
        bytes.fromhex(header["previous"])
        header["parts"].keys()
    except (ValueError, AttributeError, KeyError, TypeError):
        return None
    return header if readable else None


def _faults_between(subject: str, chain: Sequence[tuple[StoredEntry, _Header | None]]) -> Iterator[Fault]:
    before, before_hash = 0, ORIGIN
    for stored, header in chain:
        position = stored.position
        if position > before + 1:
            yield _missing(subject, before + 1, position - 1)
        elif position <= before:
            yield Fault(subject, position, "position", f"Entry {position} of {subject} stands out of order.")
        elif header is not None and header["previous"] != before_hash:
            yield Fault(
                subject,
                position,
                "previous",
                f"Entry {position} of {subject} does not follow from what stands before it: one of the two was altered.",
            )
        before, before_hash = position, stored.hash


def _faults_of_the_tail(
    subject: str, entries: Sequence[StoredEntry], position: int, known_hash: str
) -> Iterator[Fault]:
    last = entries[-1].position if entries else 0
    if last < position:
        yield _missing(subject, last + 1, position)
        return
    for stored in entries:
        if stored.position == position and stored.hash != known_hash:
            yield Fault(
                subject,
                position,
                "hash",
                f"Entry {position} of {subject} is not the one that was known to stand there.",
            )


def _missing(subject: str, first: int, last: int) -> Fault:
    if first == last:
        return Fault(subject, first, None, f"Entry {first} of {subject} is missing.")
    return Fault(subject, first, None, f"Entries {first} to {last} of {subject} are missing.")
