"""The pages over a real database, the shipped pathways and a made-up council, asked through Flask's own client."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ics_flow.access import hash_password, worker_of
from ics_flow.application import Application
from ics_flow.calendar import england
from ics_flow.clock import ManualClock
from ics_flow.domain.forms import example_answers
from ics_flow.domain.release import read_files
from ics_flow.queries.opened import open_file
from ics_flow.queries.standpoint import Standpoint
from ics_flow.queries.task import task_form
from ics_flow.store.accounts import Account
from ics_flow.store.database import Database
from web.app import create_app
from web.site import Site

ROOT = Path(__file__).parents[2]
MORNING = datetime(2026, 3, 20, 10, tzinfo=UTC)
PASSWORD = "correct horse battery staple"

WORKERS = (
    ("tess", "Tess Archer", ("TA",), "Duty team", "pat"),
    ("sam", "Sam Sutton", ("SW",), "Duty team", "pat"),
    ("sue", "Sue Okoro", ("SW",), "Duty team", "pat"),
    ("pat", "Pat Malik", ("PM",), "Duty team", "max"),
    ("max", "Max Weston", ("SM",), None, None),
    ("olga", "Olga Novak", ("SW",), "Other team", "other"),
    ("other", "Oscar Otter", ("PM",), "Other team", "max"),
    ("ada", "Ada Auditor", ("auditor",), None, None),
    ("boris", "Boris Board", ("process_owner",), None, None),
)


def add_workers(database: Database, clock: ManualClock) -> None:
    """The made-up council's workers, all with one password."""
    hashed = hash_password(PASSWORD)
    with database.unit(clock) as unit:
        for worker, name, roles, team, manager in WORKERS:
            unit.accounts.add(
                Account(
                    worker_id=worker,
                    username=worker,
                    password_hash=hashed,
                    name=name,
                    roles=roles,
                    team=team,
                    manager_id=manager,
                )
            )


