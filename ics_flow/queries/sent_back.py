"""Who sent a record back to its writer, and what has to change: what a tray says of a task that is not a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from ics_flow.domain.forms.questions import TextQuestion
from ics_flow.domain.ids import case_subject
from ics_flow.process.correction import answers_at
from ics_flow.process.versions import versions
from ics_flow.queries.people import Names
from ics_flow.queries.standpoint import Standpoint
from ics_flow.store.unit import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class SentBack:
    """That a record came back: from whom, when, and why, in that manager's own words."""

    by: str
    at: datetime
    reason: str


def sent_back(reading: Reading, by: Standpoint, case: str, task: str) -> SentBack | None:
    """What was said when the record that the task writes was sent back; None for a task that waits for the first time."""
    if task.endswith("#1"):
        return None
    entries = reading.history.read(case_subject(case))
    made = [version for version in versions(entries) if version.scope == task.rpartition("/")[0]]
    if not made or made[-1].decided is None or made[-1].status != "sent back":
        return None
    entry = next(entry for entry in entries if entry.position == made[-1].decided)
    answers = answers_at(entries, entry.position)
    return SentBack(
        by=Names(reading).of(entry.actor),
        at=entry.at,
        reason=_written(by, made[-1].release, made[-1].decided_form, answers),
    )


def _written(by: Standpoint, release: str, form: str | None, answers: dict[str, object]) -> str:
    """What the manager wrote, whatever the form calls it."""
    if form is None:
        return ""
    written = (
        answers.get(question.key)
        for _, question in by.archive.release(release).forms[form].questions
        if isinstance(question, TextQuestion)
    )
    return " ".join(text for text in written if isinstance(text, str) and text)
