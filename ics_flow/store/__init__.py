"""Where everything is kept: tables, migrations, the unit of work and the histories. No rules of procedure and no reading pages."""

from ics_flow.store.database import Database
from ics_flow.store.unit import Reading, UnitOfWork

__all__ = ["Database", "Reading", "UnitOfWork"]
