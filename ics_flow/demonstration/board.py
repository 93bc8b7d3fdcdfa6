"""What the change board has before it (``board.yaml``), told by commands at their own instants. No release is changed by it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.commands.board_meetings import (
    AskToAttend,
    CallMeeting,
    NameRepresentative,
    NoteComingLaw,
    PublishMinutes,
)
from ics_flow.commands.change_requests import DiscussChange, PutOnAgenda, RaiseChange, SettleChange
from ics_flow.commands.command import Command
from ics_flow.commands.open_release_draft import OpenReleaseDraft
from ics_flow.demonstration.days import Days
from ics_flow.demonstration.tales import read_told

_COMMANDS: Mapping[str, Callable[..., Command]] = {
    "ask_to_attend": AskToAttend,
    "call_meeting": CallMeeting,
    "discuss_change": DiscussChange,
    "name_representative": NameRepresentative,
    "note_coming_law": NoteComingLaw,
    "open_release_draft": OpenReleaseDraft,
    "publish_minutes": PublishMinutes,
    "put_on_agenda": PutOnAgenda,
    "raise_change": RaiseChange,
    "settle_change": SettleChange,
}
_DATES = {"on", "meeting", "starts"}
_OF_A_REQUEST = {"change", "request"}


def tell_board(application: Application, clock: ManualClock, days: Days, seed: int) -> None:
    """Tell all of it; the clock is afterwards where it was."""
    end, ids = clock(), dict[str, str]()
    for number, step in enumerate(read_told("board.yaml")["steps"], start=1):
        clock.set_to(days.instant(step["day"], step["at"]))
        command_id = f"board-{seed}-{number:02}"
        ids[step.get("ask", "")] = command_id
        name = next(name for name in step if name in _COMMANDS)
        given = {key: _filled(key, value, days, ids) for key, value in step[name].items()}
        application.handle(_COMMANDS[name](command_id=command_id, actor=step["by"], **given))
    clock.set_to(end)


def _filled(key: str, value: Any, days: Days, ids: Mapping[str, str]) -> Any:
    """What the step says, with days and requests put in."""
    if key in _DATES:
        return date.fromisoformat(days.filled(value))
    if key in _OF_A_REQUEST:
        return ids[value]
    if key == "actions":
        return tuple((what, who, date.fromisoformat(days.filled(by))) for what, who, by in value)
    return value
