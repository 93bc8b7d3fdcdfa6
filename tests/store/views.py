"""Views of a made-up case, for tests."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from ics_flow.domain.view import (
    CaseView,
    DeadlineView,
    EpisodeView,
    ProcessView,
    RecordView,
    ShareView,
    TaskView,
    TimerView,
    UndeliveredView,
)

NOON = datetime(2026, 3, 20, 12, tzinfo=UTC)
RELEASE = "ab" * 32


def task(name: str, *roles: str) -> TaskView:
    return TaskView(
        name=name,
        process=name.split("/", maxsplit=1)[0],
        title="Write the assessment",
        form="initial_assessment",
        roles=roles or ("SW",),
        opened=NOON,
        record=None,
        writes=False,
        other_than=None,
    )


def deadline(scope: str, days: int, name: str | None = None) -> DeadlineView:
    return DeadlineView(
        name=name or f"{scope}/due#{days}",
        process=scope.split("/", maxsplit=1)[0],
        title="Assessment due",
        scope=scope,
        due=NOON + timedelta(days=days),
        due_on=date(2026, 3, 20) + timedelta(days=days),
        kind="statutory",
        basis="Framework for the Assessment, 3.9",
        met_by=None,
        set_at=NOON,
        fired=False,
        met_on=None,
        met_recorded=None,
        ended=None,
    )


def timer(name: str, days: float) -> TimerView:
    return TimerView(name=name, process=name.split("/", maxsplit=1)[0], due=NOON + timedelta(days=days))


def share(worker: str, position: int = 6) -> ShareView:
    return ShareView(
        position=position,
        record=5,
        title="Initial assessment",
        worker=worker,
        by="sam",
        at=NOON,
        until=date(2026, 4, 20),
        taken_back=None,
    )


def first_view(case: str = "one") -> CaseView:
    """An initial assessment being written, a message that nobody took, and a referral behind it."""
    return CaseView(
        case=case,
        person="alex",
        team="north",
        allocated_worker=None,
        episodes=(EpisodeView(number=1, began=NOON, ended=None),),
        processes=(
            ProcessView(name="referral#1", pathway="referral", release=RELEASE, started=NOON, ended=NOON),
            ProcessView(
                name="assessment#1", pathway="initial_assessment", release=RELEASE, started=NOON, ended=None
            ),
        ),
        tasks=(task("assessment#1/record#1/write#1", "SW", "SWRO"),),
        deadlines=(deadline("assessment#1", 10),),
        timers=(timer("assessment#1/due#10", 10),),
        records=(
            RecordView(
                scope="assessment#1/record#1",
                form="initial_assessment",
                title="Initial assessment",
                version=1,
                status="draft",
                at=NOON,
                by=None,
                position=None,
                authorised_by=None,
            ),
        ),
        undelivered=(
            UndeliveredView(
                name="referral#1/strategy_wanted#1",
                message="strategy_wanted",
                text="Hold a strategy discussion.",
                process="referral#1",
                at=NOON,
                done=False,
            ),
        ),
        position=4,
    )


def next_view(case: str = "one") -> CaseView:
    """The same case once the assessment is written and waits to be authorised."""
    view = first_view(case)
    return replace(
        view,
        tasks=(task("assessment#1/record#1/authorise#1", "PM"),),
        records=(
            replace(view.records[0], status="finalised", at=NOON + timedelta(days=1), by="sam", position=5),
        ),
        position=5,
    )
