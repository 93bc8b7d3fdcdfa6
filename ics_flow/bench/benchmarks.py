"""The benchmarks: each a function that gives its figures. Times are in milliseconds unless a name says otherwise.

What they stand on is the ground's; how they are asked for is the command line's.
"""

from __future__ import annotations

import json
import sqlite3
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import engine
from engine import Moment, State, Value, read_pathways, write_instant
from ics_flow.bench import at_scale, back, changing, pathways
from ics_flow.bench.beside import beside
from ics_flow.bench.ground import NOON, Ground, bare, contents, ground
from ics_flow.bench.measuring import Figures, a_second, milliseconds, processor_milliseconds, spread
from ics_flow.calendar import england
from ics_flow.clock import ManualClock, wall_clock
from ics_flow.domain.history import check_chain
from ics_flow.domain.ids import case_subject
from ics_flow.domain.release import read_files
from ics_flow.process.following import follow
from ics_flow.scheduler import Ticker
from ics_flow.settings import Settings
from ics_flow.store.counting import counting

WARMING = 20
"""Rounds that are not counted: caches fill."""

REVIEWS = (0, 5, 20, 40, 400)


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: the more, the steadier the figures and the longer the wait."""

    rounds: int
    cases: int
    timers: int
    waiting_timers: int
    council: int
    reviews: int
    year: int  # cases of a year: three in four are referred
    address: str | None = None


WHOLE = Effort(
    rounds=300, cases=100, timers=20, waiting_timers=1_000_000, council=10_000, reviews=400, year=5_200
)
QUICK = Effort(rounds=30, cases=10, timers=3, waiting_timers=10_000, council=200, reviews=20, year=100)


def engine_round_trip(effort: Effort) -> Figures:
    """Load, complete and save one user task of a review loop, after so many reviews: this engine and stock SpiffWorkflow."""
    ours = {str(reviews): _after_reviews(reviews, effort) for reviews in REVIEWS}
    return {"ours": ours, "stock_spiffworkflow": beside("stock_spiffworkflow", *map(str, REVIEWS))}


def task_in_process(effort: Effort) -> Figures:
    """Complete one task through the application, to a durable commit; beside it a bare durable commit on the same disk."""
    figures: Figures = {"bare_commit": spread(_bare_commits(effort.rounds))}
    for name, files in _releases().items():
        with ground(files) as scratch:
            figures[name] = _completions(scratch, effort)
    return figures


def task_over_http(_effort: Effort) -> Figures:
    """Complete one task by posting its page's form, signed in: server time, statements and commits."""
    return beside("over_http")


def what_a_case_leaves(_effort: Effort) -> Figures:
    """Rows and bytes that a finished case of three tasks leaves behind in every table, its history included."""
    with ground(pathways.three_tasks()) as scratch:
        before = contents(scratch)
        tasks = scratch.finish(scratch.begin())
        after = contents(scratch)
    left = {
        table: {"rows": rows - before[table][0], "bytes": size - before[table][1]}
        for table, (rows, size) in after.items()
        if (rows, size) != before[table]
    }
    total = Counter[str]()
    for each in left.values():
        total.update(each)
    return {"tasks": tasks, "total": dict(total), "tables": left}


def nothing_due(effort: Effort) -> Figures:
    """Ask what is due where nothing is, among very many waiting timers."""
    with ground(pathways.waiting(60)) as scratch:
        _fill_with_timers(scratch, effort.waiting_timers)

        def ask() -> None:
            with scratch.application.reading() as reading:
                assert reading.projection.due_cases(NOON, 100) == ()  # noqa: S101 else it is another question

        ask()
        return {"waiting_timers": effort.waiting_timers, "ask": spread(_repeat(ask, effort.rounds))}


def timers_on_time(effort: Effort) -> Figures:
    """How late timers fire under the ticker that the product runs, by the wall clock: from the due instant to the entry's."""
    seconds, apart = 2, 0.15
    with ground(pathways.waiting(seconds), wall_clock) as scratch:
        ticker = Ticker(scratch.application.tick)
        ticker.start()
        cases: list[str] = []
        for _ in range(effort.timers):
            cases.append(scratch.begin())
            time.sleep(apart)
        time.sleep(seconds + 2)
        ticker.stop()
        late = [lateness for case in cases for lateness in _lateness(scratch, case)]
    return {"timers": len(cases), "fired": len(late), "late_milliseconds": spread(late or [0])}


def timers_a_second(effort: Effort) -> Figures:
    """How many due timers one ticker lets fire a second, each in a case of its own, to a durable commit."""
    clock = ManualClock(NOON)
    with ground(pathways.waiting(60), clock) as scratch:
        for _ in range(effort.cases):
            scratch.begin()
        clock.advance(hours=1)
        took = milliseconds(lambda: scratch.application.tick(effort.cases))
    return {"timers": effort.cases, "fired_a_second": a_second(effort.cases, took)}


