"""The pages on how procedures are kept to: who sees them, what they say of a few cases, and where their links lead."""

from __future__ import annotations

import re

import pytest

from ics_flow.clock import ManualClock
from ics_flow.commands.end_pathway import EndPathway
from ics_flow.commands.skip_task import SkipTask
from ics_flow.practice import summarise
from tests.http.people import Browser, Office
from tests.replay.statements import counted

MEASURERS = {"max", "ada"}
MOST_STATEMENTS = 14


def row(browser: Browser, words: str) -> list[str]:
    """The cells of the table's row that begins with the words."""
    for found in re.findall(r"<tr.*?</tr>", browser.html, re.DOTALL):
        head, *cells = [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", found, re.DOTALL)
        ]
        if head.startswith(words):
            return cells
    raise AssertionError(f"no row begins with {words}: {browser.said}")


def test_the_figures_are_for_those_who_may_measure(office: Office) -> None:
    opened = {
        who: office.at(who).get("/conformance").status_code
        for who in ("tess", "sam", "pat", "olga", "boris", "robin", "max", "ada")
    }

    assert opened == {who: 200 if who in MEASURERS else 403 for who in opened}
    assert "Keeping to procedure" in office.at("ada").html
    assert "Keeping to procedure" not in office.at("sam").html


def test_before_anything_was_measured_the_page_says_so(office: Office) -> None:
    ada = office.at("ada")

    ada.get("/conformance")

    assert "Nothing has been measured yet" in ada.said


def test_a_late_assessment_shows_in_the_table_and_on_the_picture(office: Office, clock: ManualClock) -> None:
    case = office.assessment()
    clock.advance(days=20)  # to 9 April, two days after the date
    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="no_further_action")
    office.assessment("Ben")  # whose referral was received on 20 March, too
    summarise(office.application)
    ada = office.at("ada")

    ada.get("/conformance?pathway=initial_assessment")

    come_to, done, skipped, withdrawn, still, half, nine, kept, late, overdue, share, moved = row(
        ada, "Assess and write the Initial Plan"
    )
    assert (come_to, done, skipped, withdrawn, still) == ("2", "0", "0", "0", "2")
    assert (half, nine, kept, late, share, moved) == ("–", "–", "0", "1", "100%", "0")
    assert int(overdue) >= 1  # Ben's, and whatever else has a date within
    assert '"words": "100% late"' in ada.html
    assert '"state": "overdue"' in ada.html

    ada.get("/conformance?pathway=complete_record&caller=initial_assessment/assessment")
    assert row(ada, "Write the record")[:6] == ["2", "1", "0", "0", "1", "12 days 480 hours"]
    assert "Only where called from Initial assessment: " in ada.said
    ada.get("/conformance?pathway=complete_record&caller=no_such/thing")
    assert "Write the record" in ada.said.partition("Not come to in this time")[2]


def test_the_shared_procedure_is_reached_from_the_activity_that_calls_it(office: Office) -> None:
    office.assessment()
    summarise(office.application)
    ada = office.at("ada")
    ada.get("/conformance?pathway=initial_assessment")

    (way,) = set(re.findall(r'href="(/conformance\?[^"]*complete_record[^"]*)"', ada.html))
    ada.get(way.replace("&amp;", "&"))

    assert row(ada, "Write the record")[0] == "1"
    ada.get("/conformance?pathway=complete_record")
    assert row(ada, "Write the record")[0] == "3"


def test_every_procedure_is_counted_as_a_whole_where_none_is_chosen(office: Office) -> None:
    office.assessment()
    summarise(office.application)
    ada = office.at("ada")

    ada.get("/conformance")

    assert row(ada, "Contact")[:6] == ["1", "1", "0", "0", "0", "same day 0 hours"]
    assert row(ada, "Initial assessment")[:6] == ["1", "0", "0", "0", "1", "–"]
    assert "Chronology" not in ada.said.partition("Every procedure")[2].partition("What the figures")[0]


def test_acts_beside_the_diagram_lead_to_their_entry_of_the_film(office: Office) -> None:
    case = office.assessment()
    task = "initial_assessment#1/assessment#1/write#1"
    skip = SkipTask(command_id="skip", actor="pat", case_id=case, task=task, reason="Moved away")
    position = office.application.handle(skip).position
    stop = EndPathway(
        command_id="stop", actor="pat", case_id=case, process="initial_assessment#1", reason="Gone"
    )
    office.application.handle(stop)
    summarise(office.application)
    ada = office.at("ada")

    ada.get("/conformance?pathway=initial_assessment")

    assert "Skipped 1 time" in ada.said
    assert "Ended by hand 1 time" in ada.said
    assert row(ada, "The whole procedure")[:5] == ["1", "0", "0", "1", "0"]
    way = f"/children/{case}/replay?entry={position}&amp;diagram=follow"
    assert way in ada.html
    ada.get(way.replace("&amp;", "&"))
    assert "Skipped: Initial assessment" in ada.said


def test_team_and_period_narrow_what_is_counted(office: Office) -> None:
    office.assessment()
    summarise(office.application)
    ada = office.at("ada")
    period = "from-day={}&from-month=3&from-year=2026&to-day={}&to-month=3&to-year=2026"

    for query, shown in (
        ("team=Duty+team", True),
        ("team=Other+team", False),
        (period.format(20, 20), True),
        (period.format(1, 19), False),
    ):
        ada.get(f"/conformance?pathway=contact&{query}")
        assert ("The whole procedure" in ada.said) is shown, query


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("from-day=31&from-month=2&from-year=2026", "Enter a real date"),
        ("from-day=2&from-month=3&from-year=2026&to-day=1&to-month=3&to-year=2026", "not after the last"),
    ],
)
def test_a_period_that_is_none_is_refused_with_a_sentence(office: Office, query: str, told: str) -> None:
    ada = office.at("ada")

    assert ada.get(f"/conformance?{query}").status_code == 422

    assert told in ada.said


def test_a_procedure_that_is_none_is_not_found(office: Office) -> None:
    assert office.at("ada").get("/conformance?pathway=no_such").status_code == 404


def test_the_page_takes_as_many_statements_however_many_cases(office: Office) -> None:
    costs = []
    for name in ("Ava", "Ben", "Cal"):
        office.assessment(name)
        summarise(office.application)
        ada = office.at("ada")
        with counted() as cost:
            ada.get("/conformance?pathway=initial_assessment")
        costs.append(len(cost.statements))

    assert len(set(costs)) == 1
    assert costs[0] <= MOST_STATEMENTS
