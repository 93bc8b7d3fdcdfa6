"""Each kind of finding of the gate is made on a diagram that deserves it, and on none that does not; the release that ships has none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from engine import Calendar
from ics_flow.calendar import england
from ics_flow.cli.authored import check
from ics_flow.domain.release import Release, read_files
from ics_flow.gate import Finding, examine, exploration
from ics_flow.gate.exploration import Exploration, Stretch
from tests.unit.engine import drawing
from tests.unit.engine.drawing import (
    box,
    call,
    choice,
    drawn,
    flow,
    parallel,
    path,
    script,
    start,
    stop,
    task,
    throw,
    timer,
)
from tests.unit.engine.drawing import message as hears

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = read_files(ROOT / "bpmn", ROOT / "forms")
BY_HAND = start(startedBy="SW")
DAYS = b"""{"type": "default", "id": "days", "schemaVersion": 19, "components": [
  {"type": "datetime", "id": "q_a", "key": "known_on", "dateLabel": "A", "subtype": "date",
   "validate": {"required": true}, "properties": {"requiredMessage": "Enter a"}},
  {"type": "datetime", "id": "q_b", "key": "maybe_on", "dateLabel": "B", "subtype": "date",
   "validate": {"required": true}, "properties": {"requiredMessage": "Enter b", "notKnown": "true"}}]}"""


@cache
def calendar() -> Calendar:
    return england()


def files(*content: str, **others: str) -> dict[str, bytes]:
    """The shipped rights, lists and forms with a pathway ``p`` and other pathways."""
    kept = {name: body for name, body in SHIPPED.items() if not name.endswith(".bpmn")}
    kept |= {"bpmn/statute.yaml": b"law_of: 2010-09-01", "forms/days.form": DAYS}
    kept |= drawn("p", *content, messages=("m", "n"))
    for name, inside in others.items():
        kept |= drawn(name, inside, messages=("m", "n"))
    return kept


def found(given: Mapping[str, bytes]) -> list[Finding]:
    return list(examine(Release.read(given), calendar()))


def findings(*content: str, **others: str) -> list[Finding]:
    return found(files(*content, **others))


def shipped(**changes: tuple[str, str]) -> list[Finding]:
    """What is found in the shipped release with a text of a file changed."""
    given = dict(SHIPPED)
    for stem, (old, new) in changes.items():
        (name,) = [each for each in given if Path(each).stem == stem and each.startswith("bpmn/")]
        assert old.encode() in given[name]
        given[name] = given[name].replace(old.encode(), new.encode())
    return found(given)


def only(found: list[Finding]) -> Finding:
    assert len(found) == 1, [str(each) for each in found]
    return found[0]


def test_the_shipped_release_has_no_findings() -> None:
    assert found(SHIPPED) == []


def test_a_finding_is_data_and_one_line() -> None:
    finding = only(shipped(contact=('"another_agency"', '"another_agenci"')))

    assert finding.to_json() == json.loads(json.dumps(finding.to_json()))
    assert finding.to_json()["element"] == "to_passed_on"
    assert str(finding).startswith(
        "error: bpmn/contact.bpmn, to_passed_on: The arrow “Another agency” from “What follows?”"
    )
    assert "\n" not in str(finding)


# Markings


def test_a_join_that_one_way_never_reaches_is_told_with_the_way_there() -> None:
    told = findings(
        BY_HAND,
        task("first", form="authorisation"),
        choice("which", "right"),
        task("a", form="days"),
        task("b", form="days"),
        parallel("join"),
        task("c", form="days"),
        stop(),
        path("begin", "first", "which"),
        flow("which", "a", '=decision = "authorise"'),
        flow("which", "b", identity="right"),
        path("a", "join", "c", "done"),
        path("b", "join"),
    )

    assert told[1].path == ("begin", "first", "a")
    assert [(each.element, each.message) for each in told] == [
        ("c", "Nothing ever leads to “c”, whatever is decided."),
        (
            "join",
            (
                "“join” waits for ever for “b”. The way there: “begin” begins it, then “first” is done, "
                "then “which” goes to “a”, then “a” is done."
            ),
        ),
    ]


def test_a_loop_without_a_way_out_is_a_dead_end() -> None:
    finding = only(
        findings(BY_HAND, choice("again"), task("a", form="days"), path("begin", "again", "a", "again"))
    )

    assert finding.element == "a"
    assert finding.message == "No end can be reached from “a”. The way there: “begin” begins it."


def test_tokens_that_pile_up_are_told() -> None:
    told = findings(
        BY_HAND,
        choice("again"),
        task("a", form="days"),
        parallel("fork"),
        stop(),
        path("begin", "again", "a", "fork", "again"),
        flow("fork", "done"),
        flow("fork", "again", identity="second"),
    )

    assert any("pile up" in each.message and each.severity == "error" for each in told)


def test_a_pathway_that_goes_round_without_waiting_is_told() -> None:
    finding = only(
        findings(BY_HAND, choice("again"), script("s", "n", "=1"), path("begin", "again", "s", "again"))
    )

    assert "goes round and round" in finding.message


def side_by_side(number: int) -> tuple[str, ...]:
    """So many tasks side by side, each with a deadline whose way only ends."""
    tasks = [f"t{each}" for each in range(number)]
    return (
        BY_HAND,
        parallel("fork"),
        parallel("join"),
        stop(),
        path("begin", "fork"),
        path("join", "done"),
        *(task(each, form="days") for each in tasks),
        *(timer(f"due_{each}", "=today()", on=each, interrupting=False) for each in tasks),
        *(stop(f"late_{each}") for each in tasks),
        *(path("fork", each, "join") for each in tasks),
        *(path(f"due_{each}", f"late_{each}") for each in tasks),
    )


def test_a_deadline_that_only_ends_adds_no_marking() -> None:
    release = Release.read(files(*side_by_side(4)))

    explored = Exploration(release.pathways).stretches

    assert len(explored[Stretch("p")].ways) == 2**4
    assert list(explored[Stretch("p", None, "due_t1")].ways) == [()]


def test_a_bound_that_is_reached_is_an_error_and_no_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exploration, "MOST_MARKINGS", 10)

    finding = only(findings(*side_by_side(4)))

    assert (finding.severity, finding.element) == ("error", None)
    assert "not all of them were looked at" in finding.message


def test_a_dead_end_in_a_shared_procedure_is_told_there_alone() -> None:
    procedure = start() + choice("again") + task("a", form="days") + path("begin", "again", "a", "again")

    finding = only(findings(BY_HAND, call("c", "q"), stop(), path("begin", "c", "done"), q=procedure))

    assert (finding.file, finding.element) == ("bpmn/q.bpmn", "a")


def test_a_dead_end_in_a_box_is_told() -> None:
    inside = start("b") + choice("again") + task("a", form="days") + path("b", "again", "a", "again")

    finding = only(findings(BY_HAND, box("x", inside), stop(), path("begin", "x", "done")))

    assert finding.element == "a"


# Decisions


def test_arrows_that_hold_together_are_a_warning() -> None:
    finding = only(
        shipped(
            contact=('outcome = "another_agency"', 'outcome in ("another_agency", "information_or_advice")')
        )
    )

    assert (finding.severity, finding.element) == ("warning", "what_follows")
    assert 'both hold for outcome = "information_or_advice"' in finding.message


# Names


def test_a_name_that_one_way_does_not_give_is_told() -> None:
    finding = only(
        findings(
            BY_HAND,
            task("first", form="authorisation"),
            choice("which", "no"),
            task("a", form="days"),
            choice("meet"),
            throw("t", "m", {"x": "=known_on"}, outside="Do it."),
            stop(),
            path("begin", "first", "which"),
            flow("which", "a", '=decision = "authorise"'),
            flow("which", "meet", identity="no"),
            path("a", "meet", "t", "done"),
        )
    )

    assert finding.element == "t"
    assert finding.message == "On some way here nothing has given 'known_on' yet, which =known_on asks for."


def with_clock(due: str) -> list[Finding]:
    return findings(
        BY_HAND,
        task("first", form="days"),
        task("a", form="authorisation"),
        timer("due", due, on="a", interrupting=False),
        stop(),
        stop("late"),
        path("begin", "first", "a", "done"),
        path("due", "late"),
    )


def test_a_clock_over_an_answer_that_may_be_not_known_is_refused() -> None:
    finding = only(with_clock('=maybe_on + duration("P3D")'))

    assert (finding.severity, finding.element) == ("error", "due")
    assert finding.message == "“due” would not be set where 'maybe_on' is not known."


@pytest.mark.parametrize(
    "due",
    [
        '=known_on + duration("P3D")',
        "=if maybe_on != null then maybe_on else known_on",
        "=working_days_after(today(), 3)",
    ],
)
def test_a_clock_with_a_day_in_every_case_passes(due: str) -> None:
    assert with_clock(due) == []


def test_a_clock_over_the_day_of_birth_is_refused_since_a_child_may_be_unborn() -> None:
    assert "what it asks of the case" in only(with_clock('=born + duration("P3D")')).message


def test_a_decision_that_asks_whether_a_day_is_known_makes_it_sure() -> None:
    assert (
        findings(
            BY_HAND,
            task("first", form="days"),
            choice("which", "no"),
            timer("wait", "=maybe_on"),
            stop(),
            stop("other"),
            path("begin", "first", "which"),
            flow("which", "wait", "=maybe_on != null"),
            flow("which", "other", identity="no"),
            path("wait", "done"),
        )
        == []
    )


PROCEDURE = (
    start()
    + task("a", form="authorisation", title="=title")
    + timer("due", "=by", on="a", interrupting=False)
    + stop()
    + stop("late")
    + path("begin", "a", "done")
    + path("due", "late")
)
OTHER = (
    BY_HAND
    + task("f", form="days")
    + call("c", "q", {"title": "T", "by": "=known_on"})
    + stop()
    + path("begin", "f", "c", "done")
)


def test_a_call_that_gives_no_day_has_no_clock() -> None:
    assert (
        findings(
            BY_HAND, call("c", "q", {"title": "T"}), stop(), path("begin", "c", "done"), q=PROCEDURE, o=OTHER
        )
        == []
    )


def test_a_call_that_leaves_out_what_a_procedure_needs_is_told() -> None:
    finding = only(
        findings(BY_HAND, call("c", "q"), stop(), path("begin", "c", "done"), q=PROCEDURE, o=OTHER)
    )

    assert finding.element == "a"
    assert "nothing has given 'title'" in finding.message
    assert "as bpmn/p.bpmn, c calls it" in finding.message


def test_a_call_that_gives_a_day_that_may_be_unknown_is_told() -> None:
    given = (
        BY_HAND,
        task("f", form="days"),
        call("c", "q", {"title": "T", "by": "=maybe_on"}),
        stop(),
        path("begin", "f", "c", "done"),
    )

    assert "would not be set" in only(findings(*given, q=PROCEDURE)).message


def test_what_a_message_may_not_bring_is_told_where_it_is_asked_for() -> None:
    sends = (
        BY_HAND
        + task("f", form="days")
        + drawing.stop("e", message="m", payload={"day": "=maybe_on"})
        + path("begin", "f", "e")
    )
    takes = (start(message="m"), timer("wait", "=day"), stop(), path("begin", "wait", "done"))

    assert only(findings(*takes, o=sends)).element == "wait"


def test_a_clock_whose_day_no_call_of_the_procedure_gives_is_told() -> None:
    told = shipped(complete_record=("=finalise_by<", "=finalised_by<"))

    assert any(each.element == "finalise_due" and "'finalised_by'" in each.message for each in told)


def test_a_misspelt_name_is_told_where_it_is_asked_for() -> None:
    told = shipped(referral=("working_days_after(received_on", "working_days_after(recieved_on"))

    assert any(each.element == "decision_due" and "'recieved_on'" in each.message for each in told)


def test_a_name_that_a_message_does_not_bring_is_told_where_it_is_taken_from_it() -> None:
    catches = hears("heard", "m", outputs={"known_on": "=knwon_on"})
    sends = "".join(
        (BY_HAND, task("a", form="days"), throw("t", "m", {"known_on": "=known_on"}), stop(), path("begin", "a", "t", "done"))
    )  # fmt: skip

    told = findings(BY_HAND, catches, stop(), path("begin", "heard", "done"), o=sends)

    assert [(each.element, "'knwon_on'" in each.message) for each in told if each.severity == "error"] == [
        ("heard", True)
    ]


# Messages


def test_an_end_by_hand_is_looked_at_as_if_nothing_were_known() -> None:
    drawn_by_hand = (BY_HAND, task("write", form="days"), stop(), path("begin", "write", "done"))

    assert (
        findings(
            *drawn_by_hand,
            stop("given_up", message="m", payload={"on": "=today()"}, endedByHand="yes", outside="Tell them"),
        )
        == []
    )
    told = only(
        findings(
            *drawn_by_hand,
            stop(
                "given_up", message="m", payload={"on": "=known_on"}, endedByHand="yes", outside="Tell them"
            ),
        )
    )
    assert (told.element, told.severity) == ("given_up", "error")
    assert "nothing has given 'known_on'" in told.message


def test_a_message_that_nothing_takes_is_told() -> None:
    finding = only(
        findings(BY_HAND, task("a", form="days"), throw("t", "m"), stop(), path("begin", "a", "t", "done"))
    )

    assert (finding.severity, finding.element) == ("error", "t")


def test_a_message_that_is_only_waited_for_may_be_lost() -> None:
    takes = BY_HAND + hears("h", "m") + stop() + path("begin", "h", "done")

    finding = only(findings(BY_HAND, throw("t", "m"), stop(), path("begin", "t", "done"), o=takes))

    assert (finding.severity, finding.element) == ("warning", "t")


def test_a_message_that_nobody_sends_is_a_warning() -> None:
    finding = only(findings(start(message="m"), task("a", form="days"), stop(), path("begin", "a", "done")))

    assert (finding.severity, finding.element) == ("warning", "begin")


def test_a_pathway_that_nothing_begins_is_told() -> None:
    finding = only(findings(start(), task("a", form="days"), stop(), path("begin", "a", "done")))

    assert (finding.severity, finding.element) == ("error", "begin")


@pytest.mark.parametrize(
    ("old", "new", "element", "said"),
    [
        ('id="closure" name', 'id="closing" name', "closure", "no pool"),
        ('id="looked_after" name', 'id="look_after" name', "look_after", "no pathway of this id"),
        ('value="closure_wanted"', 'value="closing_wanted"', "referral_to_closure", "does not send"),
        ('sourceRef="contact" targetRef="referral"', 'sourceRef="contact" targetRef="closure"', "contact_to_referral", "does not take"),
        ('sourceRef="contact" targetRef="referral"', 'sourceRef="contact" targetRef="closure"', "contact", "no arrow for the message"),
        ('sourceRef="initial_assessment" targetRef="looked_after"', 'sourceRef="referral" targetRef="looked_after"', "initial_assessment", "no arrow for the message"),
    ],
)  # fmt: skip
def test_a_map_that_says_something_else_is_told(old: str, new: str, element: str, said: str) -> None:
    told = {(each.element, each.severity): each.message for each in shipped(pathway_map=(old, new))}

    assert said in told[element, "error"]


def test_a_pool_for_work_outside_that_has_a_pathway_is_told() -> None:
    later = '<bpmn:participant id="closure" name="Closure"><bpmn:extensionElements><zeebe:properties><zeebe:property name="map" value="later" /></zeebe:properties></bpmn:extensionElements></bpmn:participant>'

    finding = only(shipped(pathway_map=('<bpmn:participant id="closure" name="Closure" />', later)))

    assert finding.element == "closure"


def test_pathways_that_wake_each_other_for_ever_are_told() -> None:
    asks = (BY_HAND, start("again", message="m"), throw("t", "n"), throw("u", "n"), stop(), stop("over"))
    answers = start(message="n") + throw("t", "m") + stop() + path("begin", "t", "done")
    ways = (path("begin", "t", "done"), path("again", "u", "over"))

    told = findings(*asks, *ways, o=answers)

    assert [each.message for each in told if "comes round" in each.message] == [
        "The message “m” comes round for ever, and nobody is waited for: m leads to n leads to m."
    ]


def test_pathways_that_wake_each_other_and_wait_for_somebody_are_not() -> None:
    asks = (BY_HAND, start("again", message="m"), throw("t", "n"), task("a", form="days"), throw("u", "n"))
    answers = start(message="n") + throw("t", "m") + stop() + path("begin", "t", "done")
    ways = (stop(), stop("over"), path("begin", "t", "done"), path("again", "a", "u", "over"))

    assert [each for each in findings(*asks, *ways, o=answers) if each.severity == "error"] == []


# Facts


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        ('=is_running("referal")', "There is no pathway 'referal'"),
        ('=has_plan("child_protecton")', "No pathway begins a plan of the kind 'child_protecton'"),
        ('=latest("dates", "known_on") != null', "There is no form 'dates'"),
        ('=latest("days", "known") != null', "The form 'days' gives no 'known'"),
    ],
)
def test_a_fact_that_no_case_can_have_is_told(condition: str, said: str) -> None:
    told = only(
        findings(
            BY_HAND, choice("which", "right"), task("a", form="days"), task("b", form="days"), stop(), stop("over"),
            path("begin", "which"), flow("which", "a", condition, identity="left"), flow("which", "b", identity="right"),
            path("a", "done"), path("b", "over"),
        )
    )  # fmt: skip

    assert (told.severity, told.file, told.element) == ("error", "bpmn/p.bpmn", "left")
    assert said in told.message


def test_a_fact_that_a_form_asks_for_is_looked_at_too() -> None:
    asks = DAYS.replace(
        b'"properties": {"requiredMessage": "Enter a"}',
        b'"properties": {"requiredMessage": "Enter a"}, "conditional": {"hide": "=is_running(\\"nowhere\\")"}',
    )
    given = files(BY_HAND, task("a", form="days"), stop(), path("begin", "a", "done"))

    told = only(found(given | {"forms/days.form": asks}))

    assert (told.file, told.element) == ("forms/days.form", "q_a")
    assert "There is no pathway 'nowhere'" in told.message


def test_a_code_is_followed_to_its_form_by_whatever_input_a_call_names_it() -> None:
    told = shipped(initial_conference=('=outcome = "no_further_action"<', '=outcome = "no_furter_action"<'))

    assert only(told).element == "to_closing"


# The statutory table


@pytest.mark.parametrize(
    ("file", "old", "new", "element", "said"),
    [
        ("referral", "working_days_after(received_on, 1)", "working_days_after(received_on, 2)", "decision_due", "gives until 2010-09-03 where received_on is 2010-09-01"),
        ("referral", "working_days_after(received_on, 1)", "received_on + duration(&#34;P1D&#34;)", "decision_due", None),
        ("initial_assessment", "working_days_after(received_on, 10)", "working_days_after(received_on, 11)", "assessment", "at most 10 working days"),
        ("initial_assessment", "working_days_after(received_on, 10)", "received_on + duration(&#34;P12D&#34;)", "assessment", None),
        ("initial_assessment", "working_days_after(received_on, 10)", "received_on + 10", "assessment", "gives no day"),
        ("initial_assessment", "working_days_after(received_on, 10)", "working_days_after(today(), 10)", "assessment", "does not count from"),
        ("initial_assessment", '"statutory" target="finalise_deadline"', '"local" target="finalise_deadline"', "assessment", "do not see that it is statutory"),
        ("statute", "timer: decision_due", "timer: decided", "referral_decision", "No clock is drawn"),
        ("statute", "law_of: 2010-09-01", "law_of: 2009-09-01", "assessment", "at most 7 working days"),
        ("statute", "{working_days: 1}", "{weeks: 1}", "referral_decision", "one of working_days, days or months"),
        ("statute", "from_event: received_on\n    at_most: {working_days: 1}", "at_most: {working_days: 1}", "referral_decision", "does not say from_event"),
    ],
)  # fmt: skip
def test_a_diagram_is_held_against_the_law_of_its_day(
    file: str, old: str, new: str, element: str, said: str | None
) -> None:
    told = shipped(**{file: (old, new)})

    if said is None:
        assert told == []
    else:
        finding = only(told)
        assert (finding.severity, finding.element) == ("error", element)
        assert said in finding.message


def test_a_clock_that_a_procedure_hands_on_to_another_is_held_against_the_law() -> None:
    law = b"""law_of: 2010-09-01
