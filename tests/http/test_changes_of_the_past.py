"""Changes that were really made, done again through the pages by those whose work it is, with cases open on the day and no line of Python touched.

Each is drawn over what was in force then, tried, asked what it would have done, approved by two, in force on its day; and every history proves afterwards.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

import pytest

from engine import Calendar
from ics_flow.application import Application
from ics_flow.calendar import england
from ics_flow.clock import ManualClock
from ics_flow.domain.release import read_files
from ics_flow.store.database import Database
from tests import databases
from tests.http.assessment_of_2013 import single_assessment
from tests.http.conftest import add_workers
from tests.http.past import (
    DAY_TEN,
    LONGER,
    ROOT,
    STATUTE,
    Past,
    Words,
    as_before,
    changed,
    following,
)
from tests.http.people import Browser


@pytest.fixture(scope="session")
def founded(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A database with the workers, in which nothing was ever published."""
    url = databases.new(tmp_path_factory.mktemp("founded"), kept=True)
    with Database(url) as database:
        database.upgrade()
        add_workers(database, ManualClock(datetime(2000, 1, 3, 9, tzinfo=UTC)))
    return url


@pytest.fixture
def application(founded: str, tmp_path: Path, clock: ManualClock) -> Iterator[Application]:
    with Database(databases.copied(founded, tmp_path, "past")) as database:
        yield Application(database, clock, secrets.token_bytes)


@pytest.fixture
def council(
    application: Application, clock: ManualClock, as_worker: Callable[[str], Browser]
) -> Callable[..., Past]:
    """Gives a council of the past, under the files that were in force."""

    def begun(files: dict[str, bytes], on: date, calendar: Calendar | None = None) -> Past:
        return Past(application, clock, as_worker, files, on=on, calendar=calendar)

    return begun


Council = Callable[..., Past]


@cache
def _shipped() -> dict[str, bytes]:
    return read_files(ROOT / "bpmn", ROOT / "forms")


def shipped(*scenarios: str) -> dict[str, bytes]:
    """What ships, with those of its scenarios."""
    return {**_shipped(), **{name: (ROOT / name).read_bytes() for name in scenarios}}


# Working Together to Safeguard Children, March 2010: the initial assessment's seven working days become ten

MARCH_2010 = date(2010, 3, 17)


def test_the_initial_assessment_gets_ten_working_days_and_one_begun_before_the_day_keeps_seven(
    council: Council,
) -> None:
    past = council(as_before(following(shipped(DAY_TEN), date(2010, 1, 4)), LONGER), date(2010, 3, 4))
    office, room = past.office, past.room
    stays = office.assessment("Ava")
    past.let_it_be(date(2010, 3, 5))
    late = office.assessment("Ben")
    past.let_it_be(date(2010, 3, 8))
    in_time = office.assessment("Cleo")
    assert "Due Wednesday 17 March 2010" in past.page(in_time)
    past.let_it_be(MARCH_2010)
    assert "Overdue by 1 day It was due Tuesday 16 March 2010" in past.page(late)

    room.ask("Ten working days for initial assessments")
    past.draw(LONGER)
    room.draw(STATUTE, ("law_of: 2010-01-04", "law_of: 2010-03-17"))
    assert "Duty team, Initial assessment 2 of 3 0 of 3" in past.ask_what_if()
    since = {"day": "4", "month": "3", "year": "2010"}
    past.propose(
        MARCH_2010,
        **{"open-initial_assessment": "since"},
        **{f"since-initial_assessment-{part}": value for part, value in since.items()},
    )
    foreseen = past.foreseen()
    assert "Those move that began after 4 March 2010" in foreseen
    assert "Moves with other dates Initial assessment: 16 March 2010 becomes 19 March 2010" in foreseen
    assert "Moves with other dates Initial assessment: 17 March 2010 becomes 22 March 2010" in foreseen
    assert "Stays It began before the day from which on cases move." in foreseen
    past.approve_and_carry_out(MARCH_2010)

    assert "Overdue by 2 days It was due Monday 15 March 2010" in past.page(stays)
    assert "Due Friday 19 March 2010, in 2 working days" in past.page(late)
    assert "Overdue" not in past.page(late)
    assert "Due Monday 22 March 2010" in past.page(in_time)
    assert "Moved 2 Stayed 1 Could not move 0" in past.order()
    assert "Initial assessment: 16 March 2010 became 19 March 2010" in past.order()
    assert "Ten working days for initial assessments" in past.noted()
    past.require_all_verified()


