"""Every migration goes up and down, with records in it, on both databases; models equal the schema."""

from __future__ import annotations

import warnings

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, inspect, select

from registry.db import Base, writers
from registry.models import Project
from registry.services.installation import downgrade, migrate


def test_models_equal_the_schema(engine: Engine) -> None:
    with engine.connect() as connection, warnings.catch_warnings():
        # Indexes on expressions cannot be compared; their names are, below.
        warnings.simplefilter("ignore")
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []
        assert set(inspect(connection).get_table_names()) - {"alembic_version"} == set(Base.metadata.tables)


@pytest.mark.slow
def test_down_and_up_again_keeps_the_projects(demo_engine: Engine) -> None:
    with writers(demo_engine)() as session:
        loaded = session.scalar(select(func.count()).select_from(Project))
        assert loaded
    downgrade(demo_engine, "0001")
    migrate(demo_engine)
    with writers(demo_engine)() as session:
        assert session.scalar(select(func.count()).select_from(Project)) == loaded
    downgrade(demo_engine, "base")
    with demo_engine.connect() as connection:
        assert set(inspect(connection).get_table_names()) == {"alembic_version"}
