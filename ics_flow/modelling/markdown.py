"""How a page is put together: tables, lists of names, and texts that cannot break a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence


def plain(text: str) -> str:
    """The text in one line, with nothing in it that a table would take for its own."""
    return " ".join(text.split()).replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table with an empty line after it, or nothing where there are no rows."""
    filled = [f"| {' | '.join(map(plain, row))} |" for row in rows]
    if filled:
        yield f"| {' | '.join(head)} |"
        yield f"|{' --- |' * len(head)}"
        yield from filled
        yield ""


def code(names: Iterable[str]) -> str:
    """The names as they stand in files, with commas between."""
    return ", ".join(f"`{name}`" for name in names)
