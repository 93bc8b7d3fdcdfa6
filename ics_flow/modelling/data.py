"""The logical data model: the entities of a case, the record types with what they ask, and the lists that are chosen from.

Not here: how any of it is kept in tables (``entities``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import assert_never

from ics_flow.domain.forms import Form
from ics_flow.domain.forms.codes import CodeSet
from ics_flow.domain.forms.questions import (
    ChoiceQuestion,
    DateQuestion,
    ManyQuestion,
    NumberQuestion,
    Question,
    Rows,
    TextQuestion,
    Words,
    YesNoQuestion,
)
from ics_flow.domain.release import Release
from ics_flow.domain.view import (
    CaseView,
    DeadlineView,
    EpisodeView,
    PlanView,
    ProcessView,
    RecordView,
    ShareView,
    TaskView,
    TimerView,
    UndeliveredView,
)
from ics_flow.domain.workers import Worker
from ics_flow.modelling.markdown import code, plain, table
from ics_flow.modelling.procedures import forms_used
from ics_flow.store.persons import Person

ENTITIES: tuple[tuple[str, type], ...] = (
    ("Person", Person),
    ("Case", CaseView),
    ("Episode", EpisodeView),
    ("Process", ProcessView),
    ("Task", TaskView),
    ("Deadline", DeadlineView),
    ("Timer", TimerView),
    ("Record", RecordView),
    ("Plan", PlanView),
    ("Done outside", UndeliveredView),
    ("Share", ShareView),
    ("Worker", Worker),
    ("Release", Release),
)
"""What the product deals with, under the names that people use."""


def data_model(release: Release) -> Iterator[str]:
    """The page of entities, record types and lists."""
    yield "# Logical data model\n"
    yield "A person has a case; a case has episodes, and in them processes, each under the release that it began with. Processes open tasks and set deadlines; tasks write records; some steps begin and end plans. The entities are drawn in [entities.md](entities.md), what each record asks stands in [records.md](records.md).\n"
    yield "## Entities\n"
    for name, entity in ENTITIES:
        yield f"### {name}\n"
        yield f"{plain((entity.__doc__ or '').split(chr(10), maxsplit=1)[0])}\n"
        yield f"Has: {code(each.name for each in fields(entity))}.\n"
    yield "## Record types\n"
    used = forms_used(release)
    yield from table(
        ("record", "sections", "questions", "rows", "filled in within"),
        (_counted(form, used.get(form.name, ())) for _, form in sorted(release.forms.items())),
    )
    yield "## Lists\n"
    yield from table(
        ("list", "codes", "where it comes from"),
        (_listed(name, codes) for name, codes in sorted(release.codes.items())),
    )


def records(release: Release) -> Iterator[str]:
    """The page of what each record asks, a line a question."""
    yield "# Records\n"
    yield "What each record asks: the key under which the answer is kept, the question, and what kind of answer it takes. \\* must be answered; where “not known” is an answer, that is said.\n"
    for _, form in sorted(release.forms.items()):
        yield f"## {form.name}\n"
        for section in form.sections:
            yield f"**{section.title or 'All of it'}**\n"
            for item in section.items:
                yield from _asked(item)
            yield ""


def _asked(item: Question | Words | Rows) -> Iterator[str]:
    match item:
        case Words():
            return
        case Rows():
            yield f"- `{item.key}` {plain(item.label)} (rows):"
            yield from (f"  - {_line(question)}" for question in item.questions)
        case _:
            yield f"- {_line(item)}"


def _line(question: Question) -> str:
    must = "\\*" if question.required else ""
    unknown = ", or not known" if question.not_known else ""
    return f"`{question.key}`{must} {plain(question.label)} ({_kind(question)}{unknown})"


def _kind(question: Question) -> str:
    match question:
        case TextQuestion():
            return "narrative" if question.many_lines else "text"
        case NumberQuestion():
            return "number"
        case DateQuestion():
            return "day"
        case ChoiceQuestion():
            return f"one of {question.choices.name}"
        case ManyQuestion():
            return f"any of {question.choices.name}"
        case YesNoQuestion():
            return "tick"
        case _:
            assert_never(question)


def _counted(form: Form, used: tuple[str, ...]) -> tuple[str, ...]:
    return (
        f"`{form.name}`",
        str(len(form.sections)),
        str(len(form.questions) + sum(len(rows.questions) for rows in form.rows)),
        code(rows.key for rows in form.rows),
        code(used),
    )


def _listed(name: str, codes: CodeSet) -> tuple[str, str, str]:
    return f"`{name}`", str(len(codes.codes)), codes.source
