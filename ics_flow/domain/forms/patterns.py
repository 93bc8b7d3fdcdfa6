r"""Patterns that an answer must match: a small part of regular expressions, matched in bounded time whatever is typed.

A pattern is a row of pieces: a character, ``.``, ``\d``, ``\w``, ``\s``, an escaped sign or a class such as
``[A-Z0-9]``, each followed by ``?``, ``*``, ``+``, ``{n}`` or ``{n,m}`` if it may be missing or come again. No groups,
no alternatives: so no pattern can run away. The same pattern means the same in the form editor's preview.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

LONGEST = 200
MOST_PIECES = 400
SIGNS = "a1- .x"
SHORTHANDS = {"d": ("09",), "w": ("az", "AZ", "09", "__"), "s": ("  ", "\t\t", "\n\n")}
ATOM = re.compile(
    r"\\(?P<escape>.)|\[(?P<deny>\^?)(?P<inside>(?:\\.|[^\]\\])+)\]|(?P<any>\.)|(?P<sign>[^\\\[\](){}|^$*+?.])"
)
TIMES = re.compile(r"(?P<mark>[?*+])|\{(?P<least>\d{1,3})(?:,(?P<most>\d{1,3}))?\}")
INSIDE = re.compile(r"\\(?P<escape>.)|(?P<low>[^\\])-(?P<high>[^\\])|(?P<sign>[^\\])")


class NotAPattern(ValueError):
    """The pattern cannot be read."""


@dataclass(frozen=True, slots=True)
class Piece:
    """One place of a pattern: the ranges of characters that may stand there, and whether it may be missing or come again."""

    ranges: tuple[str, ...]
    denied: bool = False
    optional: bool = False
    repeats: bool = False

    def takes(self, character: str) -> bool:
        """Whether that character may stand in this place."""
        return any(pair[0] <= character <= pair[1] for pair in self.ranges) != self.denied

    @property
    def example(self) -> str:
        """A character that may stand in this place; empty when everything usual is left out."""
        return (
            self.ranges[0][0] if not self.denied else next((sign for sign in SIGNS if self.takes(sign)), "")
        )


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pattern ready to be matched against a whole answer."""

    source: str
    pieces: tuple[Piece, ...]

    def matches(self, text: str) -> bool:
        """Whether the whole text matches, in time proportional to the text times the pattern."""
        places = self._after({0})
        for character in text:
            places = self._after(set(self._steps(places, character)))
            if not places:
                return False
        return len(self.pieces) in places

    @property
    def example(self) -> str:
        """The shortest text that matches."""
        return "".join(piece.example for piece in self.pieces if not piece.optional)

    def _steps(self, places: set[int], character: str) -> Iterator[int]:
        for place in places:
            if place < len(self.pieces) and self.pieces[place].takes(character):
                yield place + 1
                if self.pieces[place].repeats:
                    yield place

    def _after(self, places: set[int]) -> set[int]:
        reached = set(places)
        for place, piece in enumerate(self.pieces):
            if place in reached and piece.optional:
                reached.add(place + 1)
        return reached


def read_pattern(source: str) -> Pattern:
    """The pattern of that text; raises NotAPattern with what to change."""
    if len(source) > LONGEST:
        raise NotAPattern(f"is longer than {LONGEST} characters")
    body = source.removeprefix("^")
    body = body[:-1] if body.endswith("$") and not body.endswith("\\$") else body
    pieces = tuple(_pieces(body))
    if len(pieces) > MOST_PIECES:
        raise NotAPattern("asks for too many characters")
    if not all(piece.example for piece in pieces):
        raise NotAPattern("leaves out so many characters that none is left")
    return Pattern(source, pieces)


def _pieces(body: str) -> Iterator[Piece]:
    at = 0
    while at < len(body):
        atom = ATOM.match(body, at)
        if atom is None:
            raise NotAPattern(f"has “{body[at]}” where a character or a class such as [A-Z] is expected")
        ranges, denied = _ranges(atom)
        times = TIMES.match(body, atom.end())
        yield from _repeated(ranges, denied, times)
        at = times.end() if times else atom.end()


def _repeated(ranges: tuple[str, ...], denied: bool, times: re.Match[str] | None) -> Iterator[Piece]:
    if times is None:
        yield Piece(ranges, denied)
    elif mark := times["mark"]:
        if mark == "+":
            yield Piece(ranges, denied)
        yield Piece(ranges, denied, optional=True, repeats=mark in "*+")
    else:
        least = int(times["least"])
        most = int(times["most"] or least)
        if most < least or most == 0:
            raise NotAPattern(f"has {times[0]}, which is no number of times")
        yield from (Piece(ranges, denied, optional=number >= least) for number in range(most))


def _ranges(atom: re.Match[str]) -> tuple[tuple[str, ...], bool]:
    if atom["any"]:
        return ("\n\n",), True
    if sign := atom["sign"]:
        return (sign * 2,), False
    if escape := atom["escape"]:
        return _escaped(escape), False
    return tuple(_inside(atom["inside"])), bool(atom["deny"])


def _inside(inside: str) -> Iterator[str]:
    for part in INSIDE.finditer(inside):
        if part["escape"]:
            yield from _escaped(part["escape"])
        elif part["low"]:
            if part["high"] < part["low"]:
                raise NotAPattern(f"has the range {part[0]}, which runs backwards")
            yield part["low"] + part["high"]
        else:
            yield part["sign"] * 2


def _escaped(sign: str) -> tuple[str, ...]:
    if sign.isalnum() and sign not in SHORTHANDS:
        raise NotAPattern(f"has \\{sign}, which is not known here")
    return SHORTHANDS.get(sign, (sign * 2,))
