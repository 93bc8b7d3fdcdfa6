"""What Alembic runs: the migrations, on the connection and within the transaction that the database opened for them."""

from alembic import context

from ics_flow.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
