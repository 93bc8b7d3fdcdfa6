"""The key that signs checkpoints: made, kept in a file that only its owner reads, and used.

Ed25519 (RFC 8032) by the package `cryptography`, which has its home here. What is signed belongs in ``domain.checkpoint``.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from ics_flow.domain.checkpoint import key_fingerprint
from ics_flow.domain.errors import Refused


class KeyUnfit(Refused):
    """The key cannot be used."""


class SigningKey:
    """A key that signs."""

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public = private.public_key().public_bytes_raw()

    @classmethod
    def make(cls, path: Path) -> Self:
        """A new key, kept in a new file that only its owner may read; raises KeyUnfit where there is a file already."""
        key = Ed25519PrivateKey.generate()
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(pem)
        except FileExistsError as error:
            raise KeyUnfit(
                f"{path} is there already. A key is never written over: what it signed could not be proved any more."
            ) from error
        except OSError as error:
            raise KeyUnfit(f"{path} cannot be written: {error.strerror}.") from error
        return cls(key)

    @classmethod
    def read(cls, path: Path) -> Self:
        """The key of the file; raises KeyUnfit where there is none, or where others may read it."""
        try:
            others = os.name == "posix" and path.stat().st_mode & 0o077
            pem = path.read_bytes()
        except OSError as error:
            raise KeyUnfit(f"The key {path} cannot be read: {error.strerror}.") from error
        if others:
            raise KeyUnfit(
                f"Others than its owner may read the key {path}. Take that right away: chmod 600 {path}"
            )
        try:
            key = load_pem_private_key(pem, None)
        except (ValueError, TypeError) as error:
            raise KeyUnfit(f"{path} holds no key that can be used here.") from error
        if not isinstance(key, Ed25519PrivateKey):
            raise KeyUnfit(
                f"{path} holds a key of another kind: `ics-flow checkpoint key {path}` makes the right one."
            )
        return cls(key)

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the public key."""
        return key_fingerprint(self.public)

    def sign(self, message: bytes) -> bytes:
        """The signature over the message: 64 bytes."""
        return self._private.sign(message)


def is_signed(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether the signature over the message was made by the owner of that public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True
