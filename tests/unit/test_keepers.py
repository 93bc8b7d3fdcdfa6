"""Where checkpoints are sent: a mailbox behind a real mail server on this machine, an installed keeper, several at once."""

from __future__ import annotations

import smtplib
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import ClassVar

import pytest

from ics_flow.clock import ManualClock
from ics_flow.custody import (
    FolderKeeper,
    Keeper,
    Kept,
    hold_against,
    keep_checkpoints,
    make_checkpoint,
    send_checkpoints,
)
from ics_flow.domain.errors import Refused, SettingsWrong
from ics_flow.keepers import GROUP, MailboxKeeper, keepers_of
from ics_flow.keys import SigningKey
from ics_flow.settings import Mailbox, Settings
from ics_flow.store import Database
from tests import databases

pytestmark = pytest.mark.database

BEGIN = datetime(2026, 3, 20, 10, tzinfo=UTC)
ADDRESS = "checkpoints@archive.example"


class Conversation(socketserver.StreamRequestHandler):
    """One conversation of a mail server, in the few words of RFC 5321 that a sender needs."""

    server: Mail

    def handle(self) -> None:
        """Answer line by line until the other side quits."""
        self._say("220 mail.example")
        while line := self.rfile.readline():
            match line.strip().upper().split(b":")[0].split():
                case [b"DATA"]:
                    self._say("354 go on")
                    self._take()
                case [b"EHLO" | b"HELO" | b"MAIL" | b"RSET", *_]:
                    self._say("250 well")
                case [b"RCPT", *_]:
                    self._say("550 no such mailbox" if self.server.refuses else "250 well")
                case [b"QUIT"]:
                    self._say("221 farewell")
                    return
                case _:
                    self._say("502 not known")

    def _take(self) -> None:
        lines = []
        while (line := self.rfile.readline()) != b".\r\n":
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        self.server.taken.append(b"".join(lines))
        self._say("250 kept")

    def _say(self, line: str) -> None:
        self.wfile.write(line.encode() + b"\r\n")


class Mail(socketserver.ThreadingTCPServer):
    """A mail server that keeps what it takes."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Conversation)
        self.taken: list[bytes] = []
        self.refuses = False

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def messages(self) -> list[EmailMessage]:
        """What was taken, read as mail."""
        return [message_from_bytes(each, policy=policy.default) for each in self.taken]


@contextmanager
def served() -> Iterator[Mail]:
    with Mail() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def mail() -> Iterator[Mail]:
    with served() as server:
        yield server


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(BEGIN)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    with Database(databases.new(tmp_path)) as database:
        database.upgrade()
        yield database


@pytest.fixture
def key(tmp_path: Path) -> SigningKey:
    return SigningKey.make(tmp_path / "key.pem")


def mailbox(port: int) -> Mailbox:
    return Mailbox(
        address=ADDRESS, sender="ics@council.example", host="127.0.0.1", port=port, security="none"
    )


def write(database: Database, clock: ManualClock, subject: str) -> None:
    """One entry in some history."""
    with database.unit(clock) as unit:
        unit.history.append(subject, kind="noted", actor="sam", cause=f"of {subject}", parts={})


def test_each_checkpoint_is_mailed_once_and_the_mails_rebuild_the_row(
    mail: Mail, database: Database, clock: ManualClock, key: SigningKey, tmp_path: Path
) -> None:
    keeper = MailboxKeeper(mailbox(mail.port), database, clock)
    for subject in ("case:one", "case:two"):
        write(database, clock, subject)
        make_checkpoint(database, clock, key)

    assert send_checkpoints(database, keeper) == 2
    assert send_checkpoints(database, keeper) == 0

    first, second = mail.messages()
    assert (first["To"], first["From"], first["Subject"]) == (
        ADDRESS,
        "ics@council.example",
        "ICS Flow checkpoint 1",
    )
    body = second.get_body()
    assert body is not None
    assert f"Signed with the key: {key.fingerprint}" in body.get_content()
    folder = tmp_path / "saved"
    folder.mkdir()
    for message in (first, second):
        (attached,) = message.iter_attachments()
        (folder / str(attached.get_filename())).write_bytes(attached.get_content())
    with database.reading() as reading:
        held = hold_against(reading, FolderKeeper(folder).read(), key.fingerprint)
    assert held.last is not None
    assert (held.last.number, held.faults) == (2, ())


def test_what_a_mail_server_did_not_take_is_sent_again(
    mail: Mail, database: Database, clock: ManualClock, key: SigningKey
) -> None:
    keeper = MailboxKeeper(mailbox(mail.port), database, clock)
    make_checkpoint(database, clock, key)
    mail.refuses = True

    with pytest.raises(smtplib.SMTPRecipientsRefused):
        send_checkpoints(database, keeper)
    assert keeper.keeps() == frozenset()
    mail.refuses = False

    assert send_checkpoints(database, keeper) == 1
    assert keeper.keeps() == {1}


def test_another_mailbox_gets_them_all(
    mail: Mail, database: Database, clock: ManualClock, key: SigningKey
) -> None:
    make_checkpoint(database, clock, key)
    send_checkpoints(database, MailboxKeeper(mailbox(mail.port), database, clock))
    other = Mailbox(
        address="b@other.example", sender="a@b.example", host="127.0.0.1", port=mail.port, security="none"
    )

    assert send_checkpoints(database, MailboxKeeper(other, database, clock)) == 1


def test_a_keeper_that_cannot_be_reached_keeps_nothing_from_the_others(
    database: Database, clock: ManualClock, key: SigningKey, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with served() as gone:
        port = gone.port
    folder = tmp_path / "folder"
    folder.mkdir()
    keepers: dict[str, Keeper] = {
        "mailbox": MailboxKeeper(mailbox(port), database, clock),
        "folder": FolderKeeper(folder),
    }

    keep_checkpoints(database, clock, key, keepers)
    clock.advance(days=1)
    keep_checkpoints(database, clock, key, keepers)

    assert keepers["folder"].keeps() == {1, 2}
    assert [
        vars(each)["keeper"] for each in caplog.records if each.getMessage() == "checkpoints not sent"
    ] == [
        "mailbox",
        "mailbox",
    ]


def test_a_server_that_offers_no_encryption_gets_no_password_and_no_mail(
    mail: Mail, database: Database, clock: ManualClock, key: SigningKey
) -> None:
    make_checkpoint(database, clock, key)
    guarded = Mailbox(
        address=ADDRESS,
        sender=ADDRESS,
        host="127.0.0.1",
        port=mail.port,
        security="starttls",
        username="ics",
        password="secret",
    )

    with pytest.raises(smtplib.SMTPNotSupportedError):
        send_checkpoints(database, MailboxKeeper(guarded, database, clock))
    assert mail.taken == []


class Shelf:
    """A keeper of somebody else's package."""

    kept: ClassVar[dict[int, Kept]] = {}

    def keeps(self) -> frozenset[int]:
        return frozenset(self.kept)

    def send(self, number: int, kept: Kept) -> None:
        self.kept[number] = kept


