"""The mutation score of procedure: how many of the small faults drawn into the pathways the gate and the scenarios find.

``python -m tests.authored.mutation`` plays them all and prints the tables; words after it choose among the names of mutants. What survives stands in ``survivors.yaml``,
each with its reason. Not here: the faults (``mutants``).
"""

from __future__ import annotations

import multiprocessing
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal, TypeAlias, get_args

import yaml

import engine
from ics_flow.domain.release import Release
from ics_flow.gate import errors
from ics_flow.scenarios import Scenario, Stage
from ics_flow.scenarios.reading import Refuse, Start
from tests.authored import shipped
from tests.authored.mutants import KINDS, Mutant, mutants

SURVIVORS = Path(__file__).with_name("survivors.yaml")
PROCESSES = 2
TOGETHER = 10  # mutants that one process takes at a time: neighbours, which the same scenarios find

Finder: TypeAlias = Literal["reading", "gate", "scenarios"]
Scored: TypeAlias = tuple[Mutant, Finder | None]


@dataclass
class Examination:
    """Looks for what finds a mutant, the quickest way first: reading, the gate, then the scenarios that come to the fault."""

    found: Counter[tuple[str, ...]] = field(
        default_factory=Counter
    )  # by scenario: in a pathway, at an element

    def finder(self, mutant: Mutant) -> tuple[Finder, str] | None:
        """Who finds the mutant, and what is said of it; None for one that survives."""
        try:
            release = Release.read({**shipped.release().files, mutant.file: mutant.content})
        except engine.Refused as refused:
            return "reading", str(refused.problems[0])
        error = next(errors(release, shipped.calendar()), None)
        if error is not None:
            return "gate", str(error)
        with Stage(release, shipped.calendar()) as stage:
            for scenario in self.coming_to(mutant):
                if problems := stage.play(scenario):
                    self.found.update((scenario.file, *each) for each in _likenesses(mutant))
                    return "scenarios", str(problems[0])
        return None

    def coming_to(self, mutant: Mutant) -> Iterable[Scenario]:
        """The scenarios in which a token meets the fault, or would.

        Those that found most of its neighbours come first, then those that are most about its pathway, then the short ones.
        """
        coming = [each for each in shipped.scenarios().values() if _comes_to(each, mutant)]
        alike = _likenesses(mutant)
        return sorted(
            coming,
            key=lambda each: (
                *(-self.found[each.file, *like] for like in alike),
                -_share(each, mutant.pathway),
                len(each.steps),
                each.file,
            ),
        )


def _likenesses(mutant: Mutant) -> tuple[tuple[str, ...], ...]:
    """In what another mutant may be like this one, so that the same scenario finds it: the closest first."""
    return (
        (mutant.pathway, mutant.kind, *sorted(mutant.met_at)),
        (mutant.pathway, *sorted(mutant.met_at)),
        (mutant.pathway, mutant.kind),
        (mutant.pathway,),
    )


def _comes_to(scenario: Scenario, mutant: Mutant) -> bool:
    """Whether the unspoilt pathway, as the scenario plays it, leads to the fault; or somebody tries to begin it."""
    places = shipped.places(scenario.file).get(mutant.pathway)
    if places and mutant.met_at <= places:
        return True
    begun = (step.act if isinstance(step, Refuse) else step for step in scenario.steps)
    return any(isinstance(step, Start) and step.pathway == mutant.pathway for step in begun)


def _share(scenario: Scenario, pathway: str) -> float:
    """Which part of the elements that a scenario comes to are of the pathway, in tenths."""
    entered = shipped.played(scenario.file).entered
    return round(len(shipped.places(scenario.file).get(pathway, ())) / max(1, len(entered)), 1)


def survivors() -> dict[str, str]:
    """The mutants that are known to survive, each with the reason."""
    data = yaml.safe_load(SURVIVORS.read_text(encoding="utf-8"))
    return {name: reason["because"] for reason in data["survivors"] for name in reason["mutants"]}


def score(looked_at: Sequence[Mutant]) -> Iterator[Scored]:
    """Each mutant with who finds it, in several processes; told on the way."""
    for file in shipped.scenarios():
        shipped.played(file)  # before the processes part, so that each knows
    with multiprocessing.get_context("fork").Pool(PROCESSES) as pool:
        for mutant, found in zip(looked_at, pool.imap(_found, looked_at, TOGETHER), strict=True):
            if found is None:
                _say(f"SURVIVES  {mutant.name}")
            yield mutant, found


_EXAMINATION = Examination()


def _found(mutant: Mutant) -> Finder | None:
    found = _EXAMINATION.finder(mutant)
    return found[0] if found else None


def table(scored: Iterable[Scored], of: Callable[[Mutant], str], heading: str) -> str:
    """The score of each of what ``of`` tells apart, and of all, as a table in Markdown."""
    counted = Counter((of(mutant), finder) for mutant, finder in scored)
    names = list(dict.fromkeys(name for name, _ in counted))
    lines = [
        f"| {heading} | drawn | refused when read | found by the gate | by scenarios | survive | found |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for name in (*names, "all"):
        counting = names if name == "all" else [name]
        row = [sum(counted[each, finder] for each in counting) for finder in (*get_args(Finder), None)]
        drawn, survive = sum(row), row[-1]
        cells = (name, drawn, *row, f"{100 * (drawn - survive) / drawn:.1f} %")
        lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines)


def main(words: Sequence[str]) -> None:
    """Play the mutants whose names hold all the words, and print the tables."""
    began = time.monotonic()
    chosen = [each for each in mutants(shipped.release().files) if all(word in each.name for word in words)]
    scored = list(score(chosen))
    known = survivors()
    surviving = {mutant.name for mutant, finder in scored if finder is None}
    by_kind = sorted(scored, key=lambda each: list(KINDS).index(each[0].kind))
    _say("", table(by_kind, lambda mutant: mutant.kind, "fault"))
    _say("", table(scored, lambda mutant: mutant.pathway, "pathway"))
    _say("", f"{len(surviving - known.keys())} of the survivors are not explained in {SURVIVORS.name}.")
    for name in sorted({mutant.name for mutant, _ in scored} & known.keys() - surviving):
        _say(f"FOUND AFTER ALL  {name}")
    _say(f"{len(scored)} mutants in {(time.monotonic() - began) / 60:.0f} minutes.")


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
