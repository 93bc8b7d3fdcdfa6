"""The demonstration: the same every time, at every stage of every pathway, in words that somebody wrote."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import combinations, pairwise
from pathlib import Path
from random import Random

import pytest

from engine import Entered, london_date
from engine.calendar import LONDON
from engine.diagram import Call, Decision, Graph, Node, SubProcess, UserTask
from ics_flow.application import Application
from ics_flow.calendar import england
from ics_flow.clock import ManualClock
from ics_flow.commands.command import CLOCK
from ics_flow.demonstration import NotForTraining, fill
from ics_flow.demonstration.council import council as tales_of
from ics_flow.demonstration.days import Days
from ics_flow.domain.forms.examples import SENTENCE
from ics_flow.domain.release import Release, read_files
from ics_flow.domain.view import CaseView
from ics_flow.process.following import happened_of, views
from ics_flow.process.inputs import TaskCompleted, decode_input
from ics_flow.queries.due import Urgency
from ics_flow.queries.standpoint import Standpoint
from ics_flow.queries.tray import Tray, tray
from ics_flow.store import Database
from ics_flow.store.accounts import worker_of
from tests import databases
from tests.unit.cli.conftest import END, FEW, Command, make

pytestmark = pytest.mark.database

_FROM, _UNTIL = time(8, 30), time(18)
_OCCURRENCE = re.compile(r"#\d+")

# Pathways of child protection, of looked after children and of what stands around them, and the procedures that they share. Their stories
# are long, so a task counts as told also where somebody did it.
CHILD_PROTECTION = {
    "section_47_enquiry",
    "initial_conference",
    "core_group",
    "child_protection_plan",
    "child_protection_review",
}
LOOKED_AFTER = {
    "looked_after",
    "placement",
    "care_plan",
    "looked_after_review",
    "assessment_and_progress",
    "adoption_plan",
    "leaving_care",
    "pathway_plan",
    "pathway_plan_review",
}
AROUND_THEM = {
    "statutory_visit",
    "protection_visit",
    "transfer_in",
    "unborn_child",
    "private_fostering",
    "disagreement",
    "disruption",
    "child_death",
}
SHARED_BY_THEM = {
    "hold_meeting",
    "close_meeting",
    "complete_in_two_parts",
    "keep_record",
    "statutory_review",
    "progress_record",
    "make_visit",
}
LONG = CHILD_PROTECTION | LOOKED_AFTER | AROUND_THEM

# The shared review asks for the permanence plan at the second review alone, and for the record of progress at later ones alone; the law gives
# an initial conference no day beyond its deadline; and the first two reviews of a child looked after were planned in time.
NEVER_ASKED_FOR = {"initial_conference/meeting/agree_later"} | {
    f"looked_after_review/{where}"
    for where in (
        *(
            f"{round_}/review/permanence_plan/{task}"
            for round_ in ("first", "later")
            for task in ("write", "authorise")
        ),
        *(
            f"{round_}/review/progress_record/{task}"
            for round_ in ("first", "second")
            for task in (
                "choose_band",
                "progress_1_2/write",
                "progress_3_4/write",
                "progress_5_10/write",
                "progress_11_15/write",
            )
        ),
        *(f"{round_}/review/agree_later" for round_ in ("first", "second")),
    )
}


@pytest.fixture(scope="module")
def release(root: Path) -> Release:
    return Release.read(read_files(root / "bpmn", root / "forms"))


def heads(url: str) -> dict[str, str]:
    with Database(url) as database, database.reading() as reading:
        found = {subject: reading.history.head(subject) for subject in reading.history.subjects()}
    return {subject: head.hash for subject, head in found.items() if head}


def cases(url: str) -> list[CaseView]:
    """Every case as it stands at the end."""
    with Database(url) as database, database.reading() as reading:
        return [
            list(views(reading.history.read(subject)))[-1]
            for subject in reading.history.subjects()
            if subject.startswith("case:")
        ]


# The same every time


def test_the_same_seed_and_end_give_the_same_histories_to_the_byte(
    made: str, root: Path, tmp_path: Path
) -> None:
    assert heads(make(root, databases.new(tmp_path, "again"), families=FEW)) == heads(made)


def test_another_seed_gives_other_histories(made: str, root: Path, tmp_path: Path) -> None:
    other = make(root, databases.new(tmp_path, "other"), families=FEW, seed=7)

    assert not set(heads(other).values()) & set(heads(made).values())


@pytest.mark.parametrize(
    "end",
    [
        datetime(2026, 1, 1, 0, 5, tzinfo=UTC),
        datetime(2027, 3, 28, 5, 30, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
    ],
    ids=["New Year's Day", "the clocks go forward", "a leap day"],
)
def test_the_demonstration_can_be_made_on_any_day(root: Path, tmp_path: Path, end: datetime) -> None:
    assert heads(make(root, databases.new(tmp_path, "day"), end=end, families=FEW))


def test_made_up_children_come_into_no_database_but_one_for_training(root: Path, tmp_path: Path) -> None:
    with Database(databases.new(tmp_path, "live")) as database:
        database.upgrade()
        with pytest.raises(NotForTraining):
            fill(
                database, read_files(root / "bpmn", root / "forms"), end=END, advance=lambda _done, _of: None
            )


@pytest.mark.sqlite("a demonstration is served from a file")
def test_a_database_that_is_no_demonstration_is_not_served_as_one(command: Command, tmp_path: Path) -> None:
    command("db", "upgrade")

    for arguments in ((), ("--anew",)):
        answer = command("demo", "--file", str(tmp_path / "ics-flow.db"), *arguments)

        assert answer.code == 1
        assert "was not made as a demonstration" in answer.err
    assert (tmp_path / "ics-flow.db").exists()


# The children of the walk


def test_the_children_of_the_walk_stand_where_it_says(made: str) -> None:
    with Database(made) as database, database.reading() as reading:
        kinds = {
            entry.kind for subject in reading.history.subjects() for entry in reading.history.read(subject)
        }
    found = cases(made)
    waiting = {task.name for case in found for task in case.tasks}
    overdue = {each.name for case in found for each in case.deadlines if each.fired and each.is_unmet}

    assert "contact#1/record#1/authorise#1" in waiting
    assert "initial_assessment#1/assessment#1/write#2" in waiting
    assert "referral#2/allocate#1" in waiting
    assert {"referral#1/decision_due#1", "initial_assessment#1/assessment#1/finalise_due#1"} <= overdue
    assert any(not case.is_open for case in found)
    assert "section_47_enquiry#1/enquiries#1/write#1" in waiting
    assert {"case-restated", "person-related", "demonstration-made"} <= kinds


def test_siblings_are_related_from_both_sides(made: str) -> None:
    with Database(made) as database, database.reading() as reading:
        fables = reading.persons.found("Fable")
        relatives = {person.person_id: reading.persons.relatives(person.person_id) for person in fables}

    assert len(fables) == 3
    assert all({each.kind for each in found} == {"sibling"} for found in relatives.values())
    assert {(each.person_id, each.other_id) for found in relatives.values() for each in found} == {
        (one.person_id, other.person_id) for one in fables for other in fables if one != other
    }


# The council


def test_some_two_hundred_children_live_in_families(council: str) -> None:
    with Database(council) as database, database.reading() as reading:
        people = [
            person
            for subject in reading.history.subjects()
            if subject.startswith("person:")
            if (person := reading.persons.of(subject.partition(":")[2]))
        ]
    families = Counter(person.family_id for person in people)

    assert 190 <= len(people) <= 250
    assert {1, 2, 3, 4, 5} <= set(families.values())
    assert any(person.born is None and person.expected for person in people)
    assert not any(person.address and "Exampleton" not in person.address for person in people)


def test_every_task_of_every_pathway_waits_for_some_child(council: str, release: Release) -> None:
    tasks = {task for task in tasks_of(release) if pathway_of(task) not in LONG}

    assert tasks - waiting_in(council) == set()


def test_a_demonstration_in_which_a_task_waits_for_nobody_is_found_out(made: str, release: Release) -> None:
    assert "child_in_need_review/review/first/authorise" in tasks_of(release) - waiting_in(made)


def test_every_pathway_whose_stories_are_long_runs_for_some_child(
    council: str,
) -> None:
    running = {each.pathway for case in cases(council) for each in case.processes if each.ended is None}

    assert LONG - running == set()


def test_every_task_of_a_pathway_whose_stories_are_long_waits_or_was_done(
    council: str, release: Release
) -> None:
    tasks = {task for task in tasks_of(release) if pathway_of(task) in LONG}

    assert tasks - waiting_in(council) - done_in(council) == NEVER_ASKED_FOR


def test_a_demonstration_in_which_nobody_did_a_task_is_found_out(made: str, release: Release) -> None:
    assert "core_group/core_group_meets/organise" in tasks_of(release) - waiting_in(made) - done_in(made)


def test_every_way_out_of_every_gateway_was_taken(council: str, release: Release) -> None:
    ways = {way for way in ways_of(release) if pathway_of(way[0]) not in LONG | SHARED_BY_THEM}

    assert ways - ways_taken(council, release) == set()


def test_every_way_out_in_a_pathway_whose_stories_are_long_was_taken(council: str, release: Release) -> None:
    drawn = ways_of(release)
    ways_out = Counter(gateway for gateway, _ in drawn)
    ways = {way for way in drawn if pathway_of(way[0]) in LONG | SHARED_BY_THEM and ways_out[way[0]] > 1}

    assert ways - ways_taken(council, release, side_by_side=True) == set()


def test_a_demonstration_in_which_a_way_was_not_taken_is_found_out(made: str, release: Release) -> None:
    assert ("childs_plan/in_force_already", "childs_plan/revision_asked_for") in ways_of(
        release
    ) - ways_taken(made, release)
    assert ("leaving_care/leaves", "leaving_care/stays") in ways_of(release) - ways_taken(
        made, release, side_by_side=True
    )


def test_a_home_and_a_health_visitor_read_what_is_shared_with_them(council: str) -> None:
    with Database(council) as database, database.reading() as reading:
        shared = {
            who: [each.share.title for each in reading.pages.shared_with(who)] for who in ("hal", "pru")
        }

    assert shared == {"hal": ["Core assessment"], "pru": ["Initial assessment and Initial Plan"]}


def test_something_is_left_to_be_done_outside(council: str) -> None:
    left = {each.done for case in cases(council) if case.is_open for each in case.undelivered}

    assert left == {True, False}


def test_some_become_eighteen_some_are_adopted_and_sisters_and_brothers_share_a_conference(
    council: str,
) -> None:
    found = cases(council)
    together = Counter(
        case.allocated_worker
        for case in found
        for task in case.tasks
        if plain(task.name) == "initial_conference/meeting/outcome"
    )

    assert any(plan.kind == "child_protection" and plan.ended for case in found for plan in case.plans)
    assert any(plan.kind == "child_protection" and not plan.ended for case in found for plan in case.plans)
    assert any(each.pathway == "pathway_plan_review" for case in found for each in case.processes)
    assert any(
        each.pathway == "adoption_plan" and each.ended
        for case in found
        if not case.is_open
        for each in case.processes
    )
    assert max(together.values()) >= 3


def test_deadlines_of_every_kind_are_overdue_somewhere(council: str) -> None:
    overdue = {
        plain(each.name).partition("/")[0]
        for case in cases(council)
        for each in case.deadlines
        if each.fired and each.is_unmet
    }

    assert overdue == {
        "referral",
        "initial_assessment",
        "core_assessment",
        "strategy_discussion",
        "child_in_need_review",
        "new_information",
        "section_47_enquiry",
        "initial_conference",
        "core_group",
        "child_protection_plan",
        "child_protection_review",
        "placement",
        "care_plan",
        "looked_after_review",
        "assessment_and_progress",
        "pathway_plan",
        "pathway_plan_review",
        "statutory_visit",
        "protection_visit",
        "disagreement",
    }


def test_what_goes_wrong_in_life_goes_wrong_here_too(council: str) -> None:
    with Database(council) as database, database.reading() as reading:
        kinds = Counter(
            entry.kind for subject in reading.history.subjects() for entry in reading.history.read(subject)
        )

    assert {"case-restated", "task-skipped", "done-outside", "process-stopped", "person-known"} <= set(kinds)
    assert any(len(case.episodes) > 1 for case in cases(council))


def test_people_work_on_working_days_and_timers_fire_as_they_fall_due(council: str) -> None:
    calendar = england()
    with Database(council) as database, database.reading() as reading:
        entries = [
            entry
            for subject in reading.history.subjects()
            if subject.startswith("case:")
            for entry in reading.history.read(subject)
        ]
    for entry in entries:
        if entry.actor == CLOCK:
            late = [entry.at - taken.instant for taken in happened_of(entry).steps]
            assert all(timedelta(0) <= each <= timedelta(minutes=1) for each in late)
        else:
            local = entry.at.astimezone(LONDON)
            assert calendar.is_working_day(local.date())
            assert _FROM <= local.time() <= _UNTIL

    assert {entry.actor for entry in entries} > {CLOCK}
    assert max(entry.at for entry in entries) <= END
    assert min(entry.at for entry in entries) < END - timedelta(days=600)


@pytest.mark.parametrize(
    "worker", ["pat", "noor", "sam", "ada", "kit", "ned", "ash", "oz", "lou", "cas", "jan"]
)
def test_the_first_page_of_those_who_work_there_looks_real(council: str, worker: str) -> None:
    shown = tray_of(council, worker)

    assert 5 <= shown.mine <= 30


def test_somebody_has_overdue_work_and_somebody_a_record_that_came_back(council: str) -> None:
    for worker in ("pat", "noor", "sam", "kit"):
        assert tray_of(council, worker).by_urgency[Urgency.OVERDUE]
    back = {task.name for case in cases(council) for task in case.tasks if task.name.endswith("/write#2")}

    assert {"contact", "referral", "initial_assessment", "core_assessment", "childs_plan"} <= {
        plain(name).partition("/")[0] for name in back
    }


def test_nobody_has_more_children_than_a_worker_can_know(council: str) -> None:
    loads = Counter(
        case.allocated_worker for case in cases(council) if case.is_open and case.allocated_worker
    )

    assert len(loads) >= 10
    assert max(loads.values()) <= 25


def test_a_case_is_in_the_team_of_its_worker(council: str) -> None:
    with Database(council) as database, database.reading() as reading:
        teams = {account.worker_id: account.team for account in reading.accounts.all()}
    held = [case for case in cases(council) if case.allocated_worker]

    assert len({case.team for case in held}) >= 4
    assert all(case.team == teams[case.allocated_worker] for case in held if case.allocated_worker)


def test_every_word_was_written_by_somebody(council: str) -> None:
    made_up = SENTENCE.split(".", maxsplit=1)[0].encode()
    with Database(council) as database, database.reading() as reading:
        bodies = [
            part.body
            for subject in reading.history.subjects()
            for entry in reading.history.stored(subject)
            for part in entry.parts
        ]

    assert bodies
    assert not [body for body in bodies if made_up in body]


def test_nothing_is_left_to_be_filled_in(council: str) -> None:
    with Database(council) as database, database.reading() as reading:
        told = [
            str(part)
            for subject in reading.history.subjects()
            if subject.startswith("case:")
            for entry in reading.history.read(subject)
            for name, part in entry.parts.items()
            if name.startswith("answers:")
        ]

    assert told
    assert not [said for said in told if re.search(r"\{\w+\}|\$\w", said)]


@pytest.mark.parametrize("seed", range(1, 6))
def test_whatever_the_seed_every_story_ends_before_the_present(seed: int) -> None:
    days = Days(london_date(END), england())

    tales = tales_of(days, seed)

    assert all(step.at < END for tale in tales for step in tale.steps)
    assert all(one.at < other.at for tale in tales for one, other in pairwise(tale.steps))


@dataclass(frozen=True)
class Place:
    """An element where a case may be in it: its path in the case, and its path where it is drawn, which for a shared procedure is another."""

    path: str
    drawn: str
    node: Node
    graph: Graph


def places(release: Release) -> Iterator[Place]:
    called = {
        node.pathway
        for pathway in release.pathways.by_id.values()
        for node in pathway.graph.walk()
        if isinstance(node, Call)
    }
    for name in release.pathways.by_id.keys() - called:
        yield from _places(release, release.pathways[name].graph, name, name)


def _places(release: Release, graph: Graph, path: str, drawn: str) -> Iterator[Place]:
    for node in graph.nodes.values():
        here = Place(f"{path}/{node.id}", f"{drawn}/{node.id}", node, graph)
        yield here
        if isinstance(node, SubProcess):
            yield from _places(release, node.graph, here.path, here.drawn)
        elif isinstance(node, Call):
            yield from _places(release, release.pathways[node.pathway].graph, here.path, node.pathway)


def tasks_of(release: Release) -> set[str]:
    """Every user task, those of shared procedures once for every call."""
    return {place.path for place in places(release) if isinstance(place.node, UserTask)}


def waiting_in(url: str) -> set[str]:
    return {plain(task.name) for case in cases(url) for task in case.tasks}


def done_in(url: str) -> set[str]:
    """Every task that somebody did, with its form; one that was skipped does not count."""
    with Database(url) as database, database.reading() as reading:
        return {
            plain(given.task)
            for subject in reading.history.subjects()
            if subject.startswith("case:")
            for entry in reading.history.read(subject)
            if entry.kind == "task-completed"
            and isinstance(given := decode_input(entry.parts["input"]), TaskCompleted)
            and not given.skipped
        }


def ways_of(release: Release) -> set[tuple[str, str]]:
    """Every way out of every gateway, as it is drawn: the gateway, and the element that it leads to."""
    return {
        (place.drawn, f"{place.drawn.rpartition('/')[0]}/{flow.target}")
        for place in places(release)
        if isinstance(place.node, Decision)
        for flow in place.graph.outgoing(place.node.id)
    }


def ways_taken(url: str, release: Release, *, side_by_side: bool = False) -> set[tuple[str, str]]:
    """The elements as they are drawn to which tokens came, each with the next.

    Tokens that go on side by side are told one after the other, so an element may not stand beside the next of its own: where asked, each
    comes with all that follow it in the same step.
    """
    drawn = {place.path: place.drawn for place in places(release)}
    followed_by = (lambda names: combinations(names, 2)) if side_by_side else pairwise
    with Database(url) as database, database.reading() as reading:
        return {
            (drawn[one], drawn[other])
            for subject in reading.history.subjects()
            if subject.startswith("case:")
            for entry in reading.history.read(subject)
            if "steps" in entry.parts
            for taken in happened_of(entry).steps
            for one, other in followed_by(
                [
                    f"{plain(taken.process)}/{plain(each.name)}"
                    for each in taken.effects
                    if isinstance(each, Entered)
                ]
            )
        }


def pathway_of(path: str) -> str:
    return path.partition("/")[0]


def plain(name: str) -> str:
    """The name without the numbers of occurrences."""
    return _OCCURRENCE.sub("", name)


def tray_of(url: str, worker: str) -> Tray:
    """The first page that the worker sees at the end."""
    with Database(url) as database:
        application = Application(database, ManualClock(END), Random(1).randbytes)
        release, calendar = application.in_force()
        with application.reading() as reading:
            account = reading.accounts.of(worker)
            assert account is not None
            by = Standpoint(
                worker=worker_of(account),
                at=END,
                release=release,
                calendar=calendar,
                archive=application.archive,
            )
            return tray(reading, by, show="mine", sort="date", number=1)
