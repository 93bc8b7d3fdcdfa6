"""A proxy before the server of the tests that cuts a connection at a COMMIT: before the server hears of it, or after it has done it."""

from __future__ import annotations

import select
import socket
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

from sqlalchemy import make_url

from tests import databases

Moment = Literal["before", "after"]
_MOST = 65_536
_COMMIT = b"COMMIT\0"  # which READ COMMITTED is not


class Proxy:
    """Passes on what both sides say, until it is told to cut."""

    def __init__(self, server: databases.Server) -> None:
        self._socket = str(Path(server.data) / ".s.PGSQL.5432")
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._lock = threading.Lock()
        self._next: Moment | None = None
        self.cuts: Counter[Moment] = Counter()

    def url(self, url: str) -> str:
        """The address of the database by way of the proxy."""
        host, port = self._listening.getsockname()
        way = {"sslmode": "disable", "gssencmode": "disable"}
        return make_url(url).set(host=host, port=port, query=way).render_as_string(hide_password=False)

    def cut(self, moment: Moment) -> None:
        """Cut whichever connection commits next."""
        with self._lock:
            self._next = moment

    def serve(self) -> None:
        """Accept connections until the end."""
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def close(self) -> None:
        """Accept no more."""
        self._listening.close()

    def _relay(self, client: socket.socket) -> None:
        with client, socket.socket(socket.AF_UNIX) as server, suppress(OSError):
            server.connect(self._socket)
            while True:
                for each in select.select([client, server], [], [])[0]:
                    said = each.recv(_MOST)
                    moment = self._moment() if each is client and _COMMIT in said else None
                    if not said or moment == "before":
                        return
                    (server if each is client else client).sendall(said)
                    if moment == "after":
                        server.recv(_MOST)  # the server's word that it is done, which nobody hears
                        return

    def _moment(self) -> Moment | None:
        with self._lock:
            moment, self._next = self._next, None
            if moment is not None:
                self.cuts[moment] += 1
            return moment


@contextmanager
def proxied() -> Iterator[Proxy]:
    """A proxy before the server of the tests."""
    proxy = Proxy(databases.server())
    threading.Thread(target=proxy.serve, daemon=True).start()
    try:
        yield proxy
    finally:
        proxy.close()