rules:
  - {rule: r, says: Done, pathway: p, timer: outer/by, from_event: known_on, at_most: {days: 3}, basis: Ours}"""
    inner = start() + task("work") + timer("late", "=until", on="work", interrupting=False, deadline="=kind")
    inner += stop() + stop("over") + path("begin", "work", "done") + path("late", "over")
    outer = (
        start()
        + call("inside", "inner", {"until": "=by", "kind": "=kind"})
        + stop()
        + path("begin", "inside", "done")
    )

    def judged(kind: str, days: int) -> list[Finding]:
        given = files(
            BY_HAND, task("say", form="days"), stop(), path("begin", "say", "outer", "done"),
            call("outer", "outer", {"by": f'=known_on + duration("P{days}D")', "kind": kind}),
            outer=outer, inner=inner.replace('formId="form"', 'formId="days"'),
        )  # fmt: skip
        return found(given | {"bpmn/statute.yaml": law})

    assert judged("statutory", 3) == []
    assert "at most 3 days" in only(judged("statutory", 4)).message
    assert "do not see that it is statutory" in only(judged("local", 3)).message


# The command


def checked(folder: Path, old: str, new: str, *options: str) -> Result:
    """What ``ics-flow check`` says of the shipped files without scenarios, with a text of the contact pathway changed."""
    for name, content in SHIPPED.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.replace(old.encode(), new.encode()))
    return CliRunner().invoke(check, [str(folder), *options])


def test_an_error_of_the_gate_fails_the_check(tmp_path: Path) -> None:
    result = checked(tmp_path, 'outcome = "another_agency"</', 'outcome = "another_agenci"</')

    assert result.exit_code == 1
    assert result.stdout.startswith("bpmn/contact.bpmn, to_passed_on: The arrow")


def test_a_warning_of_the_gate_is_printed_and_does_not_fail_the_check(tmp_path: Path) -> None:
    result = checked(tmp_path, '=outcome = "another_agency"</', '=outcome != "referral"</')

    assert result.exit_code == 0
    assert result.stdout == ""
    assert "warning: bpmn/contact.bpmn, what_follows: At “What follows?”" in result.stderr


def test_what_is_found_comes_as_data_warnings_too(tmp_path: Path) -> None:
    result = checked(tmp_path, '=outcome = "another_agency"</', '=outcome != "referral"</', "--json")

    found = {each["file"]: each for each in json.loads(result.stdout)}
    finding = found["bpmn/contact.bpmn"]
    assert result.exit_code == 0
    assert (finding["severity"], finding["element"], finding["path"]) == ("warning", "what_follows", [])
    assert finding["message"]
    assert finding["mend"]


def test_what_cannot_be_read_comes_as_data_and_fails_the_check(tmp_path: Path) -> None:
    result = checked(tmp_path, 'formId="allocation"', 'formId="alocation"', "--json")

    (finding,) = json.loads(result.stdout)
    assert result.exit_code == 1
    assert (finding["severity"], finding["element"]) == ("error", "allocate")
