"""What a page asks of the database does not grow with the council: the same pages, counted in a small one and in one of ten times its size."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

import pytest

from ics_flow.application import Application
from ics_flow.bench.moulds import SERVICE_MANAGER, worker_id
from tests.bench.conftest import CouncilOf
from tests.http.people import Browser
from tests.replay.statements import counted
from web.app import create_app
from web.site import Site

SMALL, LARGE = 20, 190
WORKER, MANAGER, DUTY = (worker_id(1, name) for name in ("sw", "pm", "ta"))
TASK = "referral#1/record#1/write#1"

Open = Callable[[Browser, str], object]


def at(path: str) -> Open:
    """The page at a path, of a case where the path names one."""
    return lambda browser, case: browser.get(path.format(case=case))


PAGES: Mapping[str, tuple[str, Open]] = {
    "the worker's own tray": (WORKER, at("/")),
    "the team's tray": (WORKER, at("/?show=team")),
    "the team's tray by child": (WORKER, at("/?show=team&sort=child")),
    "the manager's tray": (MANAGER, at("/")),
    "the duty tray": (DUTY, at("/")),
    "the service manager's tray": (SERVICE_MANAGER, at("/")),
    "a search": (MANAGER, at("/children?name=example")),
    "a child": (MANAGER, at("/children/{case}")),
    "a child's map": (MANAGER, at("/children/{case}/map")),
    "a child's records": (MANAGER, at("/children/{case}/records")),
    "a child's history": (MANAGER, at("/children/{case}/history")),
    "a child's family": (MANAGER, at("/children/{case}/family")),
    "a task": (WORKER, at(f"/children/{{case}}/tasks/{TASK.replace('#', '.')}")),
    "an allocation": (MANAGER, at("/children/{case}/allocate")),
}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_takes_as_many_statements_however_large_the_council(page: str, council_of: CouncilOf) -> None:
    worker, open_page = PAGES[page]

    small, large = (asked(council_of(cases), worker, open_page) for cases in (SMALL, LARGE))

    assert small == large


def test_a_page_that_asked_once_a_row_would_be_found(council_of: CouncilOf) -> None:
    small, large = (
        asked(council_of(cases), MANAGER, once_a_row(council_of(cases))) for cases in (SMALL, LARGE)
    )

    assert small < large


def asked(application: Application, worker: str, open_page: Open) -> int:
    """How many statements a page takes, opened by a worker who has opened it before."""
    browser = Browser(create_app(application, Site(demonstration=True)).test_client())
    browser.get("/sign-in")
    assert browser.post("/sign-in", {"worker": worker, "next": "/"}).status_code == 303
    open_it = partial(open_page, browser, case_of(application))
    open_it()
    with counted() as cost:
        open_it()
    assert browser.status < 400, browser.said
    return len(cost.statements)


def once_a_row(application: Application) -> Open:
    """A page that asks for every waiting task once more."""

    def open_page(_browser: Browser, _case: str) -> None:
        with application.reading() as reading:
            for row in reading.pages.waiting("Team 00001", (), MANAGER):
                reading.pages.child(row.child.case or "")

    return open_page


def case_of(application: Application) -> str:
    """A case whose referral waits to be written."""
    with application.reading() as reading:
        waiting = reading.pages.waiting("Team 00001", (), MANAGER)
    return next(row.child.case or "" for row in waiting if row.task == TASK)
