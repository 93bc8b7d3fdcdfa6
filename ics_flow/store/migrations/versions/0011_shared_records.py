"""Records shared with people who read no file, as rows; they are made from the histories."""

import sqlalchemy as sa
from alembic import op

from ics_flow.store.types import INSTANT

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "share_row",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("worker_id", sa.String(), nullable=False),
        sa.Column("record", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("taken_back", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "position", name=op.f("pk_share_row")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_share_row_worker_id"), "share_row", ["worker_id"])
