"""What was done in each case, measured from its history: steps, dates to keep, departures from the diagrams."""

import sqlalchemy as sa
from alembic import op

from ics_flow.store.types import INSTANT

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables; they are filled by `ics-flow conformance summarise`."""
    op.create_table(
        "measured_run",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_measured_run")),
    )
    op.create_table(
        "measured_case",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_measured_case")),
    )
    op.create_table(
        "measured_step",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pathway", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("caller", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("ending", sa.String(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=True),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "name", name=op.f("pk_measured_step")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "measured_date",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("depth", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pathway", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("caller", sa.String(), nullable=True),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("ended_on", sa.Date(), nullable=True),
        sa.Column("restated", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "name", "depth", name=op.f("pk_measured_date")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "measured_departure",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("depth", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pathway", sa.String(), nullable=False),
        sa.Column("element", sa.String(), nullable=False),
        sa.Column("caller", sa.String(), nullable=True),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", "position", "number", "depth", name=op.f("pk_measured_departure")),
        sqlite_with_rowid=False,
    )
    ended = ["ending", "days", "hours", "team", "caller", "opened_on"]
    op.create_index(
        "ix_measured_step_opened", "measured_step", ["pathway", "opened_on", "element", "team", "caller"]
    )
    op.create_index("ix_measured_step_ended", "measured_step", ["pathway", "ended_on", "element", *ended])
    op.create_index(
        "ix_measured_step_open",
        "measured_step",
        ["pathway", "element", "opened_on", "team", "caller"],
        sqlite_where=sa.text("ended_on IS NULL"),
        postgresql_where=sa.text("ended_on IS NULL"),
    )
    whole = sa.text("element = ''")
    for name, columns in (
        ("ix_measured_step_whole_opened", ["pathway", "opened_on", "team"]),
        ("ix_measured_step_whole_ended", ["pathway", "ended_on", *ended]),
    ):
        op.create_index(name, "measured_step", columns, sqlite_where=whole, postgresql_where=whole)
    standing = ["title", "kind", "met_on", "ended_on", "restated", "team", "caller"]
    op.create_index("ix_measured_date_due", "measured_date", ["pathway", "due_on", "element", *standing])
    outermost = sa.text("depth = 0")
    op.create_index(
        "ix_measured_date_outermost",
        "measured_date",
        ["due_on", "pathway", *standing],
        sqlite_where=outermost,
        postgresql_where=outermost,
    )
    for column in ("pathway", "depth"):
        name = op.f(f"ix_measured_departure_{column}_on")
        op.create_index(name, "measured_departure", [column, "on"])
