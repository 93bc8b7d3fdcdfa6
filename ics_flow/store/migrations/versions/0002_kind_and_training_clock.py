"""The kind of the database, which never changes, and the clock that only a training database can have.

A demonstration that was made before is a training database from here on; what any other is, is settled where it is upgraded.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_BACK = {
    "sqlite": "WHEN NEW.ahead < OLD.ahead BEGIN SELECT RAISE(ABORT, 'The training_clock does not go back.'); END",
    "postgresql": "FOR EACH ROW WHEN (NEW.ahead < OLD.ahead) EXECUTE FUNCTION refuse_change()",
}


def upgrade() -> None:
    """Make both tables, and have the database refuse another kind and a clock that goes back."""
    op.create_table(
        "database_kind",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.CheckConstraint("number = 1", name=op.f("ck_database_kind_number")),
        sa.CheckConstraint("kind IN ('live', 'training')", name=op.f("ck_database_kind_kind")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_database_kind")),
        sa.UniqueConstraint("kind", name=op.f("uq_database_kind_kind")),
    )
    op.create_table(
        "training_clock",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("ahead", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("kind = 'training'", name=op.f("ck_training_clock_kind")),
        sa.ForeignKeyConstraint(["kind"], ["database_kind.kind"], name=op.f("fk_training_clock_kind")),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_training_clock")),
    )
    made = "EXISTS (SELECT 1 FROM history WHERE subject = 'council' AND cause = 'demonstration-made')"
    op.execute(f"INSERT INTO database_kind (number, kind) SELECT 1, 'training' WHERE {made}")
    op.execute(f"INSERT INTO training_clock (kind, ahead) SELECT 'training', 0 WHERE {made}")
    dialect = op.get_bind().dialect.name
    _refuse(dialect, "database_kind", "UPDATE")
    for table in ("database_kind", "training_clock"):
        for act in ("DELETE", "TRUNCATE") if dialect == "postgresql" else ("DELETE",):
            _refuse(dialect, table, act)
    op.execute(
        f"CREATE TRIGGER training_clock_refuses_update BEFORE UPDATE ON training_clock {_BACK[dialect]}"
    )


def _refuse(dialect: str, table: str, act: str) -> None:
    refusal = (
        f"BEGIN SELECT RAISE(ABORT, 'The {table} is append-only.'); END"
        if dialect == "sqlite"
        else "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
    )
    op.execute(f"CREATE TRIGGER {table}_refuses_{act.lower()} BEFORE {act} ON {table} {refusal}")
