"""Every scenario that ships comes out as it says; and a scenario that is wrong says what is there instead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import engine
from ics_flow.scenarios import Stage, read_scenario
from tests.authored import shipped

BEGUN = """\
scenario: A contact is written
clock: 2026-03-20 10:00
child: {given_name: Ava, family_name: Example, born: 2019-05-01}
workers:
  Robin: {roles: [SW, PM]}
steps:
  - {start: contact, by: TA}
  - do: contact/record/write
    by: Robin
    answers: {contacted_on: 2026-03-20, contact_source: "2A", outcome: referral}
"""


@pytest.fixture(scope="module")
def stage() -> Iterator[Stage]:
    with shipped.stage() as built:
        yield built


def played(stage: Stage, steps: str) -> list[str]:
    """What is wrong with the contact that was begun, followed by those steps."""
    return [str(problem) for problem in stage.play(read_scenario("x.yaml", (BEGUN + steps).encode()))]


@pytest.mark.database
@pytest.mark.parametrize("path", shipped.PATHS, ids=lambda path: path.stem)
def test_the_shipped_scenario_comes_out_as_it_says(path: Path) -> None:
    assert shipped.played(path.name).problems == ()


def test_every_element_of_every_pathway_is_come_to_in_some_scenario() -> None:
    entered = {place for path in shipped.PATHS for place in shipped.played(path.name).entered}
    drawn = {
        (pathway.id, node.id)
        for pathway in shipped.release().pathways.by_id.values()
        for node in pathway.graph.walk()
    }

    assert drawn - entered == set()


@pytest.mark.parametrize(
    ("expected", "said"),
    [
        (
            "tasks: [{task: referral/record/write, role: SW}]",
            "Expected among tasks: referral/record/write (role SW). There was: contact/record/authorise (role PM, SM).",
        ),
        (
            "tasks: [{task: contact/record/authorise, role: TA}]",
            "Expected among tasks: contact/record/authorise (role TA). There was: contact/record/authorise (role PM, SM).",
        ),
        ("tasks: []", "No tasks were expected. There was: contact/record/authorise (role PM, SM)."),
        (
            "deadlines: [{name: x, due: 2026-03-23}]",
            "Expected among deadlines: x (due 2026-03-23). There was: nothing.",
        ),
        ("overdue: [x]", "Expected among overdue: x. There was: nothing."),
        (
            "met: [{name: contact/decision_due, day: 2026-03-20}]",
            "Expected among met: contact/decision_due (day 2026-03-20). There was: nothing.",
        ),
        ("outside: [x]", "Expected among outside: x. There was: nothing."),
        ("running: [referral]", "Expected among running: referral. There was: contact."),
        ("running: []", "No running were expected. There was: contact."),
        ("ended: [{pathway: contact}]", "Expected among ended: contact. There was: nothing."),
        (
            "records: [{record: contact/record, status: authorised}]",
            "Expected among records: contact/record (status authorised). There was: contact/record (status finalised).",
        ),
        (
            "episodes: [{number: 1, open: false}]",
            "Expected among episodes: 1 (open no). There was: 1 (open yes).",
        ),
        ("plans: [{plan: child_protection}]", "Expected among plans: child_protection. There was: nothing."),
    ],
)
def test_an_expectation_that_fails_says_what_was_there_instead(
    stage: Stage, expected: str, said: str
) -> None:
    assert played(stage, f"  - expect: {{{expected}}}\n") == [f"x.yaml, step 3: {said}"]


def test_nothing_else_finds_what_was_not_named(stage: Stage) -> None:
    begun = "  - {start: background_information, by: SW}\n"
    problems = played(stage, begun + "  - expect: {running: [contact], nothing_else: [running]}\n")

    assert problems == [
        "x.yaml, step 4: Nothing else was expected among running. There was also: background_information."
    ]


def test_every_expectation_that_fails_is_told_and_the_scenario_goes_on(stage: Stage) -> None:
    problems = played(stage, "  - expect: {running: [a, contact, b]}\n  - expect: {running: [c]}\n")

    assert [problem.partition(":")[0] for problem in problems] == [
        "x.yaml, step 3",
        "x.yaml, step 3",
        "x.yaml, step 4",
    ]


def test_what_should_be_refused_and_is_done_is_a_failure(stage: Stage) -> None:
    steps = "  - refuse: {do: contact/record/authorise, by: PM, answers: {decision: authorise}, because: of nothing}\n"

    assert played(stage, steps) == [
        "x.yaml, step 3: This should have been refused (of nothing), but it was done."
    ]


def test_a_refusal_of_a_task_that_does_not_wait_proves_nothing(stage: Stage) -> None:
    steps = "  - refuse: {do: contact/record/autorise, by: TA, because: of a slip}\n"

    assert played(stage, steps) == [
        "x.yaml, step 3: No task contact/record/autorise waits. These do: contact/record/authorise."
    ]


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            "do: contact/record/authorise\n    by: Robin\n    answers: {decision: authorise}",
            "You wrote this record",
        ),
        (
            "do: contact/record/authorise\n    by: PM\n    answers: {verdict: authorise}",
            "has no question “verdict”",
        ),
        ("start: nonsense\n    by: SW", "no such procedure"),
        ("end: referral\n    by: PM\n    because: of a slip", "No referral runs. These do: contact."),
        ("end: contact\n    by: TA\n    because: of haste", "You may not do this"),
        ("born: 2027-01-01\n    by: SW", "lies in the future"),
        ("to: 2026-03-19 10:00", "cannot be advanced"),
        ("correct: {task: x, question: y, to: 1, because: z}\n    by: PM", "No task x was done."),
    ],
)
def test_a_step_that_cannot_be_taken_ends_the_scenario_with_its_reason(
    stage: Stage, step: str, said: str
) -> None:
    (problem,) = played(stage, f"  - {step}\n  - expect: {{running: [never reached]}}\n")

    assert problem.startswith("x.yaml, step 3: ")
    assert said in problem


def test_a_pathway_that_ended_says_at_which_ends(stage: Stage) -> None:
    steps = """\
  - do: contact/record/authorise
    by: PM
    answers: {decision: authorise}
  - expect: {ended: [{pathway: contact, at: referral_begins}], running: [referral]}
  - expect: {ended: [{pathway: contact, at: passed_on}]}
