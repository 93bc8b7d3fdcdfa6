"""The words of the shipped pathways and forms: what people read is in words of theirs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ics_flow.domain.forms.codes import CodeSet
from ics_flow.domain.forms.questions import ChoiceQuestion
from tests.authored.shipped import ROOT, release

SHORT_NAMES = re.compile(r"\b(?:TA|SW|SWRO|PM|SM|IRO|CPU)\b")
READ = re.compile(
    r'<bpmn:documentation>(.*?)</bpmn:documentation>|name="(?:guidance|basis)" value="(.*?)"', re.DOTALL
)


def told_by_short_names(pathway: str) -> list[str]:
    """What a pathway says to people that calls a role by the short name that only diagrams use."""
    return [words for found in READ.findall(pathway) if SHORT_NAMES.search(words := "".join(found))]


def offered_too_young() -> Iterator[str]:
    """The questions of the shipped forms with an answer for children who are too young, as form and key."""
    for name, form in release().forms.items():
        for _, question in form.questions:
            choices = question.choices if isinstance(question, ChoiceQuestion) else None
            if isinstance(choices, CodeSet) and choices.label("too_young") is not None:
                yield f"{name}: {question.key}"


def test_pathways_call_roles_by_their_names() -> None:
    told = {path.name: told_by_short_names(path.read_text()) for path in (ROOT / "bpmn").glob("*.bpmn")}

    assert {name: words for name, words in told.items() if words} == {}


def test_a_short_name_is_found() -> None:
    assert told_by_short_names("<bpmn:documentation>The SM authorises it.</bpmn:documentation>") == [
        "The SM authorises it."
    ]


def test_only_what_is_asked_about_the_child_can_be_answered_by_the_childs_age() -> None:
    asked = set(offered_too_young())

    assert "childs_plan: child_agrees" in asked
    assert [each for each in asked if "parent" in each or "language_copy" in each] == []
