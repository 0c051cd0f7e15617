"""Every migration goes up and down, with records in it, on both databases; models equal the schema."""

from __future__ import annotations

import warnings

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import IntegrityError

from registry.db import Base, writers
from registry.models import Project
from registry.models.applications import RANK_INDEX
from registry.services.doctor.recommendations import check_ranks
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


RANKS = """UPDATE application SET rank = 1, unit_code = 'TNQ',
    call_id = (SELECT min(id) FROM call) WHERE status IN ('recommended', 'checking', 'proposed')"""


def test_ranks_given_twice_survive_and_the_index_comes_when_they_are_put_right(demo_engine: Engine) -> None:
    """An upgrade keeps letters that name a rank twice; the doctor names them, the next `flask init` ends it."""

    def indexes() -> set[str | None]:
        with demo_engine.connect() as connection:
            return {index["name"] for index in inspect(connection).get_indexes("application")}

    def told() -> list[str]:
        with writers(demo_engine)() as session:
            return [finding.what for finding in check_ranks(session)]

    assert (RANK_INDEX in indexes(), told()) == (True, [])
    downgrade(demo_engine, "0003")
    with demo_engine.begin() as connection:
        twice = connection.execute(text(RANKS)).rowcount
    assert (RANK_INDEX in indexes(), twice > 1) == (False, True)
    migrate(demo_engine)
    assert (RANK_INDEX in indexes(), told()) == (False, ["推荐顺序"] * (twice - 1))
    with demo_engine.begin() as connection:
        connection.execute(text("UPDATE application SET rank = id WHERE rank IS NOT NULL"))
    assert told() == ["推荐顺序的唯一索引"]
    migrate(demo_engine)
    assert (RANK_INDEX in indexes(), told()) == (True, [])
    with demo_engine.begin() as connection, pytest.raises(IntegrityError):
        connection.execute(text(RANKS))
