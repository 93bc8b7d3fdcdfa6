"""Verifies an ICS Flow bundle with nothing but Python (3.9 or newer): ``python3 verify.py BUNDLE.zip --key FINGERPRINT``.

It imports nothing of the product, so that whoever doubts the product need not trust it: the rules are those of the document on
the history format, which lies in the bundle, and can be written anew in another language. It shows that no byte of the histories was
altered since a checkpoint was signed; it does not run the procedures (`ics-flow history replay` does).

It ends with 0 where all is well, 1 where something was altered or is missing, 2 where it could not be asked, and 3 where all
fits together but the key was not given, so that nobody knows who signed.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import zipfile
from collections.abc import Iterator, Sequence
from typing import Any

FORMAT = 1
ORIGIN = "0" * 64
SIGNED_AS = b"ics-flow checkpoint 1\n"
WELL, ALTERED, NOT_ASKED, KEY_NOT_GIVEN = range(4)
LARGEST_FILE = 512 * 1024 * 1024
HEADER_KEYS = {
    "format", "subject", "position", "previous", "kind", "at", "actor", "cause",
    "release", "calendar", "semantics", "parts", "fingerprint",
}  # fmt: skip


class Unreadable(Exception):
    """The file is no bundle of this format."""


# --- Ed25519 (RFC 8032), checking only: nothing here is secret, so it need not be quick or even in time --------------------------

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_ONE = pow(2, (P - 1) // 4, P)


def signature_is_good(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message was made with the private key that belongs to the public one."""
    if len(public_key) != 32 or len(signature) != 64:
        return False
    key, nonce = _point(public_key), _point(signature[:32])
    answer = int.from_bytes(signature[32:], "little")
    if key is None or nonce is None or answer >= ORDER:
        return False
    asked = int.from_bytes(hashlib.sha512(signature[:32] + public_key + message).digest(), "little") % ORDER
    return _same(_times(answer, BASE), _sum(nonce, _times(asked, key)))


def _x_of(y: int, odd: int) -> int | None:
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    if square == 0:
        return None if odd else 0
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_ONE % P
    if (x * x - square) % P:
        return None
    return P - x if x % 2 != odd else x


def _point(data: bytes) -> Any:
    number = int.from_bytes(data, "little")
    y = number % 2**255
    x = _x_of(y, number >> 255)
    return None if x is None else (x, y, 1, x * y % P)


def _sum(one: Any, other: Any) -> Any:
    a = (one[1] - one[0]) * (other[1] - other[0]) % P
    b = (one[1] + one[0]) * (other[1] + other[0]) % P
    c = 2 * one[3] * other[3] * D % P
    d = 2 * one[2] * other[2] % P
    e, f, g, h = b - a, d - c, d + c, b + a
    return e * f % P, g * h % P, f * g % P, e * h % P


def _times(factor: int, point: Any) -> Any:
    total = (0, 1, 1, 0)
    while factor:
        if factor % 2:
            total = _sum(total, point)
        point, factor = _sum(point, point), factor // 2
    return total


def _same(one: Any, other: Any) -> bool:
    return not ((one[0] * other[2] - other[0] * one[2]) % P or (one[1] * other[2] - other[1] * one[2]) % P)


BASE_Y = 4 * pow(5, P - 2, P) % P
BASE_X = _x_of(BASE_Y, 0) or 0
BASE = (BASE_X, BASE_Y, 1, BASE_X * BASE_Y % P)


# --- The computations of the format ----------------------------------------------------------------------------------------------


def sha256(data: bytes) -> bytes:
    """The hash."""
    return hashlib.sha256(data).digest()


