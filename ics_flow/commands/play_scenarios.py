"""All scenarios of a draft to be played in the background, for exactly what the draft holds now; what came of them is kept with the last one."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from ics_flow.board.drafts import draft_of, files_of
from ics_flow.board.findings import parts_of
from ics_flow.board.keeping import write_tried
from ics_flow.commands.command import Command, Outcome
from ics_flow.commands.open_release_draft import require_may_draft
from ics_flow.commands.work import Work
from ics_flow.domain.release import hash_of
from ics_flow.store.scenario_runs import ScenarioRun


@dataclass(frozen=True, slots=True, kw_only=True)
class PlayScenarios(Command):
    """Have every scenario of the draft played; the run's id is the command's."""

    remembered = False

    draft: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NotePlayed(Command):
    """Keep what came of some scenarios of a run (by name: what is not as it says, or None), and with ``over`` that these were the last."""

    remembered = False

    run: str
    played: Mapping[str, str | None] = field(default_factory=dict)
    over: bool = False


def play_scenarios(command: PlayScenarios, work: Work) -> Outcome:
    """Keep the run, to be gone on with in the background, what the draft changes first."""
    require_may_draft(work)
    draft = draft_of(work.unit, command.draft)
    files = files_of(work.unit, draft)
    changed = work.unit.release_drafts.files(draft.id)
    in_order = sorted(files, key=lambda name: (name not in changed, name))
    release, scenarios = parts_of(files)
    work.unit.scenario_runs.ask(
        ScenarioRun(
            id=command.command_id,
            change_id=draft.request,
            release=hash_of(release),
            scenarios=hash_of(scenarios),
            files=json.dumps({name: files[name].decode("utf-8") for name in in_order}).encode(),
            asked_by=command.actor,
            asked_at=work.unit.at,
            done=False,
        )
    )
    return Outcome()


def note_played(command: NotePlayed, work: Work) -> Outcome:
    """Keep them; after the last, write in the history of the request, if the draft is for one, what came of all, in the name of whoever asked."""
    runs = work.unit.scenario_runs
    runs.note(command.run, command.played)
    run = runs.of(command.run)
    if run is None or run.done or not command.over:
        return Outcome()
    runs.finish(run.id)
    if not run.change_id:
        return Outcome()
    played = runs.played(run.id).values()
    problems = sum(problem is not None for problem in played)
    write_tried(
        work.unit,
        run.change_id,
        "scenarios",
        release=run.release,
        scenarios=run.scenarios,
        passed=not problems,
        found=_in_words(len(played), problems),
        actor=run.asked_by,
        cause=command.command_id,
    )
    return Outcome()


def _in_words(played: int, problems: int) -> str:
    if problems:
        return f"{problems:,} of {played:,} scenarios do not come out as they say."
    return f"{'1 scenario' if played == 1 else f'All {played:,} scenarios'} played, as expected."
