"""The pages over a real database, the shipped pathways and a made-up council, asked through Flask's own client."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import FileSystemBytecodeCache

from ics_flow.application import Application
from ics_flow.calendar import england
from ics_flow.clock import ManualClock
from ics_flow.domain.release import read_files
from ics_flow.store.accounts import Account
from ics_flow.store.database import Database
from tests import databases
from tests.http.people import PASSWORD, Browser, Office
from web.app import create_app
from web.site import Site

ROOT = Path(__file__).parents[2]
PATHWAYS = Path(__file__).parent / "pathways"
POOLS = """<bpmn:participant id="asked_elsewhere" name="Asked elsewhere" />
    <bpmn:participant id="other_council" name="What another council knows (outside this system)">
      <bpmn:extensionElements>
        <zeebe:properties>
          <zeebe:property name="map" value="later" />
        </zeebe:properties>
      </bpmn:extensionElements>
    </bpmn:participant>
    <bpmn:messageFlow id="to_other_council" sourceRef="asked_elsewhere" targetRef="other_council">
      <bpmn:extensionElements>
        <zeebe:properties>
          <zeebe:property name="map" value="council_asked" />
        </zeebe:properties>
      </bpmn:extensionElements>
    </bpmn:messageFlow>
    """
MORNING = datetime(2026, 3, 20, 10, tzinfo=UTC)

WORKERS = (
    ("tess", "Tess Archer", ("TA",), "Duty team", "pat"),
    ("sam", "Sam Sutton", ("SW",), "Duty team", "pat"),
    ("sue", "Sue Okoro", ("SW",), "Duty team", "pat"),
    ("pat", "Pat Malik", ("PM",), "Duty team", "max"),
    ("max", "Max Weston", ("SM",), None, None),
    ("olga", "Olga Novak", ("SW",), "Other team", "other"),
    ("other", "Oscar Otter", ("PM",), "Other team", "max"),
    ("ada", "Ada Auditor", ("auditor",), None, None),
    ("both", "Bo Bothroyd", ("SW", "PM"), "Duty team", "max"),
    ("una", "Una Unit", ("CPU",), None, "max"),
    ("boris", "Boris Board", ("process_owner",), None, None),
    ("robin", "Robin Reeve", ("helpdesk",), None, None),
    ("bea", "Bea Benson", ("board_member",), None, None),
    ("mia", "Mia Marsh", ("board_member",), None, None),
    ("carl", "Carl Carey", ("carer",), None, None),
    ("petra", "Petra Polk", ("partner",), None, None),
)


# A hash says how dear it is to check: these are cheap, so that a test may sign many people in.
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


def add_workers(database: Database, clock: ManualClock) -> None:
    """The made-up council's workers, all with one password."""
    hashed = QUICK.hash(PASSWORD)
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


def release_files() -> dict[str, bytes]:
    """What ships, and a pathway of the tests' own, which sends what nobody here takes; the map shows it too."""
    files = read_files(ROOT / "bpmn", ROOT / "forms")
    before, arrow, after = files["bpmn/pathway_map.bpmn"].partition(b"<bpmn:messageFlow")
    files["bpmn/pathway_map.bpmn"] = before + POOLS.encode() + arrow + after
    files["bpmn/asked_elsewhere.bpmn"] = (PATHWAYS / "asked_elsewhere.bpmn").read_bytes()
    return files


@pytest.fixture(scope="session")
def council(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the release and the workers, made once and copied for each test."""
    url = databases.new(tmp_path_factory.mktemp("council"), kept=True)
    clock = ManualClock(datetime(2026, 3, 2, 9, tzinfo=UTC))
    with Database(url) as database:
        database.upgrade()
        application = Application(database, clock, secrets.token_bytes)
        application.publish(release_files(), england(), name="First", actor="max")
        add_workers(database, clock)
    return url


@pytest.fixture
def clock() -> ManualClock:
    """The cases' clock."""
    return ManualClock(MORNING)


@pytest.fixture
def wall() -> ManualClock:
    """The clock of sessions and limits."""
    return ManualClock(MORNING)


@pytest.fixture
def application(council: str, tmp_path: Path, clock: ManualClock) -> Iterator[Application]:
    with Database(databases.copied(council, tmp_path, "test")) as database:
        yield Application(database, clock, secrets.token_bytes)


@pytest.fixture
def app(application: Application, wall: ManualClock, templates: FileSystemBytecodeCache) -> Flask:
    app = create_app(application, Site(), wall)
    app.jinja_env.bytecode_cache = templates
    return app


@pytest.fixture(scope="session")
def templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """The templates compiled once for all tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


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


@pytest.fixture
def office(application: Application, as_worker: Callable[[str], Browser]) -> Office:
    """The council at work."""
    return Office(application, as_worker)