# The Care Planning, Placement and Case Review Regulations, 1 April 2011: 14 days become 10 working days

CARE_PLAN = "bpmn/care_plan.bpmn"
CARE_PLAN_DUE = "bpmn/scenarios/looked_after_care_plan_on_day_14.yaml"
APRIL_2011 = date(2011, 4, 1)
PARTS = ("part_one", "part_two", "health_plan", "education_plan")


def _ten_working_days(part: str) -> str:
    """A row of the statutory table: that part of the care plan in the law of 2011."""
    return f"""\
  - rule: care_plan_{part}_since_2011
    says: The care plan is drawn up
    pathway: care_plan
    timer: {part}/finalise_by
    from_event: placed_on
    at_most: {{working_days: 10}}
    law: {{from: 2011-04-01}}
    basis: Care Planning, Placement and Case Review (England) Regulations 2010, regulation 4
"""


WORKING_DAYS: Words = {
    CARE_PLAN: (
        ('placed_on + duration("P14D")', "working_days_after(placed_on, 10)"),
        ("within 14 days of the placement", "within ten working days of the placement"),
        (
            "Arrangements for Placement of Children Regulations 1991",
            "Care Planning, Placement and Case Review (England) Regulations 2010, regulation 4",
        ),
        ("Calendar days. Met", "Met"),
    ),
    CARE_PLAN_DUE: (
        ("2026-11-01", "2026-10-30"),
        ("to: 2026-11-02 00:30", "to: 2026-10-31 00:30"),
        (", placement/placing/carers_given_later/finalise_due]", "]"),
    ),
    STATUTE: (
        ("law_of: 2010-09-01", "law_of: 2011-04-01"),
        ("rules:\n", f"rules:\n{''.join(_ten_working_days(part) for part in PARTS)}"),
    ),
}


def test_a_care_plan_is_drawn_up_within_ten_working_days_instead_of_fourteen_days(council: Council) -> None:
    past = council(shipped(CARE_PLAN_DUE), date(2011, 3, 27))
    room = past.room
    on_sunday = placed_in_an_emergency(past, "Ava")
    past.let_it_be(date(2011, 3, 28))
    on_monday = placed_in_an_emergency(past, "Ben")
    past.let_it_be(date(2011, 3, 29))

    room.ask("Ten working days for care plans")
    past.draw(WORKING_DAYS)
    assert "Duty team, Care plan" in past.ask_what_if()
    past.propose(APRIL_2011, **{"open-care_plan": "move"})
    foreseen = past.foreseen()
    assert "Moves with other dates" in foreseen
    assert "Care plan, part one: 10 April 2011 becomes 8 April 2011" in foreseen
    assert re.search(r"Care plan Duty team, \w{16} Moves(?! with)", foreseen)
    past.approve_and_carry_out(APRIL_2011)

    assert (
        "Care plan, part one: write the record Part of Care plan. You can do this. Due Friday 8 April 2011"
        in past.page(on_sunday)
    )
    assert (
        "Care plan, part one: write the record Part of Care plan. You can do this. Due Monday 11 April 2011"
        in past.page(on_monday)
    )
    assert "Moved 2 Stayed 0 Could not move 0" in past.order()
    past.noted()
    past.require_all_verified()


