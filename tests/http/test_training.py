"""The pages of a training database: what its banner says to whom, and what a trainer's press of a button does."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from ics_flow.application import Application
from ics_flow.bootstrap import case_clock
from ics_flow.calendar import england
from ics_flow.clock import ManualClock
from ics_flow.commands.move_clock import MoveClock
from ics_flow.domain.release import read_files
from ics_flow.store import Database
from ics_flow.store.accounts import Account
from tests import databases
from tests.http.conftest import MORNING, QUICK, ROOT, add_workers
from tests.http.people import OURS, PASSWORD, Browser, Office
from tests.replay.statements import counted
from web.app import create_app
from web.site import Site

FRIDAY = "Here it is Friday 20 March 2026"


def add_trainer(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        unit.accounts.add(
            Account(
                worker_id="toni",
                username="toni",
                password_hash=QUICK.hash(PASSWORD),
                name="Toni Trainer",
                roles=("trainer",),
                team=None,
                manager_id=None,
            )
        )


@pytest.fixture(scope="module")
def school(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The address of a training database with the shipped release and the workers, to be copied."""
    url = databases.new(tmp_path_factory.mktemp("school"), kept=True)
    clock = ManualClock(MORNING - timedelta(days=7))
    with Database(url) as database:
        database.make("training")
        application = Application(database, clock, secrets.token_bytes)
        application.publish(read_files(ROOT / "bpmn", ROOT / "forms"), england(), name="First", actor="max")
        add_workers(database, clock)
        add_trainer(database, clock)
    return url


@pytest.fixture
def training(school: str, tmp_path: Path, wall: ManualClock) -> Iterator[Application]:
    with Database(databases.copied(school, tmp_path, "school")) as database:
        yield Application(database, case_clock(database, wall), secrets.token_bytes)


@pytest.fixture
def pages(training: Application, wall: ManualClock, templates: FileSystemBytecodeCache) -> Flask:
    pages = create_app(training, Site(), wall)
    pages.jinja_env.bytecode_cache = templates
    return pages


@pytest.fixture
def learners(training: Application, pages: Flask) -> Office:
    """The made-up council at work in its training database."""

    def signed_in(worker: str) -> Browser:
        browser = Browser(pages.test_client())
        assert browser.sign_in(worker).status_code == 303
        return browser

    return Office(training, signed_in)


def banner(browser: Browser) -> str:
    """What the banner says; nothing where there is none."""
    found = re.search(r'<section class="app-training".*?</section>', browser.html, re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split()) if found else ""


def press(browser: Browser, move: str, *, back: str = "/") -> None:
    """Press a button of the banner on the page in hand."""
    sent = {"command_id": browser.command(), "move": move, "back": back}
    browser.post("/training-clock", sent, follow=True)


def test_every_page_says_what_day_it_is_there(learners: Office, pages: Flask) -> None:
    case = learners.assessment()
    stranger, sam = Browser(pages.test_client()), learners.at("sam")
    stranger.get("/sign-in")
    assert FRIDAY in banner(stranger)
    assert "Move the clock on" not in banner(stranger)

    file = f"/children/{case}"
    for path in ("/", "/children?name=ava", file, f"{file}/map", f"{file}/records", f"{file}/history"):
        assert sam.get(path).status_code == 200
        assert FRIDAY in banner(sam), path
        assert "This is a training database" in banner(sam)
    for path, status in (("/no/such/page", 404), (f"{file}/allocate", 403), ("/children/none", 404)):
        assert sam.get(path).status_code == status
        assert FRIDAY in banner(sam), path
    sam.get("/")
    sam.post("/contacts/new", {"given_name": ""})
    assert sam.status >= 400
    assert FRIDAY in banner(sam)


def test_a_page_that_failed_says_so_too(pages: Flask, learners: Office) -> None:
    def broken() -> str:
        raise ZeroDivisionError

    pages.add_url_rule("/broken", view_func=broken)
    sam = learners.at("sam")

    sam.get("/broken")

    assert sam.status == 500
    assert FRIDAY in banner(sam)


def test_only_a_trainer_is_offered_to_move_the_clock(learners: Office, training: Application) -> None:
    learners.assessment()
    trainer, sam = learners.at("toni"), learners.at("sam")
    trainer.get("/")
    sam.get("/")

    assert "Move the clock on A day Ten working days To the next deadline" in banner(trainer)
    assert "Move the clock on" not in banner(sam)
    sam.post("/training-clock", {"command_id": "a" * 32, "move": "day"})
    assert sam.status == 403
    assert training.now() == MORNING


def test_without_a_deadline_ahead_there_is_no_button_for_it(learners: Office) -> None:
    trainer = learners.at("toni")
    trainer.get("/")
    assert banner(trainer).endswith("Ten working days")

    press(trainer, "deadline")

    assert trainer.status == 409
    assert "there is no next deadline" in trainer.said


