"""What a page costs the database: statements and commits, counted where they are sent."""

from __future__ import annotations

from tests import databases
from tests.http.people import Office
from tests.replay.statements import counted

MOST = 18 if databases.on_postgresql() else 17  # to hold the case is a statement of its own there
"""Fifteen are the command's own; the session and the form are read before it."""


def test_a_task_is_completed_in_one_commit_and_few_statements(office: Office) -> None:
    case = office.assessment()
    address = office.open("sam", case, "Initial assessment")
    task = address.split("/tasks/")[1].replace(".", "#")
    fields = office.fields(case, task, significant_harm="no", outcome="no_further_action")
    sam = office.at("sam")

    with counted() as cost:
        response = sam.send(fields, to=address, follow=False)

    assert response.status_code == 303
    assert cost.commits == 1
    assert len(cost.statements) <= MOST, "\n".join(cost.statements)


def test_the_tray_takes_few_statements_however_many_children(office: Office) -> None:
    for name in ("Ava", "Ben", "Cal"):
        office.contact(name)
    tess = office.at("tess")

    with counted() as cost:
        tess.get("/")

    assert "3 tasks" in tess.said
    assert len(cost.statements) <= 5
