"""The words of an expression: names, numbers, texts and signs, each with its place.

Not here: how words make an expression (``parser``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from engine.feel.errors import FeelError

MAX_SOURCE = 2_000
"""Characters of an expression."""


class Kind(Enum):
    """What kind of word it is."""

    NAME = "name"
    NUMBER = "number"
    TEXT = "text"
    SIGN = "sign"
    END = "end"


@dataclass(frozen=True, slots=True)
class Token:
    """One word; ``at`` is the place of its first character, counted from 1. A text has its quotes off."""

    kind: Kind
    word: str
    at: int

    def is_word(self, *words: str) -> bool:
        """Whether it is one of these names or signs (and not a text that reads the same)."""
        return self.word in words and (self.kind is Kind.NAME or self.kind is Kind.SIGN)

    def __str__(self) -> str:
        return "the end of the expression" if self.kind is Kind.END else f"“{self.word}”"


_WORD = re.compile(
    r"""(?P<space>[ \t\r\n]+)
      | (?P<number>[0-9]+(?:\.[0-9]+)?)
      | (?P<text>"(?:[^"\\]|\\.)*")
      | (?P<name>[A-Za-z][A-Za-z0-9_]*)
      | (?P<sign>\.\.|!=|<=|>=|[-+*/=<>()\[\],.])""",
    re.VERBOSE,
)
_SPACES = "\t\r\n"
_UNKNOWN = {
    '"': 'this text has no closing quote: end it with ".',
    "'": 'texts stand in double quotes: "like this".',
    "“": 'texts stand in straight double quotes: "like this".',
    "”": 'texts stand in straight double quotes: "like this".',
    "_": "a name begins with a letter.",
    "&": "write “and”.",
    "|": "write “or”.",
    "!": "write “not(…)”, or “!=” for “is not equal to”.",
    "{": "contexts are not part of our FEEL: name the answers that you need.",
    "@": 'write date("2026-03-20") or duration("P3M") instead of the short form with “@”.',
}
_TWO_SIGNS = {
    "==": "write one “=” to compare.",
    "**": "powers are not part of our FEEL.",
    "//": "remarks are not part of our FEEL.",
}
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|(.))")
_ESCAPED = {'"': '"', "\\": "\\", "n": "\n", "r": "\r", "t": "\t"}


def tokens(source: str) -> tuple[Token, ...]:
    """The words of an expression, the last of them the end."""
    if len(source) > MAX_SOURCE:
        raise FeelError(
            f"The expression has {len(source):,} characters; at most {MAX_SOURCE:,} are allowed: make it shorter."
        )
    for place, character in enumerate(source, 1):
        if unicodedata.category(character).startswith("C") and character not in _SPACES:
            raise FeelError(
                f"there is an invisible character (U+{ord(character):04X}) here: take it out.", place
            )
    return tuple(_words(source))


def _words(source: str) -> Iterator[Token]:
    start = 0
    while start < len(source):
        found = _WORD.match(source, start)
        if found is None:
            raise FeelError(_what_is_wrong(source, start), start + 1)
        kind, word, place, start = str(found.lastgroup), found[0], start + 1, found.end()
        if source[found.start() : found.start() + 2] in _TWO_SIGNS and kind == "sign":
            raise FeelError(_TWO_SIGNS[source[found.start() : found.start() + 2]], place)
        if kind == "number" and (source[start : start + 1].isalpha() or source[start : start + 1] == "_"):
            raise FeelError(f"put a sign or a space between “{word}” and “{source[start]}”.", place)
        if kind != "space":
            yield Token(Kind(kind), _text(word, place) if kind == "text" else word, place)
    yield Token(Kind.END, "", len(source) + 1)


def _what_is_wrong(source: str, start: int) -> str:
    character = source[start]
    return _UNKNOWN.get(character, f"“{character}” is not part of our FEEL outside a text in double quotes.")


def _text(quoted: str, at: int) -> str:
    if any(space in quoted for space in _SPACES):
        raise FeelError("a text stands on one line: write \\n for a new line and \\t for a tab.", at)

    def character(found: re.Match[str]) -> str:
        if found[1]:
            return chr(int(found[1], 16))
        if found[2] not in _ESCAPED:
            raise FeelError(
                f"in a text write two backslashes for one, instead of “\\{found[2]}”.", at + 1 + found.start()
            )
        return _ESCAPED[found[2]]

    text = _ESCAPE.sub(character, quoted[1:-1])
    # Two halves of a character written one after the other are that character.
    joined = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if "\0" in joined or "�" in joined:
        raise FeelError("this text holds a character that cannot be kept.", at)
    return joined
