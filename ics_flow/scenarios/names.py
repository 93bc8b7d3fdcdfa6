"""Names of tasks, deadlines and records as people write them: the end of a path, with ``#1`` left out."""

from __future__ import annotations

import re

_FIRST = re.compile(r"#1(?=/|$)")


def plain(name: str) -> str:
    """The name with the number of every first occurrence left out."""
    return _FIRST.sub("", name)


def meant(asked: str, name: str) -> bool:
    """Whether the name asked for is the name, or the end of its path."""
    return f"/{plain(name)}".endswith(f"/{plain(asked)}")


def meant_whichever(asked: str, name: str) -> bool:
    """The same, where the number of the last element may be left out altogether: a deadline is asked for whichever round it is of."""
    if "#" not in asked.rpartition("/")[2]:
        name = name.rpartition("#")[0] or name
    return meant(asked, name)
