"""What keeps a draft from the board, each with a sentence that says so: a deadlock, a question that a clock needs, a file that is not what it says.

An author who approves is refused in ``test_board``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from io import BytesIO
from typing import Any
from zipfile import ZipFile

import pytest

from ics_flow.application import Application
from tests.http.board_room import BoardRoom
from tests.http.past import taken_in
from tests.http.people import Browser

CARE_PLAN = "bpmn/care_plan.bpmn"
BEGINNING = "forms/looked_after_start.form"


@pytest.fixture
def room(application: Application, as_worker: Callable[[str], Browser]) -> BoardRoom:
    """The board at work, with a request for which a draft is begun."""
    room = BoardRoom(application, as_worker)
    room.ask("Something else")
    return room


def test_a_draft_that_deadlocks_is_refused_with_the_way_there(room: BoardRoom) -> None:
    room.draw(
        CARE_PLAN,
        (
            'sourceRef="health_plan_now" targetRef="health_plan_done"',
            'sourceRef="health_plan_now" targetRef="drawn_up"',
        ),
        ("<bpmn:incoming>no_health_plan</bpmn:incoming>", ""),
    )

    room.propose("2026-03-20")

    assert room.owner.status == 422
    assert "The draft does not pass the gate, so it cannot be put to the board" in room.owner.said
    room.owner.get(room.draft)
    assert (
        "“all_parts” waits for ever for “health_plan_done”. The way there: “drawing_up” begins it"
        in room.owner.said
    )


def test_a_draft_of_which_a_file_cannot_be_read_is_refused(room: BoardRoom) -> None:
    arrow = "to_health_plan_now"
    room.draw(
        CARE_PLAN,
        (f"<bpmn:outgoing>{arrow}</bpmn:outgoing>", ""),
        (f"<bpmn:incoming>{arrow}</bpmn:incoming>", ""),
        (f'<bpmn:sequenceFlow id="{arrow}" sourceRef="parts" targetRef="health_plan_now" />', ""),
    )

    room.owner.get(f"{room.request}/propose/{room.draft.rpartition('/')[2]}")

    assert room.owner.status == 409
    assert "it cannot be put to the board: 3 things are wrong" in room.owner.said


def test_a_question_that_a_clock_counts_from_is_not_deleted(room: BoardRoom) -> None:
    owner = room.owner
    owner.get(f"{room.draft}/text/{BEGINNING}")
    sent = owner.fields()
    form = json.loads(str(sent["text"][0]))  # type: ignore[index]
    assert without_question(form, "placed_on")
    room.write(BEGINNING, json.dumps(form, indent=2), sent)

    room.propose("2026-03-20")

    assert "The draft does not pass the gate, so it cannot be put to the board" in owner.said
    owner.get(room.draft)
    assert "On some way here nothing has given 'placed_on' yet" in owner.said


def without_question(group: dict[str, Any], key: str) -> bool:
    """Take a question out of a form; says whether it was there."""
    asked: list[dict[str, Any]] = group.get("components", [])
    left = [each for each in asked if each.get("key") != key]
    if len(left) < len(asked):
        group["components"] = left
        return True
    return any(without_question(each, key) for each in asked)


def zipped(name: str) -> bytes:
    """A zip with one file, as a word processor's document is one."""
    made = BytesIO()
    with ZipFile(made, "w") as archive:
        archive.writestr(name, "<w:document/>")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("care_plan.bpmn", zipped("bpmn/care_plan.bpmn"), "bpmn/care_plan.bpmn is not text"),
        ("care_plan.bpmn", zipped("word/document.xml"), "bpmn/care_plan.bpmn is not text"),
        ("care_plan.zip", zipped("word/document.xml"), "is no file of a draft"),
        ("care_plan.bpmn", b"{}", "bpmn/care_plan.bpmn is not what its name says"),
        ("referral.form", b"<xml/>", "forms/referral.form is not what its name says"),
        (
            "care_plan.bpmn",
            b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
            "bpmn/care_plan.bpmn has a DOCTYPE",
        ),
    ],
    ids=["zip", "document", "document in a zip", "json", "xml", "doctype"],
)
def test_a_file_that_is_not_what_it_says_is_refused(
    room: BoardRoom, name: str, content: bytes, said: str
) -> None:
    assert said in taken_in(room, name, content)
    assert room.owner.status == 422
    room.owner.get(room.draft)
    assert "The draft changes nothing yet." in room.owner.said
