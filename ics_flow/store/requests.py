"""The commands that succeeded, by the id that their page carried: the same one sent again gets the same answer and has no second effect.

The id is claimed before anything else is done: whoever comes with the same id at the same time waits until the first has ended.
"""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from ics_flow.domain.errors import SameIdOtherBody
from ics_flow.domain.history import Json
from ics_flow.store.tables import request
from ics_flow.store.upsert import insert_once

_SEEN = select(request.c.body_hash, request.c.result).where(request.c.command_id == bindparam("command_id"))
_KEEP = (
    update(request).where(request.c.command_id == bindparam("of_command")).values(result=bindparam("outcome"))
)
_NOT_YET: Mapping[str, Json] = {}


class Requests:
    """The results of commands that were done."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def claim(
        self, command_id: str, body_hash: str, *, worker: str, at: datetime
    ) -> Mapping[str, Json] | None:
        """The result of this very command, if it was done already; else its id is this unit of work's. Raises SameIdOtherBody."""
        claimed = self._connection.execute(
            insert_once(request, self._connection.dialect.name, "command_id"),
            {
                "command_id": command_id,
                "body_hash": body_hash,
                "worker_id": worker,
                "result": _NOT_YET,
                "at": at,
            },
        )
        if claimed.rowcount == 1:
            return None
        row = self._connection.execute(_SEEN, {"command_id": command_id}).one()
        if row.body_hash != body_hash:
            raise SameIdOtherBody
        result: Mapping[str, Json] = row.result
        return result

    def keep(self, command_id: str, result: Mapping[str, Json]) -> None:
        """Keep the result of a command, in the unit of work that claimed its id and did it."""
        self._connection.execute(_KEEP, {"of_command": command_id, "outcome": result})
