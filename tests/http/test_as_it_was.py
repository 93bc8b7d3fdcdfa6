"""A file as it was: who may see it, that it is equal to what was shown then, and that it never passes for the file of now.

What is shown is what was *known* then: a correction that changes the past shows from the moment at which it was made, not before.
"""

from __future__ import annotations

import json
import re
from datetime import datetime

import pytest

from ics_flow.application import Application
from ics_flow.clock import ManualClock
from ics_flow.domain.history import instant_text
from ics_flow.domain.ids import case_subject
from tests.http.people import Browser, Office

MARK = "not now."
SECTIONS = ("", "/map", "/processes/contact.1", "/records", "/records/3", "/dates", "/history")
COMPARED = ("", "/map", "/processes/initial_assessment.1", "/records")


def then(case: str, at: datetime, page: str = "") -> str:
    """The address of a page of the past."""
    return f"/children/{case}/then/{instant_text(at)}{page}"


def facts(browser: Browser, path: str) -> dict[str, object]:
    """What a page of a file says is so: the child, what stands on its lists, every tag and every date."""
    assert browser.get(path).status_code == 200, (path, browser.said)
    html = browser.html.partition("<main")[2].replace("Open then", "Open now").replace(" then)", ")")
    return {
        "child": bare(re.findall(r"<(?:dt|dd|h1)\b[^>]*>(.*?)</", html.partition("app-sections")[0], re.DOTALL)),
        "listed": sorted(set(bare(re.findall(r'<p class="govuk-body app-what">(.*?)(?:<strong|</p>)', html, re.DOTALL)))),
        "procedures": sorted(set(re.findall(r"Part of ([^.<]*)\.", html))),
        "dates": sorted(set(re.findall(r"(?:Due|It was due) \w+day [^<]*", html))),
        "tags": sorted(set(bare(re.findall(r'<strong class="govuk-tag[^>]*>(.*?)</strong>', html))) - STANDINGS),
        "marks": sorted(mark for found in re.findall(r'"marks": (\[.*?\])', html) for mark in map(str, json.loads(found))),
    }  # fmt: skip


STANDINGS = {"To be kept", "Kept in time", "Kept late", "Over, not kept", "✓ Done", "● Open now", "! Overdue"}
"""Tags that only the past has, and the key of the diagram."""


def bare(pieces: list[str]) -> list[str]:
    """The pieces without their tags."""
    return [" ".join(re.sub(r"<[^>]+>", " ", piece).split()) for piece in pieces]


class Watch:
    """An auditor who looks at a case while it lives, and later at how it was."""

    def __init__(self, office: Office, clock: ManualClock, case: str) -> None:
        self.ada, self.clock, self.case = office.at("ada"), clock, case
        self.seen: dict[datetime, dict[str, object]] = {}

    def look(self) -> None:
        """Keep what the file shows now, a moment after everything that was done."""
        self.clock.advance(minutes=5)
        self.seen[self.clock()] = {
            page: facts(self.ada, f"/children/{self.case}{page}") for page in self.pages()
        }
        self.clock.advance(minutes=5)

    def require_the_same(self) -> None:
        """Each moment is shown as it was shown then, and was unlike every other."""
        assert len({str(shown) for shown in self.seen.values()}) == len(self.seen)
        for at, shown in self.seen.items():
            for page, said in shown.items():
                assert facts(self.ada, then(self.case, at, page)) == said, (at, page)

    def pages(self) -> tuple[str, ...]:
        """The pages that are compared; a procedure's only once it has begun."""
        begun = self.ada.get(f"/children/{self.case}/processes/initial_assessment.1").status_code == 200
        return COMPARED if begun else tuple(page for page in COMPARED if "processes" not in page)


def test_each_moment_is_shown_as_it_was_shown_then(office: Office, clock: ManualClock) -> None:
    case = office.contact()
    watch = Watch(office, clock, case)
    watch.look()
    office.do(
        "tess", case, "Contact record", contacted_on="2026-03-20", contact_source="2A", outcome="referral"
    )
    office.do("pat", case, "Contact record", decision="authorise")
    watch.look()
    office.do(
        "sam",
        case,
        "Referral",
        received_on="2026-03-20",
        outcome="initial_assessment",
        strategy_discussion="no",
    )
    office.do("pat", case, "Referral", decision="authorise")
    office.do("pat", case, "Allocate", allocated_worker="sam", priority="two_days")
    watch.look()
    clock.advance(days=30)
    office.application.tick()
    watch.look()
    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="no_further_action")
    office.do("pat", case, "Initial assessment", decision="authorise")
    watch.look()

    watch.require_the_same()


def test_a_correction_shows_from_when_it_was_made_and_not_before(office: Office, clock: ManualClock) -> None:
    case = office.assessment()
    watch = Watch(office, clock, case)
    watch.look()
    (known_before,) = watch.seen
    pat = office.at("pat")
    pat.get(f"/children/{case}/records")
    pat.get(pat.link("Referral and Information Record"))
    address = pat.link("Put this record right")
    pat.get(address)
    pat.send({**pat.fields(), "received_on-day": "19", "_why": "Typed wrong"}, to=address, do="preview")
    pat.send(pat.fields(), to=address, do="correct")
    assert pat.status == 200, pat.said
    watch.look()

    watch.require_the_same()
    ada = office.at("ada")
    ada.get(then(case, known_before))
    assert "7 April 2026" in ada.said
    assert "Moved from" not in ada.said
    ada.get(then(case, clock()))
    assert "2 April 2026" in ada.said
    ada.get(then(case, clock(), "/dates"))
    assert "Moved from 7 April 2026 to 2 April 2026: Pat Malik" in ada.said
    ada.get(ada.link("Why this date for Initial assessment"))
    assert "19 March 2026" in ada.said
    assert "Typed wrong" in ada.said
    ada.get(then(case, known_before, "/records"))
    assert "version 2" not in ada.said


