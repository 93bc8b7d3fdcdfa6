"""Where checkpoints are sent, as the settings name it: a folder, a mailbox, and whatever else is installed for it.

A keeper of one's own is a class with the two methods of ``custody.Keeper``, named as an entry point of the group ``ics_flow.keepers``; it is made
without arguments and takes its settings from where it likes. Not here: what a checkpoint is, and when one is due (``custody``).
"""

from __future__ import annotations

import json
import smtplib
import ssl
from collections.abc import Mapping
from email.message import EmailMessage
from email.utils import format_datetime
from importlib.metadata import entry_points
from pathlib import Path

from ics_flow.clock import Clock
from ics_flow.custody import FolderKeeper, Keeper, Kept
from ics_flow.domain.errors import Refused
from ics_flow.settings import Mailbox, Settings
from ics_flow.store import Database

GROUP = "ics_flow.keepers"
MAILED = "checkpoint-mailed"
TIMEOUT_SECONDS = 30.0


class KeeperMissing(Refused):
    """A keeper of checkpoints is not installed."""


class MailboxKeeper:
    """A mailbox, one message a checkpoint. What was sent is remembered in the database, since a mailbox cannot be asked; lost, it is sent again."""

    def __init__(self, mailbox: Mailbox, database: Database, clock: Clock) -> None:
        self._mailbox = mailbox
        self._database = database
        self._clock = clock

    def keeps(self) -> frozenset[int]:
        """The numbers of the checkpoints that the mail server took."""
        prefix = self._key("")
        with self._database.reading() as reading:
            keys = reading.outbox.done(MAILED)
        return frozenset(int(key.removeprefix(prefix)) for key in keys if key.startswith(prefix))

    def send(self, number: int, kept: Kept) -> None:
        """Hand the checkpoint to the mail server; raises OSError where it is not taken."""
        message = self._message(number, kept)
        with self._connected() as server:
            server.send_message(message)
        with self._database.unit(self._clock) as unit:
            unit.outbox.note_done(self._key(str(number)), MAILED, unit.at)

    def _key(self, number: str) -> str:
        return f"{MAILED}:{self._mailbox.address}:{number}"

    def _connected(self) -> smtplib.SMTP:
        box = self._mailbox
        if box.security == "tls":
            context = ssl.create_default_context()
            server: smtplib.SMTP = smtplib.SMTP_SSL(
                box.host, box.port, timeout=TIMEOUT_SECONDS, context=context
            )
        else:
            server = smtplib.SMTP(box.host, box.port, timeout=TIMEOUT_SECONDS)
        try:
            if box.security == "starttls":
                server.starttls(context=ssl.create_default_context())
            if box.username is not None:
                server.login(box.username, box.password or "")
        except BaseException:
            server.close()
            raise
        return server

    def _message(self, number: int, kept: Kept) -> EmailMessage:
        statement = kept.checkpoint.statement
        message = EmailMessage()
        message["From"] = self._mailbox.sender
        message["To"] = self._mailbox.address
        message["Subject"] = f"ICS Flow checkpoint {number}"
        message["Date"] = format_datetime(statement.at)
        message["Message-ID"] = f"<checkpoint-{number}.{kept.checkpoint.hash()}@ics-flow.invalid>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(
            f"Checkpoint {number} of {statement.at:%Y-%m-%d %H:%M} UTC, over {statement.heads} histories.\n\n"
            f"Root: {statement.root}\nSigned with the key: {statement.key}\n\n"
            "Keep this message. It is one of a row without gaps: one that is missing, or a day without any, is worth a question.\n"
            "To hold histories against the row, save the attached files in one folder: ics-flow checkpoint verify --folder FOLDER\n"
        )
        message.add_attachment(
            json.dumps(kept.to_json(), indent=1).encode(),
            maintype="application",
            subtype="json",
            filename=FolderKeeper.file_name(number),
        )
        return message


def keepers_of(
    settings: Settings, database: Database, clock: Clock, *, folder: Path | None = None
) -> Mapping[str, Keeper]:
    """Every keeper that the settings name, under what people call it; ``folder`` takes the place of theirs."""
    found: dict[str, Keeper] = {}
    folder = folder or settings.checkpoint_folder
    if folder is not None:
        found[str(folder)] = FolderKeeper(folder)
    if settings.checkpoint_mailbox is not None:
        found[settings.checkpoint_mailbox.address] = MailboxKeeper(
            settings.checkpoint_mailbox, database, clock
        )
    return found | {name: _installed(name) for name in settings.checkpoint_keepers}


def _installed(name: str) -> Keeper:
    for point in entry_points(group=GROUP, name=name):
        made: Keeper = point.load()()
        return made
    raise KeeperMissing(
        f"ICS_FLOW_CHECKPOINT_KEEPERS names “{name}”, but no installed package offers it as an entry point of the group {GROUP}."
    )