def test_the_page_after_the_press_shows_what_has_fallen_due(learners: Office, wall: ManualClock) -> None:
    case = learners.assessment()
    trainer, pat = learners.at("toni"), learners.at("pat")
    pat.get(f"/children/{case}")
    assert "Overdue" not in pat.said

    trainer.get("/children?name=ava")
    press(trainer, "deadline", back="/children?name=ava")

    assert trainer.response is not None
    assert trainer.response.request.full_path == "/children?name=ava"
    assert "The clock is moved on" in trainer.html
    assert "Here it is Wednesday 8 April 2026" in banner(trainer)
    assert "still to fire" not in banner(trainer)
    moved = r"The clock was moved from Friday 20 March 2026 to \w+ \d+ \w+ 2026\. Became overdue: [A-Z]"
    assert re.search(moved, banner(trainer))
    trainer.get("/")
    assert "was moved from" not in banner(trainer)
    press(trainer, "day")
    assert "Nothing became overdue on the way." in banner(trainer)
    pat.get(f"/children/{case}")
    assert "Overdue" in pat.said
    assert wall() == MORNING


def test_nobody_is_signed_out_by_a_move_and_everybody_by_the_wall(
    learners: Office, wall: ManualClock
) -> None:
    trainer, sam = learners.at("toni"), learners.at("sam")
    trainer.get("/")
    press(trainer, "fortnight")
    sam.get("/")
    assert "Your work" in sam.said

    wall.advance(minutes=31)
    sam.get("/")
    assert "Sign in" in sam.said


def test_timers_that_have_still_to_fire_are_told(learners: Office, training: Application) -> None:
    learners.assessment()
    sam = learners.at("sam")
    training.handle(MoveClock(command_id="m", actor="toni", by="working_days", number=20))

    sam.get("/")
    assert "1 timer that fell due has still to fire" in banner(sam)

    training.tick()
    sam.get("/")
    assert "still to fire" not in banner(sam)


def test_the_banner_of_a_form_sent_back_has_an_id_of_its_own(learners: Office) -> None:
    trainer = learners.at("toni")
    trainer.get("/contacts/new?name=Ava")

    trainer.post("/contacts/new", {"command_id": "f" * 32, "given_name": ""})

    assert trainer.status == 422
    assert trainer.command() != "f" * 32
    assert trainer.html.count(f'value="{"f" * 32}"') == 1


def test_the_same_press_sent_twice_moves_the_clock_once(learners: Office, training: Application) -> None:
    trainer = learners.at("toni")
    trainer.get("/")
    sent = {"command_id": trainer.command(), "move": "day"}
    for _ in range(2):
        trainer.get("/")
        trainer.post("/training-clock", sent)
        assert trainer.status == 303

    assert training.now() == MORNING + timedelta(days=1)


@pytest.mark.parametrize(
    ("sent", "status"),
    [({"move": "year"}, 400), ({}, 400), ({"move": "day", "form_token": "of another"}, 200)],
)
def test_nothing_moves_without_a_known_move_and_the_pages_own_token(
    learners: Office, training: Application, sent: dict[str, str], status: int
) -> None:
    trainer = learners.at("toni")
    trainer.get("/")

    trainer.post("/training-clock", sent)

    assert trainer.status == status
    assert training.now() == MORNING


def test_another_site_cannot_move_the_clock(learners: Office, training: Application) -> None:
    trainer = learners.at("toni")
    trainer.get("/")
    body = {"form_token": trainer.token(), "move": "day"}

    response = trainer.client.post(
        "/training-clock", data=body, headers={**OURS, "Sec-Fetch-Site": "cross-site"}
    )

    assert response.status_code == 403
    assert training.now() == MORNING


def test_nobody_is_led_away_after_a_move(learners: Office) -> None:
    trainer = learners.at("toni")
    trainer.get("/")

    trainer.post("/training-clock", {"move": "day", "back": "//elsewhere.example/"})

    assert trainer.response is not None
    assert trainer.response.headers["Location"] == "/"


def test_a_live_database_has_neither_the_banner_nor_the_address(
    application: Application, app: Flask, clock: ManualClock
) -> None:
    add_trainer(application.database, clock)
    trainer = Browser(app.test_client())
    trainer.sign_in("toni")
    trainer.get("/")
    assert banner(trainer) == ""

    trainer.post("/training-clock", {"move": "day"})

    assert trainer.status == 404
    assert all(rule.endpoint != "training.move" for rule in app.url_map.iter_rules())


def test_the_clock_costs_a_page_two_statements(learners: Office) -> None:
    sam = learners.at("sam")
    sam.get("/")

    with counted() as cost:
        sam.get("/")

    of_the_clock = [each for each in cost.statements if "training_clock" in each or "timer_row" in each]
    assert len(of_the_clock) == 2, "\n".join(cost.statements)