def test_an_authorisation_taken_back_later_stood_then(office: Office, clock: ManualClock) -> None:
    case = office.assessment()
    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="no_further_action")
    office.do("pat", case, "Initial assessment", decision="authorise")
    watch = Watch(office, clock, case)
    watch.look()
    (before,) = watch.seen
    manager = office.at("max")
    manager.get(f"/children/{case}/records")
    manager.get(manager.link("Initial assessment"))
    address = manager.link("Rollback to the authorisation stage")
    manager.get(address)
    manager.send({"reason": "Authorised by mistake."}, to=address)
    assert manager.status == 200, manager.said
    watch.look()

    watch.require_the_same()
    ada = office.at("ada")
    ada.get(then(case, before, "/records"))
    ada.get(ada.link("Initial assessment"))
    assert "Authorised by Pat Malik" in ada.said
    assert "Not known then: Authorised by Pat Malik" in ada.said
    ada.get(then(case, clock(), "/records"))
    ada.get(ada.link("Initial assessment"))
    assert "Authorised by mistake." in ada.said


def test_the_map_is_that_of_the_release_in_force_that_day(
    office: Office, clock: ManualClock, application: Application
) -> None:
    case = office.referral()
    before, old = clock(), application.release
    clock.advance(days=1)
    files = {**old.files, "bpmn/rights.yaml": old.files["bpmn/rights.yaml"] + b"# Published anew.\n"}
    new = application.publish(files, application.calendar, name="Second", actor="max")
    ada = office.at("ada")

    def drawn(path: str) -> str:
        ada.get(path)
        found = re.search(r"/diagrams/([0-9a-f]{64})/", ada.html)
        assert found, ada.said
        return found[1]

    assert drawn(then(case, before, "/map")) == old.hash
    assert drawn(then(case, clock(), "/map")) == new.hash
    assert drawn(then(case, clock(), "/processes/referral.1")) == old.hash
    assert drawn(f"/children/{case}/replay?entry=1") == old.hash


def test_a_name_put_right_later_is_not_known_yet(office: Office, clock: ManualClock) -> None:
    case = office.contact("Ava", "Example")
    clock.advance(minutes=5)
    at = clock()
    clock.advance(days=1)
    tess = office.at("tess")
    tess.get(f"/contacts/change/{case}")
    tess.send({**tess.fields(), "family_name": "Fable"}, to=f"/contacts/change/{case}")
    assert tess.status == 200

    ada = office.at("ada")
    ada.get(then(case, at))

    assert "Ava Example" in ada.said
    assert "Fable" not in ada.said


@pytest.mark.parametrize("page", SECTIONS)
def test_every_page_of_the_past_is_marked_and_stays_there(
    office: Office, clock: ManualClock, page: str
) -> None:
    case = office.referral()
    clock.advance(days=3)
    ada = office.at("ada")

    assert ada.get(then(case, clock(), page)).status_code == 200

    assert f"As it was on 23 March 2026 at 10:00am: {MARK}" in ada.said
    main = ada.html.partition("<main")[2].partition("</main>")[0]
    inside = main.partition("app-then")[2].rpartition("</div>")[0]
    links = re.findall(r'<a [^>]*href="([^"]+)"', inside)
    assert links
    assert [link for link in links if f"/children/{case}/then/" not in link] == []
    assert "<form" not in inside


def test_whoever_may_open_the_file_may_see_it_as_it_was(office: Office, clock: ManualClock) -> None:
    case = office.referral()
    clock.advance(days=1)

    for who in ("tess", "sam", "pat", "max", "ada"):
        assert office.at(who).get(then(case, clock())).status_code == 200, who
    for who in ("olga", "boris"):
        for page in SECTIONS:
            assert office.at(who).get(then(case, clock(), page)).status_code == 404, who
            assert "Ava" not in office.at(who).html


def test_the_day_is_asked_for_in_words(office: Office, clock: ManualClock) -> None:
    case = office.referral()
    clock.advance(days=3)
    ada = office.at("ada")
    day = {"on-day": "20", "on-month": "3", "on-year": "2026"}

    def asked(**given: str) -> str:
        ada.get(f"/children/{case}/then?" + "&".join(f"{k}={v}" for k, v in {**day, **given}.items()))
        return ada.said

    assert "As it was on 20 March 2026 at 11:59pm" in asked()
    assert "As it was on 20 March 2026 at 10:00am" in asked(time="10:00")
    assert "had not been opened then" in asked(time="9:59")
    assert "a time such as 14:05" in asked(time="noonish")
    assert "that are over" in asked(**{"on-day": "24"})
    assert "Enter a real date" in asked(**{"on-day": "31", "on-month": "2"})
    assert "still to come" in (ada.get(then(case, clock().replace(year=2027))), ada.said)[1]
    assert ada.get(f"/children/{case}/then/2026-13-41T10:00:00Z").status_code == 404


def test_the_reading_of_the_past_is_noted(office: Office, clock: ManualClock) -> None:
    case = office.referral()
    ada = office.at("ada")

    ada.get(then(case, clock(), "/records"))
    ada.get(f"/children/{case}/readers")

    assert "records, as it was" in ada.said


def test_looking_back_writes_nothing_in_the_history(
    office: Office, clock: ManualClock, application: Application
) -> None:
    case = office.referral()
    clock.advance(days=60)

    def length() -> int:
        with application.reading() as reading:
            return len(reading.history.read(case_subject(case)))

    before = length()
    for page in SECTIONS:
        office.at("ada").get(then(case, clock(), page))

    assert length() == before
