"""Checkpoints, and the heads that each was made over; neither is ever changed or removed."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make both tables, and have the database refuse every change of them."""
    op.create_table(
        "checkpoint",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.Column("public_key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_checkpoint")),
    )
    op.create_table(
        "checkpoint_head",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["checkpoint.number"], name=op.f("fk_checkpoint_head_number")),
        sa.PrimaryKeyConstraint("subject", "number", name=op.f("pk_checkpoint_head")),
    )
    op.create_index(op.f("ix_checkpoint_head_number"), "checkpoint_head", ["number"])
    postgresql = op.get_bind().dialect.name == "postgresql"
    for table in ("checkpoint", "checkpoint_head"):
        for act in ("UPDATE", "DELETE", "TRUNCATE") if postgresql else ("UPDATE", "DELETE"):
            refusal = (
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
                if postgresql
                else f"BEGIN SELECT RAISE(ABORT, 'The {table} is append-only.'); END"
            )
            op.execute(f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} {refusal}")
