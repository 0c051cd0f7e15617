"""Projects by the tiers they hold and by the grade they report: each count is the length of its list.

The rule is checked on random records made in memory against a computation of its own, project by project,
and on both databases with imported reports.
"""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from registry.db import writers
from registry.models import KpiReport, KpiValue
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.current import Catalogues
from registry.queries.catalogue.dimensions import BY_NAME
from registry.queries.catalogue.filters import LADDER, Filters
from registry.queries.catalogue.kpi_columns import SCALE, UNSET, KpiColumn, distribution
from registry.queries.catalogue.selection import Selection, select_projects
from registry.queries.statistics.grouping import group_figures
from registry.queries.statistics.scope import breakdown, kpi_figure, statistics
from registry.queries.statistics.trends import growth, ladder
from registry.terms import Basis, KpiKind, ReportKind
from tests.imports.conftest import Importer
from tests.imports.sheets import row, with_cells
from tests.record import test_random_batches as batches
from tests.record.test_random_batches import Project, Title, columns, in_scope, record, slice_of

lists = batches.lists
GRADES = ("1", "2", "3", "4", "5")
COLUMN = "智能制造能力成熟度"


def graded(titles: list[Title], draw: random.Random) -> tuple[dict[int, int], KpiColumn]:
    """Random grades by number of the title, and the same as the product holds them; some do not compare."""
    stated = {one.number: draw.choice([1, 2, 2, 3, 3, 3, 4, 5]) for one in titles if draw.random() < 0.7}
    known = {number: draw.random() < 0.9 for number in stated}
    places = np.full(len(titles), -1, dtype=np.int64)
    places[[number - 1 for number in stated]] = np.arange(len(stated))
    column = KpiColumn(
        KpiKind.ORDINAL,
        places,
        np.full(len(stated), UNSET, dtype=np.int64),
        np.array(list(stated.values()), dtype=np.int64) * SCALE,
        np.zeros(len(stated), dtype=np.int64),
        np.array(list(known.values()), dtype=bool),
    )
    return {number: grade for number, grade in stated.items() if known[number]}, column


def tiers_of(project: Project, titles: list[Title], lists: CodeLists, day: date | None) -> set[str]:
    """The tiers of which a project holds a valid title, by definition."""
    held = set()
    for one in titles:
        announced = day is None or one.announced <= day
        lasts = one.status == "valid" or (day is not None and one.ended is not None and one.ended > day)
        if one.project == project and announced and lasts:
            held.add(lists.categories[one.category].tier)
    return held


def selected(titles: list[Title], filters: Filters, lists: CodeLists, grades: dict[int, int]) -> set[int]:
    """Numbers of the projects that these filters keep, by definition."""
    latest: dict[Project, Title] = {}
    for one in sorted(titles, key=lambda one: (one.announced, one.number)):
        if in_scope(one, filters, lists):
            latest[one.project] = one
    kept = set()
    for project, title in latest.items():
        held = tiers_of(project, titles, lists, filters.as_of)
        climbs = not filters.ladder or any(set(value.split("-")) <= held for value in filters.ladder)
        reports = not filters.grade or str(grades.get(title.number)) in filters.grade
        if climbs and reports:
            kept.add(project.number)
    return kept


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**48))
def test_any_slice_of_any_record(lists: CodeLists, seed: int) -> None:
    draw = random.Random(seed)
    titles = record(lists, draw)
    catalogue, found = columns(lists, titles)
    grades, column = graded(titles, draw)
    found["maturity_level"] = column
    given_filters = slice_of(lists, titles, draw).but(
        ladder=tuple(draw.sample(sorted(LADDER), draw.choice([0, 0, 1, 2]))),
        grade=tuple(sorted(draw.sample(GRADES, draw.choice([0, 0, 1, 3])))),
    )

    def kept(**changes: object) -> Selection:
        return Selection(catalogue, given_filters.but(**changes), None, found)

    def count(**changes: object) -> int:
        """The length of the list, by the product and by definition."""
        chosen = kept(**changes)
        numbers = set(catalogue.numbers[chosen.projects].tolist())
        assert numbers == selected(titles, chosen.filters, lists, grades)
        return len(numbers)

    count()
    for flow in ladder(kept()):
        assert flow.holders == count(ladder=(flow.lower,))
        assert flow.climbed == count(ladder=(flow.both,))
    stated = distribution(column, kept().latest)
    for grade in given_filters.grade or GRADES:
        assert stated.pop(int(grade), 0) == count(grade=(grade,))
    assert stated == {}
    for name in BY_NAME:
        for code, size in kept().facet(name).items():
            assert size == len(kept(**{name: (code,)}).projects), (name, code)
    for name in ("tier", "category", "year", "unit"):
        groups = breakdown(kept(), name)
        for group in groups:
            assert group.projects == len(kept(**{name: (group.value,)}).projects), (name, group.value)
        alone = [kpi_figure(found["cost"], kept(**{name: (group.value,)}), "mean") for group in groups]
        assert group_figures(kept(), name, groups, found["cost"], "mean") == alone, name


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 2**48))
def test_titles_by_year_are_as_many_as_their_lists_have(lists: CodeLists, seed: int) -> None:
    draw = random.Random(seed)
    titles = record(lists, draw)
    catalogue, found = columns(lists, titles)
    filters = slice_of(lists, titles, draw).but(ladder=tuple(draw.sample(sorted(LADDER), draw.choice([0, 0, 1]))))
    for each in growth(Selection(catalogue, filters, None, found)):
        new, ever = (Selection(catalogue, listed, None, found) for listed in (each.new_filters, each.ever_filters))
        assert (each.new, each.ever) == (len(new.titles), len(ever.titles))


