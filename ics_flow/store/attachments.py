"""The bytes of files that were attached to cases. What a file is, and its hash, stands in the history of its case.

There is no way to change or remove one, here or by the triggers of the table.
"""

from sqlalchemy import Connection, bindparam, insert, select

from ics_flow.store.tables import attachment
from ics_flow.store.types import as_bytes

_KEEP = insert(attachment)
_BODY = select(attachment.c.body).where(
    attachment.c.id == bindparam("id"), attachment.c.case_id == bindparam("case_id")
)


class Attachments:
    """The attached files of every case."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def keep(self, attachment_id: str, case: str, body: bytes) -> None:
        """Keep the bytes of a file under a new id."""
        self._connection.execute(_KEEP, {"id": attachment_id, "case_id": case, "body": body})

    def body(self, attachment_id: str, case: str) -> bytes | None:
        """The bytes of a file of the case; None where there are none."""
        found = self._connection.scalar(_BODY, {"id": attachment_id, "case_id": case})
        return as_bytes(found) if found is not None else None
