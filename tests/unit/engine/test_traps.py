"""What a token game gets wrong in silence, each once: data, joins, scopes, calls, messages, tasks that do not wait.

SpiffWorkflow as it is shipped fails most of these; the engine's overrides in ``tokens`` are here for them. What is refused when it is read is in ``test_reading``, time in
``test_timers``, long cases in ``test_long_cases``.
"""

from __future__ import annotations

import pytest

import engine
from engine import (
    BadValue,
    Entered,
    GoesRound,
    MessageThrown,
    NotWaiting,
    ProcessEnded,
    TaskOpened,
    Withdrawn,
)
from tests.unit.engine.drawing import (
    box,
    call,
    choice,
    drawn,
    flow,
    message,
    parallel,
    path,
    script,
    start,
    stop,
    task,
    throw,
    timer,
)
from tests.unit.engine.playing import FRIDAY, Playing, moment

LINE = drawn("p", start(), task("write"), task("check"), stop(), path("begin", "write", "check", "done"))

SIDE_BY_SIDE = drawn(
    "p", start(), parallel("fork"), task("left"), task("right"), parallel("meet"), task("after"), stop(),
    path("begin", "fork", "left", "meet", "after", "done"), path("fork", "right", "meet"),
)  # fmt: skip


# Data


def test_a_branch_that_does_not_interrupt_gives_its_data_to_the_main_path() -> None:
    files = drawn(
        "p", start(), task("write"), stop(), path("begin", "write", "done"),
        timer("due", '=date("2026-04-01")', on="write", interrupting=False),
        script("note", "overdue", "=true"), stop("late"), path("due", "note", "late"),
    )  # fmt: skip
    playing = Playing(files)

    playing.fire("due#1")

    assert playing.data == {"overdue": True}


def test_a_parallel_join_loses_no_update() -> None:
    playing = Playing(SIDE_BY_SIDE, {"a": 0, "b": 0})

    playing.complete("right#1", b=2)
    playing.complete("left#1", a=1)

    assert playing.data == {"a": 1, "b": 2}


def test_the_later_of_two_answers_to_one_question_stands() -> None:
    playing = Playing(SIDE_BY_SIDE, {"a": 0})

    playing.complete("left#1", a=1)
    playing.complete("right#1", a=2)

    assert playing.data == {"a": 2}


@pytest.mark.parametrize("later", [("c",), (), ("a", "b", "c", "d")])
def test_a_list_replaces_the_list_before_it(later: tuple[str, ...]) -> None:
    playing = Playing(LINE, {"factors": ("a", "b", "c")})

    playing.complete("write#1", factors=later)

    assert playing.data == {"factors": later}


def test_data_that_the_caller_changes_afterwards_are_not_the_processs() -> None:
    given: dict[str, engine.Value] = {"a": 1}
    pathways = engine.read_pathways(LINE)
    begun = engine.start(pathways, "p", given, moment())
    given["a"] = 2
    done = engine.complete(pathways, begun.state, "write#1", given, moment())
    given["a"] = 3

    assert (begun.state.scope.data, done.state.scope.data) == ({"a": 1}, {"a": 2})


def test_a_payload_that_its_catcher_changes_is_not_the_senders() -> None:
    files = drawn(
        "p", start(), throw("tell", "m", {"a": "=a"}), script("one", "a", "=a + 1"), task("write"), stop(),
        path("begin", "tell", "one", "write", "done"), messages=("m",),
    )  # fmt: skip
    playing = Playing(files, {"a": 1})

    assert playing.told(MessageThrown)[0].payload == {"a": 1}
    assert playing.data == {"a": 2}


def test_the_state_before_a_step_is_unchanged_by_it() -> None:
    pathways = engine.read_pathways(SIDE_BY_SIDE)
    state = engine.start(pathways, "p", {"a": 0}, moment()).state
    before = state.encode()

    engine.complete(pathways, state, "left#1", {"a": 1}, moment())
    engine.end(pathways, state, moment())

    assert state.encode() == before


def test_an_expression_that_fails_leaves_the_state_as_it_was() -> None:
    files = drawn(
        "p", start(), task("write"), script("count", "due", "=working_days_after(received_on, 5)"), task("after"),
        stop(), path("begin", "write", "count", "after", "done"),
    )  # fmt: skip
    playing = Playing(files)
    before = playing.state

    with pytest.raises(BadValue, match="covers 2000 to 2040 only"):
        playing.complete("write#1", received_on=FRIDAY.date().replace(year=2300))

    assert playing.state == before
    playing.complete("write#1", received_on=FRIDAY.date())
    assert playing.tasks == ("after#1",)


