"""The families of the borough, made up from the seed: which story is whose (``stories.yaml``), when, and who works with them.

A story is told by passages; a take of it says for how many families, of what ages, and either before which task it breaks off, which then
waits, or how long ago it ended. Steps take part in working days; children of a family go through them together, minutes apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Any

from ics_flow.demonstration.days import Days
from ics_flow.demonstration.households import UNBORN, Household, make_household
from ics_flow.demonstration.tales import Step, Tale, read_told
from ics_flow.demonstration.wording import Wording
from ics_flow.scenarios import Child

Said = Mapping[str, Any]
Cast = Mapping[str, str]
"""Which worker plays which part."""

_OPENING, _SLOTS, _SLOT = 9 * 60, 92, 5  # steps begin between 9:00 and 16:35, in minutes of the day
_BETWEEN_CHILDREN = timedelta(minutes=6)
_BIRTHDAY = (20, 330)  # days before the end, for the last birthday, where the take does not say
_EXPECTED_IN = 90  # working days after the story of a child not yet born begins


def council(days: Days, seed: int, most: int | None = None) -> list[Tale]:
    """The tales of all families, or of so many of them, spread over the stories."""
    borough = _Borough(days, seed)
    takes = borough.takes()
    if most is not None:
        takes = [takes[number * len(takes) // most] for number in range(min(most, len(takes)))]
    return [
        tale for number, (story, take) in enumerate(takes) for tale in borough.family(number, story, take)
    ]


def expanded(stories: Said, items: Iterable[Said]) -> Iterator[Said]:
    """The steps of a story, with every passage put in its place."""
    for item in items:
        if "passage" in item:
            passage = stories["passages"][item["passage"]]
            yield from expanded(stories, _given(passage["steps"], {**passage.get("usually", {}), **item}))
        else:
            yield item


def told_until(steps: Iterable[Said], before: str | None) -> list[Said]:
    """The steps up to the first that does the task, or all of them where none is named."""
    told: list[Said] = []
    for step in steps:
        if before is not None and step.get("do") == before:
            return told
        told.append(step)
    if before is not None:
        raise ValueError(f"No step of the story does {before}.")
    return told


def _given(value: Any, given: Said) -> Any:
    """The value with each ``$name`` that is given put in."""
    match value:
        case str() if value[:1] == "$" and value[1:] in given:
            return given[value[1:]]
        case list():
            return [_given(each, given) for each in value]
        case dict():
            return {key: _given(each, given) for key, each in value.items()}
        case _:
            return value


@dataclass(frozen=True, slots=True)
class _Scene:
    """A step of a story with the day and minute at which it begins, and who plays which part by then."""

    number: int  # of the working day, counted from the last
    minute: int
    said: Said
    cast: Cast


class _Borough:
    """The borough while its families are made up."""

    def __init__(self, days: Days, seed: int) -> None:
        self._days = days
        self._seed = seed
        self._stories = read_told("stories.yaml")
        self._themes = read_told("themes.yaml")
        self._words = read_told("words.yaml")
        self._told = read_told("families.yaml")
        self._names = {each["id"]: each["name"] for each in read_told("workers.yaml")["workers"]}
        self._loads: Counter[str] = Counter()
        self._surnames = self._random("surnames").sample(self._told["surnames"], len(self._told["surnames"]))

    def takes(self) -> list[tuple[Said, Said]]:
        """Each family's story, and how it is taken."""
        return [
            (story, take)
            for story in self._stories["stories"]
            for take in story["takes"]
            for _ in range(take.get("families", 1))
        ]

    def family(self, number: int, story: Said, take: Said) -> list[Tale]:
        """A family's children, each with what happens to the child."""
        random = self._random(f"{number}")
        area = take.get("area") or story.get("area") or random.choice(self._told["anywhere"])
        steps = told_until(expanded(self._stories, story["tell"]), take.get("before"))
        scenes = _scenes(steps, take, self._cast(area), random)
        surname = self._surnames[number % len(self._surnames)]
        household = make_household(self._told, surname, _ages(take, random), random)
        theme = self._themes[random.choice(take.get("themes") or story["themes"])]
        described = {
            key: said if isinstance(said, str) else random.choice(said)
            for key, said in theme["facts"].items()
        }
        if "before" in take or take.get("open"):
            self._loads[_next_cast(scenes[-1])["worker"]] += len(household.children)
        tales = []
        for place in range(len(household.children)):
            child, born = self._child(household, place, scenes[0], take, random)
            wording = Wording(
                words=self._words,
                theme=theme,
                facts={**household.facts(place), **described},
                born=born,
                days=self._days,
                seed=f"{self._seed}/{number}/{place}",
            )
            tales.append(
                Tale(
                    child=child,
                    family=f"family {number}",
                    kind=take.get("related", "sibling"),
                    steps=tuple(self._steps(scenes, place)),
                    wording=wording,
                )
            )
        return tales

    def _child(
        self, household: Household, place: int, first: _Scene, take: Said, random: Random
    ) -> tuple[Child, date | None]:
        """A child of the household, and the birth that the child has, which is not always known."""
        member, began = household.children[place], self._days.day(first.number)
        birthday = take.get("birthday", _BIRTHDAY)
        born = None if member.is_unborn else _birth(member.age, birthday, self._days.last, began, random)
        expected = self._days.calendar.working_days_after(began, _EXPECTED_IN) if born is None else None
        child = Child(
            given_name=member.given_name,
            family_name=household.surname,
            born=None if take.get("birth") == "not known" else born,
            expected=expected,
            address=household.address,
        )
        return child, born

    def _steps(self, scenes: Iterable[_Scene], place: int) -> Iterator[Step]:
        """The steps of the child in that place."""
        for scene in scenes:
            if place == 0 or scene.said.get("for") != "first":
                at = self._days.instant(scene.number, f"{scene.minute // 60:02}:{scene.minute % 60:02}")
                by = scene.said["by"]
                yield Step(
                    at=at + place * _BETWEEN_CHILDREN,
                    by=scene.cast.get(by, by),
                    said=scene.said,
                    facts={part: self._names[worker] for part, worker in scene.cast.items()}
                    | {f"{part}_id": worker for part, worker in scene.cast.items()},
                )

    def _cast(self, area: str) -> Cast:
        """Who plays the parts in an area: of those who may, the one with the fewest children."""
        return {
            part: min(workers, key=lambda worker: (self._loads[worker], workers.index(worker)))
            for part, workers in self._told["areas"][area].items()
        }

    def _random(self, of: str) -> Random:
        return Random(f"{self._seed}/{of}")  # noqa: S311 -- made-up