def placed_in_an_emergency(past: Past, given: str) -> str:
    """A child who is looked after from this day on; gives the case."""
    office = past.office
    case = office.assessment(given)
    office.do("sam", case, "Initial assessment", significant_harm="no", outcome="accommodation")
    office.do("pat", case, "Initial assessment", decision="authorise")
    office.do(
        "sam", case, "Say how and when", way="emergency", placed_on=office.on, core_assessment_held="no"
    )
    return case


# A day proclaimed: the wedding of 29 April 2011

WEDDING = date(2011, 4, 29)


def test_a_proclaimed_bank_holiday_has_open_cases_counted_again(council: Council) -> None:
    past = council(shipped(DAY_TEN), date(2011, 4, 20), england(removed={WEDDING}))
    room = past.room
    case = past.office.assessment()
    before = past.page(case)
    assert "Due Monday 9 May 2011" in before
    past.let_it_be(date(2011, 4, 21))

    room.ask("A bank holiday for the wedding")
    room.draw("calendar.txt", ("2011-05-02", "2011-04-29 Royal wedding\n2011-05-02"))
    assert "Initial assessment 0 1 1 day" in past.ask_what_if()
    past.propose(date(2011, 4, 21))
    assert "every open case is counted again" in past.foreseen()
    past.approve_and_carry_out(date(2011, 4, 21))

    after = past.page(case)
    assert "Due Tuesday 10 May 2011" in after
    assert _tasks(after) == _tasks(before)
    assert "Open cases counted again" in past.order()
    past.require_all_verified()


def _tasks(page: str) -> list[str]:
    """What there is to do, as a child's page names it."""
    return re.findall(r"\S+: write the record Part of [A-Z][a-z ]+\.", page)


# Working Together to Safeguard Children 2013: the initial and the core assessment become one of 45 working days

APRIL_2013 = date(2013, 4, 15)


def test_both_assessments_become_one_of_forty_five_working_days_from_the_referral(council: Council) -> None:
    past = council(shipped(DAY_TEN), date(2013, 4, 2))
    office, room = past.office, past.room
    in_depth = office.assessment("Ava")
    office.do("sam", in_depth, "Initial assessment", significant_harm="no", outcome="core_assessment")
    office.do("pat", in_depth, "Initial assessment", decision="authorise")
    past.let_it_be(date(2013, 4, 8))
    initial = office.assessment("Ben")
    past.let_it_be(date(2013, 4, 9))

    room.ask("One assessment in 45 working days")
    assert "It passes the gate" in past.take_in(single_assessment(past.taken_out()), whole="yes")
    told = past.ask_what_if()
    assert "Assessment 0 2 51 days" in told
    assert "Tasks and dates that would have gone Task or date Times Core assessment 2" in told
    room.owner.get(f"{room.request}/propose/{room.draft.rpartition('/')[2]}")
    assert (
        "The draft has no such procedure any more: those that run come to their end as they began"
        in room.owner.said
    )
    past.propose(APRIL_2013, **{"open-initial_assessment": "move", "open-core_assessment": "stay"})
    assert "Assessment: 22 April 2013 becomes 12 June 2013" in past.foreseen()
    past.approve_and_carry_out(APRIL_2013)

    assert "Due Wednesday 12 June 2013" in past.page(initial)
    assert "Due Wednesday 22 May 2013" in past.page(in_depth)
    past.require_pages(in_depth)
    office.do("sam", in_depth, "Core assessment", significant_harm="no", outcome="child_in_need_plan")
    office.do("pat", in_depth, "Core assessment", decision="authorise")
    assert "Child's Plan" in past.page(in_depth)
    past.require_pages(in_depth)
    office.do("sam", initial, "Assessment and Initial Plan", significant_harm="no", outcome="care_plan")
    past.require_all_verified()


# Phasing out the child protection register, 1 April 2008: the list of changed exemplars, and the erratum to one of them

