"""The record carried from change to change equals the record read anew, on both databases."""

from __future__ import annotations

import random
from dataclasses import fields

import numpy as np
import pytest
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registry.db import readers
from registry.models import Project, PublicChange
from registry.queries.catalogue import current
from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.current import Catalogues, catalogue_columns
from registry.queries.catalogue.filters import ALL_STATUS, Filters
from registry.queries.catalogue.kpi_loading import load_columns
from registry.queries.catalogue.loading import load_catalogue
from registry.queries.catalogue.ordering import ordered_projects
from registry.queries.catalogue.selection import select_projects
from registry.queries.statistics.scope import statistics

DERIVED = (
    "title_project", "title_tier", "title_rank", "standing", "years", "year_place", "enterprise_ids", "enterprise_place",
    "demo", "_by_id", "_precedence",
)  # fmt: skip

ANY = "SELECT id FROM {table} ORDER BY id LIMIT 1 OFFSET {place}"
MOVE = "UPDATE recognition SET project_id = {project} WHERE id = {recognition}"
CHANGES = (
    "UPDATE recognition SET status = 'expired', ended_on = '2026-01-03' WHERE id = {recognition}",
    MOVE,
    "DELETE FROM kpi_value WHERE report_id IN (SELECT id FROM kpi_report WHERE project_id = {project})",
    "UPDATE kpi_value SET current = current + 1000000, measure = '吨' WHERE report_id = {kpi_report}",
    "UPDATE project SET unit_code = 'JTQ', division_code = '320413', lon = NULL, lat = NULL WHERE id = {project}",
    "UPDATE project SET merged_into_id = (SELECT min(id) FROM project) WHERE id = {project} AND id <> (SELECT min(id) FROM project)",
    "UPDATE project SET merged_into_id = NULL WHERE merged_into_id IS NOT NULL",
    "INSERT INTO recognition (project_id, category_code, year, document_id, announced_on, name_awarded, enterprise_awarded,"
    " status, ending_reason, remark, created_at, version) SELECT id, 'prov_smart_factory', 2024, 1, NULL, name, '', 'valid',"
    " '', '', created_at, 1 FROM project WHERE id IN ({project}, 1)",
    "UPDATE project SET name = '演示改名车间' WHERE id = {project}",
    "UPDATE enterprise SET name = '演示改名公司', name_key = '演示改名公司' WHERE id = {enterprise}",
    "UPDATE enterprise SET size = 'micro', ownership = NULL WHERE id = {enterprise}",
    "INSERT INTO enterprise_honor (enterprise_id, kind, document_number) VALUES ({enterprise}, '演示荣誉', '')",
    "DELETE FROM enterprise_honor WHERE kind = '演示荣誉'",
)


def same(found: Catalogue, wanted: Catalogue) -> None:
    """Every column is equal, and what follows from the columns."""
    apart = ("lists", "revision", "mark", "honors")
    for name in (*(field.name for field in fields(Catalogue) if field.name not in apart), *DERIVED):
        np.testing.assert_array_equal(getattr(found, name), getattr(wanted, name), err_msg=name)
    np.testing.assert_array_equal(found.nearby.positions, wanted.nearby.positions)
    assert (found.lists, found.honors) == (wanted.lists, wanted.honors)


def change(engine: Engine, draw: random.Random) -> str | None:
    """Make one change somewhere and return it, or None where the database refuses it."""
    chosen = statement = draw.choice(CHANGES)
    try:
        with engine.begin() as connection:
            for table in ("project", "recognition", "kpi_report", "enterprise"):
                count = connection.scalar(text(f"SELECT count(*) FROM {table}"))
                row = connection.scalar(text(ANY.format(table=table, place=draw.randrange(count))))
                statement = statement.replace("{" + table + "}", str(row))
            rows = connection.execute(text(statement)).rowcount
            if chosen == MOVE:
                # A title takes its reports with it.
                connection.execute(
                    text(
                        statement.replace("recognition SET", "kpi_report SET").replace(
                            "WHERE id", "WHERE recognition_id"
                        )
                    )
                )
            return chosen if rows else None
    except IntegrityError:
        return None