@pytest.fixture(scope="session")
def council(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the shipped release and the workers, made once and copied for each test."""
    path = tmp_path_factory.mktemp("council") / "council.db"
    clock = ManualClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    with Database(f"sqlite:///{path}") as database:
        database.upgrade()
        application = Application(database, clock, secrets.token_bytes)
        application.publish(read_files(ROOT / "bpmn", ROOT / "forms"), england(), name="First", actor="max")
        add_workers(database, clock)
    return path


@pytest.fixture
def clock() -> ManualClock:
    """The cases' clock."""
    return ManualClock(MORNING)


@pytest.fixture
def wall() -> ManualClock:
    """The clock of sessions and limits."""
    return ManualClock(MORNING)


@pytest.fixture
def application(council: Path, tmp_path: Path, clock: ManualClock) -> Iterator[Application]:
    path = tmp_path / "test.db"
    for suffix in ("", "-wal", "-shm"):
        if (found := council.with_name(council.name + suffix)).exists():
            shutil.copy(found, path.with_name(path.name + suffix))
    with Database(f"sqlite:///{path}") as database:
        yield Application(database, clock, secrets.token_bytes)


@pytest.fixture
def app(application: Application, wall: ManualClock) -> Flask:
    return create_app(application, Site(), wall)


@pytest.fixture
def browser(app: Flask) -> Browser:
    """A browser that nobody is signed in at."""
    return Browser(app.test_client())


@pytest.fixture
def as_worker(app: Flask) -> Callable[[str], Browser]:
    """Gives a browser at which a worker is signed in."""

    def signed_in(worker: str) -> Browser:
        browser = Browser(app.test_client())
        assert browser.sign_in(worker).status_code == 303
        return browser

    return signed_in


class Browser:
    """What a person does at a browser without scripts: open pages, fill in the form that is there, press a button."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.response: TestResponse | None = None

    @property
    def html(self) -> str:
        assert self.response is not None
        return self.response.get_data(as_text=True)

    @property
    def said(self) -> str:
        """The words of the page, without its marks."""
        main = self.html.partition("<main")[2].partition("</main>")[0]
        bare = re.sub(r"<script.*?</script>|<[^>]+>", " ", f"<main{main}", flags=re.DOTALL)
        return re.sub(r"\s+", " ", unescape(bare)).strip()

    def get(self, path: str) -> TestResponse:
        self.response = self.client.get(path)
        while self.response.status_code in (302, 303, 308):
            self.response = self.client.get(self.response.headers["Location"])
        return self.response

    def token(self) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', self.html)
        assert found, self.html
        return found[1]

    def command(self) -> str:
        found = re.search(r'name="command_id" value="([^"]+)"', self.html)
        assert found, self.html
        return found[1]

    def post(self, path: str, fields: dict[str, object] | None = None, *, follow: bool = False) -> TestResponse:
        """Send fields with the token of the page in hand."""
        sent = {"form_token": self.token(), **(fields or {})}
        self.response = self.client.post(path, data=sent, headers={"Origin": "http://localhost"})
        if follow and self.response.status_code == 303:
            return self.get(self.response.headers["Location"])
        return self.response

    def send(self, fields: dict[str, object], *, to: str, do: str = "finish", follow: bool = True) -> TestResponse:
        """Press a button of the form in hand, with its command's id."""
        return self.post(to, {"command_id": self.command(), "do": do, "draft_version": "0", **fields}, follow=follow)

    def sign_in(self, worker: str, password: str = PASSWORD) -> TestResponse:
        self.get("/sign-in")
        return self.post("/sign-in", {"username": worker, "password": password, "next": "/"})

    def link(self, words: str) -> str:
        """Where the link that begins with the words leads."""
        for href, text in re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', self.html, re.DOTALL):
            if re.sub(r"<[^>]+>", "", text).strip().startswith(words):
                return unescape(href)
        raise AssertionError(f"There is no link {words!r} in: {self.said}")


class Office:
    """The council at work: each worker at a browser of their own, doing tasks with answers made up where none are given."""

    def __init__(self, application: Application, as_worker: Callable[[str], Browser]) -> None:
        self.application = application
        self._as_worker = as_worker
        self._browsers: dict[str, Browser] = {}

    def at(self, worker: str) -> Browser:
        """The worker's browser."""
        if worker not in self._browsers:
            self._browsers[worker] = self._as_worker(worker)
        return self._browsers[worker]

    def contact(self, given: str = "Ava", family: str = "Example", by: str = "tess") -> str:
        """A contact begun about a new child; gives the case."""
        browser = self.at(by)
        browser.get(f"/contacts/new?name={given}+{family}")
        born = {"born-day": "1", "born-month": "5", "born-year": "2019"}
        names = {"given_name": given, "family_name": family, "address": "1 High Street"}
        browser.send({**names, **born}, to="/contacts/new", follow=False)
        location = browser.response.headers["Location"] if browser.response else ""
        browser.get(location)
        return location.split("/")[2]

    def fields(self, case: str, task: str, **given: object) -> dict[str, object]:
        """What a browser would send for a task: the answers given, and made-up ones to whatever else is asked."""
        with self.application.reading() as reading:
            account = reading.accounts.of("max")
            assert account is not None
            release = self.application.release
            by = Standpoint(
                worker=worker_of(account),
                at=self.application.clock(),
                release=release,
                releases=self.application.archive.release,
                calendar=self.application.calendar,
            )
            asked = task_form(reading, open_file(reading, by, case), task)
        answers = example_answers(asked.form, task, asked.occasion, given)
        fields: dict[str, object] = {}
        for name, value in asked.form.fields(answers):
            fields.setdefault(name, [])
            fields[name].append(value)  # type: ignore[attr-defined]
        return fields

    def open(self, worker: str, case: str, words: str) -> str:
        """Open the task whose link begins with the words; gives its address."""
        browser = self.at(worker)
        browser.get(f"/children/{case}")
        address = browser.link(words)
        browser.get(address)
        return address

    def do(self, worker: str, case: str, words: str, **given: object) -> Browser:
        """Do the task whose link begins with the words."""
        address = self.open(worker, case, words)
        task = address.split("/tasks/")[1].replace(".", "#")
        browser = self.at(worker)
        response = browser.send(self.fields(case, task, **given), to=address, follow=False)
        assert response.status_code == 303, browser.said
        browser.get(response.headers["Location"])
        return browser

    def referral(self) -> str:
        """A child whose contact became a referral that waits for its record; gives the case."""
        case = self.contact()
        self.do("tess", case, "Contact record", contacted_on="2026-03-20", contact_source="2A", outcome="referral")
        self.do("pat", case, "Contact record", decision="authorise")
        return case

    def assessment(self) -> str:
        """A child whose initial assessment waits for its writer, Sam; gives the case."""
        case = self.referral()
        self.do(
            "sam", case, "Referral", received_on="2026-03-20", outcome="initial_assessment", strategy_discussion="no"
        )
        self.do("pat", case, "Referral", decision="authorise")
        self.do("pat", case, "Allocate", allocated_worker="sam", priority="two_days")
        return case


@pytest.fixture
def office(application: Application, as_worker: Callable[[str], Browser]) -> Office:
    """The council at work."""
    return Office(application, as_worker)
