"""The first tables: histories and what stands beside them, sign-in and commands, and the derived rows of cases and people."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
JSON_TEXT = sa.JSON(none_as_null=True)
KEY = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
SORTED_TEXT = sa.String().with_variant(sa.String(collation="C"), "postgresql")


def upgrade() -> None:
    """Make every table, and have the database refuse to change or remove what is append-only."""
    op.create_table(
        "account",
        sa.Column("worker_id", sa.String(), nullable=False),
        sa.Column("username", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("roles", JSON_TEXT, nullable=False),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("manager_id", sa.String(), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("worker_id", name=op.f("pk_account")),
        sa.UniqueConstraint("username", name=op.f("uq_account_username")),
    )
    op.create_index(op.f("ix_account_team"), "account", ["team"], unique=False)
    op.create_table(
        "calendar",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_calendar")),
    )
    op.create_table(
        "case_row",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("team", sa.String(), nullable=True),
        sa.Column("allocated_worker", sa.String(), nullable=True),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_row")),
    )
    op.create_index(op.f("ix_case_row_allocated_worker"), "case_row", ["allocated_worker"], unique=False)
    op.create_index(op.f("ix_case_row_person_id"), "case_row", ["person_id"], unique=False)
    op.create_index(op.f("ix_case_row_team"), "case_row", ["team"], unique=False)
    op.create_table(
        "case_secret",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_secret")),
    )
    op.create_table(
        "deadline_row",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("basis", sa.String(), nullable=False),
        sa.Column("met_by", sa.String(), nullable=True),
        sa.Column("fired", sa.Boolean(), nullable=False),
        sa.Column("met_on", sa.Date(), nullable=True),
        sa.Column("ended", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "name", name=op.f("pk_deadline_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "history",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("header", sa.LargeBinary(), nullable=False),
        sa.Column("cause", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("subject", "position", name=op.f("pk_history")),
        sa.UniqueConstraint("subject", "cause", name=op.f("uq_history_subject_cause")),
    )
    op.create_table(
        "login_attempt",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_login_attempt")),
    )
    op.create_index(op.f("ix_login_attempt_at"), "login_attempt", ["at"], unique=False)
    op.create_index(op.f("ix_login_attempt_key_at"), "login_attempt", ["key", "at"], unique=False)
    op.create_table(
        "outbox",
        sa.Column("id", KEY, nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("body", JSON_TEXT, nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("sent", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("key", name=op.f("uq_outbox_key")),
    )
    op.create_index(
        "ix_outbox_waiting",
        "outbox",
        ["id"],
        unique=False,
        sqlite_where=sa.text("sent IS NULL"),
        postgresql_where=sa.text("sent IS NULL"),
    )
    op.create_table(
        "person_row",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("given_name", sa.String(), nullable=False),
        sa.Column("family_name", sa.String(), nullable=False),
        sa.Column("born", sa.Date(), nullable=True),
        sa.Column("expected", sa.Date(), nullable=True),
        sa.Column("address", sa.String(), nullable=True),
        sa.Column("family_id", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_person_row")),
    )
    op.create_index(op.f("ix_person_row_family_id"), "person_row", ["family_id"], unique=False)
    op.create_table(
        "person_token",
        sa.Column("token", SORTED_TEXT, nullable=False),
        sa.Column("person_id", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("token", "person_id", name=op.f("pk_person_token")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_person_token_person_id"), "person_token", ["person_id"], unique=False)
    op.create_table(
        "process_row",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("pathway", sa.String(), nullable=False),
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("started", INSTANT, nullable=False),
        sa.Column("ended", INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("case_id", "name", name=op.f("pk_process_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "read_log",
        sa.Column("id", KEY, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("worker_id", sa.String(), nullable=False),
        sa.Column("person_id", sa.String(), nullable=True),
        sa.Column("case_id", sa.String(), nullable=True),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("right", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_read_log")),
    )
    op.create_index(op.f("ix_read_log_case_id"), "read_log", ["case_id"], unique=False)
    op.create_index(op.f("ix_read_log_person_id"), "read_log", ["person_id"], unique=False)
    op.create_index(op.f("ix_read_log_worker_id"), "read_log", ["worker_id"], unique=False)
    op.create_table(
        "record_row",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("by", sa.String(), nullable=True),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=True),
        sa.Column("authorised_by", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "scope", name=op.f("pk_record_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "relationship",
        sa.Column("person_id", sa.String(), nullable=False),
        sa.Column("other_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("person_id", "other_id", "kind", name=op.f("pk_relationship")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_relationship_other_id"), "relationship", ["other_id"], unique=False)
    op.create_table(
        "release",
        sa.Column("hash", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("published_at", INSTANT, nullable=False),
        sa.Column("law_date", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("hash", name=op.f("pk_release")),
    )
    op.create_index(op.f("ix_release_published_at"), "release", ["published_at"], unique=False)
    op.create_table(
        "request",
        sa.Column("command_id", sa.String(), nullable=False),
        sa.Column("body_hash", sa.String(), nullable=False),
        sa.Column("worker_id", sa.String(), nullable=False),
        sa.Column("result", JSON_TEXT, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("command_id", name=op.f("pk_request")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "snapshot",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("head", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.Column("format", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_snapshot")),
    )
    op.create_table(
        "task_row",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("form", sa.String(), nullable=False),
        sa.Column("roles", JSON_TEXT, nullable=False),
        sa.Column("opened", INSTANT, nullable=False),
        sa.Column("due", INSTANT, nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("deadline_kind", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("case_id", "name", name=op.f("pk_task_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "timer_row",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("due", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "name", name=op.f("pk_timer_row")),
        sqlite_with_rowid=False,
    )
    op.create_index(op.f("ix_timer_row_due_case_id"), "timer_row", ["due", "case_id"], unique=False)
    op.create_table(
        "in_force_row",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("release", sa.String(), nullable=False),
        sa.Column("calendar", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_in_force_row")),
    )
    op.create_table(
        "undelivered_row",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("process", sa.String(), nullable=False),
        sa.Column("message", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("case_id", "name", name=op.f("pk_undelivered_row")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "draft",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("section", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("answers", JSON_TEXT, nullable=False),
        sa.Column("by", sa.String(), nullable=False),
        sa.Column("saved_at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_secret.case_id"], name=op.f("fk_draft_case_id")),
        sa.PrimaryKeyConstraint("case_id", "task", "section", name=op.f("pk_draft")),
    )
    op.create_table(
        "payload",
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["subject", "position"],
            ["history.subject", "history.position"],
            name=op.f("fk_payload_subject_position"),
        ),
        sa.PrimaryKeyConstraint("subject", "position", "name", name=op.f("pk_payload")),
    )
    op.create_table(
        "session",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("worker_id", sa.String(), nullable=False),
        sa.Column("created", INSTANT, nullable=False),
        sa.Column("last_seen", INSTANT, nullable=False),
        sa.Column("expires", INSTANT, nullable=False),
        sa.Column("data", JSON_TEXT, nullable=False),
        sa.ForeignKeyConstraint(["worker_id"], ["account.worker_id"], name=op.f("fk_session_worker_id")),
        sa.PrimaryKeyConstraint("token_hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_expires"), "session", ["expires"], unique=False)
    op.create_index(op.f("ix_session_worker_id"), "session", ["worker_id"], unique=False)
    op.create_table(
        "task_role",
        sa.Column("case_id", sa.String(), nullable=False),
        sa.Column("task", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_id", "task"],
            ["task_row.case_id", "task_row.name"],
            name=op.f("fk_task_role_case_id_task"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("case_id", "task", "role", name=op.f("pk_task_role")),
        sqlite_with_rowid=False,
    )
    op.create_index(
        op.f("ix_task_role_role_case_id_task"), "task_role", ["role", "case_id", "task"], unique=False
    )
    if op.get_bind().dialect.name == "postgresql":
        op.execute(
            "CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$ "
            "BEGIN RAISE EXCEPTION USING ERRCODE = 'restrict_violation', "
            "MESSAGE = 'The ' || TG_TABLE_NAME || ' is append-only.'; END $$"
        )
        for table in ("history", "payload"):
            for act in ("UPDATE", "DELETE", "TRUNCATE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
                )
    else:
        for table in ("history", "payload"):
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'The {table} is append-only.'); END"
                )
