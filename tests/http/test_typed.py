"""Nothing that a person typed is lost: errors, drafts, time-outs, second tabs, managers who send a record back."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape

from ics_flow.clock import ManualClock
from tests.http.people import OURS, PASSWORD, Browser, Office

SENTENCE = "Ava told her teacher that she did not want to go home today."


def contact_task(office: Office) -> tuple[str, str]:
    """Tess at the form of a new contact; gives the case and the form's address."""
    case = office.contact()
    return case, f"/children/{case}/tasks/contact.1/record.1/write.1"


def test_a_form_with_an_error_comes_back_with_everything_that_was_typed(office: Office) -> None:
    _, address = contact_task(office)
    tess = office.at("tess")
    command = tess.command()

    tess.send({"what_led_to_it": SENTENCE, "contacted_on-day": "31", "contacted_on-month": "2"}, to=address)

    assert tess.status == 422
    assert "There is a problem" in tess.said
    assert tess.command() == command
    assert 'value="31"' in tess.html
    assert "<title>Error: " in tess.html


def narrative(tess: Browser) -> str:
    """The name of the first narrative question of the page."""
    found = re.search(r'<textarea[^>]* name="([a-z_]+)"', tess.html)
    assert found
    return found[1]


def kept(tess: Browser) -> str:
    """What the page that asks to sign in keeps of what was sent."""
    found = re.search(r'name="kept" value="([^"]*)"', tess.html)
    assert found
    return unescape(found[1])


def test_a_draft_comes_back_even_half_a_date(office: Office) -> None:
    _, address = contact_task(office)
    tess = office.at("tess")
    question = narrative(tess)

    tess.send({question: SENTENCE, "contacted_on-day": "31"}, to=address, do="save")
    assert "Saved as a draft" in tess.said
    tess.get("/")
    assert "Draft saved" in tess.said
    tess.get(address)

    assert SENTENCE in tess.html
    assert 'value="31"' in tess.html
    assert "Draft saved 20 March 2026 at 10:00am by Tess Archer" in tess.said


def test_typing_is_saved_and_two_writers_do_not_overwrite_each_other(
    office: Office, as_worker: Callable[[str], Browser]
) -> None:
    _, address = contact_task(office)
    tess, other_tab = office.at("tess"), as_worker("sam")
    question = narrative(tess)
    other_tab.get(address)
    keep = address.replace("/tasks/", "/drafts/")

    first = tess.post(keep, {question: SENTENCE, "draft_version": "0"})
    assert first.get_json() == {"message": "Saved at 10:00am", "draft_version": 1}
    second = other_tab.post(keep, {question: "Other words", "draft_version": "0"})

    assert second.status_code == 409
    assert "Not saved." in second.get_json()["message"]


def test_a_session_that_ran_out_costs_nothing(office: Office, wall: ManualClock) -> None:
    _, address = contact_task(office)
    tess = office.at("tess")
    question = narrative(tess)
    wall.advance(minutes=31)

    tess.send({question: SENTENCE}, to=address, do="save")

    assert tess.status == 403
    assert "Nothing is lost" in tess.said
    tess.post(
        "/sign-in",
        {"username": "tess", "password": PASSWORD, "kept": kept(tess)},
    )
    assert SENTENCE in tess.html
    assert "What you typed is still here" in tess.said
    tess.get(address)
    assert SENTENCE in tess.html  # kept as a draft besides


def test_another_person_who_signs_in_after_a_time_out_gets_no_way_in(
    office: Office, wall: ManualClock
) -> None:
    _, address = contact_task(office)
    tess = office.at("tess")
    question = narrative(tess)
    wall.advance(minutes=31)
    tess.send({question: SENTENCE}, to=address)

    tess.post(
        "/sign-in",
        {"username": "olga", "password": PASSWORD, "kept": kept(tess)},
    )
    tess.post(address, {question: SENTENCE})

    assert tess.status == 404


def test_a_page_from_before_a_new_sign_in_is_sent_again_at_a_press(office: Office) -> None:
    _, address = contact_task(office)
    tess = office.at("tess")
    question, old_token = narrative(tess), tess.token()
    tess.sign_in("tess")

    tess.response = tess.client.post(
        address,
        data={"form_token": old_token, question: SENTENCE, "do": "save"},
        headers=OURS,
    )

    assert "What you typed is still here" in tess.said
    assert SENTENCE in tess.html


