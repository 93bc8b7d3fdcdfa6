"""Files attached to a case: kept once, named by their hash in the history, proved with it, withdrawn but never removed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from ics_flow.commands.attach_file import AttachFile
from ics_flow.commands.errors import DescriptionMissing, NoSuchAttachment, PermissionDenied, ReasonMissing
from ics_flow.commands.withdraw_attachment import WithdrawAttachment
from ics_flow.domain.attachments import KindNotTaken
from ics_flow.domain.errors import SameIdOtherBody
from ics_flow.domain.ids import case_subject
from ics_flow.process.attachments import Attachment, attachments
from ics_flow.rebuild import rebuild
from ics_flow.verification import verify
from tests import databases
from tests.office import Office

PLAN = b"%PDF-1.7 the home's own plan"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with closing(Office(tmp_path)) as office:
        yield office


def attach(office: Office, case: str, actor: str = "sam", **other: object) -> AttachFile:
    """The command that attaches the plan, or something else."""
    given = {"name": "plan.pdf", "what": "The home's own plan", "body": PLAN, **other}
    return AttachFile(command_id=office.command_id(), actor=actor, case_id=case, **given)  # type: ignore[arg-type]


def withdraw(office: Office, case: str, attachment: str, actor: str, reason: str = "Another child's") -> None:
    office.application.handle(
        WithdrawAttachment(
            command_id=office.command_id(),
            actor=actor,
            case_id=case,
            attachment=attachment,
            reason=reason,
        )
    )


def attached(office: Office, case: str) -> tuple[Attachment, ...]:
    return attachments(office.history(case))


def test_the_history_names_the_file_by_its_hash_and_the_bytes_are_kept(office: Office) -> None:
    case = office.to_assessment()

    outcome = office.application.handle(attach(office, case))

    (found,) = attached(office, case)
    assert found.position == outcome.position
    assert (found.by, found.file.name, found.file.kind) == ("sam", "plan.pdf", "pdf")
    assert found.file.sha256 == hashlib.sha256(PLAN).hexdigest()
    assert office.kinds(case)[-1] == "attached"
    with office.database.reading() as reading:
        assert reading.attachments.body(found.file.id, case) == PLAN
        assert reading.attachments.body(found.file.id, "another case") is None


def test_a_file_that_is_sent_twice_is_attached_once_and_under_its_id_no_other(office: Office) -> None:
    case = office.to_assessment()
    command = attach(office, case)

    assert office.application.handle(command) == office.application.handle(command)
    assert len(attached(office, case)) == 1
    with pytest.raises(SameIdOtherBody):
        office.application.handle(
            AttachFile(
                command_id=command.command_id,
                actor="sam",
                case_id=case,
                name="plan.pdf",
                what=command.what,
                body=b"%PDF-1.7 another",
            )
        )


def test_who_may_not_and_what_is_not_taken_is_refused_and_leaves_nothing(office: Office) -> None:
    case = office.to_assessment()

    with pytest.raises(PermissionDenied):
        office.application.handle(attach(office, case, actor="aud"))
    with pytest.raises(PermissionDenied):
        office.application.handle(attach(office, case, actor="wes"))
    with pytest.raises(KindNotTaken):
        office.application.handle(attach(office, case, body=b"MZ\x00"))
    with pytest.raises(DescriptionMissing):
        office.application.handle(attach(office, case, what="  "))

    assert attached(office, case) == ()
    assert databases.sql(office.url, "SELECT count(*) FROM attachment") == [(0,)]


def test_a_mistake_is_withdrawn_with_a_reason_and_its_bytes_stay(office: Office) -> None:
    case = office.to_assessment()
    office.application.handle(attach(office, case))
    (found,) = attached(office, case)

    with pytest.raises(ReasonMissing):
        withdraw(office, case, found.file.id, "sam", " ")
    with pytest.raises(PermissionDenied):
        withdraw(office, case, found.file.id, "ro")
    withdraw(office, case, found.file.id, "pat")

    (found,) = attached(office, case)
    assert found.withdrawn is not None
    assert (found.withdrawn.by, found.withdrawn.reason) == ("pat", "Another child's")
    with office.database.reading() as reading:
        assert reading.attachments.body(found.file.id, case) == PLAN
    with pytest.raises(NoSuchAttachment):
        withdraw(office, case, found.file.id, "pat")
    assert verify(office.application, case_subject(case)).faults == ()
    assert office.follow(case).faults == []
    assert rebuild(office.application, lambda _done, _of: None) == ()


@pytest.mark.parametrize(
    ("attack", "sentence"),
    [
        ("UPDATE attachment SET body = X'255044462d'", "was altered since it was attached"),
        ("DELETE FROM attachment", "is missing"),
    ],
)
def test_a_file_that_was_tampered_with_is_found(office: Office, attack: str, sentence: str) -> None:
    if databases.on_postgresql():
        attack = attack.replace("X'255044462d'", "'\\x255044462d'")
    case = office.to_assessment()
    office.application.handle(attach(office, case))
    (found,) = attached(office, case)
    assert verify(office.application, case_subject(case)).faults == ()
    with pytest.raises(Exception, match="append-only"):
        databases.sql(office.url, attack)

    databases.without_triggers(office.url)
    databases.sql(office.url, attack)

    (fault,) = verify(office.application, case_subject(case)).faults
    assert (fault.position, fault.field) == (found.position, "file")
    assert sentence in fault.sentence
