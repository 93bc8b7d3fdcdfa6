"""What a command costs the database, and that it costs no more after four hundred rounds."""

from __future__ import annotations

from tests.replay.council import OF_CASES, Council
from tests.replay.statements import counted
from tests.replay.truth import require_truth

MOST_STATEMENTS = 15
ROUNDS = 400
GROWING = {"deadline_row"}
"""A row for every review that ever fell due: the past is kept there to be shown."""


def test_a_task_completed_takes_few_statements_and_one_commit(council: Council) -> None:
    case = council.contact()
    command = council.completion(case, "contact#1/record#1/write#1", by="ta", outcome="referral")

    with counted() as found:
        council.handle(command)

    assert found.commits == 1
    assert len(found.statements) <= MOST_STATEMENTS, "\n".join(found.statements)


def test_every_task_from_contact_to_closure_takes_one_commit(council: Council) -> None:
    counts: dict[str, int] = {}
    case = council.assess()
    for task, by, given in (
        ("initial_assessment#1/assessment#1/write#1", "sw", {"outcome": "no_further_action"}),
        ("initial_assessment#1/assessment#1/authorise#1", "pm", {"decision": "authorise"}),
        ("closure#1/record#1/write#1", "sw", {"outcome": "close"}),
        ("closure#1/record#1/authorise#1", "pm", {"decision": "authorise"}),
    ):
        command = council.completion(case, task, by=by, **given)
        with counted() as found:
            council.handle(command)
        assert found.commits == 1
        counts[task] = len(found.statements)

    assert max(counts.values()) <= 20, counts


def test_four_hundred_rounds_of_a_review_neither_grow_a_case_nor_cost_more(council: Council) -> None:
    case = council.contact()
    council.start(case, "review_loop")
    council.complete(case, "review_loop#1/agree_plan#1", by="sw", plan_agreed_on="2026-03-20")
    sizes: dict[int, int] = {}
    rows: dict[int, dict[str, int]] = {}
    costs: dict[int, list[str]] = {}
    for number in range(1, ROUNDS + 1):
        council.clock.advance(days=1)
        command = council.completion(case, f"review_loop#1/review#{number}", by="sw", goes_on="yes")
        with counted() as found:
            council.handle(command)
        if number in (5, ROUNDS):
            ((sizes[number],),) = council.sql("SELECT length(body) FROM snapshot")
            rows[number] = {table: council.sql(f"SELECT count(*) FROM {table}")[0][0] for table in OF_CASES}  # noqa: S608
            costs[number] = found.statements

    assert costs[ROUNDS] == costs[5]
    digits = 40  # the numbers of occurrences and positions grow longer, not more
    assert abs(sizes[ROUNDS] - sizes[5]) <= digits
    grown = {table for table in OF_CASES if rows[ROUNDS][table] != rows[5][table]}
    assert grown <= GROWING
    assert rows[ROUNDS]["deadline_row"] - rows[5]["deadline_row"] == ROUNDS - 5
    require_truth(council)
