"""The plans that a child has, and had before: since when, until when, in which category.

There is no register: all of it is derived from the child's own history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from ics_flow.domain.release import Release
from ics_flow.domain.view import CaseView, PlanView
from ics_flow.queries.opened import ChildsFile

CATEGORIES = "abuse_category"
"""The list that the category of a plan is from."""
PROTECTION = "child_protection"
"""The kind of plan that other agencies ask about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """A plan in words; `first_category` is given where the plan began under another category than its latest."""

    kind: str
    title: str
    began: date
    ended: date | None
    category: str | None
    first_category: str | None


def plans(file: ChildsFile) -> tuple[Plan, ...]:
    """The child's plans: those in force first, and within each the latest first."""
    return plans_of(file.view, file.by.release)


def plans_of(view: CaseView, release: Release) -> tuple[Plan, ...]:
    """The plans of a case as it stands, or stood, in the words of the release in force then."""
    newest = sorted(view.plans, key=lambda plan: plan.began, reverse=True)
    return tuple(_in_words(release, plan) for plan in sorted(newest, key=lambda plan: plan.ended is not None))


def protection_plans(file: ChildsFile) -> tuple[Plan, ...]:
    """Those of the child's plans that are protection plans, in the same order."""
    return tuple(plan for plan in plans(file) if plan.kind == PROTECTION)


def plans_ending_with(file: ChildsFile, process: str) -> tuple[Plan, ...]:
    """The plans in force that end where a manager ends this running procedure."""
    running = file.state.processes[process]
    pathway = file.by.archive.release(running.release).pathways[process.partition("#")[0]]
    last = pathway.ended_by_hand()
    kind = last.properties.get("plan_kind") if last is not None else None
    return tuple(plan for plan in plans(file) if plan.ended is None and plan.kind == kind)


def _in_words(release: Release, plan: PlanView) -> Plan:
    changed = plan.first_category != plan.category
    return Plan(
        kind=plan.kind,
        title=f"{plan.kind.replace('_', ' ').capitalize()} plan",
        began=plan.began,
        ended=plan.ended,
        category=_category(release, plan.category),
        first_category=_category(release, plan.first_category) if changed else None,
    )


def _category(release: Release, code: str | None) -> str | None:
    """What the list calls the category; its code where the list of now has no such category any more."""
    if code is None or CATEGORIES not in release.codes:
        return code
    return release.codes[CATEGORIES].label(code) or code
