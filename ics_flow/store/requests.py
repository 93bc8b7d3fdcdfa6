"""The commands that succeeded, by the id that their page carried: the same one sent again gets the same answer and has no second effect."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, select

from ics_flow.domain.errors import SameIdOtherBody
from ics_flow.domain.history import Json
from ics_flow.store.tables import request

_SEEN = select(request.c.body_hash, request.c.result).where(request.c.command_id == bindparam("command_id"))
_KEEP = insert(request)


class Requests:
    """The results of commands that were done."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def seen(self, command_id: str, body_hash: str) -> Mapping[str, Json] | None:
        """The result of this very command, if it was done already; raises SameIdOtherBody for its id with another body."""
        row = self._connection.execute(_SEEN, {"command_id": command_id}).first()
        if row is None:
            return None
        if row.body_hash != body_hash:
            raise SameIdOtherBody
        result: Mapping[str, Json] = row.result
        return result

    def keep(
        self, command_id: str, body_hash: str, *, worker: str, result: Mapping[str, Json], at: datetime
    ) -> None:
        """Keep the result of a command, in the unit of work that did it."""
        self._connection.execute(
            _KEEP,
            {
                "command_id": command_id,
                "body_hash": body_hash,
                "worker_id": worker,
                "result": result,
                "at": at,
            },
        )
