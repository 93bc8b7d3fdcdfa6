"""Which file came after which when a child was adopted, as rows; they are made from histories of their own."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "adoption_row",
        sa.Column("before_case", sa.String(), nullable=False),
        sa.Column("after_case", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("before_case", name=op.f("pk_adoption_row")),
        sa.UniqueConstraint("after_case", name=op.f("uq_adoption_row_after_case")),
        sqlite_with_rowid=False,
    )
