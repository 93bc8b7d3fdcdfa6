"""The change board: what was put to it and who approved, which is never changed, and which the database refuses to an author; requests as rows; scenarios that are to be played."""

import sqlalchemy as sa
from alembic import op

from ics_flow.store.types import INSTANT, JSON_TEXT

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

_AN_AUTHOR = (
    "EXISTS (SELECT 1 FROM proposal_author WHERE change_id = NEW.change_id AND number = NEW.number"
    " AND worker_id = NEW.worker_id)"
)
_REFUSING_AUTHORS = {
    "sqlite": (
        f"CREATE TRIGGER approval_refuses_authors BEFORE INSERT ON approval WHEN {_AN_AUTHOR} "
        "BEGIN SELECT RAISE(ABORT, 'Nobody approves what they drew.'); END"
    ),
    "postgresql": (
        "CREATE FUNCTION refuse_author() RETURNS trigger LANGUAGE plpgsql AS $$ "
        f"BEGIN IF {_AN_AUTHOR} THEN RAISE EXCEPTION USING ERRCODE = 'restrict_violation',"
        " MESSAGE = 'Nobody approves what they drew.'; END IF; RETURN NEW; END $$; "
        "CREATE TRIGGER approval_refuses_authors BEFORE INSERT ON approval "
        "FOR EACH ROW EXECUTE FUNCTION refuse_author()"
    ),
}


def upgrade() -> None:
    """Make the tables, and have the database refuse changes of the first three and an author's approval."""
    op.create_table(
        "proposal",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("change_id", "number", name=op.f("pk_proposal")),
    )
    for table, others in (
        ("proposal_author", ()),
        ("approval", (("approves", sa.Boolean()), ("at", INSTANT))),
    ):
        op.create_table(
            table,
            sa.Column("change_id", sa.String(), nullable=False),
            sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
            sa.Column("worker_id", sa.String(), nullable=False),
            *(sa.Column(name, kind, nullable=False) for name, kind in others),
            sa.PrimaryKeyConstraint("change_id", "number", "worker_id", name=op.f(f"pk_{table}")),
            sa.ForeignKeyConstraint(
                ["change_id", "number"],
                ["proposal.change_id", "proposal.number"],
                name=op.f(f"fk_{table}_change_id_number"),
            ),
        )
    op.create_table(
        "note_read",
        sa.Column("worker_id", sa.String(), nullable=False),
        sa.Column("change_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", "change_id", name=op.f("pk_note_read")),
    )
    op.create_table(
        "change_row",
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("law", sa.Boolean(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("raised_at", INSTANT, nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("wakes_on", sa.Date(), nullable=True),
        sa.Column("in_force_since", INSTANT, nullable=True),
        sa.Column("touches", JSON_TEXT, nullable=False),
        sa.PrimaryKeyConstraint("change_id", name=op.f("pk_change_row")),
    )
    for column in ("state", "meeting_on", "wakes_on"):
        op.create_index(op.f(f"ix_change_row_{column}"), "change_row", [column])
    op.create_table(
        "release_draft_writer",
        sa.Column("draft_id", sa.String(), nullable=False),
        sa.Column("worker_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["draft_id"], ["release_draft.id"], name=op.f("fk_release_draft_writer_draft_id")
        ),
        sa.PrimaryKeyConstraint("draft_id", "worker_id", name=op.f("pk_release_draft_writer")),
    )
    op.create_table(
        "scenario_run",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("change_id", sa.String(), nullable=False),
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("scenarios", sa.String(), nullable=False),
        sa.Column("files", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_scenario_run")),
    )
    op.create_index(op.f("ix_scenario_run_change_id"), "scenario_run", ["change_id"])
    op.create_table(
        "scenario_played",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("problem", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["run_id"], ["scenario_run.id"], name=op.f("fk_scenario_played_run_id")),
        sa.PrimaryKeyConstraint("run_id", "name", name=op.f("pk_scenario_played")),
    )
    dialect = op.get_bind().dialect.name
    for table in ("proposal", "proposal_author", "approval"):
        for act in ("UPDATE", "DELETE", "TRUNCATE") if dialect == "postgresql" else ("UPDATE", "DELETE"):
            refusal = (
                "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
                if dialect == "postgresql"
                else f"BEGIN SELECT RAISE(ABORT, 'The {table} is append-only.'); END"
            )
            op.execute(f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} {refusal}")
    op.execute(_REFUSING_AUTHORS[dialect])