REFERRAL = "forms/referral.form"
APRIL_2008 = date(2008, 4, 1)
AMENDED = (
    "B4.3 The child or young person referred has previously been on the child protection register"
    " or the subject of a Child Protection Plan in another CSSR"
)
MEANT = (
    "B4.3 The child or young person referred has been registered previously"
    " by any council with social services responsibilities (CSSR)"
)
REFERRAL_AMENDED: Words = {
    REFERRAL: (
        (
            "B4.2 Is another child of the household, or was one, on the child protection register?",
            "B4.2 Is another child of the household, or was one, the subject of a child protection plan?",
        ),
        ("household is or was on the register", "household is or was the subject of a child protection plan"),
        ("B4.3 Is the child or young person on the child protection register?", AMENDED),
        ("on_register", "registered_previously"),
    ),
}
OTHERS_AMENDED: Words = {
    "forms/initial_conference_report.form": (
        (
            "Should the child's name be placed on the child protection register?",
            "Should the child have a Child Protection Plan?",
        ),
    ),
    "forms/initial_conference_outcome.form": (
        ('"Category of registration"', '"Category"'),
        ("Select the category of registration", "Select the category"),
    ),
    "forms/child_protection_review_part_two.form": (
        ('"Category of registration"', '"Category"'),
        ("Select the category of registration", "Select the category"),
    ),
    "forms/childs_plan.form": (("not a plan for a child on the register", "not a Child Protection Plan"),),
    "forms/codes/contact_reason.yaml": (
        ("whether a child is on the register", "whether a child has a child protection plan"),
    ),
    "forms/codes/conference_outcome.yaml": (
        ("The child's name is to be placed on the register", "The child is to have a Child Protection Plan"),
        ("Not to be registered", "No protection plan"),
    ),
}
ERRATUM: Words = {REFERRAL: ((AMENDED, MEANT),)}


def test_the_register_gives_way_to_plans_and_what_was_answered_before_is_read_as_it_was_asked(
    council: Council,
) -> None:
    before = as_before(
        following(shipped(DAY_TEN), date(2007, 10, 1)), LONGER, ERRATUM, REFERRAL_AMENDED, OTHERS_AMENDED
    )
    past = council(before, date(2008, 3, 25))
    office, room = past.office, past.room
    registered = office.assessment("Ava", on_register="yes", registered_where="Elsewhere, in 2005")
    half_written = office.referral("Ben")
    sam, address = office.at("sam"), office.open("sam", half_written, "Referral")
    task = address.split("/tasks/")[1].replace(".", "#")
    typed = office.fields(half_written, task, on_register="no", reason="Bruises seen at school")
    sam.send(typed, to=address, do="save")
    past.let_it_be(date(2008, 3, 26))

    room.ask("Plans in place of the register")
    past.take_in(changed({name: before[name] for name in OTHERS_AMENDED}, OTHERS_AMENDED))
    past.draw(REFERRAL_AMENDED)
    past.draw(ERRATUM)
    room.draw(STATUTE, ("law_of: 2007-10-01", "law_of: 2008-04-01"))
    assert "2 cases would have been just as they were" in past.ask_what_if()
    past.propose(APRIL_2008, **{"open-referral": "move"})
    assert re.search(r"Referral Duty team, \w{16} Moves", past.foreseen())
    past.approve_and_carry_out(APRIL_2008)

    assert "Moved 1 Stayed 0 Could not move 0" in past.order()
    sam.get(address)
    assert MEANT in sam.said
    assert AMENDED not in sam.said
    assert "register?" not in sam.said
    assert "Bruises seen at school" in sam.html
    assert (
        "registered_previously" not in sam.fields()
    )  # another question: what was answered to the old one is no answer to it
    sam.get(f"/children/{registered}/records")
    sam.get(sam.link("Referral"))
    assert "B4.3 Is the child or young person on the child protection register? Yes" in sam.said
    assert "Elsewhere, in 2005" in sam.said
    office.do("sam", half_written, "Referral", received_on="2008-04-01", registered_previously="yes")
    past.require_all_verified()