# Tasks


@pytest.mark.parametrize(
    "task_name", ["check#1", "write#2", "write", "begin#1", "done#1", "nowhere#1", "x/write#1", ""]
)
def test_a_task_that_does_not_wait_cannot_be_done(task_name: str) -> None:
    playing = Playing(LINE)
    before = playing.state

    with pytest.raises(NotWaiting):
        playing.complete(task_name)

    assert playing.state == before


def test_a_task_that_is_done_cannot_be_done_again() -> None:
    playing = Playing(LINE)
    playing.complete("write#1")

    with pytest.raises(NotWaiting):
        playing.complete("write#1")


def test_a_task_that_was_withdrawn_cannot_be_done() -> None:
    files = drawn(
        "p", start(), task("write"), stop(), path("begin", "write", "done"),
        message("stop_it", "m", on="write"), task("other"), stop("s"), path("stop_it", "other", "s"), messages=("m",),
    )  # fmt: skip
    playing = Playing(files)
    playing.deliver("m")

    with pytest.raises(NotWaiting):
        playing.complete("write#1")


def test_a_timer_cannot_be_done_nor_a_task_fired() -> None:
    files = drawn(
        "p", start(), task("write"), timer("due", '=date("2026-04-01")', on="write"), stop(), stop("late"),
        path("begin", "write", "done"), path("due", "late"),
    )  # fmt: skip
    playing = Playing(files)

    with pytest.raises(NotWaiting):
        playing.complete("due#1")
    with pytest.raises(NotWaiting):
        playing.fire("write#1")


def test_nothing_can_be_done_in_a_process_that_was_ended() -> None:
    playing = Playing(SIDE_BY_SIDE)

    playing.end()

    assert playing.state.ended
    assert {each.name for each in playing.told(Withdrawn)} == {"left#1", "right#1"}
    with pytest.raises(NotWaiting):
        playing.complete("left#1")


def test_only_what_a_person_may_start_is_started_by_hand() -> None:
    pathways = engine.read_pathways(
        drawn("p", start(message="m"), stop(), path("begin", "done"), messages=("m",))
    )

    with pytest.raises(NotWaiting):
        engine.start(pathways, "p", {}, moment())
    assert pathways.started_by("m") == ("p",)


@pytest.mark.parametrize("name", ["startedWhileRunning", "takesContacts"])
def test_what_is_said_of_a_start_by_hand_stands_on_one_and_says_yes(name: str) -> None:
    engine.read_pathways(drawn("p", start(startedBy="SW", **{name: "yes"}), stop(), path("begin", "done")))

    for properties in ({name: "yes"}, {"startedBy": "SW", name: "no"}):
        with pytest.raises(engine.Refused, match=f"{name} = yes belongs beside startedBy"):
            engine.read_pathways(drawn("p", start(**properties), stop(), path("begin", "done")))


# Decisions


def decision(*content: str) -> dict[str, bytes]:
    return drawn("p", start(), choice("which", "f_0"), stop(), task("a"), task("b"), task("c"), *content)


def test_of_two_conditions_that_hold_the_first_in_the_file_decides() -> None:
    ends = "".join(path(name, end) for name, end in (("a", "e_a"), ("b", "e_b"), ("c", "done")))
    both = (stop("e_a"), stop("e_b"), path("begin", "which"), flow("which", "c", identity="f_0"), ends)
    one, other = flow("which", "b", "=x > 0"), flow("which", "a", "=x > 1")

    assert Playing(decision(*both, one, other), {"x": 5}).tasks == ("b#1",)
    assert Playing(decision(*both, other, one), {"x": 5}).tasks == ("a#1",)


