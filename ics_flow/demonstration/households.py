"""Who lives together, made up from ``families.yaml``, and all that a text about one of the children may name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Any

UNBORN = -1
"""The age of a child who is not born yet."""

_PRONOUNS: Mapping[str, Mapping[str, str]] = {
    "F": {"they": "she", "them": "her", "their": "her", "themself": "herself"},
    "M": {"they": "he", "them": "him", "their": "his", "themself": "himself"},
    "unborn": {"they": "the baby", "them": "the baby", "their": "the baby's", "themself": "the baby"},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A child of the household."""

    given_name: str
    sex: str
    age: int

    @property
    def is_unborn(self) -> bool:
        """Whether the child is not born yet when the story begins."""
        return self.age == UNBORN


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """The adults and children of a family; of the adults, the texts speak of the first."""

    surname: str
    address: str
    adults: tuple[Mapping[str, str], ...]
    children: tuple[Member, ...]
    around: Mapping[str, str]  # the people and places round the family
    schools: tuple[Mapping[str, str], ...]  # where each child goes, and who teaches there

    def facts(self, place: int) -> dict[str, Any]:
        """What the texts about the child in that place may name."""
        child, lead = self.children[place], self.adults[0]
        return {
            **self.around,
            **self.schools[place],
            **_PRONOUNS["unborn" if child.is_unborn else child.sex],
            **{f"parent_{word}": said for word, said in _PRONOUNS[lead["sex"]].items()},
            "name": "the baby" if child.is_unborn else child.given_name,
            "sex": "U" if child.is_unborn else child.sex,
            "age": child.age,
            "surname": self.surname,
            "parent": f"{lead['title']} {self.surname}",
            "parents_name": f"{lead['given_name']} {self.surname}",
            "called": lead["called"],
            "household": [*self._adults(), *self._others(place)],
        }

    def _adults(self) -> Iterator[dict[str, str]]:
        for adult in self.adults:
            yield {
                "name": f"{adult['given_name']} {self.surname}",
                "relationship": adult["relationship"],
                "lives_with_child": "yes",
                "parental_responsibility": adult["responsible"],
            }

    def _others(self, place: int) -> Iterator[dict[str, str]]:
        for number, other in enumerate(self.children):
            if number != place:
                yield {
                    "name": f"{other.given_name} {self.surname}",
                    "relationship": "sister" if other.sex == "F" else "brother",
                    "lives_with_child": "yes",
                }


def make_household(told: Any, surname: str, ages: Sequence[int], random: Random) -> Household:
    """A household with children of those ages, drawn at random from what ``families.yaml`` tells."""
    kind = random.choices(told["households"], [each["weight"] for each in told["households"]])[0]
    names = {sex: random.sample(told["adults"][sex], len(kind["adults"])) for sex in ("F", "M")}
    teacher = random.choice(told["teachers"])
    return Household(
        surname=surname,
        address=f"{random.randint(1, 60)} {random.choice(told['streets'])}, Exampleton",
        adults=tuple(
            {**adult, "given_name": names[adult["sex"]][number]}
            for number, adult in enumerate(kind["adults"])
        ),
        children=tuple(_members(told["children"], ages, random)),
        around={key: random.choice(names) for key, names in told["places"].items()},
        schools=tuple(_school(told["schools"], age, teacher, random) for age in ages),
    )


def _members(names: Mapping[str, Sequence[str]], ages: Sequence[int], random: Random) -> Iterator[Member]:
    drawn = {sex: random.sample(names[sex], len(ages)) for sex in ("F", "M")}
    for number, age in enumerate(ages):
        sex = random.choice("FM")
        yield Member(given_name="Baby" if age == UNBORN else drawn[sex][number], sex=sex, age=age)


def _school(schools: Sequence[Mapping[str, Any]], age: int, teacher: str, random: Random) -> dict[str, str]:
    found = next(each for each in schools if age < each["under"])
    return {
        "school": random.choice(found["names"]),
        "teacher": random.choice(found.get("teachers", [teacher])),
    }