def test_a_record_sent_back_shows_its_writer_why_and_keeps_what_was_written(office: Office) -> None:
    case = office.contact()
    office.do("tess", case, "Contact record", contacted_on="2026-03-20")
    office.do("pat", case, "Contact record", decision="reject", reasons="Say who else lives there.")
    tess = office.at("tess")

    office.open("tess", case, "Contact record")

    assert "Sent back to you" in tess.said
    assert "Say who else lives there." in tess.said
    assert 'value="20"' in tess.html


def test_the_same_page_sent_twice_has_one_effect(office: Office) -> None:
    case, address = contact_task(office)
    tess = office.at("tess")
    fields = office.fields(case, "contact#1/record#1/write#1")
    command, token = tess.command(), tess.token()
    body = {"form_token": token, "command_id": command, "do": "finish", **fields}

    for _ in range(2):
        response = tess.client.post(address, data=body, headers=OURS)
        assert response.status_code == 303, response.get_data(as_text=True)

    tess.get(f"/children/{case}/history")
    assert tess.said.count("Contact record was finalised") - tess.said.count("Read it : Contact record") == 1


def test_what_is_far_too_long_is_refused_in_words(office: Office) -> None:
    _, address = contact_task(office)
    tess = office.at("tess")

    tess.send({narrative(tess): "x" * 2_100_000}, to=address)

    assert tess.status == 413
    assert "too long" in tess.said


def test_whoever_comes_second_to_a_task_is_shown_what_they_had_typed(office: Office) -> None:
    case, address = contact_task(office)
    tess, sam = office.at("tess"), office.at("sam")
    sam.get(address)
    question = narrative(sam)
    tess.send(office.fields(case, "contact#1/record#1/write#1"), to=address)

    sam.send({question: SENTENCE}, to=address)

    assert sam.status == 410
    assert "What you had typed" in sam.said
    assert SENTENCE in sam.said


def test_an_act_that_the_case_does_not_allow_yet_comes_back_with_the_form(office: Office) -> None:
    case = office.assessment()
    sam, pat = office.at("sam"), office.at("pat")
    sam.get(f"/children/{case}")
    address = sam.link("Start: Closure")
    sam.get(address)
    sam.send({}, to=address)
    office.do("sam", case, "Closure record")
    address = office.open("pat", case, "Closure record")
    fields = office.fields(case, "closure#1/record#1/authorise#1", decision="authorise")

    pat.send({**fields, "comments": SENTENCE}, to=address)

    assert pat.status == 409
    assert "The case cannot close yet: see what still runs for this child" in pat.said
    assert pat.link("Initial assessment").endswith("/processes/initial_assessment.1")
    assert SENTENCE in pat.html


def test_what_was_carried_to_the_sign_in_page_survives_a_sign_in_elsewhere(office: Office) -> None:
    tess = office.at("tess")
    carried = f'["/", [["what_led_to_it", "{SENTENCE}"]]]'
    old_page = {
        "form_token": "of a page from before",
        "username": "tess",
        "password": PASSWORD,
        "kept": carried,
    }

    response = tess.client.post("/sign-in", data=old_page, headers=OURS)

    assert response.status_code == 403
    assert SENTENCE in unescape(response.text)


def test_what_one_person_typed_is_not_sent_or_shown_under_anothers_name(
    office: Office, wall: ManualClock
) -> None:
    _, address = contact_task(office)
    tess = office.at("tess")
    question = narrative(tess)
    wall.advance(minutes=31)
    tess.send({question: SENTENCE, "typed_by": "tess"}, to=address, do="save")
    carried = kept(tess)

    tess.post("/sign-in", {"username": "sam", "password": PASSWORD, "kept": carried})
    assert tess.status == 403
    assert "Somebody else typed this" in tess.said
    assert SENTENCE not in tess.said
    tess.post("/sign-in/again", {"kept": carried})
    tess.post("/sign-in", {"username": "tess", "password": PASSWORD, "kept": kept(tess)})

    assert "What you typed is still here" in tess.said
    assert SENTENCE in tess.said


def test_a_page_that_another_person_left_open_is_not_sent_under_ones_own_name(office: Office) -> None:
    _, address = contact_task(office)
    tess = office.at("tess")
    fields = {**tess.fields(), "form_token": tess.token(), "typed_by": "tess", "do": "save"}
    fields[narrative(tess)] = SENTENCE
    assert 'name="typed_by" value="tess"' in tess.html
    tess.sign_in("sam")

    tess.response = tess.client.post(address, data=fields, headers=OURS)

    assert tess.status == 403
    assert "Somebody else typed this" in tess.said
    assert SENTENCE not in tess.said
