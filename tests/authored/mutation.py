"""The mutation score of procedure: how many of the small faults drawn into the pathways the gate and the scenarios find.

``python -m tests.authored.mutation`` plays them all and prints the table; words after it choose among the names of mutants. What survives stands in ``survivors.yaml``,
each with its reason. Not here: the faults (``mutants``).
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, get_args

import yaml

import engine
from ics_flow.calendar import england
from ics_flow.domain.release import Release, read_files
from ics_flow.gate import examine
from ics_flow.scenarios import Scenario, Stage, read_scenario
from tests.authored.mutants import KINDS, Mutant, mutants

ROOT = Path(__file__).resolve().parents[2]
SURVIVORS = Path(__file__).with_name("survivors.yaml")
SHARED = "complete_record"

Finder = Literal["reading", "gate", "scenarios"]


@dataclass
class Examination:
    """Looks for what finds a mutant, the quickest way first."""

    files: Mapping[str, bytes]
    scenarios: Sequence[Scenario]
    calendar: engine.Calendar = field(default_factory=england)
    found: Counter[tuple[str, str]] = field(default_factory=Counter)  # by pathway and scenario

    @classmethod
    def shipped(cls) -> Examination:
        """The pathways that ship, with their scenarios."""
        paths = sorted((ROOT / "bpmn/scenarios").glob("*.yaml"))
        scenarios = [read_scenario(path.name, path.read_bytes()) for path in paths]
        return cls(read_files(ROOT / "bpmn", ROOT / "forms"), scenarios)

    def finder(self, mutant: Mutant) -> tuple[Finder, str] | None:
        """Who finds the mutant, and what is said of it; None for one that survives."""
        files = {**self.files, mutant.file: mutant.content}
        try:
            release = Release.read(files)
        except engine.Refused as refused:
            return "reading", str(refused.problems[0])
        errors = [each for each in examine(release, self.calendar) if each.severity == "error"]
        if errors:
            return "gate", str(errors[0])
        with Stage(files, self.calendar) as stage:
            for scenario in self.touching(mutant):
                if problems := stage.play(scenario):
                    self.found[mutant.pathway, scenario.file] += 1
                    return "scenarios", str(problems[0])
        return None

    def touching(self, mutant: Mutant) -> Iterable[Scenario]:
        """The scenarios in which the pathway plays a part, those that found most before first."""
        touching = [
            each for each in self.scenarios if mutant.pathway == SHARED or _names(each, mutant.pathway)
        ]
        return sorted(touching, key=lambda each: (-self.found[mutant.pathway, each.file], each.file))


def _names(scenario: Scenario, pathway: str) -> bool:
    """Whether anything in the scenario names the pathway, or what leads to it."""
    return pathway == "contact" or pathway in str(scenario.steps)


def survivors() -> dict[str, str]:
    """The mutants that are known to survive, each with the reason."""
    data = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8"))
    return {name: reason["because"] for reason in data["survivors"] for name in reason["mutants"]}


def score(looked_at: Iterable[Mutant], examination: Examination) -> Iterator[tuple[Mutant, Finder | None]]:
    """Each mutant with who finds it; told on the way."""
    for mutant in looked_at:
        found = examination.finder(mutant)
        if found is None:
            _say(f"SURVIVES  {mutant.name}")
        yield mutant, found[0] if found else None


def table(scored: Iterable[tuple[Mutant, Finder | None]]) -> str:
    """The score of each kind of fault and of all, as a table in Markdown."""
    counted = Counter((mutant.kind, finder) for mutant, finder in scored)
    lines = [
        "| fault | drawn | refused when read | found by the gate | by scenarios | survive | found |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for kind in (*KINDS, "all"):
        kinds = KINDS if kind == "all" else (kind,)
        row = [sum(counted[each, finder] for each in kinds) for finder in (*get_args(Finder), None)]
        drawn, survive = sum(row), row[-1]
        if drawn:
            cells = (kind, drawn, *row, f"{100 * (drawn - survive) / drawn:.0f} %")
            lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def main(words: Sequence[str]) -> None:
    """Play the mutants whose names hold all the words, and print the table."""
    examination = Examination.shipped()
    chosen = [mutant for mutant in mutants(examination.files) if all(word in mutant.name for word in words)]
    scored = list(score(chosen, examination))
    known = survivors()
    unexplained = [mutant.name for mutant, finder in scored if finder is None and mutant.name not in known]
    _say("", table(scored), "", f"{len(unexplained)} of the survivors are not explained in {SURVIVORS.name}.")


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
