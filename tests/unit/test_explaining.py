"""A rule of a diagram in words, for whoever asks why a date is what it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from engine.diagram import TimerEvent
from ics_flow.domain.release import Release, read_files
from ics_flow.queries.explain import in_words

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
