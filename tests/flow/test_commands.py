"""What each command does, and what it refuses with which sentence."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from ics_flow.calendar import england
from ics_flow.commands.allocate_worker import AllocateWorker
from ics_flow.commands.change_person import ChangePerson
from ics_flow.commands.complete_task import CompleteTask
from ics_flow.commands.correct_answers import CorrectAnswers
from ics_flow.commands.end_pathway import EndPathway
from ics_flow.commands.errors import (
    AllocationStands,
    AnswersRefused,
    BirthInFuture,
    CaseIsClosed,
    CaseNotFound,
    NameMissing,
    NoSuchPathway,
    NoSuchWorker,
    NotAnAnswer,
    NothingCorrected,
    NothingOutside,
    NotTheStandingVersion,
    PermissionDenied,
    ReasonMissing,
    TaskNotWaiting,
    WriterMayNotAuthorise,
)
from ics_flow.commands.note_done_outside import NoteDoneOutside
from ics_flow.commands.record_contact import RecordContact
from ics_flow.commands.save_draft import SaveDraft
from ics_flow.commands.skip_task import SkipTask
from ics_flow.commands.start_pathway import StartPathway
from ics_flow.domain.errors import DraftChanged, Refused, SameIdOtherBody
from ics_flow.domain.ids import person_subject
from ics_flow.process.apply import EpisodeIsOpen, StillRunning
from ics_flow.process.restatement import Restatement
from tests import databases
from tests.office import ROOT, Office, deadlines

WRITE = "contact#1/record#1/write#1"
AUTHORISE = "contact#1/record#1/authorise#1"
ASSESS = "initial_assessment#1/assessment#1/write#1"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path)) as office:
        yield office


@pytest.fixture
def asking_elsewhere(tmp_path: Path) -> Iterator[Office]:
    """The council with one more pathway, which sends what no pathway takes."""
    with closing(Office(tmp_path, extra=ROOT / "tests" / "http")) as office:
        yield office


def test_a_contact_runs_to_closure(office: Office) -> None:
    case = office.to_assessment()
    office.do("sam", case, ASSESS, outcome="no_further_action")
    office.do("pat", case, "assessment#1/authorise#1", decision="authorise")
    office.do("sam", case, "closure#1/record#1/write#1", outcome="close")
    office.do("pat", case, "closure#1/record#1/authorise#1", decision="authorise")

    view = office.view(case)
    assert view.tasks == ()
    assert not view.is_open
    assert office.follow(case).faults == []


def test_the_assessment_is_due_ten_working_days_after_the_referral(office: Office) -> None:
    case = office.to_assessment()

    assert deadlines(office.view(case))["Initial assessment"] == date(
        2026, 4, 7
    )  # over Good Friday and Easter Monday


def test_the_same_command_twice_has_one_effect(office: Office) -> None:
    case = office.contact()
    command = CompleteTask(
        command_id="once", actor="tara", case_id=case, task=WRITE, answers=office.answers(case, WRITE)
    )

    first = office.application.handle(command)
    second = office.application.handle(command)

    assert first == second
    assert office.kinds(case).count("task-completed") == 1


def test_the_same_id_with_another_body_is_refused(office: Office) -> None:
    case = office.contact()
    answers = office.answers(case, WRITE)
    office.application.handle(
        CompleteTask(command_id="once", actor="tara", case_id=case, task=WRITE, answers=answers)
    )

    with pytest.raises(SameIdOtherBody):
        office.application.handle(
            CompleteTask(command_id="once", actor="tara", case_id=case, task=AUTHORISE, answers=answers)
        )


def test_a_clerk_may_not_authorise(office: Office) -> None:
    case = office.contact("sam")
    office.do("sam", case, WRITE)

    with pytest.raises(PermissionDenied):
        office.do("tara", case, AUTHORISE, decision="authorise")


def test_whoever_wrote_a_record_may_not_authorise_it(office: Office) -> None:
    with office.database.unit(office.clock) as unit:
        account = unit.accounts.of("sam")
        assert account is not None
        unit.accounts.change(replace(account, roles=("SW", "PM")))
    case = office.contact("sam")
    office.do("sam", case, WRITE)

    with pytest.raises(WriterMayNotAuthorise):
        office.do("sam", case, AUTHORISE, decision="authorise")


def test_another_team_does_not_learn_that_the_file_is_there(office: Office) -> None:
    case = office.to_assessment()

    with pytest.raises((CaseNotFound, PermissionDenied)):
        office.application.handle(StartPathway(command_id="x", actor="wes", case_id=case, pathway="closure"))


def test_answers_that_do_not_fit_the_form_are_refused_with_the_sentences(office: Office) -> None:
    case = office.contact()

    with pytest.raises(AnswersRefused) as refused:
        office.application.handle(CompleteTask(command_id="x", actor="tara", case_id=case, task=WRITE))

    assert refused.value.errors
    assert office.kinds(case) == ["case-opened", "process-started"]


def test_a_task_is_done_once(office: Office) -> None:
    case = office.contact()
    answers = office.answers(case, WRITE)
    office.do("tara", case, WRITE)

    with pytest.raises(TaskNotWaiting):
        office.application.handle(
            CompleteTask(command_id="x", actor="tara", case_id=case, task=WRITE, answers=answers)
        )


def test_a_rejected_record_goes_back_to_its_writer_and_becomes_another_version(office: Office) -> None:
    case = office.contact()
    office.do("tara", case, WRITE)
    office.do("pat", case, AUTHORISE, decision="reject")
    office.do("tara", case, "contact#1/record#1/write#2")

    (record,) = office.view(case).records
    assert (record.version, record.status, record.by) == (2, "finalised", "tara")


def test_a_contact_about_a_child_whose_case_is_open_is_refused(office: Office) -> None:
    case = office.contact()
    person = office.view(case).person

    with pytest.raises(EpisodeIsOpen):
        office.application.handle(RecordContact(command_id="x", actor="tara", person_id=person))


def test_a_closed_case_opens_again_as_a_second_episode_of_the_same_file(office: Office) -> None:
    case = office.contact()
    office.do("tara", case, WRITE, outcome="no_further_action")
    office.do("pat", case, AUTHORISE, decision="authorise")
    person = office.view(case).person

    outcome = office.application.handle(RecordContact(command_id="x", actor="tara", person_id=person))

    assert outcome.case_id == case
    assert [episode.ended is None for episode in office.view(case).episodes] == [False, True]


def test_a_case_does_not_close_while_other_work_runs(office: Office) -> None:
    case = office.to_assessment()
    office.application.handle(StartPathway(command_id="x", actor="sam", case_id=case, pathway="closure"))
    office.do("sam", case, "closure#1/record#1/write#1", outcome="close")

    with pytest.raises(StillRunning, match="initial assessment"):
        office.do("pat", case, "closure#1/record#1/authorise#1", decision="authorise")


def test_a_manager_ends_what_runs_with_a_reason(office: Office) -> None:
    case = office.to_assessment()
    end = {"actor": "pat", "case_id": case, "process": "initial_assessment#1"}

    with pytest.raises(ReasonMissing):
        office.application.handle(EndPathway(command_id="x", reason=" ", **end))
    office.application.handle(EndPathway(command_id="y", reason="The family has moved away.", **end))

    assert office.tasks(case) == []
    assert deadlines(office.view(case)) == {}
    assert office.follow(case).faults == []


def test_a_social_worker_may_not_end_a_pathway(office: Office) -> None:
    case = office.to_assessment()

    with pytest.raises(PermissionDenied):
        office.application.handle(
            EndPathway(command_id="x", actor="sam", case_id=case, process="initial_assessment#1", reason="no")
        )


def test_a_process_that_does_not_run_cannot_be_ended(office: Office) -> None:
    case = office.to_assessment()

    with pytest.raises(Refused, match="ended already"):
        office.application.handle(
            EndPathway(command_id="x", actor="pat", case_id=case, process="contact#1", reason="why not")
        )


def test_a_manager_skips_a_task_with_a_reason(office: Office) -> None:
    case = office.contact()
    office.do("tara", case, WRITE)

    with pytest.raises(PermissionDenied):
        office.application.handle(
            SkipTask(command_id="x", actor="tara", case_id=case, task=AUTHORISE, reason="busy")
        )
    office.application.handle(
        SkipTask(command_id="y", actor="pat", case_id=case, task=AUTHORISE, reason="Agreed on the telephone.")
    )

    assert office.kinds(case)[-1] == "task-skipped"
    assert office.follow(case).faults == []


def test_a_case_goes_to_another_worker_with_a_reason(office: Office) -> None:
    case = office.to_assessment()
    office.application.handle(
        AllocateWorker(command_id="x", actor="pat", case_id=case, worker="ro", reason="Sam is on leave.")
    )

    assert office.view(case).allocated_worker == "ro"
    with pytest.raises(PermissionDenied):
        office.do("sam", case, ASSESS)
    office.do("ro", case, ASSESS)


@pytest.mark.parametrize("worker", ["pat", "nobody"])
def test_a_case_goes_only_to_somebody_who_may_hold_cases(office: Office, worker: str) -> None:
    case = office.to_assessment()

    with pytest.raises(NoSuchWorker):
        office.application.handle(
            AllocateWorker(command_id="x", actor="pat", case_id=case, worker=worker, reason="because")
        )


def test_what_no_pathway_takes_is_to_be_done_outside_until_it_is_noted(asking_elsewhere: Office) -> None:
    office = asking_elsewhere
    case = office.to_assessment()
    office.application.handle(
        StartPathway(command_id="s", actor="sam", case_id=case, pathway="asked_elsewhere")
    )
    (outside,) = office.view(case).undelivered
    note = {"actor": "sam", "case_id": case, "name": outside.name}

    assert outside.text
    office.application.handle(NoteDoneOutside(command_id="x", note="Written on paper, 9 April.", **note))

    assert not [each for each in office.view(case).undelivered if not each.done]
    with pytest.raises(NothingOutside):
        office.application.handle(NoteDoneOutside(command_id="y", note="again", **note))


def test_a_draft_is_kept_and_goes_when_the_task_is_done(office: Office) -> None:
    case = office.contact()

    def save(command_id: str, reason: str) -> None:
        office.application.handle(
            SaveDraft(
                command_id=command_id, actor="tara", case_id=case, task=WRITE, answers={"reason": reason}
            )
        )

    save("a", "so far")
    with office.database.reading() as reading:
        assert [each.answers for each in reading.drafts.of(case, WRITE)] == [{"reason": "so far"}]
    with pytest.raises(DraftChanged):
        save("b", "elsewhere")
    office.do("tara", case, WRITE)

    with office.database.reading() as reading:
        assert reading.drafts.of(case, WRITE) == ()


def test_a_corrected_date_moves_the_deadline_and_takes_the_mark_of_lateness_away(office: Office) -> None:
    case = office.to_assessment()
    office.clock.advance(days=19)
    office.application.tick()
    (late,) = office.view(case).deadlines
    assert late.fired

    office.application.handle(correction(case, "2026-03-31"))

    (deadline,) = [each for each in office.view(case).deadlines if each.ended is None]
    assert (deadline.due_on, deadline.fired) == (date(2026, 4, 16), False)
    assert office.follow(case).faults == []


def test_a_correction_is_considered_before_it_is_made(office: Office) -> None:
    case = office.to_assessment()
    before = office.kinds(case)

    (entry,) = office.application.foresee(correction(case, "2026-03-19"), case)

    restatement = Restatement.decode(entry.parts["restated"])
    assert [(moved.before, moved.after) for moved in restatement.moved] == [
        (date(2026, 4, 7), date(2026, 4, 2))
    ]
    assert office.kinds(case) == before


def test_a_correction_that_later_acts_do_not_fit_leaves_the_case_as_it_was_and_says_so(
    office: Office,
) -> None:
    case = office.to_assessment()
    tasks = office.tasks(case)

    office.application.handle(correction(case, "no_further_action", question="outcome"))

    (entry,) = [entry for entry in office.history(case) if entry.kind == "case-restated"]
    assert Restatement.decode(entry.parts["restated"]).conflict
    assert office.tasks(case) == tasks
    assert office.follow(case).faults == []


def correction(
    case: str,
    answer: str,
    question: str = "received_on",
    task: str = "referral#1/record#1/write#1",
    **other: str,
) -> CorrectAnswers:
    given = {"command_id": "correct", "actor": "pat", "reason": "It was typed wrongly.", **other}
    return CorrectAnswers(case_id=case, task=task, answers={question: answer}, **given)


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"reason": ""}, ReasonMissing),
        ({"actor": "tara"}, PermissionDenied),
        ({"answer": "2026-03-20"}, NothingCorrected),
        ({"question": "shoe_size"}, NotAnAnswer),
        ({"task": "referral#1/record#1/write#7"}, NotAnAnswer),
        ({"answer": "20 March"}, AnswersRefused),
        ({"answer": "2027-01-01"}, AnswersRefused),
    ],
)
def test_a_correction_that_makes_no_sense_is_refused(
    office: Office, change: dict[str, str], error: type[Refused]
) -> None:
    case = office.to_assessment()
    before = office.kinds(case)

    with pytest.raises(error):
        office.application.handle(correction(case, **{"answer": "2026-03-19", **change}))

    assert office.kinds(case) == before


def test_a_child_is_born_and_the_case_knows_it(office: Office) -> None:
    case = office.contact(born=None)
    person = office.view(case).person
    office.application.handle(
        ChangePerson(
            command_id="x",
            actor="tara",
            person_id=person,
            given_name="Ava",
            family_name="Example",
            born=date(2026, 3, 18),
        )
    )

    assert office.state(case).born == date(2026, 3, 18)
    assert office.follow(case).faults == []
    with office.database.reading() as reading:
        assert [entry.kind for entry in reading.history.read(person_subject(person))] == [
            "person-recorded",
            "person-changed",
        ]


def test_a_child_is_unborn_as_long_as_one_is_expected(office: Office) -> None:
    case = office.contact(born=None)
    known = ChangePerson(
        command_id="",
        actor="tara",
        person_id=office.view(case).person,
        given_name="Ava",
        family_name="Example",
    )
    expected = replace(known, expected=date(2026, 5, 8))
    found = [office.state(case).unborn]
    births = (expected, known, expected, replace(expected, born=date(2026, 3, 19)))
    for number, now in enumerate(births):
        office.application.handle(replace(now, command_id=f"x{number}"))
        found.append(office.state(case).unborn)

    assert found == [False, True, False, True, False]
    assert office.kinds(case).count("person-known") == 4
    assert office.follow(case).faults == []


def test_a_child_needs_some_name_and_no_future_birth(office: Office) -> None:
    with pytest.raises(NameMissing):
        office.application.handle(RecordContact(command_id="x", actor="tara", given_name=" "))
    with pytest.raises(BirthInFuture):
        office.application.handle(
            RecordContact(command_id="x", actor="tara", given_name="Ava", born=date(2026, 3, 21))
        )


@pytest.mark.parametrize("pathway", ["referral", "complete_record", "nothing"])
def test_only_pathways_that_say_so_are_begun_by_hand(office: Office, pathway: str) -> None:
    case = office.to_assessment()

    with pytest.raises(NoSuchPathway):
        office.application.handle(StartPathway(command_id="x", actor="sam", case_id=case, pathway=pathway))


def test_a_refused_command_leaves_no_trace(office: Office) -> None:
    case = office.to_assessment()
    office.clock.advance(days=40)
    before = office.history(case)

    with pytest.raises(PermissionDenied):
        office.do("wes", case, ASSESS)

    assert office.history(case) == before


def test_a_late_post_records_the_timer_first(office: Office) -> None:
    case = office.to_assessment()
    office.clock.advance(days=40)

    office.do("sam", case, ASSESS, outcome="no_further_action")

    assert office.kinds(case)[-2:] == ["timers-fired", "task-completed"]


def test_an_allocation_is_not_corrected_but_made_again(office: Office) -> None:
    case = office.to_assessment()

    with pytest.raises(AllocationStands):
        office.application.handle(
            correction(case, "ro", question="allocated_worker", task="referral#1/allocate#1")
        )


def test_whoever_wrote_a_record_goes_on_reading_the_file_when_it_is_authorised(office: Office) -> None:
    case = office.contact()
    office.do("tara", case, WRITE, outcome="no_further_action")
    office.do("pat", case, AUTHORISE, decision="authorise")
    office.restart()

    assert office.view(case).workers == ("pat", "tara")


def test_what_was_published_last_is_in_force_whatever_the_clock_says(office: Office) -> None:
    first = office.application.release
    other = {**first.files, "bpmn/referral.bpmn": first.files["bpmn/referral.bpmn"] + b"\n"}

    later = office.application.publish(other, england(), name="second", actor="board")
    assert office.application.release.hash == later.hash
    office.clock.set_to(office.clock() - timedelta(days=400))
    office.application.publish(first.files, england(), name="first again", actor="board")

    assert office.application.release.hash == first.hash


def test_nothing_but_a_contact_begins_on_a_closed_case(office: Office) -> None:
    case = office.contact()
    office.do("tara", case, WRITE, outcome="no_further_action")
    office.do("pat", case, AUTHORISE, decision="authorise")

    with pytest.raises(CaseIsClosed):
        office.application.handle(StartPathway(command_id="x", actor="pat", case_id=case, pathway="closure"))


def test_a_version_that_was_sent_back_or_replaced_is_not_corrected(office: Office) -> None:
    case = office.contact()
    office.do("tara", case, WRITE, outcome="no_further_action")
    office.do("pat", case, AUTHORISE, decision="reject")
    sent_back = correction(case, "referral", question="outcome", task=WRITE)

    with pytest.raises(NotTheStandingVersion):
        office.application.handle(sent_back)
    office.do("tara", case, "write#2", outcome="no_further_action")
    with pytest.raises(NotTheStandingVersion):
        office.application.handle(sent_back)


def test_finishing_does_not_throw_a_colleagues_draft_away_unseen(office: Office) -> None:
    case = office.contact()
    office.application.handle(
        SaveDraft(command_id="a", actor="sam", case_id=case, task=WRITE, answers={"reason": "Sam's words"})
    )
    answers = office.answers(case, WRITE)

    def finish(seen: int) -> None:
        office.application.handle(
            CompleteTask(
                command_id="x", actor="tara", case_id=case, task=WRITE, answers=answers, draft_version=seen
            )
        )

    with pytest.raises(DraftChanged):
        finish(seen=0)
    finish(seen=1)


@pytest.mark.parametrize("name", ["\u200b", "\u202e \u200f", "\x00"])
def test_a_name_that_nobody_can_see_is_no_name(office: Office, name: str) -> None:
    with pytest.raises(NameMissing):
        office.application.handle(RecordContact(command_id="x", actor="tara", given_name=name))


def test_a_release_that_was_altered_where_it_is_kept_is_not_used(office: Office) -> None:
    case = office.contact()
    with office.database.reading() as reading:
        body = reading.releases.body(office.application.release.hash)
    assert body is not None
    altered = body.replace(b"working_days_after(received_on, 1)", b"working_days_after(received_on, 9)")
    assert altered != body
    databases.sql(office.url, "UPDATE release SET body = ?", altered)
    office.restart()

    (fault,) = office.follow(case).faults
    assert "altered since it was published" in fault.sentence
