"""Auditors see all and change nothing: every address that takes anything refuses an auditor, and all that is kept stays as it was."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from uuid import NAMESPACE_URL, uuid5

from flask import Flask
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from ics_flow.application import Application
from ics_flow.commands.errors import PermissionDenied
from ics_flow.store.tables import history, metadata
from tests import databases
from tests.http.people import OURS, Browser, Office
from tests.http.test_rights import EXAMPLES

OWN = {"sign_in.enter", "sign_in.leave", "sign_in.stay", "sign_in.be", "sign_in.again"}
"""What concerns nothing but one's own sign-in."""
EVERYBODYS = {"board.ask"}
"""What is open to everybody: to ask the board for a change, which is a wish and changes nothing."""
NOTED = {"read_log", "session", "login_attempt", "request"}
"""What is kept of an auditor's own doings."""
REFUSED = {403, 404, 409, 410}
DAY = {"day": "1", "month": "4", "year": "2027"}


def test_every_address_that_takes_anything_refuses_an_auditor(
    app: Flask, office: Office, application: Application
) -> None:
    case, ada = waiting_case(office), office.at("ada")
    before, tried = everything_kept(application), dict[str, TestResponse]()

    for rule in takes_anything(app):
        ada.get("/")
        tried[rule.endpoint] = send(ada, rule, case, application)

    assert {endpoint: answer.status for endpoint, answer in tried.items() if not is_refused(answer)} == {}
    assert len(tried) >= 15, "there are fewer addresses than there were: are all of them walked?"
    assert everything_kept(application) == before


def test_the_same_walk_by_a_manager_changes_something(
    app: Flask, office: Office, application: Application
) -> None:
    """The control: what is sent is good enough to be taken from somebody who may send it."""
    case, pat = waiting_case(office), office.at("pat")
    before = everything_kept(application)

    answers = {}
    for rule in takes_anything(app):
        pat.get("/")
        answers[rule.endpoint] = send(pat, rule, case, application)

    assert answers["children.allocate"].status_code == answers["tasks.skip"].status_code == 303
    assert everything_kept(application)[history.name] != before[history.name]


def test_an_auditor_reads_every_part_of_every_file(office: Office) -> None:
    case, ada = waiting_case(office), office.at("ada")
    parts = ("", "/map", "/records", "/history", "/family", "/readers", "/replay", "/verify", "/then")

    assert {part: ada.get(f"/children/{case}{part}").status_code for part in parts} == dict.fromkeys(
        parts, 200
    )


def waiting_case(office: Office) -> str:
    """A case in which something waits to be done in a task, and outside."""
    case = office.asked_elsewhere()
    office.at("ada").get("/")
    return case


def takes_anything(app: Flask) -> Iterator[Rule]:
    """Every address that a form can be sent to, but for one's own sign-in and what is everybody's."""
    for rule in app.url_map.iter_rules():
        if "POST" in (rule.methods or ()) and rule.endpoint not in OWN | EVERYBODYS:
            yield rule


def is_refused(answer: TestResponse) -> bool:
    """Whether the answer is no: a page of refusal, or the form again with the sentence of one."""
    return answer.status_code in REFUSED or str(PermissionDenied()) in answer.get_data(as_text=True)


def send(browser: Browser, rule: Rule, case: str, application: Application) -> TestResponse:
    """Send what the address asks for, as far as one form can; gives the answer."""
    told = {
        "case": case,
        "task": "initial_assessment#1/assessment#1/write#1",
        "thrown": "asked_elsewhere#1/ask#1",
    }
    given = {**EXAMPLES, **told}
    address = rule.build({name: given.get(name, 1) for name in rule.arguments})
    assert address is not None
    fields = {
        "form_token": browser.token(),
        "command_id": uuid5(NAMESPACE_URL, rule.endpoint).hex,
        "do": "finish",
        "reason": "Because",
        "worker": "sue",
        "given_name": "Eve",
        "family_name": "Example",
        "another": "yes",
        "kind": "sibling",
        "what": "A letter",
        "title": "Shorter forms",
        "wish": "Fewer questions",
        "why": "Time",
        "where": "Town hall",
        "source": "The Act",
        "area": application.release.rights.areas[0],
        "act": "stop",
        **{f"{name}-{part}": value for name in ("on", "starts") for part, value in DAY.items()},
        "file": (BytesIO(b"%PDF-1.4 made up"), "letter.pdf"),
    }
    return browser.client.post(address[1], data=fields, headers=OURS)


def everything_kept(application: Application) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but those that note what an auditor looked at."""
    url = application.database.name
    return {
        table.name: sorted(databases.sql(url, f"SELECT * FROM {table.name}"), key=repr)  # noqa: S608
        for table in metadata.sorted_tables
        if table.name not in NOTED
    }
