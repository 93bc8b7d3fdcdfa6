"""What was shared taken back: whoever it was shared with opens it no more. That it was shared stays on the record."""

from __future__ import annotations

from dataclasses import dataclass

from engine import london_date
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.errors import reason_given
from ics_flow.commands.share_record import SHARE
from ics_flow.commands.work import Work
from ics_flow.domain.errors import Refused
from ics_flow.process.inputs import ShareTakenBack
from ics_flow.process.sharing import SHARE_TAKEN_BACK


class NotShared(Refused):
    """This is not shared, or is shared no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBackShare(Command):
    """Take back what the entry at the position ``share`` had shared, with the reason."""

    case_id: str
    share: int
    reason: str


def take_back_share(command: TakeBackShare, work: Work) -> Outcome:
    """Write that it is shared no longer; raises ``NotShared``."""
    reason = reason_given(command.reason)
    file = work.case(command.case_id)
    file.require_may(SHARE)
    today = london_date(file.at)
    if not any(each.position == command.share and each.stands(today) for each in file.view.shares):
        raise NotShared
    file.let_time_pass()
    entry = file.take(SHARE_TAKEN_BACK, ShareTakenBack(share=command.share), parts={"reason": reason})
    file.close()
    return Outcome(case_id=file.case, position=entry.position)
