"""A unit of work, and a reading: the stores of one transaction, side by side.

Nothing here begins or ends a transaction; that is the database's.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection

from ics_flow.domain.ids import Entropy
from ics_flow.store.accounts import Accounts
from ics_flow.store.adoptions import Adoptions
from ics_flow.store.attachments import Attachments
from ics_flow.store.board import BoardRows
from ics_flow.store.bulk import Bulk
from ics_flow.store.cases import OpenCase, Secrets, Snapshots, claim_due, hold_case, open_case, open_cases
from ics_flow.store.checkpoints import Checkpoints
from ics_flow.store.drafts import Drafts
from ics_flow.store.history import Appending, Histories
from ics_flow.store.measured import Measured
from ics_flow.store.orders import Orders
from ics_flow.store.outbox import Outbox
from ics_flow.store.persons import Persons
from ics_flow.store.projection import Projection
from ics_flow.store.reading import Pages
from ics_flow.store.reads import Reads
from ics_flow.store.release_drafts import ReleaseDrafts
from ics_flow.store.releases import Calendars, InForce, Releases, in_force, put_in_force
from ics_flow.store.requests import Requests
from ics_flow.store.scenario_runs import ScenarioRuns
from ics_flow.store.sessions import LoginAttempts, Sessions
from ics_flow.store.training import TrainingClock
from ics_flow.store.what_ifs import WhatIfs
from ics_flow.store.writes import Writes


class Reading:
    """Every store, for reading."""

    def __init__(self, connection: Connection) -> None:
        self.history = Histories(connection)
        self.secrets = Secrets(connection)
        self.snapshots = Snapshots(connection)
        self.releases = Releases(connection)
        self.calendars = Calendars(connection)
        self.drafts = Drafts(connection)
        self.attachments = Attachments(connection)
        self.release_drafts = ReleaseDrafts(connection)
        self.board = BoardRows(connection)
        self.scenario_runs = ScenarioRuns(connection)
        self.accounts = Accounts(connection)
        self.sessions = Sessions(connection)
        self.attempts = LoginAttempts(connection)
        self.requests = Requests(connection)
        self.reads = Reads(connection)
        self.outbox = Outbox(connection)
        self.projection = Projection(connection)
        self.persons = Persons(connection)
        self.adoptions = Adoptions(connection)
        self.pages = Pages(connection)
        self.training_clock = TrainingClock(connection)
        self.checkpoints = Checkpoints(connection)
        self.measured = Measured(connection)
        self.orders = Orders(connection)
        self.what_ifs = WhatIfs(connection)
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
        self._writes = Writes(connection)
        self.history = Appending(connection, at, entropy, self._writes)
        self.snapshots = Snapshots(connection, self._writes)
        self.projection = Projection(connection, self._writes)
        self.secrets = Secrets(connection, entropy)
        self._claimed: dict[str, OpenCase] = {}
        self._in_force: InForce | None = None
        self.bulk = Bulk(connection)

    def put_in_force(self, position: int, published: InForce) -> None:
        """Put in force what the entry at that position of the council's history published."""
        put_in_force(self._connection, position, published)
        self._in_force = None

    def in_force(self) -> InForce | None:
        """The release and the calendar in force, read once."""
        self._in_force = self._in_force or super().in_force()
        return self._in_force

    def instant_for(self, subject: str, at: datetime | None = None) -> datetime:
        """The instant of an entry in this history: this unit's, or the one given, but never before the last entry's."""
        return self.history.instant_for(subject, at)

    def open_case(self, case: str) -> OpenCase | None:
        """All that a command needs of a case, kept from other commands until the unit of work ends; None if there is none.

        A command that needs several opens them in order of their ids, so that no two wait for each other.
        """
        found = self._claimed.get(case)
        if found is None:
            hold_case(self._connection, case)
            found = open_case(self._connection, case)
        if found is not None:
            self.history.know(case, found.head)
        return found

    def claim_due(self, most: int, but: Collection[str] = ()) -> tuple[str, ...]:
        """Cases whose timers have come due, held until the unit of work ends; those that others hold, and `but`, are left out.

        They are read together, and what is written in them is sent together at the end: each is opened once.
        """
        claimed = claim_due(self._connection, self.at, most, but)
        self._claimed |= open_cases(self._connection, claimed)
        self._writes.gather()
        return claimed

    def claim_ordered(self, order: str, state: str, most: int) -> tuple[str, ...]:
        """Cases of an order in that state, held until the unit of work ends, read and written together as those of ``claim_due``."""
        claimed = self.orders.claim(order, state, most)
        self._claimed |= open_cases(self._connection, claimed)
        self._writes.gather()
        return claimed

    def send(self) -> None:
        """Send what was gathered, at the end."""
        self._writes.send()
