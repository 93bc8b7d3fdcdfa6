"""Names for ids: who a worker is, what a release is called."""

from __future__ import annotations

from ics_flow.store.unit import Reading

CLOCK = "clock"


class Names:
    """The names of all workers and releases, read once where they are first wanted."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._names: dict[str, str] | None = None
        self._releases: dict[str, str] | None = None

    def all(self) -> dict[str, str]:
        """Every worker's name by id."""
        if self._names is None:
            self._names = {account.worker_id: account.name for account in self._reading.accounts.all()}
        return self._names

    def of(self, worker: str) -> str:
        """The worker's name; the clock, which acts when time passes, has none."""
        return "" if worker == CLOCK else self.all().get(worker, "somebody who has left")

    def release(self, release: str) -> str:
        """What a release was called when it was published."""
        if self._releases is None:
            self._releases = {each.hash: each.name for each in self._reading.releases.all()}
        return self._releases.get(release, "another release")
