"""A pathway begun by hand for several brothers and sisters: in the file of each, in one transaction.

From then on each child's is its own. Not here: which pathways are begun so (those whose first form asks what brothers and sisters have in common).
"""

from __future__ import annotations

from dataclasses import dataclass

from ics_flow.commands.command import Outcome
from ics_flow.commands.errors import NoSuchPathway
from ics_flow.commands.siblings import (
    OF_ONE,
    NotDoneTogether,
    all_or_none,
    opened,
    require_siblings,
    with_others,
)
from ics_flow.commands.start_pathway import StartPathway, begin
from ics_flow.commands.work import Work
from ics_flow.domain.forms import is_done_together


@dataclass(frozen=True, slots=True, kw_only=True)
class BeginTogether(StartPathway):
    """Begin a pathway for the case, and for brothers and sisters."""

    siblings: tuple[str, ...]


def begin_together(command: BeginTogether, work: Work) -> Outcome:
    """Begin the pathway in every file or in none; raises as ``start_pathway`` does, and ``NotDoneTogether``."""
    if command.pathway not in work.release.pathways:
        raise NoSuchPathway
    form = work.release.first_form(command.pathway)
    if form is None or not is_done_together(form):
        raise NotDoneTogether("This is begun for one child at a time")
    files = opened(command.case_id, command.siblings, work)
    own = files[command.case_id]
    own.require_may_read()
    own.let_time_pass()
    outcome = begin(own, command.pathway, work, with_others(own.case, files))
    require_siblings(own, files, work)
    for case, file in files.items():
        if case != own.case:
            with all_or_none():
                file.require_may_read()
                file.let_time_pass()
                if file.view.waiting(command.pathway, form.name):
                    raise NotDoneTogether(f"{OF_ONE} the same waits already")
                begin(file, command.pathway, work, with_others(case, files))
    return outcome
