"""Alembic environment. The caller hands over an open connection (`services.installation`)."""

from alembic import context

from registry.db import Base
from registry.models import Category  # noqa: F401  (loads all tables)

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    render_as_batch=True,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
