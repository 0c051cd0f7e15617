"""The demo stock: exact counts, true places, names nobody takes for real, nothing left after the purge."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, func, select, text
from stdnum.cn import uscc

from registry.db import Base, readers, writers
from registry.errors import Conflict
from registry.models import (
    Assignment,
    Document,
    Enterprise,
    Event,
    Inspection,
    KpiReport,
    Notice,
    NoticeItem,
    Panel,
    Project,
    PublicChange,
    Recognition,
)
from registry.permissions import OPERATOR
from registry.services import events
from registry.services.demo import load_demo, purge_demo
from tests.cities import BOUNDARY

TOTALS = {
    "mun_smart_workshop": 294,
    "mun_demo_smart_workshop": 83,
    "prov_demo_smart_workshop": 131,
    "prov_smart_factory": 3,
    "prov_leading_service_provider": 14,
    "nat_new_mode_application": 2,
    "nat_standardization_pilot": 1,
    "nat_solution_supplier": 1,
}


def contents(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table, without the audit and the counters that only ever move on."""
    with engine.connect() as connection:
        noted = [tuple(row) for row in connection.execute(select(PublicChange.project_id))]
        return {"noted changes": noted} | {
            table.name: [tuple(row) for row in connection.execute(table.select().order_by(*table.primary_key.columns))]
            for table in Base.metadata.sorted_tables
            if table.name not in ("event", "counter", "public_change")
        }


def load(engine: Engine) -> None:
    """`demo load`."""
    with writers(engine)() as session:
        load_demo(session, OPERATOR)
        session.commit()


def test_totals_are_those_published(demo_engine: Engine) -> None:
    with readers(demo_engine)() as session:
        counts = dict(
            session.execute(select(Recognition.category_code, func.count()).group_by(Recognition.category_code)).all()
        )
        assert counts == TOTALS
        batch = session.scalar(
            select(func.count()).where(Recognition.category_code == "mun_demo_smart_workshop", Recognition.year == 2020)
        )
        assert batch == 22
        assert session.scalar(select(func.count()).select_from(Project)) == 390


def test_two_loads_are_equal_to_the_byte(make_app: Callable[..., Flask], sqlite_template: Path, tmp_path: Path) -> None:
    import shutil

    found = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}.db"
        shutil.copyfile(sqlite_template, path)
        engine = make_app(f"sqlite:///{path}").extensions["registry"].engine
        load(engine)
        found.append(_without_times(contents(engine)))
    assert found[0] == found[1]


def _without_times(tables: dict[str, list[tuple[object, ...]]]) -> dict[str, list[tuple[object, ...]]]:
    """The batch comes in by the importer, whose titles and reports carry the moment of the import."""
    from datetime import datetime

    return {
        name: [tuple(None if isinstance(value, datetime) else value for value in row) for row in rows]
        for name, rows in tables.items()
    }


def test_places_lie_in_their_division_and_names_are_plainly_synthetic(demo_app: Flask) -> None:
    with demo_app.extensions["registry"].read() as session:
        for project in session.scalars(select(Project)):
            if project.lon is not None:
                placement = BOUNDARY.locate(project.lon, project.lat or 0)
                assert placement.division == project.division_code
                assert placement.near_line == project.near_line
            facts = project.precision == "district"
            assert project.name.startswith("演示") is not facts
        for enterprise in session.scalars(select(Enterprise).where(Enterprise.uscc.is_not(None))):
            code = enterprise.uscc or ""
            assert uscc.is_valid(code)
            assert code[8:11] == "DEM"
        numbers = list(session.scalars(select(Document.number)))
        assert all(number.startswith("演示〔") for number in numbers if number != "常工信复〔2021〕第24号")


def test_the_stock_holds_the_awkward_cases(demo_app: Flask) -> None:
    with demo_app.extensions["registry"].read() as session:
        statuses = dict(session.execute(select(Recognition.status, func.count()).group_by(Recognition.status)).all())
        assert statuses == {"valid": 515, "revoked": 8, "expired": 6}
        assert session.scalar(select(func.count()).where(Project.lon.is_(None))) == 17
        same = session.execute(
            select(func.count())
            .where(Project.lon.is_not(None))
            .group_by(Project.lon, Project.lat)
            .having(func.count() > 2)
        )
        assert sorted(same.scalars()) == [3, 4, 6]
        both = session.scalar(
            text("SELECT count(*) FROM (SELECT project_id FROM recognition GROUP BY 1 HAVING count(*) > 1) AS several")
        )
        assert (both or 0) > 100
        assert session.scalar(select(func.count()).where(KpiReport.basis == "verified"))
        national = list(session.scalars(select(Recognition).where(Recognition.category_code.like("nat%"))))
        assert [title.year for title in national].count(None) == 3
        assert all(title.announced_on is None for title in national)


def test_purge_leaves_nothing_and_says_so(engine: Engine, demo_engine: Engine) -> None:
    before = contents(engine)
    with writers(demo_engine)() as session:
        assert purge_demo(session, OPERATOR) == 390
        session.commit()
    assert contents(demo_engine) == before
    with readers(demo_engine)() as session:
        assert [event.action for event in session.scalars(select(Event))] == ["demo.purge"]
        assert events.verify(session) == (1, None)
    with pytest.raises(Exception, match="append-only"), demo_engine.begin() as connection:
        connection.execute(text("DELETE FROM event"))
    load(demo_engine)


def test_real_records_are_safe(demo_engine: Engine) -> None:
    with demo_engine.begin() as connection:
        connection.execute(text("UPDATE enterprise SET is_demo = false WHERE id = (SELECT min(id) FROM enterprise)"))
    with writers(demo_engine)() as session, pytest.raises(Conflict, match="真实记录"):
        purge_demo(session, OPERATOR)
    with writers(demo_engine)() as session, pytest.raises(Conflict, match="已有记录"):
        load_demo(session, OPERATOR)


def test_a_round_stands_in_every_stage(demo_app: Flask) -> None:
    """Experts, visits and notices of every state, sheets with points; a re-evaluation is on notice as well."""
    with demo_app.extensions["registry"].read() as session:
        assert set(session.scalars(select(Panel.state))) == {"draft", "scoring", "closed"}
        assert {"assigned", "submitted"} <= set(session.scalars(select(Assignment.state)))
        assert set(session.scalars(select(Inspection.state))) == {"planned", "visited", "signed"}
        assert {"pass", "fix"} <= set(session.scalars(select(Inspection.conclusion)))
        assert {(row.kind, row.state) for row in session.scalars(select(Notice))} == {
            ("recognition", "open"),
            ("recognition", "prepared"),
            ("re_evaluation", "open"),
        }
        found = session.scalars(select(NoticeItem.outcome).where(NoticeItem.outcome.is_not(None)))
        assert sorted(map(str, found)) == ["excellent", "fail", "pass"]
