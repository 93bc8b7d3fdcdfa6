"""What a draft would have done: a council's cases replayed on it, told by pathway and team, at once or in the background, and nothing is kept of them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest

from ics_flow.board.what_if import Asked, WhatIf, answer_so_far, ask, what_if
from ics_flow.domain.release import Release
from tests import databases
from tests.replay.council import BEGIN, Council, found, release_files
from tests.replay.moves import another_release

RECEIVED = "referral#1/record#1/write#1"
WRITE = "initial_assessment#1/assessment#1/write#1"
ASSESSMENT = "bpmn/initial_assessment.bpmn"


@pytest.fixture(scope="module")
def lived(root: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    """A council with an assessment written on the eighth working day, one that still runs after a month, and a contact."""
    url = databases.new(tmp_path_factory.mktemp("lived"), kept=True)
    found(url, release_files(root))
    council = Council(url)
    written, _ = council.assess(), council.assess()
    council.contact()
    council.clock.set_to(datetime.fromisoformat("2026-04-01T10:00+00:00"))
    council.complete(written, WRITE, by="sw", outcome="no_further_action")
    council.clock.set_to(datetime.fromisoformat("2026-04-20T10:00+00:00"))
    council.application.tick()
    council.close()
    return url


@pytest.fixture
def council(lived: str, tmp_path: Path) -> Iterator[Council]:
    council = Council.copied(lived, tmp_path, seed=1)
    council.clock.set_to(datetime.fromisoformat("2026-04-20T11:00+00:00"))
    yield council
    council.close()


def asked_of(council: Council, files: dict[str, bytes]) -> Asked:
    return Asked(
        draft=Release.read(files),
        archive=council.application.archive,
        calendar=None,
        since=BEGIN - timedelta(days=1),
        at=council.clock(),
    )


def answer(council: Council, asked: Asked) -> WhatIf:
    with council.database.reading() as reading:
        return what_if(reading, asked, reading.what_ifs.begun(asked.since, asked.at))


def test_dates_that_would_have_moved_and_the_share_late_are_told(council: Council, root: Path) -> None:
    before = {case: council.stored(case) for case in council.cases()}

    found = answer(council, asked_of(council, another_release(release_files(root), days=5)))

    assert (found.cases, found.told, found.unchanged) == (3, 3, 1)
    (dates,) = found.dates
    assert (dates.pathway, dates.earlier, dates.later, dates.least, dates.most) == (
        "initial_assessment",
        2,
        0,
        -11,
        -11,
    )
    (late,) = [each for each in found.late if each.pathway == "initial_assessment"]
    assert (late.team, late.dates_after) == ("East", late.dates_before)
    assert late.late_after == late.late_before + 1
    assert {case: council.stored(case) for case in council.cases()} == before


def test_a_draft_that_changes_nothing_would_have_changed_nothing(council: Council, root: Path) -> None:
    files = release_files(root)
    same = {
        **files,
        ASSESSMENT: files[ASSESSMENT].replace(b"</bpmn:definitions>", b"<!-- -->\n</bpmn:definitions>"),
    }

    found = answer(council, asked_of(council, same))

    assert (found.told, found.unchanged, found.dates, found.untold) == (3, 3, (), ())


def test_what_no_longer_fits_could_not_be_told_and_why(council: Council, root: Path) -> None:
    files = release_files(root)
    other = files["bpmn/contact.bpmn"].replace(b'name="referral_wanted"', b'name="nobody_wants_it"')

    found = answer(council, asked_of(council, {**files, "bpmn/contact.bpmn": other}))

    (untold,) = found.untold
    assert (untold.cases, found.told) == (2, 1)
    assert untold.act


def test_what_began_before_the_period_is_left_as_it_was(council: Council, root: Path) -> None:
    asked = asked_of(council, another_release(release_files(root), days=5))

    found = answer(council, replace(asked, since=BEGIN + timedelta(hours=1)))

    assert found.cases == 0
    with council.database.reading() as reading:
        every = what_if(reading, replace(asked, since=BEGIN + timedelta(hours=1)), council.cases())
    assert (every.cases, every.dates) == (3, ())


def test_other_working_days_can_be_asked_about_too(council: Council, root: Path) -> None:
    closed = council.application.calendar.amended(added={date(2026, 3, 24): "Flood"})
    asked = asked_of(council, release_files(root))

    found = answer(council, replace(asked, calendar=closed))

    later = {each.title: each.later for each in found.dates if each.pathway == "initial_assessment"}
    assert later["Initial assessment"] == 2


def test_a_question_is_answered_in_the_background_and_survives_a_restart(
    council: Council, root: Path
) -> None:
    draft = Release.read(another_release(release_files(root), days=5))
    with council.database.unit(council.clock) as unit:
        since, until = BEGIN - timedelta(days=1), council.clock()
        question = ask(unit, draft, council.application.calendar.hash, since=since, until=until, by="owner")
    with council.database.reading() as reading:
        assert answer_so_far(reading, question.id)[1] == 3
    council.restart()

    while council.application.work_for_the_board():
        pass

    with council.database.reading() as reading:
        found, left = answer_so_far(reading, question.id)
        assert left == 0
        kept = reading.what_ifs.of(question.id)
        assert kept is not None
        assert kept.state == "done"
    assert found == answer(council, asked_of(council, another_release(release_files(root), days=5)))


def test_a_question_about_a_draft_with_other_working_days_counts_in_those(
    council: Council, root: Path
) -> None:
    closed = council.application.calendar.amended(added={date(2026, 3, 24): "Flood"})
    with council.database.unit(council.clock) as unit:
        unit.calendars.keep(closed.hash, closed.canonical_bytes)
        since, until = BEGIN - timedelta(days=1), council.clock()
        draft = Release.read(release_files(root))
        question = ask(unit, draft, closed.hash, since=since, until=until, by="owner")

    while council.application.work_for_the_board():
        pass

    with council.database.reading() as reading:
        found, _ = answer_so_far(reading, question.id)
    assert "Initial assessment" in {each.title for each in found.dates}
