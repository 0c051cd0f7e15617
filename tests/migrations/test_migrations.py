"""Every migration goes up and down, with records in it, on both databases; models equal the schema."""

from __future__ import annotations

import warnings

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, inspect, select, text
from sqlalchemy.exc import DatabaseError, IntegrityError

from registry.db import Base, writers
from registry.models import Project
from registry.models.applications import RANK_INDEX
from registry.permissions import PUBLIC
from registry.services import events
from registry.services.doctor.recommendations import check_ranks
from registry.services.events import Entry, Origin
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


OLD_EVENTS = """
    INSERT INTO event (at, actor_role, action, subject_type, subject_id, changes, note, request_id, previous_hash, hash)
    VALUES ('2026-03-02 01:02:03.000000', 'operator', 'call.create', 'call', :subject, '{"state": ["draft", null]}',
            '旧记录', :request, :previous, :hash)
"""
OLD_HASHES = (
    events.GENESIS,
    "df7041b8a778ad27a1f35f316b47fb25b7df5cf0bb34f8d9bc8e845af766b53c",
    "3e4f5363069479a536b175242079e4e6ca8da5259aee022a78bfef14ac665d4c",
)
"""The chain as the program wrote it before events had a network address."""


def test_old_events_verify_and_new_ones_follow_them(engine: Engine) -> None:
    downgrade(engine, "0003")
    with engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL TIME ZONE 'UTC'"))
        for number, request in ((1, ""), (2, "0123456789abcdef")):
            row = {
                "subject": number,
                "request": request,
                "previous": OLD_HASHES[number - 1],
                "hash": OLD_HASHES[number],
            }
            connection.execute(text(OLD_EVENTS), row)
    migrate(engine)
    with writers(engine)() as session:
        assert events.verify(session) == (2, None)
        new = Entry(action="call.publish", subject_type="call", subject_id=1)
        events.record(events.serve(session, Origin("fedcba9876543210", "2001:db8::1")), PUBLIC, new)
        session.commit()
        assert events.verify(session) == (3, None)
    with pytest.raises(DatabaseError, match="append-only"), engine.begin() as connection:
        connection.execute(text("UPDATE event SET network_address = ''"))


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


@pytest.mark.slow
def test_lines_of_notices_survive_the_loss_of_a_column_and_deleted_kinds_are_refused(demo_engine: Engine) -> None:
    lines = text("SELECT id, notice_id, application_id, name, live, outcome FROM notice_item ORDER BY id")
    indexes = {index["name"] for index in inspect(demo_engine).get_indexes("notice_item")}
    with demo_engine.connect() as connection:
        before = connection.execute(lines).all()
    assert before
    downgrade(demo_engine, "0032")
    assert "recognition_id" in {column["name"] for column in inspect(demo_engine).get_columns("notice_item")}
    migrate(demo_engine)
    with demo_engine.connect() as connection:
        assert connection.execute(lines).all() == before
    assert {index["name"] for index in inspect(demo_engine).get_indexes("notice_item")} == indexes
    with pytest.raises(IntegrityError, match="kind_known"), demo_engine.begin() as connection:
        connection.execute(text("UPDATE notice SET kind = 'change'"))