def _scenes(steps: Sequence[Said], take: Said, cast: Cast, random: Random) -> list[_Scene]:
    """The steps with their times; the last falls as many working days ago as the take says."""
    gaps = [_drawn(step.get("after", 0), random) for step in steps]
    last = -_drawn(take["waits"] if "before" in take else take["ended"], random)
    numbers = [last - sum(gaps[place + 1 :]) for place in range(len(gaps))]
    minutes = [
        _OPENING + _SLOT * slot
        for many in Counter(numbers).values()
        for slot in sorted(random.sample(range(_SLOTS), many))
    ]
    scenes: list[_Scene] = []
    for number, minute, said in zip(numbers, minutes, steps, strict=True):
        scenes.append(_Scene(number, minute, said, _next_cast(scenes[-1]) if scenes else cast))
    return scenes


def _next_cast(scene: _Scene) -> Cast:
    """Who plays which part after a scene, in which somebody may take over."""
    return {**scene.cast, **{part: scene.cast[other] for part, other in scene.said.get("cast", {}).items()}}


def _ages(take: Said, random: Random) -> list[int]:
    """The children's ages, the eldest first."""
    if take.get("birth") == "expected":
        return [UNBORN]
    if "exactly" in take:
        return list(take["exactly"])
    least, most = take["ages"]
    fewest, highest = take["children"]
    sizes = range(fewest, highest + 1)
    wanted = random.choices(sizes, [1 / size for size in sizes])[0]  # the more, the rarer
    eldest = random.randint(min(most, least + 2 * (wanted - 1)), most)
    return list(range(eldest, least - 1, -2))[:wanted]


def _birth(age: int, birthday: int | Sequence[int], last: date, began: date, random: Random) -> date:
    """A birth that gives that age at the end, so many days after the birthday, and lies before the story began."""
    turned = timedelta(days=_drawn(birthday, random))
    born = date(last.year - age, last.month, min(last.day, 28)) - turned
    return min(born, began - timedelta(days=random.randint(12, 60)))


def _drawn(value: int | Sequence[int], random: Random) -> int:
    return value if isinstance(value, int) else random.randint(*value)
