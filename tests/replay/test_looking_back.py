"""The past is what was so then: a case folded up to any entry stands as it stood when that entry was the last, whatever was put right before."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from ics_flow.domain.view import CaseView
from ics_flow.process.trails import Trail
from ics_flow.queries.as_it_was import Life
from ics_flow.queries.diagrams import Mark, marks_of_state, marks_of_trail
from tests.replay.council import Council
from tests.replay.moves import Move, make, moves
from tests.replay.test_any_mixture import CASES_BEGIN, LIVES, begun

Marks = dict[str, dict[str, Mark]]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a case stood once: what was alive of it, the marks of each process that ran, and every process and date there was."""

    view: CaseView
    marks: Marks
    processes: set[tuple[object, ...]]
    deadlines: set[tuple[object, ...]]


@settings(max_examples=LIVES)
@given(st.sampled_from(CASES_BEGIN), moves)
def test_a_case_folded_to_an_entry_stands_as_it_stood_then(
    founded: str, begin: str, made: list[Move]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        council = Council.copied(founded, Path(folder))
        case = begun(council, begin)
        seen = {}
        for move in (None, *made):
            if move is not None:
                make(council, case, move)
            now = standing(council, case)
            seen[now.view.position] = now
        require_the_past(council, case, seen)
        council.close()


def test_a_correction_and_a_rollback_change_the_case_from_then_on_alone(council: Council) -> None:
    case = council.assess()
    seen = [standing(council, case)]
    council.clock.advance(days=30)
    council.correct(case, "referral#1/record#1/write#1", "received_on", "2026-03-19")
    seen.append(standing(council, case))
    assessment = "initial_assessment#1/assessment#1"
    council.complete(
        case, f"{assessment}/write#1", by="sw", outcome="no_further_action", significant_harm="no"
    )
    council.complete(case, f"{assessment}/authorise#1", by="pm", decision="authorise")
    seen.append(standing(council, case))
    council.roll_back(case, assessment)
    seen.append(standing(council, case))

    require_the_past(council, case, {each.view.position: each for each in seen})
    assert len({str(each.marks) for each in seen}) > 1


def test_a_trail_that_is_led_elsewhere_stands_there() -> None:
    trail = Trail(open=dict.fromkeys(("box#1", "box#1/write#1", "news#1")), asked={"box#1/write#1"})

    trail.stand_at({"other#1/write#1"})

    assert set(trail.open) == {"news#1", "other#1", "other#1/write#1"}


def standing(council: Council, case: str) -> Standing:
    """How the case stands."""
    state, view, _ = council.standing(case)
    marks = {
        name: marks_of_state(council.application.archive.pathways(each.release)[each.state.pathway], each.state, ())
        for name, each in state.processes.items()
    }  # fmt: skip
    processes = council.sql("SELECT name, release FROM process_row WHERE case_id = ?", case)
    deadlines = council.sql("SELECT name, due_on, met_on FROM deadline_row WHERE case_id = ?", case)
    return Standing(view, marks, set(processes), {tuple(map(str, each)) for each in deadlines})


def require_the_past(council: Council, case: str, seen: dict[int, Standing]) -> None:
    """Raise AssertionError unless the case, folded to each of the entries, stands as it stood then."""
    life = Life()
    for entry in council.entries(case):
        life.take(entry)
        then = seen.get(entry.position)
        if then is None:
            continue
        assert life.view == then.view, entry.position
        assert {(each.name, each.release) for each in life.processes.values()} == then.processes
        found = {(each.name, str(each.due_on), str(each.met_on)) for each in life.deadlines.values()}
        assert found == then.deadlines, entry.position
        assert {name: _marks(council, life, name) for name in then.marks} == then.marks, entry.position


def _marks(council: Council, life: Life, name: str) -> dict[str, Mark]:
    process = life.processes[name]
    pathway = council.application.archive.pathways(process.release)[process.pathway]
    return marks_of_trail(pathway, life.trails.of[name], ())
