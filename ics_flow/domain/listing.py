"""Words in a row, as a sentence has them. Not here: what the words are."""

from __future__ import annotations

from collections.abc import Iterable


def listing(words: Iterable[str]) -> str:
    """The words as a sentence lists them, as in `Ava, Ben and Cal`; nothing where there are none."""
    return _joined(words, "and")


def either(words: Iterable[str]) -> str:
    """The words as alternatives, as in `social worker or practice manager`; nothing where there are none."""
    return _joined(words, "or")


def _joined(words: Iterable[str], joint: str) -> str:
    *others, last = tuple(words) or ("",)
    return f"{', '.join(others)} {joint} {last}" if others else last
