"""A unit of work, and a reading: the stores of one transaction, side by side.

Nothing here begins or ends a transaction; that is the database's.
"""

from datetime import datetime

from sqlalchemy import Connection

from ics_flow.domain.ids import Entropy
from ics_flow.store.accounts import Accounts
from ics_flow.store.cases import OpenCase, Secrets, Snapshots, open_case
from ics_flow.store.drafts import Drafts
from ics_flow.store.history import Appending, Histories
from ics_flow.store.outbox import Outbox
from ics_flow.store.persons import Persons
from ics_flow.store.projection import Projection
from ics_flow.store.reading import Pages
from ics_flow.store.reads import Reads
from ics_flow.store.releases import Calendars, InForce, Releases, in_force, put_in_force
from ics_flow.store.requests import Requests
from ics_flow.store.sessions import LoginAttempts, Sessions


class Reading:
    """Every store, for reading."""

    def __init__(self, connection: Connection) -> None:
        self.history = Histories(connection)
        self.secrets = Secrets(connection)
        self.snapshots = Snapshots(connection)
        self.releases = Releases(connection)
        self.calendars = Calendars(connection)
        self.drafts = Drafts(connection)
        self.accounts = Accounts(connection)
        self.sessions = Sessions(connection)
        self.attempts = LoginAttempts(connection)
        self.requests = Requests(connection)
        self.reads = Reads(connection)
        self.outbox = Outbox(connection)
        self.projection = Projection(connection)
        self.persons = Persons(connection)
        self.pages = Pages(connection)
        self._connection = connection

    def in_force(self) -> InForce | None:
        """The release and the calendar in force; None before the first were published."""
        return in_force(self._connection)


class UnitOfWork(Reading):
    """Every store within one transaction, whose instant is `at`."""

    history: Appending

    def __init__(self, connection: Connection, at: datetime, entropy: Entropy) -> None:
        super().__init__(connection)
        self.at = at
        self.entropy = entropy
        self.history = Appending(connection, at, entropy)
        self.secrets = Secrets(connection, entropy)

    def put_in_force(self, position: int, published: InForce) -> None:
        """Put in force what the entry at that position of the council's history published."""
        put_in_force(self._connection, position, published)

    def instant_for(self, subject: str) -> datetime:
        """The instant of an entry in this history: this unit's, but never before the last entry's."""
        return self.history.instant_for(subject)

    def open_case(self, case: str) -> OpenCase | None:
        """All that a command needs of a case, in one statement that also keeps other commands from it; None if there is none."""
        found = open_case(self._connection, case)
        if found is not None:
            self.history.know(case, found.head)
        return found
