"""A manager's own workers are found by an index: every tray asks for them."""

from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the index."""
    op.create_index(
        op.f("ix_account_manager_id"), "account", ["manager_id"], unique=False, if_not_exists=True
    )
