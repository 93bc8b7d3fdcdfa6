"""Why a case was thought through again where no answer was wrong: processes were moved to another release, or other days came to count.

Such a ``case-restated`` has a part ``cause`` in place of the ``correction`` (``correction.py``): ``moved`` names each process with its release before and after, and ``undoes`` the
position of the move that is taken back; or ``calendar`` names the working days that count now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from engine import Json, Pathways, renamed


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessMove:
    """A process under another release: which, from which, to which."""

    process: str
    before: str
    after: str

    @property
    def back(self) -> ProcessMove:
        """The move that takes this one back."""
        return ProcessMove(process=self.process, before=self.after, after=self.before)


def moves_cause(moves: Iterable[ProcessMove], undoes: int | None = None) -> dict[str, Json]:
    """The cause that says that processes were moved, or moved back."""
    moved = [{"process": each.process, "before": each.before, "after": each.after} for each in moves]
    return {"moved": moved} if undoes is None else {"moved": moved, "undoes": undoes}


def calendar_cause(calendar: str) -> dict[str, Json]:
    """The cause that says that the days of another calendar count."""
    return {"calendar": calendar}


def moves_in(why: Any) -> tuple[ProcessMove, ...]:
    """The processes that were moved; none where the case was thought through again for another cause."""
    return tuple(ProcessMove(**each) for each in why.get("moved", ()))


def is_recount(why: Any) -> bool:
    """Whether the case was counted again because other days count."""
    return "calendar" in why


def undoes(why: Any) -> int | None:
    """The position of the move that is taken back; None where none is."""
    position: int | None = why.get("undoes")
    return position


def naming(moves: Iterable[ProcessMove], pathways: Callable[[str], Pathways]) -> Callable[[str], str]:
    """What was called so in a case before the moves, is called how after them."""
    moved = {move.process: move for move in moves}

    def called(name: str) -> str:
        process, mark, rest = name.partition("/")
        move = moved.get(process)
        if move is None or not mark:
            return name
        pathway = process.partition("#")[0]
        return f"{process}/{renamed(rest, pathway, pathways(move.before), pathways(move.after))}"

    return called
