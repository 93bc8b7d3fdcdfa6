"""An answer put right: the case is thought through again with it, and the history says what that moved, un-fired and fired, or why it could not be."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from engine import end_of
from ics_flow.commands.correct_answers import CorrectAnswers
from ics_flow.commands.errors import NothingCorrected, NotTheStandingVersion
from ics_flow.domain.view import CaseView, DeadlineView
from ics_flow.process.following import views
from ics_flow.process.restatement import Restatement
from tests.replay.council import Council
from tests.replay.truth import require_truth

RECEIVED = "referral#1/record#1/write#1"
ASSESSMENT_DUE = "initial_assessment#1/assessment#1/finalise_due#1"
WRITE = "initial_assessment#1/assessment#1/write#1"


def restated(council: Council, case: str) -> Restatement:
    """What the last entry of the case says was changed."""
    parts: Any = council.entries(case)[-1].parts
    return Restatement.decode(parts["restated"])


def view(council: Council, case: str) -> CaseView:
    """The whole view of the case, folded from its history."""
    *_, last = views(council.entries(case))
    return last


def deadline(council: Council, case: str, name: str = ASSESSMENT_DUE) -> DeadlineView:
    return next(each for each in view(council, case).deadlines if each.name == name)


def test_a_corrected_date_moves_the_deadline_that_hangs_on_it(council: Council) -> None:
    case = council.assess(received_on="2026-03-20")
    assert deadline(council, case).due_on == date(2026, 4, 7)

    council.correct(case, RECEIVED, "received_on", "2026-03-18")

    assert deadline(council, case).due_on == date(2026, 4, 1)
    (moved,) = [each for each in restated(council, case).moved if each.name == ASSESSMENT_DUE]
    assert (moved.title, moved.before, moved.after) == (
        "Initial assessment",
        date(2026, 4, 7),
        date(2026, 4, 1),
    )
    ((due_on,),) = council.sql("SELECT due_on FROM deadline_row WHERE name = ?", ASSESSMENT_DUE)
    assert str(due_on) == "2026-04-01"
    require_truth(council)


def test_a_deadline_that_should_not_have_fired_is_unfired_and_fires_when_it_should(council: Council) -> None:
    case = council.assess(received_on="2026-03-02")
    assert deadline(council, case).fired

    council.correct(case, RECEIVED, "received_on", "2026-03-20")

    assert not deadline(council, case).fired
    assert ASSESSMENT_DUE in restated(council, case).unfired
    require_truth(council)

    council.clock.set_to(end_of(date(2026, 4, 7)))
    assert council.application.tick() == 1
    assert deadline(council, case).fired
    require_truth(council)


def test_a_deadline_that_should_have_fired_fires_at_its_own_instant(council: Council) -> None:
    case = council.assess(received_on="2026-03-20")

    council.correct(case, RECEIVED, "received_on", "2026-03-02")

    assert deadline(council, case).fired
    assert ASSESSMENT_DUE in restated(council, case).fired
    assert council.application.tick() == 0
    require_truth(council)


def test_time_that_passed_unseen_is_written_before_the_correction_and_leaves_no_timer_behind(
    council: Council,
) -> None:
    case = council.assess(received_on="2026-03-20")
    council.clock.advance(days=60)

    council.correct(case, "contact#1/record#1/write#1", "contacted_on", "2026-03-19")

    assert council.kinds(case)[-2:] == ["timers-fired", "case-restated"]
    assert council.sql("SELECT * FROM timer_row") == []
    assert council.application.tick() == 0
    require_truth(council)


def test_a_correction_of_narrative_changes_no_process(council: Council) -> None:
    case = council.assess()
    before, view_before, _ = council.standing(case)

    council.correct(case, "contact#1/record#1/write#1", "what_happened", "Seen at school, and tired.")

    after, view_after, _ = council.standing(case)
    assert after == before
    assert restated(council, case) == Restatement()
    assert view_after.tasks == view_before.tasks
    assert view_after.deadlines == view_before.deadlines
    require_truth(council)


def test_every_correction_of_a_record_is_a_version_of_it(council: Council) -> None:
    case = council.assess()
    for text in ("Once.", "Twice."):
        council.correct(case, "contact#1/record#1/write#1", "what_happened", text)

    record = next(each for each in view(council, case).records if each.scope == "contact#1/record#1")
    assert (record.version, record.status) == (3, "authorised")
    require_truth(council)


def test_a_conflict_leaves_the_process_as_it_was_with_the_correction_on_the_record(council: Council) -> None:
    case = council.assess()
    before, view_before, _ = council.standing(case)
    rows = council.derived()

    council.correct(case, "contact#1/record#1/write#1", "outcome", "no_further_action")

    after, view_after, _ = council.standing(case)
    assert after == before
    assert view_after.tasks == view_before.tasks
    assert council.derived() == rows
    parts: Any = council.entries(case)[-1].parts
    assert parts["correction"]["changes"][0]["answer"] == "no_further_action"
    conflict = restated(council, case).conflict
    assert conflict
    assert conflict.endswith((".", ")"))
    require_truth(council)


def test_work_goes_on_after_a_conflict(council: Council) -> None:
    case = council.assess()
    council.correct(case, "contact#1/record#1/write#1", "outcome", "no_further_action")

    council.complete(case, WRITE, by="sw", outcome="no_further_action")
    council.correct(case, RECEIVED, "received_on", "2026-03-18")
    council.correct(case, "contact#1/record#1/write#1", "outcome", "referral")

    assert restated(council, case).conflict is None
    require_truth(council)


def test_what_a_correction_undoes_ahead_of_any_later_act_is_undone(council: Council) -> None:
    case = council.contact()
    council.complete(case, "contact#1/record#1/write#1", by="ta", outcome="referral")
    council.complete(case, "contact#1/record#1/authorise#1", by="pm", decision="authorise")
    assert [task.name for task in council.standing(case)[1].tasks] == [RECEIVED]

    council.correct(case, "contact#1/record#1/write#1", "outcome", "no_further_action")

    now = view(council, case)
    assert (now.tasks, now.timers, now.is_open) == ((), (), False)
    assert RECEIVED in restated(council, case).gone
    assert council.sql("SELECT * FROM timer_row") == council.sql("SELECT * FROM task_row") == []
    require_truth(council)


def test_corrections_of_corrections_come_to_the_last(council: Council) -> None:
    case = council.assess(received_on="2026-03-20")
    state, _, _ = council.standing(case)

    for day in ("2026-03-02", "2026-03-18", "2026-02-27", "2026-03-20"):
        council.correct(case, RECEIVED, "received_on", day)
        require_truth(council)

    assert council.standing(case)[0] == state
    with pytest.raises(NothingCorrected):
        council.correct(case, RECEIVED, "received_on", "2026-03-20")


def test_a_record_that_was_corrected_while_it_waits_can_be_rejected_and_written_anew(
    council: Council,
) -> None:
    case = council.contact()
    council.complete(case, "contact#1/record#1/write#1", by="ta", outcome="referral")
    council.correct(case, "contact#1/record#1/write#1", "outcome", "no_further_action")
    require_truth(council)

    council.complete(case, "contact#1/record#1/authorise#1", by="pm", decision="reject")
    council.complete(case, "contact#1/record#1/write#2", by="sw", outcome="referral")
    council.complete(case, "contact#1/record#1/authorise#2", by="pm", decision="authorise")
    require_truth(council)
    with pytest.raises(NotTheStandingVersion):
        council.correct(case, "contact#1/record#1/write#1", "outcome", "referral")

    assert [task.name for task in council.standing(case)[1].tasks] == [RECEIVED]
    require_truth(council)


def test_what_is_considered_is_what_would_happen_and_nothing_is_kept(council: Council) -> None:
    case = council.assess(received_on="2026-03-02")
    entries, rows = council.stored(case), council.derived()
    command = CorrectAnswers(
        command_id=council.id(),
        actor="pm",
        case_id=case,
        task=RECEIVED,
        answers={"received_on": "2026-03-20"},
        reason="Mistyped",
    )

    (foreseen,) = council.application.foresee(command, case)

    assert (council.stored(case), council.derived()) == (entries, rows)
    council.handle(command)
    assert council.entries(case)[-1].parts == foreseen.parts


def test_a_date_that_the_calendar_does_not_reach_is_refused_with_a_sentence(council: Council) -> None:
    case = council.assess()

    council.correct(case, RECEIVED, "received_on", "1950-05-05")

    conflict = restated(council, case).conflict
    assert conflict is not None
    assert "calendar" in conflict
    require_truth(council)


def test_the_loop_of_reviews_counts_again_from_a_corrected_review(council: Council) -> None:
    case = council.contact()
    council.start(case, "review_loop")
    council.complete(case, "review_loop#1/agree_plan#1", by="sw", plan_agreed_on="2026-03-01")
    council.clock.set_to(datetime(2026, 8, 20, 9, tzinfo=UTC))
    council.complete(case, "review_loop#1/review#1", by="sw", reviewed_on="2026-08-20", goes_on="yes")
    second = "review_loop#1/review_due#2"
    assert deadline(council, case, second).due_on == date(2027, 2, 20)

    council.correct(case, "review_loop#1/review#1", "reviewed_on", "2026-08-02")

    assert deadline(council, case, second).due_on == date(2027, 2, 2)
    assert deadline(council, case, "review_loop#1/review_due#1").met_on == date(2026, 8, 2)
    council.clock.advance(days=400)
    council.application.tick()
    council.clock.advance(hours=1)
    council.complete(case, "review_loop#1/review#2", by="sw", reviewed_on=str(date(2027, 9, 1)), goes_on="no")
    council.correct(case, "review_loop#1/review#1", "goes_on", "no")
    assert restated(council, case).conflict is not None
    council.correct(case, "review_loop#1/review#2", "goes_on", "yes")
    assert [task.name for task in council.standing(case)[1].tasks if "review" in task.name] == [
        "review_loop#1/review#3"
    ]
    assert council.clock() > datetime(2027, 9, 1, tzinfo=UTC) + timedelta(days=1)
    require_truth(council)


def test_a_rollback_is_what_would_have_been_without_the_authorisation(council: Council) -> None:
    case = council.contact()
    council.complete(case, "contact#1/record#1/write#1", by="ta", outcome="referral")
    before, view_before, _ = council.standing(case)
    council.complete(case, "contact#1/record#1/authorise#1", by="pm", decision="authorise")

    council.roll_back(case, "contact#1/record#1")

    after, view_after, _ = council.standing(case)
    assert after == before
    assert (view_after.tasks, view_after.deadlines) == (view_before.tasks, view_before.deadlines)
    assert restated(council, case).gone[-1] == RECEIVED
    require_truth(council)


def test_a_correction_after_a_rollback_is_thought_through_without_the_authorisation(council: Council) -> None:
    case = council.assess()
    council.complete(case, WRITE, by="sw", outcome="core_assessment", significant_harm="no")
    council.complete(case, WRITE.replace("write", "authorise"), by="pm", decision="authorise")
    council.roll_back(case, "initial_assessment#1/assessment#1")
    require_truth(council)

    council.correct(case, RECEIVED, "received_on", "2026-03-18")

    assert [task.name for task in council.standing(case)[1].tasks] == [WRITE.replace("write", "authorise")]
    assert restated(council, case).conflict is None
    require_truth(council)
    council.restart()
    council.complete(case, WRITE.replace("write", "authorise"), by="pm", decision="reject")
    require_truth(council)
