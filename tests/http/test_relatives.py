"""Adults of the family: recorded once, without a file of their own, and found again for a brother or sister."""

from __future__ import annotations

from ics_flow.domain.ids import person_subject
from ics_flow.rebuild import rebuild
from ics_flow.store.reading import Reach
from ics_flow.verification import verify
from tests.http.people import Browser, Office

MOTHER = {"given_name": "Mia", "family_name": "Example", "new_kind": "parent", "address": "1 High Street"}


def add_mother(tess: Browser, case: str) -> None:
    address = f"/children/{case}/family/add"
    tess.get(address)
    tess.send({**MOTHER, "born-day": "3", "born-month": "4", "born-year": "1989"}, to=address, do="record")


def test_an_adult_who_is_not_on_file_is_recorded_with_what_they_are_to_the_child(office: Office) -> None:
    case = office.contact()
    tess = office.at("tess")

    add_mother(tess, case)

    assert "Added to the family of both." in tess.said
    assert "Mia Example Parent, 36 years" in tess.said
    tess.get("/children?name=mia")
    assert "Nobody found" in tess.said
    office.at("pat").get(f"/children/{case}/family")
    assert "Mia Example" in office.at("pat").said


def test_the_same_adult_is_found_for_another_child_and_only_within_reach(office: Office) -> None:
    ava, ben = office.contact("Ava"), office.contact("Ben")
    tess = office.at("tess")
    add_mother(tess, ava)

    address = f"/children/{ben}/family/add?name=mia"
    tess.get(address)
    assert "Mia Example. Born 3 April 1989, 36 years. Address: 1 High Street" in tess.said
    chosen = tess.html.partition('name="other" type="radio" value="')[2].partition('"')[0]
    tess.send({"name": "mia", "other": chosen, "kind": "parent"}, to=address)
    assert "Mia Example Parent" in tess.said
    with office.application.reading() as reading:
        found = [
            reading.pages.relatives(["mia"], Reach(everywhere=False, team=team, worker="olga"), most=10)
            for team in ("Duty team", "Other team", None)
        ]

    assert [len(each) for each in found] == [1, 0, 0]


def test_what_is_missing_is_said_with_what_was_typed(office: Office) -> None:
    case = office.contact()
    tess = office.at("tess")
    address = f"/children/{case}/family/add"
    tess.get(address)

    tess.send({"given_name": "", "family_name": "", "address": "2 Low Road"}, to=address, do="record")

    assert tess.status == 422
    assert "Enter the person’s name" in tess.said
    assert "Select what they are to this child" in tess.said
    assert 'value="2 Low Road"' in tess.html


def test_the_histories_of_both_are_true_and_the_rows_are_made_again_from_them(office: Office) -> None:
    case = office.contact()
    tess = office.at("tess")
    add_mother(tess, case)
    application = office.application
    with application.reading() as reading:
        child = reading.pages.child(case)
        assert child is not None
        (mother,) = reading.pages.family(child.person)

    assert rebuild(application, lambda _done, _of: None) == ()
    assert verify(application, person_subject(mother.child.person)).faults == ()
    with application.reading() as reading:
        assert reading.pages.family(child.person) == (mother,)
        entries = reading.history.read(person_subject(mother.child.person))

    assert [entry.kind for entry in entries] == ["person-recorded", "person-related"]
