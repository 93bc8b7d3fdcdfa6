"""Drafts of releases: a row each, and one for every file that a draft changes, with a version that shows a lost update.

Here too: the scenarios that came with each release. What a draft may hold is `ics_flow.board`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from sqlalchemy import Connection, RowMapping, bindparam, insert, select, update

from ics_flow.domain.errors import DraftChanged
from ics_flow.store.tables import (
    release_draft,
    release_draft_file,
    release_draft_writer,
    release_scenarios,
)
from ics_flow.store.upsert import insert_once, upsert

DraftState: TypeAlias = Literal["open", "closed"]

_ONE = select(release_draft).where(release_draft.c.id == bindparam("of_draft"))
_ALL = select(release_draft).order_by(release_draft.c.made_at.desc(), release_draft.c.id)
_FILES = (
    select(release_draft_file)
    .where(release_draft_file.c.draft_id == bindparam("of_draft"))
    .order_by(release_draft_file.c.name)
)
_OF_FILE = (release_draft_file.c.draft_id == bindparam("of_draft")) & (
    release_draft_file.c.name == bindparam("of_name")
)
_FILE = select(release_draft_file).where(_OF_FILE)
_CHANGE = (
    update(release_draft_file)
    .where(_OF_FILE, release_draft_file.c.version == bindparam("seen"))
    .values(
        version=release_draft_file.c.version + 1,
        body=bindparam("new_body"),
        base_hash=bindparam("new_base_hash"),
        saved_at=bindparam("at"),
        saved_by=bindparam("by"),
    )
)
_STEP = (
    update(release_draft)
    .where(release_draft.c.id == bindparam("of_draft"))
    .values(version=release_draft.c.version + 1)
)
_WRITERS = select(release_draft_writer.c.worker_id).where(
    release_draft_writer.c.draft_id == bindparam("of_draft")
)
_CLOSE = update(release_draft).where(release_draft.c.id == bindparam("of_draft")).values(state="closed")
_SCENARIOS = (
    select(release_scenarios)
    .where(release_scenarios.c.release == bindparam("of_release"))
    .order_by(release_scenarios.c.kept_at.desc(), release_scenarios.c.hash)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Base:
    """What a draft was drawn over, by hash; no scenarios where none came with the release."""

    release: str
    calendar: str
    scenarios: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseDraft:
    """A draft of a release; its version goes up with every file that is saved."""

    id: str
    request: str
    title: str
    base: Base
    author: str
    made_at: datetime
    version: int
    state: DraftState


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftFile:
    """A file that the draft changes or adds; one without a body is taken away. ``base_hash`` is that of the file it was drawn over."""

    name: str
    body: bytes | None
    base_hash: str | None
    version: int
    saved_at: datetime
    saved_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioSet:
    """The scenarios that came with a release, under the hash of their content."""

    hash: str
    body: bytes


class ReleaseDrafts:
    """The drafts of releases by id, and the scenarios of releases."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, draft: ReleaseDraft) -> None:
        """Keep a new draft."""
        self._connection.execute(
            insert(release_draft),
            {
                "id": draft.id,
                "request_id": draft.request,
                "title": draft.title,
                **_columns(draft.base),
                "author": draft.author,
                "made_at": draft.made_at,
                "version": draft.version,
                "state": draft.state,
            },
        )

    def of(self, draft: str) -> ReleaseDraft | None:
        """The draft of that id."""
        row = self._connection.execute(_ONE, {"of_draft": draft}).mappings().first()
        return _draft(row) if row else None

    def all(self) -> tuple[ReleaseDraft, ...]:
        """Every draft, the newest first."""
        return tuple(map(_draft, self._connection.execute(_ALL).mappings()))

    def of_request(self, request: str) -> tuple[ReleaseDraft, ...]:
        """The drafts of a change request, the last one begun first."""
        return tuple(each for each in self.all() if each.request == request)

    def files(self, draft: str) -> Mapping[str, DraftFile]:
        """What the draft changes, by the name of the file, in order of the names."""
        rows = self._connection.execute(_FILES, {"of_draft": draft}).mappings()
        return {row["name"]: _file(row) for row in rows}

    def put(
        self,
        draft: str,
        name: str,
        body: bytes | None,
        *,
        base_hash: str | None,
        seen: int,
        by: str,
        at: datetime,
    ) -> int:
        """Save a file (None: it is taken away) over the version that its writer has seen (0: none); gives the new version.

        Raises DraftChanged where somebody else saved it meanwhile.
        """
        if seen == 0:
            kept = self._connection.execute(
                insert_once(release_draft_file, self._connection.dialect.name, "draft_id", "name"),
                {
                    "draft_id": draft,
                    "name": name,
                    "body": body,
                    "base_hash": base_hash,
                    "version": 1,
                    "saved_at": at,
                    "saved_by": by,
                },
            )
        else:
            kept = self._connection.execute(
                _CHANGE,
                {
                    "of_draft": draft,
                    "of_name": name,
                    "seen": seen,
                    "new_body": body,
                    "new_base_hash": base_hash,
                    "at": at,
                    "by": by,
                },
            )
        if kept.rowcount == 1:
            self._connection.execute(_STEP, {"of_draft": draft})
            self._connection.execute(
                upsert(release_draft_writer, self._connection.dialect.name),
                {"draft_id": draft, "worker_id": by},
            )
        elif not self._is_saved(draft, name, body, seen, by):
            raise DraftChanged
        return seen + 1

    def writers(self, draft: str) -> frozenset[str]:
        """Everybody who ever saved a file of the draft."""
        return frozenset(self._connection.scalars(_WRITERS, {"of_draft": draft}))

    def stand_on(self, draft: str, base: Base) -> None:
        """Let the draft stand on another base."""
        self._connection.execute(_STEP.values(**_columns(base)), {"of_draft": draft})

    def close(self, draft: str) -> None:
        """Let nobody change the draft any more."""
        self._connection.execute(_CLOSE, {"of_draft": draft})

    def keep_scenarios(self, release: str, scenarios: ScenarioSet, at: datetime) -> None:
        """Keep the scenarios that came with a release: from now on these count."""
        self._connection.execute(
            upsert(release_scenarios, self._connection.dialect.name),
            {"release": release, "hash": scenarios.hash, "body": scenarios.body, "kept_at": at},
        )

    def scenarios(self, release: str, hash: str | None = None) -> ScenarioSet | None:  # noqa: A002 the field's own term
        """The scenarios that came with a release: those kept last, or those of that hash."""
        wanted = _SCENARIOS if hash is None else _SCENARIOS.where(release_scenarios.c.hash == hash)
        row = self._connection.execute(wanted, {"of_release": release}).first()
        return ScenarioSet(hash=row.hash, body=row.body) if row else None

    def _is_saved(self, draft: str, name: str, body: bytes | None, seen: int, by: str) -> bool:
        """Whether this very save was done already, and only its answer was lost."""
        row = self._connection.execute(_FILE, {"of_draft": draft, "of_name": name}).mappings().first()
        return row is not None and (row["version"], row["body"], row["saved_by"]) == (seen + 1, body, by)


def _columns(base: Base) -> dict[str, str | None]:
    return {
        "base_release": base.release,
        "base_calendar": base.calendar,
        "base_scenarios": base.scenarios,
    }


def _draft(row: RowMapping) -> ReleaseDraft:
    return ReleaseDraft(
        id=row["id"],
        request=row["request_id"],
        title=row["title"],
        base=Base(
            release=row["base_release"], calendar=row["base_calendar"], scenarios=row["base_scenarios"]
        ),
        author=row["author"],
        made_at=row["made_at"],
        version=row["version"],
        state=row["state"],
    )


def _file(row: RowMapping) -> DraftFile:
    return DraftFile(**{name: row[name] for name in DraftFile.__dataclass_fields__})
