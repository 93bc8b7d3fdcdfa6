"""The scenarios of drafts played in the background, a few seconds' worth at a time, so that a process that ends loses none that were played.

Not here: who may ask for it and what is kept (``commands.play_scenarios``), and how one is played (``scenarios``).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping

import engine
from engine import Problem
from ics_flow.application import Application
from ics_flow.board.findings import parts_of, read_draft
from ics_flow.commands.command import CLOCK
from ics_flow.commands.play_scenarios import NotePlayed
from ics_flow.domain.ids import new_id
from ics_flow.scenarios.trying import try_scenarios
from ics_flow.store.scenario_runs import ScenarioRun

SECONDS = 5.0
"""How long scenarios are played before it is kept what came of them."""

UNREADABLE = "The draft cannot be read, so nothing can be played on it."


def play_some(application: Application, *, seconds: float = SECONDS) -> int:
    """Go on with the run that was asked for first; gives how many scenarios were played, 0 where none waits."""
    with application.reading() as reading:
        run = reading.scenario_runs.next()
        if run is None:
            return 0
        done = reading.scenario_runs.played(run.id)
    played, over = _play(run, done, seconds)
    application.handle(
        NotePlayed(command_id=new_id(application.entropy), actor=CLOCK, run=run.id, played=played, over=over)
    )
    return len(played)


def _play(
    run: ScenarioRun, done: Mapping[str, str | None], seconds: float
) -> tuple[Mapping[str, str | None], bool]:
    """What came of those that were played now, and whether they were the last."""
    files = {name: text.encode("utf-8") for name, text in json.loads(run.files).items()}
    left = {name: body for name, body in parts_of(files)[1].items() if name not in done}
    try:
        release, calendar = read_draft(files)
    except engine.Refused:
        return dict.fromkeys(left, UNREADABLE), True
    if not left:
        return {}, True
    tried = try_scenarios(release, calendar, left, seconds=seconds)
    problems = _by_file(tried.problems)
    return {name: problems.get(name) for name in tried.played}, not tried.left


def _by_file(problems: tuple[Problem, ...]) -> Mapping[str, str]:
    """What is wrong with each scenario, in a sentence or a few."""
    found: dict[str, list[str]] = defaultdict(list)
    for problem in problems:
        found[problem.file].append(str(problem))
    return {name: " ".join(sentences) for name, sentences in found.items()}
