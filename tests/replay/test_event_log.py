"""The event log holds every event of every history, names nobody, and is read by a tool of the trade in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from ics_flow.commands.end_pathway import EndPathway
from ics_flow.commands.skip_task import SkipTask
from ics_flow.event_log import NAMESPACE, Wanted, Written, write_event_log
from tests.replay.council import Council

WRITE = "initial_assessment#1/assessment#1/write#1"
READ = """
import json, sys
import pm4py
log = pm4py.read_xes(sys.argv[1])
print("\\n" + json.dumps({
    "events": len(log),
    "traces": int(log["case:concept:name"].nunique()),
    "transitions": log["lifecycle:transition"].value_counts().to_dict(),
    "first": log["time:timestamp"].min().isoformat(),
    "activities": sorted(log["concept:name"].unique()),
}))
"""


def write(council: Council, path: Path, wanted: Wanted | None = None) -> Written:
    return write_event_log(path, council.application, wanted or Wanted(), lambda _done, _total: None)


def read(path: Path) -> list[list[dict[str, str]]]:
    """The traces of a log, each a list of events, each its attributes by key."""
    log = etree.parse(str(path)).getroot()
    assert log.tag == f"{{{NAMESPACE}}}log"
    return [
        [
            {str(each.get("key")): str(each.get("value")) for each in event}
            for event in trace.iter(f"{{{NAMESPACE}}}event")
        ]
        for trace in log.iter(f"{{{NAMESPACE}}}trace")
    ]


def told(council: Council) -> Counter[str]:
    """How many events of each transition the histories tell of, counted from what they record."""
    found: Counter[str] = Counter()
    for case in council.cases():
        waiting: set[str] = set()
        for entry in council.entries(case):
            parts: Any = entry.parts
            skipped = parts["input"]["task"] if entry.kind == "task-skipped" else None
            found["complete"] += entry.kind in ("process-stopped", "done-outside", "case-restated")
            for step in parts.get("steps", ()):
                found["complete"] += "began" in step
                for effect in step["effects"]:
                    name = f"{step['process']}/{effect.get('name', '')}"
                    if effect["effect"] == "task-opened":
                        found["start"] += 1
                        waiting.add(name)
                    elif effect["effect"] == "timer-fired":
                        found["complete"] += 1
                    elif effect["effect"] in ("left", "withdrawn") and name in waiting:
                        waiting.discard(name)
                        over = "withdraw" if effect["effect"] == "withdrawn" else "complete"
                        found["manualskip" if name == skipped else over] += 1
            if entry.kind == "case-restated" and parts["view"] is not None:
                now = {task["name"] for task in parts["view"]["tasks"]}
                found["withdraw"] += len(waiting - now)
                found["start"] += len(now - waiting)
                waiting = now
    return +found


@pytest.fixture
def lived(council: Council) -> Council:
    """A council in which tasks were done, skipped, withdrawn and rolled back, and a clock ran out."""
    first, second, third = council.assess(), council.assess(), council.assess()
    council.contact()
    council.clock.advance(days=30)
    council.application.tick()
    council.handle(SkipTask(command_id="skip", actor="pm", case_id=first, task=WRITE, reason="Gone away"))
    council.handle(
        EndPathway(
            command_id="end", actor="pm", case_id=second, process="initial_assessment#1", reason="Gone away"
        )
    )
    council.complete(third, WRITE, by="sw", outcome="no_further_action")
    authorise = "initial_assessment#1/assessment#1/authorise#1"
    council.complete(third, authorise, by="pm", decision="authorise")
    council.roll_back(third, "initial_assessment#1/assessment#1")
    return council


def test_every_event_is_in_the_log_once(lived: Council, tmp_path: Path) -> None:
    expected = told(lived)
    assert set(expected) == {"start", "complete", "manualskip", "withdraw"}

    written = write(lived, tmp_path / "all.xes")

    traces = read(tmp_path / "all.xes")
    found = Counter(event["lifecycle:transition"] for trace in traces for event in trace)
    assert found == expected
    assert written == Written(len(lived.cases()), expected.total())


def test_a_lost_event_would_be_found(lived: Council, tmp_path: Path) -> None:
    path = tmp_path / "all.xes"
    write(lived, path)
    begin, event, end = path.read_text().partition("<event>")
    path.write_text(begin + end.partition("</event>")[2])

    found = Counter(each["lifecycle:transition"] for trace in read(path) for each in trace)

    assert event
    assert found != told(lived)


def test_every_event_says_what_and_when_and_who_or_for_whom(lived: Council, tmp_path: Path) -> None:
    write(lived, tmp_path / "all.xes")

    for trace in read(tmp_path / "all.xes"):
        for event in trace:
            assert {"concept:name", "concept:instance", "time:timestamp"} <= event.keys()
            asked = event["lifecycle:transition"] == "start"
            assert ("org:role" in event) is asked
            assert ("org:resource" in event) is not asked


def test_nobody_is_named_and_no_id_is_told(lived: Council, tmp_path: Path) -> None:
    write(lived, tmp_path / "all.xes")
    text = (tmp_path / "all.xes").read_text()

    persons = [person for (person,) in lived.sql("SELECT person_id FROM person_row")]
    assert persons
    for secret in ("Ava", "Gone away", "Too early", '"pm"', '"sw"', *lived.cases(), *persons):
        assert secret not in text


def test_two_logs_of_the_same_histories_cannot_be_laid_side_by_side(lived: Council, tmp_path: Path) -> None:
    logs = []
    for name in ("one.xes", "two.xes"):
        write(lived, tmp_path / name)
        resources = {each.get("org:resource", "clock") for trace in read(tmp_path / name) for each in trace}
        logs.append(resources - {"clock"})

    assert logs[0]
    assert logs[0].isdisjoint(logs[1])


def test_pathway_and_period_narrow_the_log(lived: Council, tmp_path: Path) -> None:
    write(lived, tmp_path / "pathway.xes", Wanted(pathway="initial_assessment"))
    write(lived, tmp_path / "later.xes", Wanted(first=date(2026, 4, 1)))
    write(lived, tmp_path / "never.xes", Wanted(last=date(2026, 3, 19)))

    instances = [event["concept:instance"] for trace in read(tmp_path / "pathway.xes") for event in trace]
    assert instances
    assert all(each.startswith("initial_assessment#") for each in instances)
    times = [event["time:timestamp"] for trace in read(tmp_path / "later.xes") for event in trace]
    assert times
    assert min(times) >= "2026-03-31T23:00"
    assert read(tmp_path / "never.xes") == []


def test_a_file_that_is_there_is_left_alone(lived: Council, tmp_path: Path) -> None:
    path = tmp_path / "kept.xes"
    path.write_text("kept")

    with pytest.raises(FileExistsError):
        write(lived, path)

    assert path.read_text() == "kept"


def test_a_log_that_cannot_be_finished_leaves_no_half(lived: Council, tmp_path: Path) -> None:
    def fails(_done: int, _total: int) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write_event_log(tmp_path / "half.xes", lived.application, Wanted(), fails)

    assert not (tmp_path / "half.xes").exists()


def test_pm4py_reads_as_many_events_as_the_histories_tell_of(
    lived: Council, tmp_path: Path, root: Path
) -> None:
    python = os.environ.get("PM4PY_PYTHON") or root / ".venv-event-log" / "bin" / "python"
    if not Path(python).exists():
        pytest.skip("pm4py is not installed: `make check-event-log` installs it and runs this test.")
    write(lived, tmp_path / "all.xes")

    answer = subprocess.run(
        [str(python), "-c", READ, str(tmp_path / "all.xes")], check=True, capture_output=True, text=True
    )

    expected = told(lived)
    found = json.loads(answer.stdout.splitlines()[-1])
    assert found["events"] == expected.total()
    assert found["transitions"] == dict(expected)
    assert found["traces"] == len(lived.cases())
    assert found["first"].startswith("2026-03-20T10:00:00")
    assert "Initial assessment and Initial Plan: write the record" in found["activities"]
