"""An element that was called otherwise before says so (``was``), once and of its own; then its names are carried over."""

from __future__ import annotations

import pytest

import engine
from tests.unit.engine.drawing import box, call, drawn, path, start, stop, task
from tests.unit.engine.test_reading import sentences


def plain(task_id: str, **properties: str) -> engine.Pathways:
    """A pathway of one task."""
    content = start(), task(task_id, **properties), stop(), path("begin", task_id, "done")
    return engine.read_pathways(drawn("p", *content))


def test_an_element_is_found_under_its_new_id() -> None:
    assert engine.renamed("draft#2", "p", plain("draft"), plain("write", was="draft")) == "write#2"


def test_an_element_is_found_again_under_its_old_id() -> None:
    assert engine.renamed("write#2", "p", plain("write", was="draft"), plain("draft")) == "draft#2"


def test_several_former_ids_are_found_past_releases_that_a_case_never_saw() -> None:
    assert engine.renamed("sketch#1", "p", plain("sketch"), plain("write", was="draft, sketch")) == "write#1"


def test_what_has_no_heir_keeps_its_name() -> None:
    assert engine.renamed("draft#1", "p", plain("draft"), plain("write")) == "draft#1"


def test_a_name_is_carried_over_through_boxes_and_calls() -> None:
    def calling(box_id: str, inner: str, **properties: str) -> engine.Pathways:
        inside = start("in"), task(inner, **properties), stop("out"), path("in", inner, "out")
        called = drawn("q", start("i"), task("ask"), stop("o"), path("i", "ask", "o"))
        content = start(), box("around", *inside), call(box_id, "q"), stop()
        home = drawn("p", *content, path("begin", "around", box_id, "done"))
        return engine.read_pathways({**home, **called})

    old, new = calling("first", "draft"), calling("first", "write", was="draft")
    assert engine.renamed("around#1/draft#3", "p", old, new) == "around#1/write#3"
    assert engine.renamed("first#1/ask#1", "p", old, new) == "first#1/ask#1"


@pytest.mark.parametrize(
    ("was", "said"),
    [
        ("begin", "an element here is called so now"),
        ("Not an id", "and 'Not an id' is none"),
    ],
)
def test_a_former_id_is_an_id_and_nobodys_now(was: str, said: str) -> None:
    found = sentences(start(), task("write", was=was), stop(), path("begin", "write", "done"))
    assert said in found["write"]


def test_two_elements_cannot_have_been_the_same() -> None:
    found = sentences(
        start(),
        task("write", was="draft"),
        task("check", was="draft"),
        stop(),
        path("begin", "write", "check", "done"),
    )
    assert "Only one can be." in found["check"]
