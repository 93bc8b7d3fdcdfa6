"""What a file showed on a day is what it shows of that day afterwards: lives at random, looked at three times as they were lived, and once more when all was over."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.commands.change_person import ChangePerson
from ics_flow.commands.correct_answers import CorrectAnswers
from ics_flow.domain.errors import Refused
from ics_flow.domain.history import instant_text
from ics_flow.domain.ids import new_id
from tests.browser.conftest import Screen
from tests.http.people import Office
from tests.reliability.rehearsal import completions

STEPS = 8
LOOKS = 3
TITLES = """heading => {
  const titles = [];
  for (let at = heading; at; at = at.nextElementSibling) {
    for (const each of at.matches('ul.app-list') ? at.children : []) titles.push(each.innerText);
    if (at !== heading && at.matches('h2')) break;
  }
  return titles;
}"""
"""The items of the lists under a heading."""
ENTRIES = """list => [...list.children].map(entry => {
  const bare = entry.cloneNode(true);
  bare.querySelectorAll('a').forEach(link => link.remove());
  return [...bare.querySelectorAll('p, li')].map(each => each.textContent.trim().replace(/\\.$/, '')).filter(Boolean);
})"""
"""The entries of a history in words, without where their links lead."""
Looked = Mapping[str, object]


@pytest.mark.parametrize("seed", [1, 2])
def test_a_file_of_then_is_the_file_that_was_shown_then(
    screen: Callable[..., Screen], office: Office, application: Application, clock: ManualClock, seed: int
) -> None:
    chance, case, ada = random.Random(seed), office.assessment(), screen("ada")
    looks, shown = sorted(chance.sample(range(2, STEPS), LOOKS)), dict[datetime, Looked]()
    for step in range(STEPS):
        clock.advance(minutes=chance.choice([7, 300, 2_000, 20_000]))
        live(application, case, chance)
        application.tick()
        if step in looks:
            clock.advance(minutes=1)
            shown[clock()] = look(ada, f"/children/{case}")
            clock.advance(minutes=1)
    put_right(application, case)

    then = {at: look(ada, f"/children/{case}/then/{instant_text(at)}") for at in shown}

    assert then == shown
    assert len({str(each) for each in shown.values()}) > 1, "the days do not differ, so nothing was shown"
    assert look(ada, f"/children/{case}") not in shown.values(), (
        "nothing was put right since, so nothing was shown"
    )


def live(application: Application, case: str, chance: random.Random) -> None:
    """Have somebody do something that waits."""
    for command in completions(application, case, chance):
        try:
            application.handle(command)
        except Refused:
            continue
        return


def put_right(application: Application, case: str) -> None:
    """Call the child something else, and put right the day that the referral came: what the days before knew nothing of."""
    with application.reading() as reading:
        child = reading.pages.child(case)
    assert child is not None
    application.handle(
        ChangePerson(
            command_id=new_id(application.entropy),
            actor="pat",
            person_id=child.person,
            given_name="Ivy",
            family_name="Changed",
            born=child.born,
        )
    )
    application.handle(
        CorrectAnswers(
            command_id=new_id(application.entropy),
            actor="pat",
            case_id=case,
            task="referral#1/record#1/write#1",
            answers={"received_on": "2026-03-18"},
            reason="Mistyped",
        )
    )


def look(screen: Screen, file: str) -> Looked:
    """What a file shows, at an address of now or of then: the child, what waits and by when, every date, record and entry, and the marks on the map."""
    page = screen.page
    screen.go(file)
    heading = page.locator("h2", has_text=re.compile("^What there (is|was) to do$"))
    seen: dict[str, object] = {
        "child": words(page.locator(".app-child").inner_text()).replace(" then)", ")"),
        "to do": sorted(task(each) for each in heading.evaluate(TITLES)),
    }
    screen.go(f"{file}/records")
    seen["records"] = [words(each) for each in page.locator("main .app-list > li").all_inner_texts()]
    screen.go(f"{file}/history")
    seen["history"] = page.locator(".app-history").evaluate(ENTRIES)
    screen.go(f"{file}/map")
    picture = json.loads(page.locator("[data-diagram] script[type='application/json']").inner_text())
    seen["map"] = sorted(
        (mark["element"], mark["state"], mark["words"].replace("Open then", "Open now"))
        for mark in picture["marks"]
    )
    assert seen["map"], "the map shows nothing"
    return seen


def task(said: str) -> str:
    """What waits, for whom and by when, without what only one of the two pages says."""
    return re.sub(r" Since [^.]*\d(am|pm)\.| Since .*? at (midday|midnight)\.", "", words(said)).replace(
        "Draft saved ", ""
    )


def words(said: str) -> str:
    """The text with single spaces."""
    return " ".join(said.split())
