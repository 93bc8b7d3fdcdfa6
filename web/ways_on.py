"""Where a person is led after an act: to the first thing that it gave them to do, or back to the child's file."""

from __future__ import annotations

from flask import url_for

from ics_flow.commands.command import Outcome
from ics_flow.queries.opened import open_file
from web.desk import desk


def own_task(case: str, outcome: Outcome) -> str | None:
    """The address of the first task that the act opened for whoever is signed in; None where it opened none for them."""
    with desk().application.reading() as reading:
        file = open_file(reading, desk().standpoint(), case)
    mine = (task for task in file.view.tasks if task.name in outcome.opened and file.may_do(task))
    return next((url_for("tasks.show", case=case, task=task.name) for task in mine), None)


def file_after(case: str, outcome: Outcome) -> str:
    """The address of the child's file, which says what followed."""
    return url_for("children.overview", case=case, after=outcome.position)