def test_the_values_are_the_tiers_and_the_steps_between_them() -> None:
    assert {value: "-".join(tiers) for value, tiers in LADDER.items()} == {value: value for value in LADDER}


@pytest.fixture
def importer(engine: Engine, tmp_path: Path) -> Importer:
    """Three workshops of 2020 with grades 2, 3 and none; the second one became provincial in 2021 with grade 4."""
    importer = Importer(engine, tmp_path)
    importer.rows(*(workshop(number, grade) for number, grade in enumerate((2, 3, None), 1)))
    later = {"类别": "省级智能制造示范车间", "批次年份": 2021, "公布文号": "演示〔2021〕9号", "公布日期": "2021-12-01"}
    importer.rows(workshop(2, 4, **later))
    return importer


def workshop(number: int, grade: int | None, **cells: object) -> dict[str, object]:
    years = {"基期年份": None, "报告期年份": None if grade is None else 2020}
    return with_cells(row(**cells), {"车间/工厂名称": f"演示{number}号车间", COLUMN: grade} | years)


def names(importer: Importer, **filters: object) -> list[int]:
    """Positions of the selected projects in code order, from 1."""
    with Session(importer.engine) as session:
        chosen = select_projects(session, Catalogues().current(session), Filters(**filters))  # type: ignore[arg-type]
        return [int(place) + 1 for place in chosen.projects]


def test_the_latest_title_in_scope_gives_the_grade(importer: Importer) -> None:
    assert names(importer, grade=("3",)) == []
    assert names(importer, grade=("4",)) == [2]
    assert names(importer, grade=("2", "4")) == [1, 2]
    assert names(importer, grade=("3",), year=("2020",)) == [2]
    assert names(importer, grade=("3",), as_of=date(2020, 12, 31)) == [2]
    with Session(importer.engine) as session:
        catalogue = Catalogues().current(session)
        assert statistics(session, catalogue, Filters()).maturity == {2: 1, 4: 1}
        narrowed = select_projects(session, catalogue, Filters(grade=("3", "4")))
        assert narrowed.facet("year") | {"none": 0} == {"2020": 1, "2021": 1, "none": 0}
        assert catalogue.lists.grades == list(GRADES)


def test_a_verified_grade_stands_for_the_declared_one(importer: Importer) -> None:
    with writers(importer.engine)() as session:
        first = session.scalars(select(KpiReport).order_by(KpiReport.id)).first()
        assert first is not None
        report = KpiReport(
            project_id=first.project_id, recognition_id=first.recognition_id, kind=ReportKind.RECOGNITION.value,
            basis=Basis.VERIFIED.value, report_year=2020, created_at=datetime(2022, 1, 4, tzinfo=UTC),
        )  # fmt: skip
        report.values.append(KpiValue(kpi_code="maturity_level", current=Decimal(5), comparable=True))
        session.add(report)
        session.commit()
    assert (names(importer, grade=("2",)), names(importer, grade=("5",))) == ([], [1])


def test_a_project_stands_where_its_valid_titles_are(importer: Importer) -> None:
    assert names(importer, ladder=("municipal",)) == [1, 2, 3]
    assert names(importer, ladder=("municipal-provincial",)) == [2]
    assert names(importer, ladder=("national", "provincial")) == [2]
    # Whatever titles are asked for; on the day, where one is given.
    assert names(importer, ladder=("municipal-provincial",), year=("2020",)) == [2]
    assert names(importer, ladder=("provincial",), as_of=date(2021, 11, 30)) == []
    assert Counter(len(names(importer, ladder=(value,))) for value in LADDER) == {3: 1, 1: 2, 0: 2}