def test_where_things_stand_on_the_page_decides_nothing() -> None:
    def shape(element: str, y: int) -> str:
        bounds = f'<dc:Bounds x="0" y="{y}" width="10" height="10"/>'
        return f'<bpmndi:BPMNShape id="{element}_di" bpmnElement="{element}">{bounds}</bpmndi:BPMNShape>'

    def on_page(above: str, below: str) -> dict[str, bytes]:
        content = "".join((
            stop("e_a"), stop("e_b"), path("begin", "which"), flow("which", "c", identity="f_0"),
            flow("which", "b", "=x > 0"), flow("which", "a", "=x > 1"),
            path("a", "e_a"), path("b", "e_b"), path("c", "done"),
        ))  # fmt: skip
        (file,) = decision(content).values()
        plane = f'<bpmndi:BPMNPlane id="plane" bpmnElement="p">{shape(above, 0)}{shape(below, 900)}</bpmndi:BPMNPlane>'
        page = f'<bpmndi:BPMNDiagram id="page">{plane}</bpmndi:BPMNDiagram></bpmn:definitions>'
        drawn_on = file.decode().replace("</bpmn:definitions>", page)
        spaces = 'xmlns:bpmndi="http://www.omg.org/spec/BPMN/20100524/DI" xmlns:dc="http://www.omg.org/spec/DD/20100524/DC"'
        return {
            "bpmn/p.bpmn": drawn_on.replace("<bpmn:definitions ", f"<bpmn:definitions {spaces} ").encode()
        }

    assert (
        Playing(on_page("a", "b"), {"x": 5}).tasks == Playing(on_page("b", "a"), {"x": 5}).tasks == ("b#1",)
    )


@pytest.mark.parametrize("value", [None, "yes", 1, False])
def test_only_what_is_true_takes_an_arrow(value: engine.Value) -> None:
    content = (
        path("begin", "which"), flow("which", "a", "=x"), flow("which", "c", identity="f_0"), path("a", "done"),
        path("c", "done"), flow("which", "b", "=x = x and x = true"), path("b", "done"),
    )  # fmt: skip

    assert Playing(decision(*content), {"x": value}).tasks == ("c#1",)
    assert Playing(decision(*content), {"x": True}).tasks == ("a#1",)


# Side by side


def test_a_join_waits_for_every_branch_once() -> None:
    playing = Playing(SIDE_BY_SIDE)

    playing.complete("left#1")
    assert playing.tasks == ("right#1",)
    playing.complete("right#1")

    assert playing.tasks == ("after#1",)
    assert Entered("meet#1") in playing.effects


def test_two_tokens_by_one_branch_do_not_make_a_join() -> None:
    files = drawn(
        "p", start(), parallel("fork"), parallel("twice"), choice("one"), task("left"), task("right"), parallel("meet"),
        task("after"), stop(), path("begin", "fork", "twice", "one", "left", "meet", "after", "done"),
        flow("twice", "one", identity="again"), path("fork", "right", "meet"),
    )  # fmt: skip
    playing = Playing(files)

    playing.complete("left#1")
    playing.complete("left#2")
    assert playing.tasks == ("right#1",)
    playing.complete("right#1")

    assert playing.tasks == ("after#1",)
    assert not playing.state.ended


def test_a_branch_that_ends_does_not_reach_the_join() -> None:
    files = drawn(
        "p", start(), parallel("fork"), task("left"), task("right"), choice("which", "f_0"), parallel("meet"), stop(),
        stop("gone"), path("begin", "fork", "left", "which"), flow("which", "meet", identity="f_0"),
        flow("which", "gone", "=x = 1"), path("fork", "right", "meet", "done"),
    )  # fmt: skip
    playing = Playing(files)

    playing.complete("left#1", x=1)
    playing.complete("right#1")

    assert not playing.state.ended  # the gate's exploration finds such a diagram
    assert playing.tasks == ()


# Scopes


def calling(inputs: dict[str, str], outputs: dict[str, str], *inside: str) -> dict[str, bytes]:
    outer = drawn(
        "p", start(), call("record", "procedure", inputs, outputs), task("after"), stop(),
        path("begin", "record", "after", "done"),
    )  # fmt: skip
    return outer | drawn("procedure", start(), *inside, stop(), messages=("m",))


def test_a_call_takes_in_only_the_names_that_it_maps() -> None:
    files = calling(
        {"title": "Core assessment", "x": "=a + 1"}, {}, task("write"), path("begin", "write", "done")
    )
    playing = Playing(files, {"a": 1, "secret": 2})

    assert playing.scope("record#1").data == {"title": "Core assessment", "x": 2}


def test_a_call_gives_out_only_the_names_that_it_maps() -> None:
    files = calling({}, {"decision": "=outcome"}, task("write"), path("begin", "write", "done"))
    playing = Playing(files, {"outcome": "before"})

    playing.complete("record#1/write#1", outcome="agreed", secret=2)

    assert playing.data == {"outcome": "before", "decision": "agreed"}