"""
    assert played(stage, steps) == [
        "x.yaml, step 5: Expected among ended: contact (at passed_on). There was: contact (at referral_begins)."
    ]


def test_a_task_is_skipped_by_whoever_may_and_gives_nothing(stage: Stage) -> None:
    steps = """\
  - skip: contact/record/authorise
    by: PM
    because: it was agreed by telephone
  - expect: {tasks: [{task: contact/record/write#2, role: SW}]}
  - skip: contact/record/write#2
    by: TA
    because: of haste
"""
    (problem,) = played(stage, steps)

    assert problem.startswith("x.yaml, step 5: ")


def test_a_pathway_is_ended_by_hand_and_leaves_nothing_waiting(stage: Stage) -> None:
    steps = """\
  - end: contact
    by: PM
    because: it was begun for the wrong child
  - expect: {running: [], tasks: [], ended: [{pathway: contact}]}
"""
    assert played(stage, steps) == []


def test_a_child_is_born_and_the_diagrams_know_it(stage: Stage) -> None:
    expected = BEGUN.replace("born: 2019-05-01", "expected: 2026-05-01")
    steps = """\
  - do: contact/record/authorise
    by: PM
    answers: {decision: authorise}
  - {born: 2026-03-20, by: SW, given_name: Avis}
  - {start: unborn_child, by: SW}
  - expect: {ended: [{pathway: unborn_child, at: is_born}]}
"""
    problems = stage.play(read_scenario("x.yaml", (expected + steps).encode()))

    assert [str(each) for each in problems] == []


def test_days_and_working_days_pass_at_the_same_time_of_day(stage: Stage) -> None:
    steps = """\
  - do: contact/record/authorise
    by: PM
    answers: {decision: authorise}
  - pass: {days: 3}
  - expect: {overdue: []}
  - pass: {working_days: 1}
  - expect: {overdue: [referral/decision_due]}
"""
    assert played(stage, steps) == []


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            "doo: x",
            "A step is one of start, do, skip, roll_back, end, born, correct, to, pass, refuse, expect",
        ),
        ("do: x", "by is missing"),
        ("do: x\n    by: SW\n    answer: {}", "nobody knows what answer means here"),
        ("pass: {weeks: 2}", "{working_days: 3} or {days: 3}"),
        ("pass: {days: -1}", "{working_days: 3} or {days: 3}"),
        ("to: tomorrow", "no day and time"),
        ("born: soon\n    by: SW", "no date such as 2019-05-01"),
        ("born:\n    by: SW", "write the day of birth"),
        ("end: contact\n    by: SW", "because is missing"),
        ("expect: {task: []}", "one can expect tasks, deadlines"),
        ("expect: {tasks: x}", "write a list"),
        ("expect: {nothing_else: [tasks]}", "nothing_else names tasks"),
        ("expect: {running: [x], nothing_else: [tasks]}", "of which nothing is expected here"),
        ("expect: [x]", "write names and values"),
        ("refuse: {do: x, by: SW}", "because of what"),
    ],
)
def test_a_step_that_cannot_be_read_is_told_by_its_number(step: str, said: str) -> None:
    with pytest.raises(engine.Refused) as refused:
        read_scenario("x.yaml", f"{BEGUN}  - {step}\n".encode())

    (problem,) = refused.value.problems
    assert (problem.file, problem.element) == ("x.yaml", "step 3")
    assert said in problem.message


@pytest.mark.parametrize(
    "content", [b"", b"[", b"scenario: x", b"\xff\xfe\x00", b"- 1", b"!!python/object:os.system {}"]
)
def test_a_file_that_is_no_scenario_is_refused_in_a_sentence(content: bytes) -> None:
    with pytest.raises(engine.Refused) as refused:
        read_scenario("x.yaml", content)

    (problem,) = refused.value.problems
    assert problem.file == "x.yaml"
