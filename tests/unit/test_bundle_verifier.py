"""The verifier of bundles: it stands on Python alone, and its signatures are those of the standard."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ics_flow.bundle import verifier
from ics_flow.keys import SigningKey, is_signed

VECTORS = [  # RFC 8032, 7.1: public key, message, signature
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize("vector", VECTORS, ids=["empty", "one byte", "two bytes"])
def test_the_vectors_of_the_standard_are_good_and_nothing_beside_them(vector: tuple[str, str, str]) -> None:
    key, message, signature = map(bytes.fromhex, vector)

    assert verifier.signature_is_good(key, message, signature)
    for place in (0, 31, 32, 63):
        altered = bytearray(signature)
        altered[place] ^= 1
        assert not verifier.signature_is_good(key, message, bytes(altered))
    assert not verifier.signature_is_good(key, message + b"x", signature)
    assert not verifier.signature_is_good(key[:-1] + bytes([key[-1] ^ 1]), message, signature)
    assert not verifier.signature_is_good(key, message, signature[:-1])


def test_a_signature_has_one_form_alone() -> None:
    key, message, signature = map(bytes.fromhex, VECTORS[1])
    answer = int.from_bytes(signature[32:], "little") + verifier.ORDER

    assert not verifier.signature_is_good(key, message, signature[:32] + answer.to_bytes(32, "little"))


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> SigningKey:
    return SigningKey.make(tmp_path_factory.mktemp("key") / "key.pem")


@given(message=st.binary(max_size=200), place=st.integers(0, 63), bit=st.integers(0, 7))
def test_it_agrees_with_the_library(key: SigningKey, message: bytes, place: int, bit: int) -> None:
    signature = key.sign(message)
    altered = bytearray(signature)
    altered[place] ^= 1 << bit

    assert verifier.signature_is_good(key.public, message, signature)
    assert not verifier.signature_is_good(key.public, message, bytes(altered))
    assert not is_signed(key.public, message, bytes(altered))


def test_it_needs_nothing_but_python(tmp_path: Path) -> None:
    alone = tmp_path / "verify.py"
    alone.write_bytes(Path(verifier.__file__).read_bytes())
    (tmp_path / "no.zip").write_bytes(b"no zip")

    done = subprocess.run(
        [sys.executable, "-I", "-S", alone, tmp_path / "no.zip"], check=False, capture_output=True, text=True
    )

    assert done.returncode == verifier.ALTERED
    assert "cannot be opened as a bundle" in done.stdout
    assert not done.stderr
