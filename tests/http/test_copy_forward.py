"""A new record begun with what earlier ones say: what is offered and to whom, what is copied, and where it stands that it was."""

from __future__ import annotations

import re

from ics_flow.commands.relate_persons import RelatePersons
from tests.http.people import Browser, Office

OFFER = "Begin with what is written already"
SAID = "She said that she likes her school."


def sources(browser: Browser) -> dict[str, str]:
    """The boxes that are offered to be ticked: their values by their words."""
    found = re.findall(
        r'name="_copy" type="checkbox" value="([^"]+)"[^>]*>\s*<label[^>]*>(.*?)<span',
        browser.html,
        re.DOTALL,
    )
    return {" ".join(words.split()): value for value, words in found}


def assessed(office: Office, given: str = "Ava") -> tuple[str, str]:
    """A child whose initial assessment waits for Sam after a referral that tells of her views; gives the case and the form's address."""
    case = office.assessment(given, child_views=SAID)
    return case, office.open("sam", case, "Initial assessment")


def test_what_is_ticked_is_copied_and_says_where_it_comes_from_until_it_is_changed(office: Office) -> None:
    _, address = assessed(office)
    sam = office.at("sam")
    offered = sources(sam)
    assert "Copy forward selected" in sam.said
    assert "Start blank" in sam.said
    referral = offered["Referral and Information Record, authorised 20 March 2026"]
    typed = {**sam.fields(), "parents_views": "They were asked today.", "_copy": [referral]}

    sam.send(typed, to=address, do="copy")

    fields = sam.fields()
    assert fields["child_views"] == [f"\n{SAID}"] or SAID in fields["child_views"][0]  # type: ignore[index]
    assert "They were asked today." in fields["parents_views"][0]  # type: ignore[index]
    assert "outcome" not in fields
    assert "From Referral and Information Record, authorised 20 March 2026" in sam.said
    assert OFFER not in sam.said
    before = sam.said.count("From Referral and Information Record")
    sam.send({**fields, "child_views": "She says something else now."}, to=address, do="save", follow=False)
    sam.get(address)
    assert sam.said.count("From Referral and Information Record") == before - 1
    assert "She says something else now." in sam.html


def test_a_blank_start_is_not_asked_about_again(office: Office) -> None:
    _, address = assessed(office)
    sam = office.at("sam")

    sam.send(sam.fields(), to=address, do="blank")

    assert "Started blank." in sam.said
    assert OFFER not in sam.said
    sam.get(address)
    assert OFFER not in sam.said


def test_nothing_ticked_is_said_and_what_was_typed_stays(office: Office) -> None:
    _, address = assessed(office)
    sam = office.at("sam")

    sam.send({**sam.fields(), "child_views": SAID}, to=address, do="copy")

    assert sam.status == 422
    assert "Select what to copy forward, or press “Start blank”" in sam.said
    assert SAID in sam.html


def test_a_record_that_nobody_offered_is_not_copied_from(office: Office) -> None:
    case, address = assessed(office)
    other, _ = assessed(office, "Ben")
    sam = office.at("sam")
    sam.get(address)
    offered = sources(sam)
    foreign = [value.replace(case, other) for value in offered.values()]
    assert foreign[0] not in offered.values()

    sam.send({**sam.fields(), "_copy": foreign}, to=address, do="copy")

    assert sam.status == 422


def test_a_record_that_came_back_is_not_begun_anew(office: Office) -> None:
    case, _ = assessed(office)
    office.do("sam", case, "Initial assessment", outcome="no_further_action", significant_harm="no")
    office.do("pat", case, "Initial assessment", decision="reject", reasons="Say more.")

    office.open("sam", case, "Initial assessment")

    assert OFFER not in office.at("sam").said


def related(office: Office, one: str, other: str) -> None:
    """The two children made brother and sister."""
    with office.application.reading() as reading:
        persons = [child.person for case in (one, other) if (child := reading.pages.child(case))]
    office.application.handle(
        RelatePersons(
            command_id="r" * 32, actor="max", person_id=persons[0], other_id=persons[1], kind="sibling"
        )
    )


def test_a_sisters_record_is_copied_under_her_name_and_her_file_notes_the_reading(office: Office) -> None:
    ava, _ = assessed(office)
    ben, address = assessed(office, "Ben")
    related(office, ava, ben)
    sam, max_ = office.at("sam"), office.at("max")
    sam.get(address)
    hers = sources(sam)["Referral and Information Record of Ava Example, authorised 20 March 2026"]

    sam.send({**sam.fields(), "_copy": [hers]}, to=address, do="copy")

    assert "From Referral and Information Record of Ava Example, authorised 20 March 2026" in sam.said
    max_.get(f"/children/{ava}/readers")
    assert "records to copy from" in max_.said


def test_the_file_of_a_sister_that_may_not_be_read_is_not_offered(office: Office) -> None:
    ben, address = assessed(office, "Ben")
    ava = office.contact(by="olga")
    office.do("olga", ava, "Contact record", contacted_on="2026-03-20", outcome="referral")
    office.do("other", ava, "Contact record", decision="authorise")
    related(office, ava, ben)
    sam, max_ = office.at("sam"), office.at("max")

    sam.get(address)

    assert not [record for record in sources(sam) if "Ava" in record]
    max_.get(f"/children/{ava}/readers")
    assert "records to copy from" not in max_.said


def test_a_draft_that_says_nothing_yet_may_still_be_begun_with_earlier_records(office: Office) -> None:
    _, address = assessed(office)
    sam = office.at("sam")

    sam.send(sam.fields(), to=address, do="save", follow=False)
    sam.get(address)
    assert OFFER in sam.said
    sam.send({**sam.fields(), "child_views": SAID, "draft_version": "1"}, to=address, do="save", follow=False)
    sam.get(address)

    assert OFFER not in sam.said


def test_what_was_saved_while_the_page_stood_open_does_not_keep_it_from_copying(office: Office) -> None:
    _, address = assessed(office)
    sam = office.at("sam")
    fields, offered = sam.fields(), sources(sam)
    sam.post(
        address.replace("/tasks/", "/drafts/"), {**fields, "parents_views": "Typed.", "draft_version": "0"}
    )
    assert sam.status == 200
    sam.get(address)
    sent = {**sam.fields(), "_copy": list(offered.values()), "draft_version": "1"}

    sam.send(sent, to=address, do="copy")

    assert SAID in sam.html
    assert "Typed." in sam.html