def entries_a_second(effort: Effort) -> Figures:
    """How many entries are verified (the chain's hashes) and replayed (each taken again by the engine) a second."""
    with ground(pathways.three_tasks()) as scratch:
        cases = [scratch.begin() for _ in range(effort.cases)]
        for case in cases:
            scratch.finish(case)
        with scratch.application.reading() as reading:
            subjects = {case: case_subject(case) for case in cases}
            secrets = {case: reading.secrets.of(case) or b"" for case in cases}
            entries = sum(len(reading.history.stored(subject)) for subject in subjects.values())

            def verify() -> None:
                for subject in subjects.values():
                    assert not check_chain(subject, reading.history.stored(subject))  # noqa: S101

            def replay() -> None:
                for case, subject in subjects.items():
                    found = follow(reading.history.read(subject), scratch.application.archive, secrets[case])
                    assert not found.faults  # noqa: S101

            verified, replayed = milliseconds(verify), milliseconds(replay)
    return {
        "entries": entries,
        "verified_a_second": a_second(entries, verified),
        "replayed_a_second": a_second(entries, replayed),
    }


def looking_back(effort: Effort) -> Figures:
    """Open a long case as it was, and its film, at instants spread over its life, and prove its history."""
    return back.looking_back(effort.reviews, effort.rounds // 10)


def council(effort: Effort) -> Figures:
    """Trays, pages, completion, start-up and a day's timers on a generated council."""
    scale = at_scale.Scale(cases=effort.council, rounds=effort.rounds // 3, address=effort.address)
    return at_scale.council(scale)


def what_if_year(effort: Effort) -> Figures:
    """A year of a generated council replayed on a draft."""
    return changing.what_if_year(effort.year)


def move_cases(effort: Effort) -> Figures:
    """The open cases of a generated council moved to another release."""
    return changing.move_cases(effort.council)


BENCHMARKS: Mapping[str, Callable[[Effort], Figures]] = {
    "engine-round-trip": engine_round_trip,
    "task-in-process": task_in_process,
    "task-over-http": task_over_http,
    "what-a-case-leaves": what_a_case_leaves,
    "nothing-due": nothing_due,
    "timers-on-time": timers_on_time,
    "timers-a-second": timers_a_second,
    "entries-a-second": entries_a_second,
    "looking-back": looking_back,
    "council": council,
    "what-if-year": what_if_year,
    "move-cases": move_cases,
}


def _after_reviews(reviews: int, effort: Effort) -> Figures:
    loop = read_pathways(pathways.review_loop())
    moment = Moment(instant=NOON, calendar=england(), facts=lambda _name, _arguments: None)
    begun = engine.start(loop, "review_loop", {}, moment).state
    answers: dict[str, Value] = {"counted_from": date(2026, 3, 20), "goes_on": "yes"}

    def round_trip(text: str, task: str) -> str:
        state = State.decode(json.loads(text))
        return json.dumps(engine.complete(loop, state, task, answers, moment).state.encode())

    text = round_trip(json.dumps(begun.encode()), "agree#1")
    for review in range(1, reviews + 1):
        text = round_trip(text, f"review#{review}")
    task = f"review#{reviews + 1}"
    readings = _repeat(lambda: round_trip(text, task), effort.rounds)
    return {**spread(readings), "bytes": len(text)}


def _repeat(act: Callable[[], object], rounds: int) -> Iterator[float]:
    return (milliseconds(act) for _ in range(rounds))


def _releases() -> dict[str, dict[str, bytes]]:
    """The bench's own small release, and the shipped one where its folders are."""
    settings = Settings.from_environment()
    shipped = read_files(settings.bpmn, settings.forms)
    return {"three_tasks": pathways.three_tasks(), **({"shipped": shipped} if shipped else {})}


def _completions(scratch: Ground, effort: Effort) -> Figures:
    """The first task of one case after another, and once counted."""
    commands = (scratch.first() for _ in range(effort.rounds + WARMING))
    readings = [milliseconds(partial(scratch.application.handle, command)) for command in commands]
    others = (scratch.first() for _ in range(effort.rounds))
    computing = [processor_milliseconds(partial(scratch.application.handle, command)) for command in others]
    command = scratch.first()
    with counting(scratch.database) as asked:
        scratch.application.handle(command)
    return {
        **spread(readings[WARMING:]),
        "processor": spread(computing),
        "statements": asked.statements,
        "commits": asked.commits,
    }


def _bare_commits(rounds: int) -> Iterator[float]:
    with (
        TemporaryDirectory(prefix="ics-flow-bench-") as folder,
        closing(sqlite3.connect(Path(folder) / "bare.db", isolation_level=None)) as connection,
    ):
        connection.executescript("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; CREATE TABLE t (a)")

        def commit() -> None:
            connection.execute("BEGIN IMMEDIATE")
            connection.execute("INSERT INTO t VALUES (1)")
            connection.execute("COMMIT")

        yield from _repeat(commit, rounds)


def _fill_with_timers(scratch: Ground, timers: int) -> None:
    """Rows that stand for timers of other cases, due from tomorrow on."""
    rows = (
        (
            f"case-{number}",
            "waiting#1/visit_due#1",
            "waiting#1",
            write_instant(NOON + timedelta(days=1, seconds=number)),
        )
        for number in range(timers)
    )
    with bare(scratch) as connection:
        connection.executemany(
            "INSERT INTO timer_row (case_id, name, process, due) VALUES (?, ?, ?, ?)", rows
        )


def _lateness(scratch: Ground, case: str) -> Iterator[float]:
    with scratch.application.reading() as reading:
        for entry in reading.history.read(case_subject(case)):
            if entry.kind == "timers-fired":
                steps: list[Mapping[str, str]] = entry.parts["steps"]  # type: ignore[assignment]
                for step in steps:
                    yield (entry.at - engine.read_instant(step["instant"])) / timedelta(milliseconds=1)
