"""Records of one occasion put beside each other, question by question."""

from __future__ import annotations

from datetime import UTC, datetime

from ics_flow.domain.forms import Described, DescribedSection
from ics_flow.process.versions import Version
from ics_flow.queries.collated import CollatedSection, collate
from ics_flow.queries.records import ReadRecord

VERSION = Version(
    position=1, written=1, task="t", scope="s", form="f", title="T", number=1,
    status="finalised", by="sam", at=datetime(2026, 3, 20, 10, tzinfo=UTC), release="r",
)  # fmt: skip


def record(*answers: tuple[str, str], section: str = "held") -> ReadRecord:
    """A record of one section with those answers."""
    described = DescribedSection(section, section.title(), tuple(Described(*each) for each in answers))
    return ReadRecord(version=VERSION, latest=1, sections=(described,), decision=(), answers={})


def told(section: CollatedSection) -> list[tuple[str, tuple[str | None, ...]]]:
    return [(question.label, question.answers) for question in section.questions]


def test_what_all_say_the_same_is_common_and_the_rest_stands_side_by_side() -> None:
    (section,) = collate(
        [record(("Way", "Meeting"), ("Harm", "Yes")), record(("Way", "Meeting"), ("Harm", "No"))]
    )

    assert told(section) == [("Way", ("Meeting", "Meeting")), ("Harm", ("Yes", "No"))]
    assert [question.is_common for question in section.questions] == [True, False]


def test_what_only_one_was_asked_stands_where_it_was_asked() -> None:
    shorter = record(("Person 1: Who", "Ann"), ("Reason", "News"))
    longer = record(("Person 1: Who", "Ann"), ("Person 2: Who", "Bob"), ("Reason", "News"))

    (section,) = collate([shorter, longer])

    assert told(section) == [
        ("Person 1: Who", ("Ann", "Ann")),
        ("Person 2: Who", (None, "Bob")),
        ("Reason", ("News", "News")),
    ]
    assert not section.questions[1].is_common


def test_a_question_that_is_asked_twice_keeps_both_answers() -> None:
    (section,) = collate([record(("Reasons", "One"), ("Reasons", "Two")), record(("Reasons", "One"))])

    assert told(section) == [("Reasons", ("One", "One")), ("Reasons", ("Two", None))]


def test_a_section_that_only_one_has_is_shown() -> None:
    one, two = collate([record(("Way", "Meeting")), record(("Told", "Yes"), section="family")])

    assert (one.title, two.title) == ("Held", "Family")
    assert told(two) == [("Told", (None, "Yes"))]
