"""Who may read a file and do a task, weighed against one case."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from ics_flow.domain.rights import Rights
from ics_flow.domain.view import CaseView, RecordView, TaskView
from ics_flow.domain.workers import Worker
from ics_flow.process.fold import new_view

AT = datetime(2026, 3, 20, 10, tzinfo=UTC)
CASE = replace(new_view("c1", "p1"), team="Duty", allocated_worker="sam")
AUTHORISE = TaskView(
    name="contact#1/record#1/authorise#1",
    process="contact#1",
    title="Authorise",
    form="authorisation",
    roles=("allocated_manager", "SM"),
    opened=AT,
    record="contact#1/record#1",
    writes=False,
    other_than="write",
)


@pytest.fixture(scope="module")
def rights(root: Path) -> Rights:
    return Rights.read("bpmn/rights.yaml", (root / "bpmn/rights.yaml").read_bytes())


def worker(name: str, *roles: str, team: str | None = "Duty") -> Worker:
    return Worker(id=name, name=name, roles=frozenset(roles), team=team, manager=None)


@pytest.mark.parametrize(
    ("reader", "right"),
    [
        (worker("sam", "SW", team="West"), "allocated worker"),
        (worker("kim", "SW"), "team"),
        (worker("sue", "SM", team=None), "every file"),
        (worker("aud", "auditor", team=None), "every file"),
        (worker("wes", "SW", team="West"), None),
        (worker("una", "SW", team=None), None),
        (worker("ada", "administrator"), None),
        (worker("sam", "carer"), None),
        (worker("sam", "carer", "SW"), "allocated worker"),
        (worker("nil"), None),
    ],
)
def test_who_reads_a_file_by_what_right(rights: Rights, reader: Worker, right: str | None) -> None:
    assert rights.may_read(reader, CASE) == right


def test_a_case_without_a_team_is_not_everybodys(rights: Rights) -> None:
    assert rights.may_read(worker("una", "SW", team=None), replace(CASE, team=None)) is None


def test_who_wrote_a_record_still_reads_the_file(rights: Rights) -> None:
    assert rights.may_read(worker("wes", "SW", team="West"), written_by("wes")) == "own work"


def test_the_allocated_workers_manager_does_what_the_diagram_gives_to_that_manager(rights: Rights) -> None:
    pat = worker("pat", "PM")

    assert rights.may_do(pat, CASE, AUTHORISE, manager_of_allocated="pat")
    assert not rights.may_do(pat, CASE, AUTHORISE, manager_of_allocated="someone else")


def test_a_role_is_not_enough_without_the_right_to_read(rights: Rights) -> None:
    task = replace(AUTHORISE, roles=("SW",))

    assert rights.may_do(worker("kim", "SW"), CASE, task, None)
    assert not rights.may_do(worker("wes", "SW", team="West"), CASE, task, None)


def test_whoever_wrote_the_record_does_not_judge_it(rights: Rights) -> None:
    sue = worker("sue", "SM")

    assert rights.may_do(sue, CASE, AUTHORISE, None)
    assert not rights.may_do(sue, written_by("sue"), AUTHORISE, None)


def test_acts_beside_the_diagram_belong_to_the_roles_that_the_file_names(rights: Rights) -> None:
    assert rights.may(worker("pat", "PM"), "skip", CASE)
    assert not rights.may(worker("kim", "SW"), "skip", CASE)
    assert rights.may(worker("sam", "SW"), "correct", CASE)
    assert not rights.may(worker("kim", "SW"), "correct", CASE)
    assert not rights.may(worker("pat", "PM", team="West"), "skip", CASE)
    assert not rights.may(worker("pat", "PM"), "an act that nobody has named", CASE)


def written_by(name: str) -> CaseView:
    record = RecordView(
        scope="contact#1/record#1",
        form="contact",
        title="Contact record",
        version=1,
        status="finalised",
        at=AT,
        by=name,
        position=3,
        authorised_by=None,
    )
    return replace(CASE, records=(record,), workers=(name,))
