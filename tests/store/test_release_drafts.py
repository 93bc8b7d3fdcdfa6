"""Drafts of releases: a version for each file, and the scenarios that came with a release."""

from __future__ import annotations

from datetime import date

import pytest

from ics_flow.clock import ManualClock
from ics_flow.domain.errors import DraftChanged
from ics_flow.store import Database
from ics_flow.store.release_drafts import Base, ReleaseDraft, ScenarioSet
from ics_flow.store.releases import Published
from ics_flow.store.unit import UnitOfWork

BASE = Base(release="r1", calendar="c1", scenarios=None)


@pytest.fixture
def drafted(database: Database, clock: ManualClock) -> Database:
    """A database with a draft in it."""
    with database.unit(clock) as unit:
        for release in ("r1", "r2"):
            unit.releases.keep(
                Published(hash=release, name=release, published_at=unit.at, law_date=date(2010, 9, 1)), b"{}"
            )
        unit.calendars.keep("c1", b"{}")
        unit.release_drafts.add(
            ReleaseDraft(
                id="d1", request="q1", title="A change", base=BASE, author="boris", made_at=unit.at, version=1, state="open"
            )
        )  # fmt: skip
    return database


def put(unit: UnitOfWork, body: bytes | None, *, seen: int, by: str = "boris") -> int:
    return unit.release_drafts.put("d1", "forms/a.form", body, base_hash="h1", seen=seen, by=by, at=unit.at)


def test_a_file_has_a_version_and_so_has_the_draft(drafted: Database, clock: ManualClock) -> None:
    with drafted.unit(clock) as unit:
        assert put(unit, b"one", seen=0) == 1
        assert put(unit, b"two", seen=1, by="ben") == 2
        assert put(unit, None, seen=2) == 3

    with drafted.reading() as reading:
        (file,) = reading.release_drafts.files("d1").values()
        draft = reading.release_drafts.of("d1")
    assert (file.body, file.version, file.saved_by, file.saved_at) == (None, 3, "boris", clock())
    assert draft is not None
    assert draft.version == 4


@pytest.mark.parametrize("seen", [0, 2])
def test_a_file_saved_over_an_unseen_version_is_refused(
    drafted: Database, clock: ManualClock, seen: int
) -> None:
    with drafted.unit(clock) as unit:
        put(unit, b"one", seen=0)
        with pytest.raises(DraftChanged):
            put(unit, b"other", seen=seen)
        assert unit.release_drafts.files("d1")["forms/a.form"].body == b"one"


def test_a_save_that_comes_twice_is_done_once(drafted: Database, clock: ManualClock) -> None:
    with drafted.unit(clock) as unit:
        assert put(unit, b"one", seen=0) == 1
        assert put(unit, b"one", seen=0) == 1


def test_a_draft_is_closed_and_stands_on_another_base(drafted: Database, clock: ManualClock) -> None:
    with drafted.unit(clock) as unit:
        unit.release_drafts.stand_on("d1", Base(release="r2", calendar="c1", scenarios="s1"))
        unit.release_drafts.close("d1")
        draft = unit.release_drafts.of("d1")
        assert draft is not None
        assert (draft.base.release, draft.base.scenarios, draft.state) == ("r2", "s1", "closed")
        assert unit.release_drafts.all() == (draft,)


def test_the_scenarios_kept_last_count_and_earlier_ones_are_found_by_hash(
    drafted: Database, clock: ManualClock
) -> None:
    one, two = ScenarioSet(hash="s1", body=b"one"), ScenarioSet(hash="s2", body=b"two")
    for each in (one, two, one):
        clock.advance(minutes=1)
        with drafted.unit(clock) as unit:
            unit.release_drafts.keep_scenarios("r1", each, unit.at)

    with drafted.reading() as reading:
        assert reading.release_drafts.scenarios("r1") == one
        assert reading.release_drafts.scenarios("r1", "s2") == two
        assert reading.release_drafts.scenarios("r2") is None
