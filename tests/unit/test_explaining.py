"""A rule of a diagram in words, for whoever asks why a date is what it is."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engine.diagram import TimerEvent
from ics_flow.domain.release import Release, read_files
from ics_flow.domain.view import DeadlineView
from ics_flow.queries.explain import in_words, plainly

LABELS = {"received_on": "Date received", "next_review_on": "Next review on", "counted_from": "the plan"}
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("working_days_after(received_on, 10)", "10 working days after: Date received"),
        ("working_days_after(today(), 1)", "1 working day after: the day on which this began"),
        ('received_on + duration("P6M")', "6 months after: Date received"),
        (
            (
                'if next_review_on != null and next_review_on < counted_from + duration("P6M") '
                'then next_review_on else counted_from + duration("P6M")'
            ),
            "6 months after: the plan; or earlier, on the day given for: Next review on",
        ),
        (
            "if received_on = null then working_days_after(today(), 3) else received_on",
            "The day given for: Date received; where none is given, 3 working days after: the day on which this began",
        ),
        (
            "if next_review_on != null then next_review_on else working_days_after(received_on, 10)",
            "The day given for: Next review on; where none is given, 10 working days after: Date received",
        ),
        (
            'if received_on = null then counted_from + duration("P18Y") else received_on + duration("P18Y")',
            "18 years after: Date received; where none is given, 18 years after: the plan",
        ),
        ("received_on", "Date received"),
        ("received_on + something(odd)", "received_on + something(odd)"),
    ],
)
def test_a_rule_is_put_in_words(rule: str, words: str) -> None:
    assert in_words(rule, LABELS) == words


def test_every_rule_of_the_shipped_diagrams_is_put_in_words() -> None:
    release = Release.read(read_files(ROOT / "bpmn", ROOT / "forms"))
    rules = [
        (node.due, pathway.id)
        for pathway in release.pathways.by_id.values()
        for node in pathway.graph.walk()
        if isinstance(node, TimerEvent)
    ]

    assert rules
    for rule, pathway in rules:
        words = in_words(rule.source, dict.fromkeys(rule.names, "A date"))
        assert not re.search(r"[_()=<>]", words), (pathway, words)


def deadline(due_on: date) -> DeadlineView:
    """A deadline of the day, set on Monday 2 March 2026."""
    at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    return DeadlineView(
        name="x#1",
        process="x#1",
        title="X",
        scope="x#1",
        due=at,
        due_on=due_on,
        kind="local",
        basis="",
        met_by=None,
        set_at=at,
        fired=False,
        met_on=None,
        met_recorded=None,
        ended=None,
    )


RECEIVED, REVIEW = date(2026, 3, 20), date(2026, 6, 1)
REVIEW_BY = (
    'if next_review_on != null and next_review_on < counted_from + duration("P6M") '
    'then next_review_on else counted_from + duration("P6M")'
)


@pytest.mark.parametrize(
    ("rule", "known", "due_on", "said"),
    [
        (
            "working_days_after(received_on, 10)",
            {"received_on": RECEIVED},
            date(2026, 4, 7),
            "Ten working days after Friday 20 March 2026 (date received): Tuesday 7 April 2026.",
        ),
        (
            "working_days_after(received_on, 35)",
            {},
            date(2026, 5, 13),
            "35 working days after the date received: Wednesday 13 May 2026.",
        ),
        (
            "working_days_after(today(), 1)",
            {},
            date(2026, 3, 3),
            "One working day after Monday 2 March 2026 (the day on which this began): Tuesday 3 March 2026.",
        ),
        (
            REVIEW_BY,
            {"next_review_on": REVIEW, "counted_from": RECEIVED},
            REVIEW,
            "The day that was fixed, Monday 1 June 2026 (next review on).",
        ),
        (
            REVIEW_BY,
            {"next_review_on": None, "counted_from": RECEIVED},
            date(2026, 9, 20),
            "Six months after Friday 20 March 2026 (the plan): Sunday 20 September 2026.",
        ),
        (
            "if next_review_on != null then next_review_on else working_days_after(received_on, 10)",
            {"next_review_on": REVIEW},
            REVIEW,
            "The day that was fixed, Monday 1 June 2026 (next review on).",
        ),
        (
            "if received_on = null then working_days_after(today(), 3) else received_on",
            {"received_on": None},
            date(2026, 3, 5),
            "Three working days after Monday 2 March 2026 (the day on which this began): Thursday 5 March 2026.",
        ),
        ("received_on + something(odd)", {}, REVIEW, ""),
    ],
)
def test_a_date_is_derived_in_one_plain_sentence(
    rule: str, known: dict[str, date | None], due_on: date, said: str
) -> None:
    assert plainly(rule, LABELS, known, deadline(due_on)) == said
