"""The tasks of a role are found in the order in which they fall due: whoever is of no team reads the first of them, and not all."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Write beside each role of a task when the task is due, and find the roles by that."""
    instant = sa.DateTime(timezone=True).with_variant(sa.String(27), "sqlite")
    op.add_column("task_role", sa.Column("due", instant))
    op.execute(
        "UPDATE task_role SET due = (SELECT task_row.due FROM task_row "
        "WHERE task_row.case_id = task_role.case_id AND task_row.name = task_role.task)"
    )
    op.drop_index(op.f("ix_task_role_role_case_id_task"), "task_role")
    op.create_index(
        op.f("ix_task_role_role_due_case_id_task"), "task_role", ["role", "due", "case_id", "task"]
    )