def test_an_installed_keeper_is_found_by_its_name(
    database: Database, clock: ManualClock, key: SigningKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "installed" / "shelf-1.0.dist-info"
    package.mkdir(parents=True)
    (package / "METADATA").write_text("Metadata-Version: 2.1\nName: shelf\nVersion: 1.0\n")
    (package / "entry_points.txt").write_text(f"[{GROUP}]\nshelf = {__name__}:Shelf\n")
    monkeypatch.syspath_prepend(package.parent)
    settings = Settings.from_environment(
        {"ICS_FLOW_CHECKPOINT_KEY": "key.pem", "ICS_FLOW_CHECKPOINT_KEEPERS": "shelf"}
    )
    make_checkpoint(database, clock, key)

    (keeper,) = keepers_of(settings, database, clock).values()

    assert send_checkpoints(database, keeper) == 1
    assert list(Shelf.kept) == [1]
    unknown = Settings.from_environment(
        {"ICS_FLOW_CHECKPOINT_KEY": "key.pem", "ICS_FLOW_CHECKPOINT_KEEPERS": "drawer"}
    )
    with pytest.raises(Refused, match="names “drawer”"):
        keepers_of(unknown, database, clock)


@pytest.mark.parametrize(
    ("server", "security", "port"),
    [
        ("smtp://relay.example", "none", 25),
        ("smtp+starttls://ics%40council@relay.example", "starttls", 587),
        ("smtps://relay.example:2465", "tls", 2465),
    ],
)
def test_the_mail_server_is_an_address(server: str, security: str, port: int) -> None:
    settings = Settings.from_environment(
        {
            "ICS_FLOW_CHECKPOINT_KEY": "key.pem",
            "ICS_FLOW_CHECKPOINT_MAILBOX": ADDRESS,
            "ICS_FLOW_SMTP": server,
            "ICS_FLOW_SMTP_PASSWORD": "lighthouse",
        }
    )

    box = settings.checkpoint_mailbox
    assert box is not None
    assert (box.host, box.security, box.port, box.sender) == ("relay.example", security, port, ADDRESS)
    assert box.username == ("ics@council" if "@" in server else None)
    assert "lighthouse" not in repr(settings)


@pytest.mark.parametrize(
    ("address", "server"),
    [
        ("nobody", "smtp://relay.example"),
        (ADDRESS, ""),
        (ADDRESS, "relay.example"),
        (ADDRESS, "smtp://relay:port"),
    ],
)
def test_a_mailbox_that_cannot_be_reached_is_refused_at_the_start(address: str, server: str) -> None:
    with pytest.raises(SettingsWrong, match="ICS_FLOW_CHECKPOINT_MAILBOX must be the address of a mailbox"):
        Settings.from_environment(
            {
                "ICS_FLOW_CHECKPOINT_KEY": "key.pem",
                "ICS_FLOW_CHECKPOINT_MAILBOX": address,
                "ICS_FLOW_SMTP": server,
            }
        )
