"""Drafts of releases with the files that they change, and the scenarios that came with each release."""

import sqlalchemy as sa
from alembic import op

from ics_flow.store.types import INSTANT

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the three tables."""
    op.create_table(
        "release_scenarios",
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["release"], ["release.hash"], name=op.f("fk_release_scenarios_release")),
        sa.PrimaryKeyConstraint("release", "hash", name=op.f("pk_release_scenarios")),
    )
    op.create_table(
        "release_draft",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("request_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("base_release", sa.String(), nullable=False),
        sa.Column("base_calendar", sa.String(), nullable=False),
        sa.Column("base_scenarios", sa.String(), nullable=True),
        sa.Column("author", sa.String(), nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'closed')", name="ck_release_draft_state"),
        sa.ForeignKeyConstraint(
            ["base_release"], ["release.hash"], name=op.f("fk_release_draft_base_release")
        ),
        sa.ForeignKeyConstraint(
            ["base_calendar"], ["calendar.hash"], name=op.f("fk_release_draft_base_calendar")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_release_draft")),
    )
    op.create_index(op.f("ix_release_draft_request_id"), "release_draft", ["request_id"])
    op.create_table(
        "release_draft_file",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("base_hash", sa.String(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.Column("saved_by", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["release_draft.id"], name=op.f("fk_release_draft_file_draft_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", "name", name=op.f("pk_release_draft_file")),
    )
