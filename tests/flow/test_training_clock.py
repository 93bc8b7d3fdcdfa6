"""The training clock: a case that is moved on comes to what it would have come to by living through the days."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from engine import london_date
from ics_flow.application import Application
from ics_flow.bootstrap import case_clock
from ics_flow.clock import OffsetClock
from ics_flow.commands.errors import PermissionDenied
from ics_flow.commands.move_clock import By, ClockGoesOn, MoveClock, NoNextDeadline
from ics_flow.commands.start_pathway import StartPathway
from ics_flow.domain.history import Entry
from ics_flow.domain.ids import COUNCIL, case_subject
from ics_flow.store import Database
from ics_flow.store.accounts import Account
from ics_flow.store.training import Kind, NotATrainingDatabase
from ics_flow.verification import verify
from tests.office import START, Office

TRAINER = Account(
    worker_id="toni", username="toni", password_hash=None, name="Toni Trainer", roles=("trainer",), team=None, manager_id=None
)  # fmt: skip


def opened(folder: Path, *, kind: Kind, start: datetime = START) -> Office:
    folder.mkdir()
    office = Office(folder, start=start, kind=kind)
    with office.database.unit(office.clock) as unit:
        unit.accounts.add(TRAINER)
    return office


@pytest.fixture
def training(tmp_path: Path) -> Iterator[Office]:
    """A council's training database."""
    office = opened(tmp_path / "training", kind="training")
    yield office
    office.close()


@pytest.fixture
def live(tmp_path: Path) -> Iterator[Office]:
    """The same council's live database."""
    office = opened(tmp_path / "live", kind="live")
    yield office
    office.close()


def move(office: Office, by: By, number: int = 1, *, actor: str = "toni", command: str | None = None) -> None:
    """Move the clock on, and let fire what has fallen due."""
    asked = MoveClock(command_id=command or office.command_id(), actor=actor, by=by, number=number)
    office.application.handle(asked)
    office.application.tick()


def live_until(office: Office, end: datetime) -> None:
    """Let a council live until an instant, under a ticker that is never late."""
    while True:
        with office.application.reading() as reading:
            due = reading.training_clock.coming(office.clock()).next_due
        if due is None or due > end:
            break
        office.clock.set_to(due)
        office.application.tick()
    office.clock.set_to(end)


def told(entries: tuple[Entry, ...]) -> list[object]:
    """What the entries say happened, and when; not by which of the clock's own commands."""
    return [(entry.kind, entry.at, entry.actor, entry.parts) for entry in entries]


def busy(office: Office) -> str:
    """A case in which two clocks run: of an assessment to be written, and of news to be decided about."""
    case = office.to_assessment()
    office.application.handle(
        StartPathway(command_id=office.command_id(), actor="pat", case_id=case, pathway="new_information")
    )
    return case


def test_a_case_that_is_moved_on_has_the_history_of_one_that_lived(training: Office, live: Office) -> None:
    case = busy(training)
    assert busy(live) == case
    for _ in range(4):
        move(training, "working_days", 10)
    live_until(live, training.application.now())

    moved, lived = training.history(case), live.history(case)

    assert told(moved) == told(lived)
    assert training.view(case) == live.view(case)
    fired = [entry.at for entry in moved if entry.kind == "timers-fired"]
    assert len(fired) > 1
    assert all(at < training.application.now() for at in fired)


def test_a_clock_that_only_leaps_writes_another_history(training: Office, live: Office) -> None:
    case = busy(training)
    busy(live)
    for _ in range(4):
        move(training, "working_days", 10)

    live.clock.set_to(training.application.now())
    live.application.tick()

    assert told(training.history(case)) != told(live.history(case))


def test_the_history_of_a_case_that_was_moved_on_proves_true(training: Office) -> None:
    case = busy(training)
    move(training, "working_days", 10)
    training.do("sam", case, "assessment#1/write#1", outcome="no_further_action")
    move(training, "working_days", 40)

    for subject in (case_subject(case), COUNCIL):
        assert verify(training.application, subject).faults == ()