def test_each_call_has_data_and_numbers_of_its_own() -> None:
    outer = drawn(
        "p", start(), parallel("fork"), call("one", "procedure", {"x": "=1"}, {"first": "=x"}),
        call("two", "procedure", {"x": "=2"}, {"second": "=x"}), parallel("meet"), task("after"), stop(),
        path("begin", "fork", "one", "meet", "after", "done"), path("fork", "two", "meet"),
    )  # fmt: skip
    inner = drawn("procedure", start(), task("write"), stop(), path("begin", "write", "done"))
    playing = Playing(outer | inner)

    assert playing.tasks == ("one#1/write#1", "two#1/write#1")
    playing.complete("two#1/write#1", x=20)
    playing.complete("one#1/write#1")

    assert playing.data == {"first": 1, "second": 20}


def test_a_box_shares_the_data_around_it() -> None:
    inner = box("stage", start("i_1"), task("write"), script("one", "b", "=a + 1"), stop("i_2"),
                path("i_1", "write", "one", "i_2"))  # fmt: skip
    playing = Playing(
        drawn("p", start(), inner, task("after"), stop(), path("begin", "stage", "after", "done"))
    )

    playing.complete("stage#1/write#1", a=1)

    assert playing.data == {"a": 1, "b": 2}


def test_a_terminating_end_ends_only_its_own_scope() -> None:
    inside = (
        parallel("fork"), task("left"), task("right"), stop("all", terminates=True),
        path("begin", "fork", "left", "all"), path("fork", "right", "done"),
    )  # fmt: skip
    outer = drawn(
        "p", start(), parallel("fork_p"), call("record", "procedure"), task("beside"), parallel("meet"), task("after"),
        stop(), path("begin", "fork_p", "record", "meet", "after", "done"), path("fork_p", "beside", "meet"),
    )  # fmt: skip
    playing = Playing(outer | drawn("procedure", start(), *inside, stop()))

    playing.complete("record#1/left#1")

    assert playing.tasks == ("beside#1",)
    assert playing.told(Withdrawn) == [Withdrawn("record#1/right#1")]
    playing.complete("beside#1")
    assert playing.tasks == ("after#1",)


def test_a_terminating_end_of_the_process_ends_everything_in_it() -> None:
    files = drawn(
        "p", start(), parallel("fork"), task("quick"), stop("all", terminates=True),
        box("stage", start("i_1"), task("slow"), stop("i_2"), path("i_1", "slow", "i_2")), stop(),
        timer("due", '=date("2026-04-01")', on="stage"), stop("late"), path("due", "late"),
        path("begin", "fork", "quick", "all"), path("fork", "stage", "done"),
    )  # fmt: skip
    playing = Playing(files)

    playing.complete("quick#1")

    assert playing.state.ended
    assert {each.name for each in playing.told(Withdrawn)} == {"stage#1", "stage#1/slow#1", "due#1"}
    assert playing.effects[-1] == ProcessEnded()


@pytest.mark.parametrize("kind", ["call", "box"])
def test_an_interrupting_event_withdraws_everything_inside(kind: str) -> None:
    inside = (
        parallel("fork"), task("write"), message("hear", "m"), parallel("meet"),
        box("deep", start("d_1"), task("deeper"), stop("d_2"), path("d_1", "deeper", "d_2")),
        path("fork", "write", "meet"), path("fork", "hear", "meet"), path("fork", "deep", "meet"),
    )  # fmt: skip
    if kind == "call":
        host = call("host", "procedure")
        files = drawn(
            "procedure",
            start(),
            *inside,
            stop(),
            path("begin", "fork"),
            path("meet", "done"),
            messages=("m",),
        )
    else:
        host = box("host", start("i_1"), *inside, stop("i_2"), path("i_1", "fork"), path("meet", "i_2"))
        files = {}
    files |= drawn(
        "p", start(), host, stop(), message("no_more", "stop_all", on="host"), task("other"), stop("s"),
        path("begin", "host", "done"), path("no_more", "other", "s"), messages=("m", "stop_all"),
    )  # fmt: skip
    playing = Playing(files)

    playing.deliver("stop_all")

    assert playing.tasks == ("other#1",)
    assert {each.name for each in playing.told(Withdrawn)} == {
        "host#1", "host#1/write#1", "host#1/hear#1", "host#1/deep#1", "host#1/deep#1/deeper#1",
    }  # fmt: skip
    assert not playing.deliver("m")


# Messages


