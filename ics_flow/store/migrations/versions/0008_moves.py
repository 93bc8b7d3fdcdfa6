"""The board's orders for open cases, with what became of each case; and what a draft would have done, asked of last year's cases one by one."""

import sqlalchemy as sa
from alembic import op

from ics_flow.store.types import INSTANT, JSON_TEXT

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "move_order",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("target", sa.String(), nullable=False),
        sa.Column("choices", JSON_TEXT, nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("ordered_by", sa.String(), nullable=False),
        sa.Column("ordered_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint("kind IN ('release', 'calendar')", name="ck_move_order_kind"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_move_order")),
    )
    op.create_index(op.f("ix_move_order_state"), "move_order", ["state"])
    _cases_of("move_order", "order_id", "changed", "position")
    op.create_index(op.f("ix_move_order_case_order_id_state"), "move_order_case", ["order_id", "state"])
    op.create_table(
        "what_if",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("until", INSTANT, nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_what_if")),
    )
    op.create_index(op.f("ix_what_if_state"), "what_if", ["state"])
    _cases_of("what_if", "what_if_id", "found", None)
    op.create_index(op.f("ix_what_if_case_what_if_id_state"), "what_if_case", ["what_if_id", "state"])


def _cases_of(table: str, key: str, said: str, position: str | None) -> None:
    op.create_table(
        f"{table}_case",
        sa.Column(key, sa.String(), nullable=False),
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        *([sa.Column("sentence", sa.String(), nullable=True)] if position else []),
        sa.Column(said, JSON_TEXT, nullable=True),
        *([sa.Column(position, sa.Integer(), nullable=True)] if position else []),
        sa.ForeignKeyConstraint([key], [f"{table}.id"], name=op.f(f"fk_{table}_case_{key}")),
        sa.ForeignKeyConstraint(["case_id"], ["case_secret.case_id"], name=op.f(f"fk_{table}_case_case_id")),
        sa.PrimaryKeyConstraint(key, "case_id", name=op.f(f"pk_{table}_case")),
    )
