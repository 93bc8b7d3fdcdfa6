"""Makes the golden histories of the present semantics that are not there yet: ``python -m tests.replay.make_golden``.

Once released, a golden is kept as it is for ever, with the release and the calendar that it names; the lives told here follow the
pathways of today. A change of behaviour that breaks a golden is a new number of semantics, with goldens of its own.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

from engine import SEMANTICS
from ics_flow.commands.correct_answers import CorrectAnswers
from tests import databases
from tests.replay.council import Council, found, release_files
from tests.replay.written import write_archive, written

ROOT = Path(__file__).resolve().parent.parent.parent
GOLDEN = Path(__file__).resolve().parent / "golden"


def contact_to_closure(council: Council) -> str:
    """A contact that comes to closure by way of a rejected record, a late assessment and two corrections, the second in conflict."""
    case = council.contact()
    council.complete(
        case, "contact#1/record#1/write#1", by="ta", outcome="referral", contacted_on="2026-03-20"
    )
    council.clock.advance(hours=1)
    council.complete(case, "contact#1/record#1/authorise#1", by="pm", decision="reject")
    council.complete(
        case, "contact#1/record#1/write#2", by="ta", outcome="referral", contacted_on="2026-03-20"
    )
    council.complete(case, "contact#1/record#1/authorise#2", by="pm", decision="authorise")
    council.clock.advance(days=4)
    council.complete(
        case,
        "referral#1/record#1/write#1",
        by="sw",
        outcome="initial_assessment",
        strategy_discussion="no",
        received_on="2026-03-02",
    )
    council.complete(case, "referral#1/record#1/authorise#1", by="pm", decision="authorise")
    council.complete(case, "referral#1/allocate#1", by="pm", allocated_worker="sw")
    council.clock.advance(hours=2)
    council.correct(case, "referral#1/record#1/write#1", "received_on", "2026-03-20")
    council.correct(case, "contact#1/record#1/write#2", "outcome", "no_further_action")
    council.clock.advance(days=30)
    council.application.tick()
    council.complete(case, "initial_assessment#1/assessment#1/write#1", by="sw", outcome="no_further_action")
    council.complete(case, "initial_assessment#1/assessment#1/authorise#1", by="pm", decision="authorise")
    council.complete(case, "closure#1/record#1/write#1", by="sw", outcome="close")
    council.complete(case, "closure#1/record#1/authorise#1", by="pm", decision="authorise")
    return case


def reviews(council: Council) -> str:
    """A plan reviewed three times, once late and once corrected, and a meeting that was typed late."""
    case = council.contact()
    council.start(case, "review_loop")
    council.start(case, "meeting_typed_late")
    council.complete(case, "review_loop#1/agree_plan#1", by="sw", plan_agreed_on="2025-10-31")
    council.complete(case, "meeting_typed_late#1/call_meeting#1", by="sw", called_on="2026-03-20")
    council.clock.advance(days=60)
    council.complete(case, "meeting_typed_late#1/hold_meeting#1", by="sw", held_on="2026-04-14")
    council.complete(case, "review_loop#1/review#1", by="sw", reviewed_on="2026-05-19", goes_on="yes")
    council.clock.advance(days=170)
    council.complete(case, "review_loop#1/review#2", by="sw", reviewed_on="2026-10-26", goes_on="yes")
    council.correct(case, "review_loop#1/review#1", "reviewed_on", "2026-04-30")
    council.clock.advance(days=400)
    council.complete(case, "review_loop#1/review#3", by="sw", reviewed_on="2027-01-04", goes_on="no")
    return case


def plan_and_reviews(council: Council) -> str:
    """A child in need: a core assessment, a plan, a review in time and one that is late and then put right, and a plan revised."""
    case = council.assess()
    for task, by, answers in (
        (
            "initial_assessment#1/assessment#1/write#1",
            "sw",
            {"outcome": "core_assessment", "significant_harm": "no"},
        ),
        ("initial_assessment#1/assessment#1/authorise#1", "pm", {"decision": "authorise"}),
        (
            "core_assessment#1/assess_5_10#1/write#1",
            "sw",
            {"outcome": "child_in_need_plan", "significant_harm": "no"},
        ),
        ("core_assessment#1/assess_5_10#1/authorise#1", "pm", {"decision": "authorise"}),
        ("childs_plan#1/plan#1/write#1", "sw", {"agreed_on": "2026-03-23"}),
        ("childs_plan#1/plan#1/authorise#1", "pm", {"decision": "authorise"}),
    ):
        council.clock.advance(days=1)
        council.complete(case, task, by=by, **answers)
    for number, days in ((1, 150), (2, 230)):
        council.clock.advance(days=days)
        council.application.tick()
        review = f"child_in_need_review#1/review#{number}"
        record, chair, authoriser = ("first#1", "pm", "sm") if number == 1 else ("later#1", "sw", "pm")
        held = council.clock().date().isoformat()
        planned = (council.clock() - timedelta(days=90)).date().isoformat()
        council.complete(case, f"{review}/organise#1", by="sw", planned_on=planned)
        council.complete(case, f"{review}/report#1", by="sw")
        council.complete(
            case,
            f"{review}/{record}/write#1",
            by=chair,
            reviewed_on=held,
            outcome="still_in_need",
            significant_harm="no",
        )
        council.complete(case, f"{review}/{record}/authorise#1", by=authoriser, decision="authorise")
    council.correct(
        case, "child_in_need_review#1/review#2/later#1/write#1", "reviewed_on", "2027-02-26", by="pm"
    )
    council.complete(
        case, "childs_plan#1/plan#2/write#1", by="sw", agreed_on=council.clock().date().isoformat()
    )
    return case


def record_put_right(council: Council) -> str:
    """A contact whose outcome is put right together with what it then asks, and put back, which takes those answers away."""
    case = council.contact()
    write = "contact#1/record#1/write#1"
    council.complete(case, write, by="ta", outcome="referral", contacted_on="2026-03-20")
    for answers in (
        {"outcome": "another_agency", "agency_referred_to": "Housing", "agency_consent": "yes"},
        {"outcome": "referral", "contacted_on": "2026-03-19"},
    ):
        council.clock.advance(hours=1)
        council.handle(
            CorrectAnswers(
                command_id=council.id(),
                actor="pm",
                case_id=case,
                task=write,
                answers=answers,
                reason="Mistyped",
            )
        )
    council.complete(case, "contact#1/record#1/authorise#1", by="pm", decision="authorise")
    return case


def rolled_back(council: Council) -> str:
    """An assessment that is authorised, rolled back, rejected, amended and authorised, while something else is begun beside it."""
    case = council.assess()
    write, authorise = (f"initial_assessment#1/assessment#1/{task}" for task in ("write", "authorise"))
    council.complete(case, f"{write}#1", by="sw", outcome="core_assessment", significant_harm="no")
    council.complete(case, f"{authorise}#1", by="pm", decision="authorise")
    council.start(case, "background_information")
    council.clock.advance(days=3)
    council.roll_back(case, "initial_assessment#1/assessment#1")
    council.complete(case, f"{authorise}#1", by="pm", decision="reject")
    council.clock.advance(days=20)
    council.application.tick()
    council.complete(case, f"{write}#2", by="sw", outcome="no_further_action", significant_harm="no")
    council.complete(case, f"{authorise}#2", by="pm", decision="authorise")
    return case


LIVES: dict[str, Callable[[Council], str]] = {
    "contact_to_closure": contact_to_closure,
    "plan_and_reviews": plan_and_reviews,
    "record_put_right": record_put_right,
    "reviews": reviews,
    "rolled_back": rolled_back,
}


def make(folder: Path) -> None:
    """Write every golden history that the folder has not, with the release and the calendar that it names."""
    with tempfile.TemporaryDirectory() as scratch:
        founded = databases.new(Path(scratch), "founded", kept=True)
        found(founded, release_files(ROOT))
        for name, live in LIVES.items():
            path = folder / "histories" / f"{name}.json"
            if path.exists():
                continue
            council = Council.copied(founded, Path(scratch), name, seed=1)
            history = written(council, live(council))
            write_archive(council, folder / "archive")
            council.close()
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(history.to_json(), indent=1, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    make(GOLDEN / f"semantics-{SEMANTICS}")
