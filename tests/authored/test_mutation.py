"""A sample of small faults drawn into the pathways: the gate or a scenario finds each, or it is known why not.

All of them are played by ``python -m tests.authored.mutation``. Not here: the faults (``mutants``) and the looking (``mutation``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from random import Random

import pytest

from tests.authored.mutants import KINDS, Mutant, mutants
from tests.authored.mutation import Examination, survivors, table
from tests.authored.shipped import release

SAMPLE = int(os.environ.get("MUTANTS", "25"))
SEED = int(os.environ.get("MUTANTS_SEED", "20260320"))
MOST_SURVIVORS = 0.02

EXAMINATION = Examination()
MUTANTS = list(mutants(release().files))


def sample() -> Iterator[Mutant]:
    """One mutant of each kind, and others, the same each time."""
    random = Random(SEED)
    first = [random.choice([each for each in MUTANTS if each.kind == kind]) for kind in KINDS]
    rest = [each for each in MUTANTS if each not in first]
    yield from first
    yield from random.sample(rest, max(0, SAMPLE - len(first)))


@pytest.mark.parametrize("mutant", list(sample()), ids=lambda mutant: mutant.name)
def test_a_fault_is_found_or_it_is_known_why_not(mutant: Mutant) -> None:
    found = EXAMINATION.finder(mutant)

    assert (found is None) == (mutant.name in survivors()), found


def test_what_is_not_changed_is_not_found_at_fault() -> None:
    file = "bpmn/closure.bpmn"
    unspoilt = Mutant("none", file, "record", "nothing", release().files[file], frozenset({"case_closed"}))

    assert list(EXAMINATION.coming_to(unspoilt))
    assert EXAMINATION.finder(unspoilt) is None


def test_every_mutant_has_a_name_of_its_own_and_differs_from_what_ships() -> None:
    assert len({each.name for each in MUTANTS}) == len(MUTANTS)
    assert len({(each.file, each.content) for each in MUTANTS}) == len(MUTANTS)
    assert not {each.content for each in MUTANTS} & set(release().files.values())


def test_few_survive_and_each_of_them_is_a_mutant() -> None:
    names = {each.name for each in MUTANTS}

    assert survivors().keys() <= names
    assert len(survivors()) <= MOST_SURVIVORS * len(names)


def test_the_table_counts_who_found_what() -> None:
    one, other, *_ = (each for each in MUTANTS if each.kind == "period")

    scored = table([(one, "gate"), (other, None)], lambda mutant: mutant.kind, "fault")

    assert scored.splitlines()[-2:] == [
        "| period | 2 | 0 | 1 | 0 | 1 | 50.0 % |",
        "| all | 2 | 0 | 1 | 0 | 1 | 50.0 % |",
    ]
