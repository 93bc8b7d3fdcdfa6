"""The smaller stores: drafts, requests, secrets and snapshots, releases, accounts, sessions, the read log, the outbox, people."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from ics_flow.clock import ManualClock
from ics_flow.domain.errors import AccountChanged, DraftChanged, SameIdOtherBody
from ics_flow.domain.ids import Entropy, new_id
from ics_flow.store import Database
from ics_flow.store.accounts import Account
from ics_flow.store.cases import Snapshot
from ics_flow.store.persons import Person, Relationship, folded
from ics_flow.store.releases import InForce, Published
from ics_flow.store.sessions import Session

TASK = "assessment#1/record#1/write#1"
SAM = Account(
    worker_id="sam",
    username="sam.green",
    password_hash="hash",
    name="Sam Green",
    roles=("SW", "SWRO"),
    team="north",
    manager_id="pat",
)


def test_a_draft_keeps_a_version_for_each_section(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        unit.secrets.make("one")
        save = unit.drafts.save
        assert save("one", TASK, "child", {"name": "Alex"}, seen=0, by="sam", at=unit.at) == 1
        assert save("one", TASK, "needs", {"health": ["well"]}, seen=0, by="sam", at=unit.at) == 1
        assert save("one", TASK, "child", {"name": "Alexandra"}, seen=1, by="pat", at=unit.at) == 2

    with database.reading() as reading:
        found = reading.drafts.of("one", TASK)
        assert [(draft.section, draft.version, draft.by) for draft in found] == [
            ("child", 2, "pat"),
            ("needs", 1, "sam"),
        ]
        assert found[0].answers == {"name": "Alexandra"}
        assert found[0].saved_at == clock()
        assert reading.drafts.of("one", "other") == ()


@pytest.mark.parametrize("seen", [0, 2])
def test_a_draft_saved_over_an_unseen_version_is_refused(
    database: Database, clock: ManualClock, seen: int
) -> None:
    with database.unit(clock) as unit:
        unit.secrets.make("one")
        unit.drafts.save("one", TASK, "child", {"name": "Alex"}, seen=0, by="sam", at=unit.at)
        with pytest.raises(DraftChanged):
            unit.drafts.save("one", TASK, "child", {"name": "X"}, seen=seen, by="pat", at=unit.at)

    with database.reading() as reading:
        assert reading.drafts.of("one", TASK)[0].answers == {"name": "Alex"}


def test_a_draft_that_was_finalised_elsewhere_is_not_begun_again(
    database: Database, clock: ManualClock
) -> None:
    with database.unit(clock) as unit:
        unit.secrets.make("one")
        unit.drafts.save("one", TASK, "child", {"name": "Alex"}, seen=0, by="sam", at=unit.at)
        unit.drafts.discard("one", TASK)
        with pytest.raises(DraftChanged):
            unit.drafts.save("one", TASK, "child", {"name": "X"}, seen=1, by="sam", at=unit.at)
        assert unit.drafts.of("one", TASK) == ()


def test_a_command_sent_twice_gets_its_first_result(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        assert unit.requests.claim("command-1", "body", worker="sam", at=unit.at) is None
        unit.requests.keep("command-1", {"case": "one"})

    with database.unit(clock) as unit:
        assert unit.requests.claim("command-1", "body", worker="sam", at=unit.at) == {"case": "one"}
        with pytest.raises(SameIdOtherBody, match="Open the page again"):
            unit.requests.claim("command-1", "other body", worker="sam", at=unit.at)


def test_a_case_is_opened_in_one_go(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        assert unit.open_case("one") is None
        secret = unit.secrets.make("one")
        entry = unit.history.append("case:one", kind="case-opened", actor="sam", cause="c1", parts={})
        unit.history.append("case:two", kind="case-opened", actor="sam", cause="c1", parts={})
        unit.snapshots.keep("one", Snapshot(entry.position, entry.hash, b"old", 1))
        unit.snapshots.keep("one", Snapshot(entry.position, entry.hash, b"state", 2))

    with database.unit(clock) as unit:
        held = unit.open_case("one")
        assert held is not None
        assert held.secret == secret == unit.secrets.of("one")
        assert held.head == unit.history.head("case:one")
        assert held.snapshot == Snapshot(1, entry.hash, b"state", 2) == unit.snapshots.of("one")
        unit.snapshots.drop("one")
        assert unit.snapshots.of("one") is None


def test_secrets_differ_and_are_drawn_once(database: Database, clock: ManualClock, entropy: Entropy) -> None:
    with database.unit(clock, entropy) as unit:
        assert unit.secrets.make("one") != unit.secrets.make("two")
        with pytest.raises(IntegrityError):
            unit.secrets.make("one")


def test_a_release_is_kept_once(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        first = Published(hash="aa", name="First", published_at=unit.at, law_date=date(2010, 4, 1))
        later = replace(first, hash="bb", name="Later", published_at=unit.at + timedelta(days=1))
        unit.releases.keep(later, b"later")
        unit.releases.keep(first, b"first")
        unit.releases.keep(replace(first, name="Again"), b"again")

    with database.reading() as reading:
        assert reading.releases.all() == (later, first)
        assert reading.releases.body("aa") == b"first"
        assert reading.releases.body("cc") is None


def test_a_calendar_is_kept_once(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        unit.calendars.keep("aa", b"first")
        unit.calendars.keep("aa", b"again")
        assert unit.calendars.body("aa") == b"first"
        assert unit.calendars.body("cc") is None


def test_what_was_published_last_is_in_force(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        assert unit.in_force() is None
        unit.put_in_force(1, InForce(release="aa", calendar="cc"))
        unit.put_in_force(4, InForce(release="bb", calendar="cc"))
        unit.put_in_force(7, InForce(release="aa", calendar="cc"))  # the first one again
        assert unit.in_force() == InForce(release="aa", calendar="cc")


def test_an_account_is_found_and_changed_from_the_version_seen(
    database: Database, clock: ManualClock
) -> None:
    with database.unit(clock) as unit:
        unit.accounts.add(SAM)
        changed = unit.accounts.change(replace(SAM, team="south", active=False))
        assert changed == replace(SAM, team="south", active=False, version=2)
        with pytest.raises(AccountChanged):
            unit.accounts.change(replace(SAM, team="east"))

    with database.reading() as reading:
        assert reading.accounts.named("sam.green") == reading.accounts.of("sam") == changed
        assert reading.accounts.all() == (changed,)
        assert reading.accounts.of("pat") is None


def test_a_session_lives_until_it_is_ended_or_swept(database: Database, clock: ManualClock) -> None:
    hour = timedelta(hours=1)
    with database.unit(clock) as unit:
        unit.accounts.add(SAM)
        session = Session(
            token_hash="t1", worker_id="sam", created=unit.at, last_seen=unit.at, expires=unit.at + hour
        )
        unit.sessions.begin(session)
        unit.sessions.begin(replace(session, token_hash="t2"))
        unit.sessions.begin(replace(session, token_hash="t3"))
        unit.sessions.touch("t1", unit.at + hour, unit.at + 2 * hour)
        unit.sessions.remember("t1", {"notice": "Saved"})
        unit.sessions.end("t2")
        unit.sessions.sweep(unit.at + hour)
        assert unit.sessions.of("t1") == replace(
            session, last_seen=unit.at + hour, expires=unit.at + 2 * hour, data={"notice": "Saved"}
        )
        assert unit.sessions.of("t2") is None
        assert unit.sessions.of("t3") is None
        unit.sessions.end_all_of("sam")
        assert unit.sessions.of("t1") is None


def test_attempts_to_sign_in_are_counted_from_an_instant(database: Database, clock: ManualClock) -> None:
    minute = timedelta(minutes=1)
    with database.unit(clock) as unit:
        for number in range(5):
            unit.attempts.add("sam.green", unit.at + number * minute)
        unit.attempts.add("pat", unit.at)
        assert unit.attempts.since("sam.green", unit.at + minute) == 3
        unit.attempts.sweep(unit.at + 3 * minute)
        assert unit.attempts.since("sam.green", unit.at - minute) == 1
        unit.attempts.forgive("sam.green")
        assert unit.attempts.since("sam.green", unit.at - minute) == 0


def test_every_reading_is_logged_and_found_from_each_side(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        unit.reads.log(at=unit.at, worker="sam", person="alex", case="one", what="record", right="allocated")
        unit.reads.log(at=unit.at, worker="pat", person="alex", what="person", right="role PM")

    with database.reading() as reading:
        assert [read.worker_id for read in reading.reads.of_person("alex")] == ["pat", "sam"]
        assert [read.what for read in reading.reads.of_case("one")] == ["record"]
        assert [read.right for read in reading.reads.by_worker("pat")] == ["role PM"]
        assert len(reading.reads.of_person("alex", most=1)) == 1


def test_what_leaves_is_sent_once_under_its_key(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        unit.outbox.add("k1", "letter", {"to": "school"}, unit.at)
        unit.outbox.add("k1", "letter", {"to": "again"}, unit.at)
        unit.outbox.add("k2", "letter", {"to": "health"}, unit.at)
        first, second = unit.outbox.waiting()
        assert (first.key, first.body, second.key) == ("k1", {"to": "school"}, "k2")
        unit.outbox.sent(first.id, unit.at)
        assert unit.outbox.waiting() == (second,)


PEOPLE = (
    Person(
        person_id="p1", given_name="Zoë", family_name="O’Brien-Smith", born=date(2014, 2, 3), family_id="f1"
    ),
    Person(person_id="p2", given_name="Alex", family_name="Smith", family_id="f1", expected=date(2026, 9, 1)),
    Person(person_id="p3", given_name="Alexandra", family_name="Jones", address="1 High Street"),
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("smith", ["p1", "p2"]),
        ("SMI al", ["p2"]),
        ("alex", ["p3", "p2"]),
        ("zoe obr", ["p1"]),
        ("O'Brien", ["p1"]),
        ("03/02/2014", ["p1"]),
        ("smith 03/02", ["p1"]),
        ("mith", []),
        ("al%", ["p3", "p2"]),
        ("", []),
        ("' -", []),
    ],
)
def test_people_are_found_by_the_beginnings_of_their_names(
    database: Database, clock: ManualClock, words: str, found: list[str]
) -> None:
    with database.unit(clock) as unit:
        for person in PEOPLE:
            unit.persons.keep(person)

    with database.reading() as reading:
        assert [person.person_id for person in reading.persons.found(words)] == found


def test_a_person_is_kept_as_they_now_are(database: Database, clock: ManualClock) -> None:
    with database.unit(clock) as unit:
        unit.persons.keep(PEOPLE[1])
        renamed = replace(PEOPLE[1], family_name="Green", born=date(2026, 9, 3), expected=None)
        unit.persons.keep(renamed)
        assert unit.persons.of("p2") == renamed
        assert unit.persons.found("smith") == ()
        assert unit.persons.found("green") == (renamed,)
        assert unit.persons.of("nobody") is None


def test_families_and_relationships_are_kept(database: Database, clock: ManualClock) -> None:
    mother = Relationship(person_id="p2", other_id="p1", kind="mother")
    with database.unit(clock) as unit:
        for person in PEOPLE:
            unit.persons.keep(person)
        unit.persons.relate(mother)
        unit.persons.relate(mother)
        unit.persons.relate(Relationship(person_id="p2", other_id="p3", kind="carer"))
        assert [person.person_id for person in unit.persons.family("f1")] == ["p2", "p1"]
        assert [relation.kind for relation in unit.persons.relatives("p2")] == ["carer", "mother"]
        unit.persons.unrelate(mother)
        assert [relation.kind for relation in unit.persons.relatives("p2")] == ["carer"]


def test_names_fold_to_plain_words() -> None:
    assert folded("Siân D’Arcy-Müller  (née STRAẞE)") == {"sian", "darcy", "muller", "nee", "strasse"}


def test_ids_are_short_plain_and_different(entropy: Entropy) -> None:
    ids = {new_id(entropy) for _ in range(1000)}

    assert len(ids) == 1000
    assert all(len(name) == 16 and name.isalnum() and name == name.lower() for name in ids)