def test_a_patched_record_equals_the_one_read_anew(demo_engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    draw, carried, made, done = random.Random(2), Catalogues(), [], set()
    whole = current.load_catalogue
    monkeypatch.setattr(current, "load_catalogue", lambda *given: made.append(given) or whole(*given))
    with readers(demo_engine)() as session:
        catalogue_columns(session, carried.current(session))
    for step in range(70):
        done |= {change(demo_engine, draw) for _ in range(draw.randint(1, 3))}
        with readers(demo_engine)() as session:
            found, wanted = carried.current(session), load_catalogue(session)
            same(found, wanted)
            if step % 3 == 0:
                # Columns are carried through changes that nobody asked about as well.
                patched, loaded = catalogue_columns(session, found), load_columns(session, wanted)
                for code, column in loaded.items():
                    titles = np.arange(len(wanted.title_ids))
                    values = [
                        [(one.exact(row), one.measure[row]) for row in one.rows_of(titles)]
                        for one in (patched[code], column)
                    ]
                    texts = [list(one.measures) for one in (patched, loaded)]
                    named = [[(value, text[m]) for value, m in part] for part, text in zip(values, texts, strict=True)]
                    assert named[0] == named[1], code
    assert done - {None} == set(CHANGES)
    assert len(made) == 1, "only the first state was read whole"


def test_a_patch_copies_only_what_changed(demo_engine: Engine) -> None:
    carried = Catalogues()
    with readers(demo_engine)() as session:
        before = carried.current(session)
        held, order = catalogue_columns(session, before), before.nearby
    with demo_engine.begin() as connection:
        connection.execute(text("UPDATE recognition SET year = 2016 WHERE id = (SELECT min(id) FROM recognition)"))
    with readers(demo_engine)() as session:
        after = carried.current(session)
        columns = (field.name for field in fields(Catalogue) if isinstance(getattr(after, field.name), np.ndarray))
        assert {name for name in columns if getattr(after, name) is not getattr(before, name)} == {"title_year"}
        assert after.nearby is order, "what follows from places alone follows from them still"
        found = catalogue_columns(session, after)
        assert all(found[code] is column for code, column in held.items() if len(column.current))


def test_what_is_shown_after_a_patch_is_right(demo_engine: Engine) -> None:
    carried = Catalogues()
    draw = random.Random(3)
    scopes = [Filters(), Filters(status=ALL_STATUS, unit=("JTQ",)), Filters(has=("operating_cost",), method="pooled")]
    with readers(demo_engine)() as session:
        for scope in scopes:
            statistics(session, carried.current(session), scope)
    for _ in range(6):
        change(demo_engine, draw)
        with readers(demo_engine)() as session:
            for scope in scopes:
                fresh = Catalogues().current(session)
                assert statistics(session, carried.current(session), scope) == statistics(session, fresh, scope)
            for sort in ("name", "-enterprise", "level", "-updated"):
                orders = [
                    ordered_projects(session, select_projects(session, one, Filters()), sort)
                    for one in (carried.current(session), fresh)
                ]
                np.testing.assert_array_equal(*orders)


def test_a_code_list_makes_everything_be_read_anew(demo_engine: Engine) -> None:
    carried = Catalogues()
    with readers(demo_engine)() as session:
        carried.current(session)
    with demo_engine.begin() as connection:
        connection.execute(text("UPDATE industry SET name = '改名业' WHERE code = '13'"))
    with readers(demo_engine)() as session:
        assert carried.current(session).lists.industries["13"].name == "改名业"


def test_a_request_that_began_before_a_change_sees_the_state_before_it(demo_engine: Engine) -> None:
    carried = Catalogues()
    with readers(demo_engine)() as before, readers(demo_engine)() as after:
        first = carried.current(before)
        with demo_engine.begin() as connection:
            connection.execute(text("DELETE FROM kpi_value WHERE report_id IN (SELECT min(id) FROM kpi_report)"))
        assert carried.current(after).revision > first.revision
        assert carried.current(before) is first


def test_the_log_holds_at_most_one_row_a_project(demo_engine: Engine) -> None:
    draw = random.Random(5)
    for _ in range(20):
        change(demo_engine, draw)
    with Session(demo_engine) as session:
        rows, projects = (session.scalar(select(func.count()).select_from(one)) for one in (PublicChange, Project))
    # One row stands for all of them: the code lists that init wrote. One stands for the honours of enterprises.
    assert rows == projects + 2
