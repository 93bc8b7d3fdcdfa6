"""What a person has begun to write: a row for each section of a task, with a version that shows a lost update."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from ics_flow.domain.errors import DraftChanged
from ics_flow.domain.history import Json
from ics_flow.store.tables import draft
from ics_flow.store.upsert import insert_once

_OF_TASK = (draft.c.case_id == bindparam("of_case")) & (draft.c.task == bindparam("of_task"))
_READ = select(draft).where(_OF_TASK).order_by(draft.c.section)
_CHANGE = (
    update(draft)
    .where(_OF_TASK, draft.c.section == bindparam("of_section"), draft.c.version == bindparam("seen"))
    .values(
        version=draft.c.version + 1,
        answers=bindparam("answers"),
        by=bindparam("by"),
        saved_at=bindparam("saved_at"),
    )
)
_CARRY = update(draft).where(_OF_TASK).values(task=bindparam("to"))
_DISCARD = delete(draft).where(_OF_TASK).returning(draft.c.version, draft.c.by)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A section's answers as they were last saved, by whom and when."""

    section: str
    version: int
    answers: Mapping[str, Json]
    by: str
    saved_at: datetime


class Drafts:
    """The drafts of tasks that wait."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, case: str, task: str) -> tuple[Draft, ...]:
        """The saved sections of a task."""
        rows = self._connection.execute(_READ, {"of_case": case, "of_task": task})
        return tuple(
            Draft(
                section=row.section,
                version=row.version,
                answers=row.answers,
                by=row.by,
                saved_at=row.saved_at,
            )
            for row in rows
        )

    def save(
        self,
        case: str,
        task: str,
        section: str,
        answers: Mapping[str, Json],
        *,
        seen: int,
        by: str,
        at: datetime,
    ) -> int:
        """Save a section over the version that its writer has seen (0: none) and give the new version; raises DraftChanged."""
        if seen == 0:
            kept = self._connection.execute(
                insert_once(draft, self._connection.dialect.name, "case_id", "task", "section"),
                {
                    "case_id": case,
                    "task": task,
                    "section": section,
                    "version": 1,
                    "answers": answers,
                    "by": by,
                    "saved_at": at,
                },
            )
        else:
            kept = self._connection.execute(
                _CHANGE,
                {
                    "of_case": case,
                    "of_task": task,
                    "of_section": section,
                    "seen": seen,
                    "answers": answers,
                    "by": by,
                    "saved_at": at,
                },
            )
        if kept.rowcount != 1 and not self._is_saved(case, task, section, answers, seen, by):
            raise DraftChanged
        return seen + 1

    def _is_saved(
        self, case: str, task: str, section: str, answers: Mapping[str, Json], seen: int, by: str
    ) -> bool:
        """Whether this very save was done already, and only its answer was lost."""
        return any(
            (each.section, each.version, each.by, dict(each.answers))
            == (section, seen + 1, by, dict(answers))
            for each in self.of(case, task)
        )

    def carry(self, case: str, task: str, to: str) -> None:
        """Keep what was begun at a task under the name that the task has now."""
        self._connection.execute(_CARRY, {"of_case": case, "of_task": task, "to": to})

    def discard(self, case: str, task: str) -> tuple[tuple[int, str], ...]:
        """Throw away every section of a task, once it is finalised; gives the version of each and who saved it."""
        rows = self._connection.execute(_DISCARD, {"of_case": case, "of_task": task})
        return tuple((row.version, row.by) for row in rows)
