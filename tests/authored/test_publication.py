"""Nothing comes into force that the gate has not let pass: publication asks it, and there is no other way in."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

import engine
from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.domain.ids import COUNCIL
from ics_flow.store import Database
from tests import databases
from tests.authored import shipped
from tests.office import START

pytestmark = pytest.mark.database

WAYS_IN = {
    "ics_flow/application.py",  # publication, which asks the gate
    "ics_flow/commands/take_effect.py",  # what the board approved, which asks the gate once more
    "ics_flow/rebuild.py",  # what was published, made again from the history
    "ics_flow/scenarios/stage.py",  # a stage of its own, on which nobody works
    "ics_flow/store/unit.py",  # which hands it on
}


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    with Database(databases.new(tmp_path)) as database:
        database.upgrade()
        yield Application(database, ManualClock(START), Random(1).randbytes)


def publish(application: Application, **changes: tuple[str, str]) -> None:
    """Publish what ships with a text of a diagram changed."""
    files = dict(shipped.release().files)
    for stem, (old, new) in changes.items():
        name = f"bpmn/{stem}.bpmn"
        assert old.encode() in files[name]
        files[name] = files[name].replace(old.encode(), new.encode())
    application.publish(files, shipped.calendar(), name="first", actor="setup")


def test_what_passes_the_gate_is_published(application: Application) -> None:
    publish(application)

    assert application.release.hash == shipped.release().hash


def test_an_error_of_the_gate_keeps_a_release_from_being_published(application: Application) -> None:
    with pytest.raises(engine.Refused) as refused:
        publish(application, contact=('"another_agency"', '"another_agenci"'))

    (problem,) = refused.value.problems
    assert (problem.file, problem.element) == ("bpmn/contact.bpmn", "to_passed_on")
    with application.reading() as reading:
        assert reading.in_force() is None
        assert reading.history.read(COUNCIL) == ()


def test_a_warning_does_not(application: Application) -> None:
    publish(application, contact=('=outcome = "another_agency"', '=outcome != "referral"'))

    assert application.release.hash != shipped.release().hash


def test_nothing_else_puts_a_release_in_force() -> None:
    files = [path for folder in ("ics_flow", "web") for path in (shipped.ROOT / folder).rglob("*.py")]

    assert {str(path.relative_to(shipped.ROOT)) for path in files if puts_in_force(path)} == WAYS_IN


def puts_in_force(file: Path) -> bool:
    """Whether the file calls what puts a release in force."""
    calls = (node.func for node in ast.walk(ast.parse(file.read_bytes())) if isinstance(node, ast.Call))
    return any(getattr(called, "attr", getattr(called, "id", "")) == "put_in_force" for called in calls)