def test_a_message_goes_to_all_that_wait_for_it() -> None:
    files = drawn(
        "p", start(), parallel("fork"), message("one", "m", outputs={"a": "=x"}), message("two", "m", outputs={"b": "=x"}),
        message("other", "n"), parallel("meet"), stop(), path("begin", "fork", "one", "meet", "done"),
        path("fork", "two", "meet"), path("fork", "other", "meet"), messages=("m", "n"),
    )  # fmt: skip
    playing = Playing(files)

    assert playing.deliver("m", x=7)

    assert playing.data == {"a": 7, "b": 7}
    assert not playing.state.ended


def test_a_message_that_nothing_waits_for_changes_nothing() -> None:
    playing = Playing(LINE)

    assert not playing.deliver("m", x=7)


def test_a_message_reaches_its_catchers_in_the_order_in_which_they_began_to_wait() -> None:
    files = drawn(
        "p", start(), parallel("fork"), task("write"), message("on_edge", "m", on="write", interrupting=False),
        script("one", "last", '="edge"'), message("in_flow", "m"), script("two", "last", '="flow"'), stop(), stop("s"),
        task("after"), path("begin", "fork", "write", "done"), path("on_edge", "one", "s"),
        path("fork", "in_flow", "two", "after"), path("after", "s"), messages=("m",),
    )  # fmt: skip
    playing = Playing(files)

    playing.deliver("m")

    assert playing.data == {"last": "flow"}


def test_a_message_that_does_not_interrupt_is_heard_each_time_it_comes() -> None:
    files = drawn(
        "p", start(), task("write"), stop(), path("begin", "write", "done"),
        message("news", "m", on="write", interrupting=False), task("read"), stop("s"), path("news", "read", "s"),
        messages=("m",),
    )  # fmt: skip
    playing = Playing(files)

    assert playing.deliver("m")
    assert playing.deliver("m")
    assert playing.tasks == ("write#1", "read#1", "read#2")
    playing.complete("write#1")

    assert not playing.deliver("m")


def test_a_message_may_start_a_pathway_with_its_payload() -> None:
    files = drawn(
        "p", start(message="m"), task("write"), stop(), path("begin", "write", "done"), messages=("m",)
    )

    assert Playing(files, {"x": 1}, message="m").data == {"x": 1}


# Round and round


def test_a_loop_that_never_waits_is_refused() -> None:
    files = drawn(
        "p", start(), choice("again"), script("one", "x", "=1"), path("begin", "again", "one", "again")
    )

    with pytest.raises(GoesRound):
        Playing(files)


def test_a_loop_that_multiplies_its_tokens_is_refused() -> None:
    files = drawn(
        "p", start(), choice("again"), parallel("fork"), script("one", "x", "=1"),
        path("begin", "again", "fork", "again"), path("fork", "one", "again"),
    )  # fmt: skip

    with pytest.raises(GoesRound):
        Playing(files)


def test_a_loop_over_a_box_that_never_waits_is_refused() -> None:
    inner = box("stage", start("i_1"), stop("i_2"), path("i_1", "i_2"))
    files = drawn("p", start(), choice("again"), inner, path("begin", "again", "stage", "again"))

    with pytest.raises(GoesRound):
        Playing(files)


def test_a_loop_over_a_timer_that_is_always_late_is_refused() -> None:
    files = drawn(
        "p", start(), choice("again"), task("write"), timer("due", '=today() - duration("P1D")', on="write"), stop(),
        path("begin", "again", "write", "done"), path("due", "again"),
    )  # fmt: skip

    with pytest.raises(GoesRound):
        Playing(files)


# What is asked of people


def test_a_task_of_a_shared_procedure_says_what_its_caller_gave_it() -> None:
    files = calling(
        {"form": "core_assessment", "roles": "SW, PM", "title": "Core assessment"}, {},
        task("write", form="=form", roles="=roles", title="=title"), path("begin", "write", "done"),
    )  # fmt: skip

    (opened,) = Playing(files).told(TaskOpened)

    assert (opened.form, opened.roles, opened.title) == ("core_assessment", ("SW", "PM"), "Core assessment")


def test_a_form_that_is_no_text_is_refused_when_the_task_opens() -> None:
    with pytest.raises(BadValue):
        Playing(calling({"form": "=5"}, {}, task("write", form="=form"), path("begin", "write", "done")))


def test_a_role_that_is_named_twice_is_asked_once() -> None:
    playing = Playing(
        drawn("p", start(), task("write", roles="SW, PM, SW"), stop(), path("begin", "write", "done"))
    )

    assert [each.roles for each in playing.told(TaskOpened)] == [("SW", "PM")]
