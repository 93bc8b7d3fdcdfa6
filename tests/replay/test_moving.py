"""Open cases moved to another release, moved back, and counted again: by replay, without losing a date, and every history follows all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ics_flow.calendar import england
from ics_flow.commands.count_again import CountAgain
from ics_flow.commands.errors import CannotMove, MoveStands, NothingToMove, PermissionDenied
from ics_flow.commands.move_processes import MoveProcesses, UndoMove
from ics_flow.domain.view import CaseView, DeadlineView
from ics_flow.process.following import follow, views
from ics_flow.process.restatement import Restatement
from ics_flow.process.second_thought import givens_of
from ics_flow.queries.as_it_was import Life
from ics_flow.queries.people import Names
from ics_flow.queries.telling import Told, tell
from tests.replay.council import Council, release_files
from tests.replay.moves import another_release, appraised, published_ungated
from tests.replay.truth import require_truth

RECEIVED = "referral#1/record#1/write#1"
ASSESSMENT = "initial_assessment#1"
WRITE = "initial_assessment#1/assessment#1/write#1"
AUTHORISE = "initial_assessment#1/assessment#1/authorise#1"
DUE = "initial_assessment#1/assessment#1/finalise_due#1"
CLOSED = {date(2026, 3, 24): "Flood", date(2026, 3, 25): "Flood"}


def view(council: Council, case: str) -> CaseView:
    *_, last = views(council.entries(case))
    return last


def deadline(council: Council, case: str) -> DeadlineView:
    return next(each for each in view(council, case).deadlines if each.name == DUE)


def restated(council: Council, case: str) -> Restatement:
    parts: Any = council.entries(case)[-1].parts
    return Restatement.decode(parts["restated"])


def publish(council: Council, files: dict[str, bytes]) -> str:
    """Put other procedures in force; gives their hash."""
    council.clock.advance(hours=1)
    return published_ungated(council, files, england())


def move(council: Council, case: str, release: str, *processes: str, actor: str = "clock") -> None:
    council.handle(
        MoveProcesses(
            command_id=council.id(),
            actor=actor,
            case_id=case,
            processes=processes,
            release=release,
            reason="The board's order",
        )
    )


def undo(council: Council, case: str) -> None:
    council.handle(
        UndoMove(command_id=council.id(), actor="clock", case_id=case, reason="Ordered by mistake")
    )


def count_again(council: Council, case: str) -> int | None:
    return council.handle(CountAgain(command_id=council.id(), actor="clock", case_id=case)).position


def told(council: Council, case: str) -> Told:
    """The last entry of the case, in words."""
    with council.database.reading() as reading:
        return tell(council.entries(case), council.application.release, Names(reading))[-1]


@pytest.fixture
def twenty_days(root: Path) -> dict[str, bytes]:
    """The release, with twenty working days for the initial assessment."""
    return another_release(release_files(root), days=20)


def test_an_open_case_moves_to_a_new_procedure_without_losing_a_date(
    council: Council, twenty_days: dict[str, bytes]
) -> None:
    case = council.assess()
    before = view(council, case)
    release = publish(council, twenty_days)

    move(council, case, release, ASSESSMENT)

    after = view(council, case)
    assert {each.name for each in after.deadlines} == {each.name for each in before.deadlines}
    assert [task.name for task in after.tasks] == [task.name for task in before.tasks]
    assert deadline(council, case).due_on == date(2026, 4, 21)
    (moved,) = restated(council, case).moved
    assert (moved.name, moved.before, moved.after) == (DUE, date(2026, 4, 7), date(2026, 4, 21))
    assert {each.name: each.release == release for each in after.processes if each.ended is None} == {
        ASSESSMENT: True
    }
    require_truth(council)


def test_later_corrections_and_rollbacks_are_thought_through_under_the_release_it_was_moved_to(
    council: Council, twenty_days: dict[str, bytes]
) -> None:
    case = council.assess()
    move(council, case, publish(council, twenty_days))

    council.correct(case, RECEIVED, "received_on", "2026-03-19")

    assert deadline(council, case).due_on == date(2026, 4, 20)
    council.complete(case, WRITE, by="sw", outcome="core_assessment", significant_harm="no")
    council.complete(case, AUTHORISE, by="pm", decision="authorise")
    council.roll_back(case, "initial_assessment#1/assessment#1")
    assert [task.name for task in view(council, case).tasks] == [AUTHORISE]
    require_truth(council)
    council.restart()
    council.complete(case, AUTHORISE, by="pm", decision="reject")
    require_truth(council)


def test_a_date_that_was_missed_under_the_old_procedure_is_not_missed_under_the_new(
    council: Council, twenty_days: dict[str, bytes]
) -> None:
    case = council.assess()
    council.clock.set_to(council.clock().replace(month=4, day=10))
    council.application.tick()
    assert deadline(council, case).fired

    move(council, case, publish(council, twenty_days))

    assert not deadline(council, case).fired
    assert DUE in restated(council, case).unfired
    require_truth(council)


def test_a_move_is_undone_while_nothing_has_followed(council: Council, twenty_days: dict[str, bytes]) -> None:
    case = council.assess()
    state, before, _ = council.standing(case)
    rows = council.derived()
    move(council, case, publish(council, twenty_days))

    undo(council, case)

    after, now, _ = council.standing(case)
    assert after == state
    assert (now.deadlines, now.tasks, now.processes) == (before.deadlines, before.tasks, before.processes)
    assert council.derived() == rows
    require_truth(council)
    council.correct(case, RECEIVED, "received_on", "2026-03-19")
    assert deadline(council, case).due_on == date(2026, 4, 2)
    require_truth(council)


def test_a_move_stands_once_somebody_has_done_something_or_a_date_has_passed(
    council: Council, twenty_days: dict[str, bytes]
) -> None:
    worked, passed = council.assess(), council.assess()
    release = publish(council, twenty_days)
    move(council, worked, release)
    move(council, passed, release)
    council.complete(worked, WRITE, by="sw", outcome="no_further_action")

    with pytest.raises(MoveStands):
        undo(council, worked)
    council.clock.advance(days=40)
    with pytest.raises(MoveStands):
        undo(council, passed)
    council.application.tick()
    with pytest.raises(MoveStands):
        undo(council, passed)
    require_truth(council)


def test_an_undone_move_is_not_undone_again(council: Council, twenty_days: dict[str, bytes]) -> None:
    case = council.assess()
    move(council, case, publish(council, twenty_days))
    undo(council, case)

    with pytest.raises(MoveStands):
        undo(council, case)


def test_what_was_done_and_would_no_longer_be_asked_for_keeps_a_case_where_it_is(
    council: Council, twenty_days: dict[str, bytes]
) -> None:
    case = council.assess()
    council.complete(case, WRITE, by="sw", outcome="core_assessment", significant_harm="no")
    name = "bpmn/initial_assessment.bpmn"
    other_names = twenty_days[name].replace(b'"assessment"', b'"appraisal"')
    stored = council.stored(case)
    release = publish(council, {**twenty_days, name: other_names})

    with pytest.raises(CannotMove, match="“Initial assessment and Initial Plan”, done on 20 March 2026"):
        move(council, case, release, ASSESSMENT)

    assert council.stored(case) == stored
    require_truth(council)


def test_what_is_called_otherwise_is_carried_over_with_its_draft(
    council: Council, twenty_days: dict[str, bytes]
) -> None:
    case = council.assess()
    with council.database.unit(council.clock) as unit:
        unit.drafts.save(case, WRITE, "views", {"views": "So far."}, seen=0, by="sw", at=unit.at)
    release = publish(council, {**twenty_days, **appraised(twenty_days)})

    move(council, case, release, ASSESSMENT)

    write = WRITE.replace("assessment#1/write", "appraisal#1/write")
    assert [task.name for task in view(council, case).tasks] == [write]
    assert [(each.name, each.after) for each in restated(council, case).moved] == [
        (DUE.replace("assessment#1/finalise", "appraisal#1/finalise"), date(2026, 4, 21))
    ]
    assert (restated(council, case).appeared, restated(council, case).gone) == ((), ())
    with council.database.reading() as reading:
        assert [each.answers for each in reading.drafts.of(case, write)] == [{"views": "So far."}]
        assert reading.drafts.of(case, WRITE) == ()
    require_truth(council)
    undo(council, case)
    with council.database.reading() as reading:
        assert [each.answers for each in reading.drafts.of(case, WRITE)] == [{"views": "So far."}]
    require_truth(council)


def test_what_was_done_under_the_former_name_stands_under_the_new(
    council: Council, twenty_days: dict[str, bytes]
) -> None:
    case = council.assess()
    council.complete(case, WRITE, by="sw", outcome="core_assessment", significant_harm="no")
    move(council, case, publish(council, {**twenty_days, **appraised(twenty_days)}), ASSESSMENT)
    write = WRITE.replace("assessment#1/write", "appraisal#1/write")

    council.correct(case, write, "outcome", "no_further_action")

    assert restated(council, case).conflict is None
    require_truth(council)
    council.complete(case, write.replace("write", "authorise"), by="pm", decision="authorise")
    require_truth(council)


def test_only_an_order_or_who_may_order_moves_cases(council: Council, twenty_days: dict[str, bytes]) -> None:
    case = council.assess()
    release = publish(council, twenty_days)

    with pytest.raises(PermissionDenied):
        move(council, case, release, actor="pm")


def test_what_follows_the_release_already_is_not_moved(
    council: Council, twenty_days: dict[str, bytes]
) -> None:
    case = council.assess()
    release = publish(council, twenty_days)
    move(council, case, release)

    with pytest.raises(NothingToMove):
        move(council, case, release)


def test_a_new_holiday_is_written_where_it_moves_a_date_and_nowhere_else(
    council: Council, root: Path
) -> None:
    moving, contact = council.assess(), council.contact()
    council.clock.advance(hours=1)
    published_ungated(council, release_files(root), england(added=CLOSED))
    untouched = council.stored(contact)

    assert count_again(council, moving) == council.entries(moving)[-1].position
    assert deadline(council, moving).due_on == date(2026, 4, 9)
    assert council.kinds(moving)[-1] == "case-restated"
    again = council.stored(moving)
    assert count_again(council, moving) is None
    assert council.stored(moving) == again
    assert count_again(council, contact) is None
    assert council.stored(contact) == untouched
    require_truth(council)
    council.correct(moving, RECEIVED, "received_on", "2026-03-19")
    assert deadline(council, moving).due_on == date(2026, 4, 8)
    require_truth(council)


def test_what_was_given_is_read_from_the_history_as_following_it_finds_it(
    council: Council, twenty_days: dict[str, bytes]
) -> None:
    case = council.assess()
    move(council, case, publish(council, twenty_days))
    council.correct(case, RECEIVED, "received_on", "2026-03-19")
    council.complete(case, WRITE, by="sw", outcome="no_further_action")

    read = givens_of(council.entries(case), council.application.archive)

    assert list(read) == council.follow(case).givens


def test_a_move_is_told_with_what_it_changed(council: Council, twenty_days: dict[str, bytes]) -> None:
    case = council.assess()
    move(council, case, publish(council, twenty_days))

    moved = told(council, case)

    assert moved.sentence == "Initial assessment was moved to the procedures of “changed”"
    assert moved.reason == "The board's order"
    assert moved.followed == ("Initial assessment: due 21 April 2026 instead of 7 April 2026",)
    undo(council, case)
    assert told(council, case).sentence == "Initial assessment was moved back to the procedures of “first”"


def test_a_recount_is_told_with_the_dates_it_moved(council: Council, root: Path) -> None:
    case = council.assess()
    published_ungated(council, release_files(root), england(added=CLOSED))
    count_again(council, case)

    counted = told(council, case)

    assert counted.sentence == "Counted again in the working days that count now"
    assert "Initial assessment: due 9 April 2026 instead of 7 April 2026" in counted.followed


def test_a_file_as_it_was_is_that_of_before_the_move_and_after_it(
    council: Council, twenty_days: dict[str, bytes]
) -> None:
    case = council.assess()
    release = publish(council, {**twenty_days, **appraised(twenty_days)})
    move(council, case, release, ASSESSMENT)
    life, seen = Life(), []

    for entry in council.entries(case):
        life.take(entry)
        if ASSESSMENT in life.processes:
            seen.append((life.processes[ASSESSMENT].release == release, sorted(life.deadlines)))

    assert seen[-2][0] is False
    assert DUE in seen[-2][1]
    assert seen[-1][0] is True
    assert DUE not in seen[-1][1]


def test_a_move_that_says_another_release_is_found_out(
    council: Council, twenty_days: dict[str, bytes]
) -> None:
    case = council.assess()
    first = council.application.release.hash
    move(council, case, publish(council, twenty_days))
    *before, moved = council.entries(case)
    parts: Any = moved.parts
    (said,) = parts["cause"]["moved"]
    told_otherwise = replace(moved, parts={**parts, "cause": {"moved": [{**said, "after": first}]}})

    followed = follow((*before, told_otherwise), council.application.archive, council.secret(case))

    assert {fault.field for fault in followed.faults} >= {"restated", "view", "fingerprint"}
    assert not follow((*before, moved), council.application.archive, council.secret(case)).faults
