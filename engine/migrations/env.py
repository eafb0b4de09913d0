"""Alembic runs this with a connection that engine.schema put into the configuration."""

from alembic import context
from sqlmodel import SQLModel

import engine.tables  # noqa: F401  # importing it declares the tables

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
