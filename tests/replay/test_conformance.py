"""What is measured of a council at work equals what a plain recount of its histories finds, and each figure is what it says."""

from __future__ import annotations

import tempfile
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine import london_date
from ics_flow.commands.end_pathway import EndPathway
from ics_flow.commands.skip_task import SkipTask
from ics_flow.domain.measured import CaseMeasured, StepTaken
from ics_flow.practice import summarise, summarise_daily
from ics_flow.queries.conformance import Times
from ics_flow.queries.practice import measure
from ics_flow.store.measured import Asked
from tests import databases
from tests.replay.council import Council
from tests.replay.moves import Move, make, moves
from tests.replay.recount import Recounted, recount
from tests.replay.test_any_mixture import CASES_BEGIN, begun

LIVES = max(2, (settings.default or settings()).max_examples // 12)
FIRST, LAST = date(2000, 1, 1), date(2190, 1, 1)
WRITE = "initial_assessment#1/assessment#1/write#1"


@settings(max_examples=LIVES)
@given(st.lists(st.tuples(st.sampled_from(CASES_BEGIN), moves), min_size=1, max_size=2))
def test_what_is_measured_equals_a_recount_of_the_histories(
    founded: str, lives: list[tuple[str, list[Move]]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        council = Council.copied(founded, Path(folder))
        for begin, made in lives:
            case = begun(council, begin)
            for move in made[: len(made) // 2]:
                make(council, case, move)
            summarise(council.application)
            for move in made[len(made) // 2 :]:
                make(council, case, move)
        summarise(council.application)
        require_equal(council)
        council.close()


def require_equal(council: Council) -> None:
    """What was measured is what a recount finds."""
    histories = [council.entries(case) for case in council.cases()]
    today = london_date(council.clock())
    counted = recount(histories, council.application.archive, today)
    assert measured(council, counted, today) == counted


def measured(council: Council, like: Recounted, today: date) -> Recounted:
    """The same counts from what was measured; of steps, those that are tasks."""
    found = Recounted()
    with council.database.reading() as reading:
        for pathway in {pathway for pathway, _ in like.entered}:
            asked = Asked(pathway=pathway, first=FIRST, last=LAST)
            tasks = {element for each, element in like.entered if each == pathway}
            here = {at: times for at, times in reading.measured.entered(asked).items() if at in tasks}
            found.entered.update({(pathway, at): times for at, times in here.items()})
            still = {at: times for at, times in reading.measured.open(asked).items() if at in tasks}
            found.open.update({(pathway, at): times for at, times in still.items()})
            for ended in reading.measured.ended(asked):
                if ended.at in tasks:
                    found.endings[pathway, ended.at, ended.ending] += ended.times
                    if ended.ending == "done":
                        days = found.days.setdefault((pathway, ended.at), [])
                        days += [ended.days] * ended.times
        everything = Asked(pathway=None, first=FIRST, last=LAST)
        for kept in reading.measured.dates(everything, today):
            found.dates[kept.title, kept.standing] += kept.times
            found.restated += kept.restated
        for (_, kind), times in reading.measured.departures(everything).items():
            found.acts[kind] += times
    for counts in (found.days, like.days):
        for days in counts.values():
            days.sort()
    return found


@pytest.mark.parametrize(
    "altered",
    [
        "UPDATE measured_step SET ending = 'withdrawn' WHERE ending = 'done' AND element = 'write'",
        "UPDATE measured_step SET days = days + 1 WHERE ending = 'done'",
        "DELETE FROM measured_step WHERE element = 'allocate'",
        "UPDATE measured_date SET met_on = NULL",
        "DELETE FROM measured_departure",
    ],
)
def test_the_recount_would_find_a_figure_that_is_wrong(council: Council, altered: str) -> None:
    case = council.assess()
    council.handle(
        SkipTask(command_id="skip", actor="pm", case_id=case, task=WRITE, reason="Moved away"),
    )
    summarise(council.application)
    require_equal(council)

    council.sql(altered)

    with pytest.raises(AssertionError):
        require_equal(council)


# --- Of one case ----------------------------------------------------------------------------------------------------------------


def measured_of(council: Council, case: str) -> CaseMeasured:
    return measure(case, council.entries(case), council.application.archive)


def steps_of(council: Council, case: str) -> dict[str, StepTaken]:
    return {step.name: step for step in measured_of(council, case).steps}


def kinds_of(council: Council, case: str) -> Counter[str]:
    return Counter(each.kind for each in measured_of(council, case).departures)


def test_a_task_takes_the_working_days_from_the_day_it_was_opened(council: Council) -> None:
    case = council.assess()
    council.clock.advance(days=10)  # from Friday 20 to Monday 30 March
    council.complete(case, WRITE, by="sw", outcome="no_further_action")

    step = steps_of(council, case)[WRITE]

    assert (step.ending, step.days, step.hours) == ("done", 6, 240)
    assert [(each.pathway, each.element) for each in step.drawn] == [
        ("initial_assessment", "assessment"),
        ("complete_record", "write"),
    ]


def test_the_activity_that_calls_lasts_until_the_shared_procedure_is_over(council: Council) -> None:
    case = council.assess()
    council.complete(case, WRITE, by="sw", outcome="no_further_action")
    before = steps_of(council, case)["initial_assessment#1/assessment#1"]
    council.clock.advance(days=3)
    council.complete(case, "initial_assessment#1/assessment#1/authorise#1", by="pm", decision="authorise")

    after = steps_of(council, case)["initial_assessment#1/assessment#1"]

    assert before.ending is None
    assert (after.ending, after.days) == ("done", 1)


def test_skips_and_pathways_ended_by_hand_are_told_apart_from_what_was_done(council: Council) -> None:
    case = council.assess()
    council.handle(SkipTask(command_id="skip", actor="pm", case_id=case, task=WRITE, reason="Gone"))
    council.handle(
        EndPathway(command_id="end", actor="pm", case_id=case, process="initial_assessment#1", reason="Gone")
    )

    steps = steps_of(council, case)

    assert steps[WRITE].ending == "skipped"
    assert steps["initial_assessment#1/assessment#1/authorise#1"].ending == "withdrawn"
    assert steps["initial_assessment#1"].ending == "ended by hand"
    assert kinds_of(council, case) == {"skipped": 1, "ended by hand": 1}


def test_a_correction_that_moves_a_date_counts_as_both(council: Council) -> None:
    case = council.assess()
    council.clock.advance(days=7)
    council.correct(case, "referral#1/record#1/write#1", "received_on", "2026-03-24")

    found = measured_of(council, case)

    assert kinds_of(council, case) == {"corrected": 1, "put off": 1}
    assert {kept.title: kept.restated for kept in found.dates} == {
        "Decision on the referral": 0,  # counted from the day on which the referral began
        "Initial assessment": 1,
    }


def test_what_was_rolled_back_waits_again_and_was_not_done(council: Council) -> None:
    case = council.assess()
    council.complete(case, WRITE, by="sw", outcome="no_further_action")
    authorise = "initial_assessment#1/assessment#1/authorise#1"
    council.complete(case, authorise, by="pm", decision="authorise")
    assert steps_of(council, case)[authorise].ending == "done"

    council.roll_back(case, "initial_assessment#1/assessment#1")

    steps = steps_of(council, case)
    assert steps[authorise].ending is None
    assert steps["initial_assessment#1/assessment#1"].ending is None
    assert steps["closure#1"].ending == "taken back"
    assert kinds_of(council, case) == {"rolled back": 1}


def test_a_procedure_that_others_lead_to_is_put_in_when_it_is_begun_by_hand(council: Council) -> None:
    case = council.assess()

    council.start(case, "chronology")

    assert kinds_of(council, case) == {"begun by hand": 1}


# --- Keeping --------------------------------------------------------------------------------------------------------------------


def test_only_cases_whose_history_has_gone_on_are_measured_again(council: Council) -> None:
    case, _ = council.assess(), council.contact()
    assert summarise(council.application) == 2
    assert summarise(council.application) == 0

    council.complete(case, WRITE, by="sw", outcome="no_further_action")

    assert summarise(council.application) == 1


def test_a_case_that_cannot_be_folded_keeps_what_was_measured_and_holds_up_no_other(
    council: Council,
) -> None:
    broken, other = council.assess(), council.contact()
    summarise(council.application)
    council.complete(broken, WRITE, by="sw", outcome="no_further_action")
    council.complete(other, "contact#1/record#1/write#1", by="ta", outcome="referral")
    databases.without_triggers(council.url)
    council.sql(f"UPDATE payload SET name = 'lost' WHERE subject = 'case:{broken}' AND name = 'steps'")  # noqa: S608

    assert summarise(council.application) == 1

    kept = council.sql(f"SELECT ended_on FROM measured_step WHERE case_id = '{broken}' AND name = '{WRITE}'")  # noqa: S608
    assert kept == [(None,)]
    assert summarise(council.application) == 0


def test_it_is_measured_once_a_day(council: Council) -> None:
    def until() -> object:
        with council.database.reading() as reading:
            return reading.measured.until()

    case = council.contact()
    summarise_daily(council.application)
    first = until()
    council.complete(case, "contact#1/record#1/write#1", by="ta", outcome="referral")
    council.clock.advance(hours=23)
    summarise_daily(council.application)
    assert until() == first
    council.clock.advance(hours=1)

    summarise_daily(council.application)

    assert until() == council.clock()


# --- Figures --------------------------------------------------------------------------------------------------------------------


@given(st.lists(st.integers(0, 30), min_size=1, max_size=40))
def test_half_and_nine_in_ten_were_done_within_what_is_said_and_not_within_less(values: list[int]) -> None:
    times = Times(Counter(values))

    for share, within in ((0.5, times.median), (0.9, times.nine_in_ten)):
        assert within in values
        assert sum(value <= within for value in values) >= share * len(values)
        assert sum(value < within for value in values) < share * len(values)


def test_of_nothing_there_is_no_median() -> None:
    assert Times().median is None