def canonical(value: Any) -> bytes:
    """RFC 8785 for what this format holds: texts, whole numbers, and objects of them whose keys are plain ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def stands_in(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> bool:
    """Whether the path leads from the leaf at that index of a tree of that size to the root (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    found, last, beside = sha256(b"\x00" + leaf), size - 1, list(path)
    while last:
        if index % 2 or index < last:
            if not beside:
                return False
            other = beside.pop(0)
            found = sha256(b"\x01" + (other + found if index % 2 else found + other))
        index, last = index // 2, last // 2
    return not beside and found == root


# --- The bundle ------------------------------------------------------------------------------------------------------------------


class Bundle:
    """A bundle opened for reading."""

    def __init__(self, path: str) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (OSError, zipfile.BadZipFile) as error:
            raise Unreadable(f"{path} cannot be opened as a bundle: {error}.") from error
        names = self._zip.namelist()
        if len(names) != len(set(names)):
            raise Unreadable("The bundle holds two files of one name.")
        self.names = frozenset(names)
        self.manifest = self.json("manifest.json")
        if self.manifest.get("format") != FORMAT:
            raise Unreadable(
                f"The bundle is of format {self.manifest.get('format')}, and this verifier knows {FORMAT}."
            )

    def bytes(self, name: str) -> bytes:
        """What a file of the bundle holds."""
        if name not in self.names:
            raise Unreadable(f"The bundle lacks {name}.")
        if self._zip.getinfo(name).file_size > LARGEST_FILE:
            raise Unreadable(f"{name} is larger than a bundle's file may be.")
        try:
            return self._zip.read(name)
        except (zipfile.BadZipFile, OSError) as error:
            raise Unreadable(f"{name} cannot be read: {error}.") from error

    def json(self, name: str) -> Any:
        """What a JSON file of the bundle says."""
        try:
            return json.loads(self.bytes(name))
        except ValueError as error:
            raise Unreadable(f"{name} holds no JSON: {error}.") from error


class Report:
    """What was found, line by line."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.lines: list[str] = []

    def fault(self, sentence: str) -> None:
        """Something that was altered or is missing."""
        self.faults.append(sentence)

    def say(self, sentence: str) -> None:
        """Something that a reader should know."""
        self.lines.append(sentence)


def check(bundle: Bundle, report: Report) -> str | None:
    """Check the whole bundle; gives the fingerprint of the key that signed its checkpoint, if it has one."""
    _check_named_files(bundle, "releases", _release_hash, report)
    _check_named_files(bundle, "calendars", lambda body: sha256(body).hex(), report)
    statement = _check_checkpoint(bundle, report)
    for subject in bundle.manifest["subjects"]:
        hashes = _check_history(bundle, subject["subject"], subject["file"], report)
        if statement:
            _check_membership(subject, hashes, statement, report)
    return statement["key"] if statement else None


def _release_hash(body: bytes) -> str:
    files = {name: sha256(text.encode()).hex() for name, text in json.loads(body).items()}
    return sha256(canonical(files)).hex()


def _check_named_files(bundle: Bundle, folder: str, hash_of: Any, report: Report) -> None:
    for name in sorted(bundle.names):
        if (
            name.startswith(folder + "/")
            and hash_of(bundle.bytes(name)) != name[len(folder) + 1 : -len(".json")]
        ):
            report.fault(f"{name} is not what its name says: it was altered.")


def _check_checkpoint(bundle: Bundle, report: Report) -> Any:
    if "checkpoint.json" not in bundle.names:
        report.say("The bundle holds no checkpoint: that its histories are whole rests on whoever made it.")
        return None
    signed = bundle.json("checkpoint.json")
    body, key = signed["statement"].encode(), bytes.fromhex(signed["public_key"])
    statement = json.loads(body)
    if statement["key"] != sha256(key).hex():
        report.fault("The checkpoint names another key than the one that is given with it.")
    if not signature_is_good(key, SIGNED_AS + body, bytes.fromhex(signed["signature"])):
        report.fault("The checkpoint's signature is not good: the checkpoint was altered.")
    report.say(
        f"Checkpoint {statement['number']}, signed {statement['at']}, over {statement['heads']} histories."
    )
    return statement


def _check_history(bundle: Bundle, subject: str, file: str, report: Report) -> dict[int, str]:
    """Check one chain; gives the hash of each entry by its position."""
    previous, hashes, gone = ORIGIN, {}, 0
    for number, entry in enumerate(_entries(bundle, file), 1):
        for sentence in _faults_of(entry, subject, number, previous):
            report.fault(f"Entry {number} of {subject} {sentence}")
        header = entry["header"].encode()
        gone += len(json.loads(header)["parts"]) - len(entry["parts"])
        previous = sha256(bytes.fromhex(previous) + header).hex()
        hashes[number] = previous
        named = [(kind, json.loads(header)[kind]) for kind in ("release", "calendar")]
        for kind, name in [*named, *_moved_between(entry)]:
            if name and f"{kind}s/{name}.json" not in bundle.names:
                report.fault(f"Entry {number} of {subject} names a {kind} that the bundle lacks.")
    left_out = f"; {gone} parts are left out or were destroyed" if gone else ""
    report.say(f"{subject}: {len(hashes)} entries{left_out}.")
    return hashes


def _moved_between(entry: Any) -> Iterator[tuple[str, str]]:
    """The releases that processes were moved from and to by the entry."""
    for part in entry["parts"]:
        if part["name"] == "cause":
            for move in json.loads(part["body"]).get("moved", ()):
                yield "release", move["before"]
                yield "release", move["after"]


def _entries(bundle: Bundle, file: str) -> Iterator[Any]:
    for line in bundle.bytes(file).splitlines():
        try:
            entry = json.loads(line)
            if json.loads(entry["header"]).keys() != HEADER_KEYS:
                raise Unreadable(f"{file} holds an entry that is not of this format.")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise Unreadable(f"{file} holds a line that is no entry.") from error
        yield entry


def _faults_of(entry: Any, subject: str, number: int, previous: str) -> Iterator[str]:
    header = json.loads(entry["header"])
    if header["subject"] != subject:
        yield f"was written for {header['subject']}."
    if header["position"] != number:
        yield f"was written as entry {header['position']}: entries are missing or were moved."
    if header["previous"] != previous:
        yield "does not follow from what stands before it: one of the two was altered."
    if sha256(bytes.fromhex(header["previous"]) + entry["header"].encode()).hex() != entry["hash"]:
        yield "has been altered: its header does not give its hash."
    for part in entry["parts"]:
        committed = header["parts"].get(part["name"])
        if committed != sha256(bytes.fromhex(part["salt"]) + part["body"].encode()).hex():
            yield f"has had its part “{part['name']}” altered."


def _check_membership(subject: Any, hashes: dict[int, str], statement: Any, report: Report) -> None:
    proof = subject.get("proof")
    if proof is None:
        report.say(f"{subject['subject']}: written since the checkpoint, which so says nothing of it.")
        return
    position = proof["position"]
    leaf = canonical({"subject": subject["subject"], "position": position, "hash": hashes.get(position, "")})
    path = [bytes.fromhex(beside) for beside in proof["path"]]
    if proof["size"] != statement["heads"] or not stands_in(
        leaf, proof["index"], proof["size"], path, bytes.fromhex(statement["root"])
    ):
        report.fault(
            f"{subject['subject']} is not the history that the checkpoint was signed over: it was altered or cut at or before "
            f"entry {position}."
        )
    elif len(hashes) > position:
        report.say(
            f"{subject['subject']}: the checkpoint vouches for the first {position} entries of {len(hashes)}."
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """Verify the bundle that the arguments name, and print what was found."""
    parser = argparse.ArgumentParser(description="Verify an ICS Flow bundle.")
    parser.add_argument("bundle", help="the file that was handed over")
    parser.add_argument(
        "--key", help="the fingerprint of the council's key, asked for by another way than the bundle came"
    )
    asked = parser.parse_args(arguments)
    report = Report()
    try:
        bundle = Bundle(asked.bundle)
        key = check(bundle, report)
    except Unreadable as unreadable:
        print(unreadable)
        return ALTERED
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        print(f"The bundle is not of this format: {error!r}.")
        return ALTERED
    given = "".join(asked.key.split()).replace(":", "").lower() if asked.key else None
    if key and given and key != given:
        report.fault("The checkpoint was signed with another key than the one whose fingerprint you gave.")
    for line in report.lines + report.faults:
        print(line)
    if bundle.manifest.get("left_out"):
        print(
            f"Left out on purpose: {', '.join(bundle.manifest['left_out'])}. What is here verifies; it cannot be replayed."
        )
    return _verdict(report, key, given)


def _verdict(report: Report, key: str | None, given: str | None) -> int:
    if report.faults:
        print(f"NOT GOOD: {len(report.faults)} faults.")
        return ALTERED
    if key and not given:
        print(
            f"All of it fits together, signed with the key {key}. Ask for the fingerprint by another way and give it with --key."
        )
        return KEY_NOT_GIVEN
    print("Good: nothing was altered.")
    return WELL


if __name__ == "__main__":
    sys.exit(main())
