"""Workers at their browsers: what a person does with the pages when no scripts run."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from html import unescape
from html.parser import HTMLParser

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from ics_flow.application import Application
from ics_flow.domain.forms import example_answers
from ics_flow.queries.opened import open_file
from ics_flow.queries.standpoint import Standpoint
from ics_flow.queries.task import task_form
from ics_flow.store.accounts import worker_of

PASSWORD = "correct horse battery staple"
OURS = {"Origin": "http://localhost"}


class Browser:
    """What a person does at a browser without scripts: open pages, fill in the form that is there, press a button."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.response: TestResponse | None = None

    @property
    def status(self) -> int:
        assert self.response is not None
        return self.response.status_code

    @property
    def cookie(self) -> str:
        """The token that the browser holds."""
        held = self.client.get_cookie("ics-flow")
        return held.value if held else ""

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

    def post(
        self, path: str, fields: Mapping[str, object] | None = None, *, follow: bool = False
    ) -> TestResponse:
        """Send fields with the token of the page in hand."""
        sent = {"form_token": self.token(), **(fields or {})}
        self.response = self.client.post(path, data=sent, headers=OURS)
        if follow and self.response.status_code == 303:
            return self.get(self.response.headers["Location"])
        return self.response

    def send(
        self, fields: Mapping[str, object], *, to: str, do: str = "finish", follow: bool = True
    ) -> TestResponse:
        """Press a button of the form in hand, with its command's id."""
        return self.post(
            to, {"command_id": self.command(), "do": do, "draft_version": "0", **fields}, follow=follow
        )

    def sign_in(self, worker: str, password: str = PASSWORD) -> TestResponse:
        self.get("/sign-in")
        return self.post("/sign-in", {"username": worker, "password": password, "next": "/"})

    def fields(self) -> dict[str, object]:
        """What the form in hand holds, as a browser would send it back untouched."""
        reader = _Fields()
        reader.feed(self.html.partition("<main")[2].partition("</main>")[0])
        return reader.fields

    def link(self, words: str) -> str:
        """Where the link that begins with the words leads."""
        for href, text in re.findall(r'<a [^>]*href="([^"]+)"[^>]*>(.*?)</a>', self.html, re.DOTALL):
            if " ".join(re.sub(r"<[^>]+>", "", text).split()).startswith(words):
                return unescape(href)
        raise AssertionError(f"There is no link {words!r} in: {self.said}")


class _Fields(HTMLParser):
    """The fields of a page: typed text, ticked boxes, chosen options; no buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, object] = {}
        self._select = ""
        self._area = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag, given.get("type", "text"):
            case "input", "radio" | "checkbox":
                if "checked" in given:
                    self._add(given["name"], given["value"])
            case "input", _ if given.get("name") not in ("form_token", "command_id"):
                self._add(given["name"], given.get("value", ""))
            case "textarea", _:
                self._area = given["name"]
                self._add(self._area, "")
            case "select", _:
                self._select = given["name"]
            case "option", _ if self._select and "selected" in given:
                self._add(self._select, given["value"])
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._area = ""
        elif tag == "select":
            self._select = ""

    def handle_data(self, data: str) -> None:
        if self._area:
            self.fields[self._area] = [f"{self.fields[self._area][0]}{data}"]  # type: ignore[index]

    def _add(self, name: str, value: str) -> None:
        self.fields.setdefault(name, []).append(value)  # type: ignore[attr-defined]


class Office:
    """The council at work: each worker at a browser of their own, doing tasks with answers made up where none are given.

    ``on`` is the day (ISO) on which what it does came about, ``born`` the year in which its children were.
    """

    def __init__(self, application: Application, as_worker: Callable[[str], Browser]) -> None:
        self.application = application
        self.on, self.born = "2026-03-20", 2019
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
        born = {"born-day": "1", "born-month": "5", "born-year": str(self.born)}
        names = {"given_name": given, "family_name": family, "address": "1 High Street"}
        browser.send({**names, **born, "another": "yes"}, to="/contacts/new", follow=False)
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
                calendar=self.application.calendar,
                archive=self.application.archive,
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

    def start(self, worker: str, case: str, words: str) -> Browser:
        """Start by hand the procedure whose link begins so."""
        browser = self.at(worker)
        browser.get(f"/children/{case}")
        address = browser.link(f"Start: {words}")
        browser.get(address)
        browser.send({}, to=address)
        return browser

    def asked_elsewhere(self) -> str:
        """A child in whose assessment something is to be done outside, which no pathway takes; gives the case."""
        case = self.assessment()
        self.start("sam", case, "Asked elsewhere")
        return case

    def tray(self, worker: str) -> set[str]:
        """What the worker's own tray asks for, without the names of the children."""
        browser = self.at(worker)
        browser.get("/")
        rows = re.findall(r'app-what"><a [^>]*>(.*?)<span', browser.html, re.DOTALL)
        return {unescape(row) for row in rows}

    def conference(self) -> str:
        """A child whose conference decided on a protection plan, and only has to be closed; gives the case."""
        case = self.referral()
        self.do("sam", case, "Referral", received_on=self.on, outcome="strategy_discussion")
        self.do("pat", case, "Referral", decision="authorise")
        self.do("pat", case, "Allocate", allocated_worker="sam", priority="today")
        self.do("sam", case, "Record of Strategy", held_on=self.on, outcome="section_47")
        self.do("max", case, "Record of Strategy", decision="authorise")
        self.do("sam", case, "Record of Outcome of Section 47", outcome="conference")
        self.do("max", case, "Record of Outcome of Section 47", decision="authorise")
        self.do("sam", case, "Update Meeting Date")
        self.do("sam", case, "Initial Child Protection Conference report")
        self.do("pat", case, "Initial Child Protection Conference report", decision="authorise")
        self.do(
            "una",
            case,
            "Initial Child Protection Conference outcome",
            held_on=self.on,
            outcome="plan",
            category="NEG",
        )
        self.do("una", case, "Outline Child Protection Plan")
        self.do("una", case, "Initial Child Protection Conference minutes")
        self.do("sam", case, "Complete the meeting")
        return case

    def protection_plan(self) -> str:
        """A child with a protection plan for neglect since 20 March 2026; gives the case."""
        case = self.conference()
        self.do("sam", case, "Close meeting process")
        return case

    def referral(self, given: str = "Ava") -> str:
        """A child whose contact became a referral that waits for its record; gives the case."""
        case = self.contact(given)
        self.do("tess", case, "Contact record", contacted_on=self.on, contact_source="2A", outcome="referral")
        self.do("pat", case, "Contact record", decision="authorise")
        return case

    def assessment(self, given: str = "Ava", **answers: object) -> str:
        """A child whose initial assessment waits for its writer, Sam, with further answers to the referral's form; gives the case."""
        case = self.referral(given)
        self.do(
            "sam",
            case,
            "Referral",
            received_on=self.on,
            outcome="initial_assessment",
            strategy_discussion="no",
            **answers,
        )
        self.do("pat", case, "Referral", decision="authorise")
        self.do("pat", case, "Allocate", allocated_worker="sam", priority="two_days")
        return case