def test_what_fell_due_stands_before_what_a_worker_then_does(training: Office) -> None:
    case = busy(training)
    command = MoveClock(command_id="m", actor="toni", by="working_days", number=11)
    training.application.handle(command)

    training.do("sam", case, "assessment#1/write#1", outcome="no_further_action")

    *_, fired, done = training.history(case)
    assert (fired.kind, done.kind) == ("timers-fired", "task-completed")
    assert london_date(fired.at) == date(
        2026, 4, 8
    )  # ten working days from 20 March, over Easter, end on the seventh
    assert done.at == training.application.now()


@pytest.mark.parametrize(
    ("start", "by", "number", "end"),
    [
        (START, "days", 1, datetime(2026, 3, 21, 10, tzinfo=UTC)),
        (datetime(2026, 3, 28, 10, tzinfo=UTC), "days", 1, datetime(2026, 3, 29, 9, tzinfo=UTC)),
        (START, "working_days", 10, datetime(2026, 4, 7, 9, tzinfo=UTC)),
        (datetime(2026, 3, 21, 10, tzinfo=UTC), "working_days", 1, datetime(2026, 3, 23, 10, tzinfo=UTC)),
    ],
    ids=["a day", "the clocks go forward", "over Easter", "from a Saturday"],
)
def test_the_clock_goes_to_the_same_time_of_another_day(
    tmp_path: Path, start: datetime, by: By, number: int, end: datetime
) -> None:
    with closing(opened(tmp_path / "training", kind="training", start=start)) as office:
        move(office, by, number)
        assert office.application.now() == end


def test_the_next_deadline_is_the_first_of_any_case_and_then_the_one_after(training: Office) -> None:
    with pytest.raises(NoNextDeadline):
        move(training, "next_deadline")
    case = busy(training)
    dues = sorted({timer.due for timer in training.view(case).timers})

    for due in dues[:2]:
        move(training, "next_deadline")
        assert training.application.now() == due
        assert due not in {timer.due for timer in training.view(case).timers}


def test_the_clock_goes_on_with_the_wall_after_it_was_moved(training: Office) -> None:
    move(training, "days", 3)
    training.clock.advance(hours=2)

    assert training.application.now() == START + timedelta(days=3, hours=2)


def test_another_process_tells_the_new_time_at_once(training: Office) -> None:
    with Database(training.url) as database:
        other = Application(database, case_clock(database, training.clock), training.random.randbytes)
        move(training, "days", 3)
        assert other.now() == training.application.now() == START + timedelta(days=3)


def test_who_moved_the_clock_stands_in_the_councils_history(training: Office) -> None:
    move(training, "days", 1, command="asked-once")
    move(training, "days", 1, command="asked-once")

    with training.application.reading() as reading:
        *_, entry = reading.history.read(COUNCIL)
    assert (entry.kind, entry.actor, entry.cause, entry.at) == ("clock-moved", "toni", "asked-once", START)
    assert entry.parts == {"clock": {"from": "2026-03-20T10:00:00+00:00", "to": "2026-03-21T10:00:00+00:00"}}
    assert training.application.now() == START + timedelta(days=1)


def test_only_a_trainer_moves_the_clock_and_never_back(training: Office) -> None:
    for actor in ("tara", "sam", "pat", "sue", "aud"):
        with pytest.raises(PermissionDenied):
            move(training, "days", 1, actor=actor)
    for number in (0, -1):
        with pytest.raises(ClockGoesOn, match="does not go back"):
            move(training, "days", number)
    assert training.application.now() == START


@pytest.mark.parametrize("clock", ["as it is", "one that claims to be a training database's"])
def test_the_clock_of_a_live_database_cannot_be_moved(live: Office, clock: str) -> None:
    if clock != "as it is":
        live.application.clock = OffsetClock(live.clock, timedelta)
    with pytest.raises(NotATrainingDatabase, match="nobody can move it"):
        move(live, "days", 1)
    with live.application.reading() as reading:
        assert "clock-moved" not in {entry.kind for entry in reading.history.read(COUNCIL)}
