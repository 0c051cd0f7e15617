"""Which report of a project counts in a figure, and which titles a published total counts; both databases."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, select, update
from sqlalchemy.orm import Session

from registry.db import writers
from registry.models import Document, KpiReport, KpiValue, Recognition
from registry.queries.catalogue.current import Catalogues
from registry.queries.catalogue.filters import Filters
from registry.queries.catalogue.kpi_columns import Figure
from registry.queries.catalogue.selection import select_projects
from registry.queries.record.rows import report_kpis
from registry.queries.statistics.reconciliation import reconcile
from registry.queries.statistics.scope import Statistics, statistics
from registry.services.doctor.figures import check_figures
from registry.terms import Basis, DocumentKind, ReportKind
from tests.imports.conftest import Importer
from tests.imports.sheets import row, with_cells

YEARS = {"基期年份": 2018, "报告期年份": 2020}


@pytest.fixture
def importer(engine: Engine, tmp_path: Path) -> Importer:
    """Imports rows into a fresh database."""
    return Importer(engine, tmp_path)


def read(importer: Importer, **filters: object) -> Statistics:
    with Session(importer.engine) as session:
        return statistics(session, Catalogues().current(session), Filters(**filters))  # type: ignore[arg-type]


def shown(figure: Figure) -> tuple[str, int, int]:
    return str(figure.value), figure.n, figure.of


def workshops(afters: Iterable[object], **cells: object) -> list[dict[str, object]]:
    """Workshops 1, 2, 3 … whose operating cost went from 100 to these values."""
    return [
        with_cells(
            row(**cells),
            {"车间/工厂名称": f"演示{number}号车间", "运营成本-改造前": 100, "运营成本-改造后": after} | YEARS,
        )
        for number, after in enumerate(afters, 1)
    ]


def add_report(importer: Importer, kind: ReportKind, basis: Basis, after: int) -> None:
    """A further report of the first workshop."""
    with writers(importer.engine)() as session:
        first = session.scalars(select(KpiReport).order_by(KpiReport.id)).first()
        assert first is not None
        report = KpiReport(
            project_id=first.project_id,
            recognition_id=first.recognition_id if kind == ReportKind.RECOGNITION else None,
            kind=kind.value,
            basis=basis.value,
            baseline_year=2018,
            report_year=2021,
            created_at=datetime(2022, 1, 4, tzinfo=UTC),
        )
        report.values.append(
            KpiValue(kpi_code="operating_cost", baseline=Decimal(100), current=Decimal(after), comparable=True)
        )
        session.add(report)
        session.commit()


def test_a_verified_value_stands_for_the_declared_one(importer: Importer) -> None:
    importer.rows(*workshops((90, 80, 70)))
    assert shown(read(importer).kpis["operating_cost"]) == ("-20.0", 3, 3)
    add_report(importer, ReportKind.RECOGNITION, Basis.VERIFIED, 120)
    # +20 in place of -10, beside -20 and -30: still three projects.
    assert shown(read(importer).kpis["operating_cost"]) == ("-10.0", 3, 3)


def test_a_yearly_report_feeds_no_batch_figure(importer: Importer) -> None:
    importer.rows(*workshops((90, 80, 70)))
    add_report(importer, ReportKind.YEARLY, Basis.DECLARED, 1)
    assert shown(read(importer).kpis["operating_cost"]) == ("-20.0", 3, 3)


def test_the_latest_title_in_scope_gives_the_report(importer: Importer) -> None:
    importer.rows(*workshops((90, 80, 70)))
    later = {"类别": "省级智能制造示范车间", "批次年份": 2021, "公布文号": "演示〔2021〕9号", "公布日期": "2021-12-01"}
    importer.rows(*workshops((10,), **later))
    found = read(importer)
    assert (found.projects, found.recognitions) == (3, 4)
    assert shown(found.kpis["operating_cost"]) == ("-46.7", 3, 3)
    assert shown(read(importer, year=("2020",)).kpis["operating_cost"]) == ("-20.0", 3, 3)


def test_a_zero_baseline_is_out_of_the_mean_and_counted_in_the_coverage(importer: Importer) -> None:
    rates = ((0, 1), (0.86, 0.4), (2, 1), (4, 1))
    importer.rows(
        *(
            with_cells(
                row(),
                {
                    "车间/工厂名称": f"演示{number}号车间",
                    "不良品率-改造前(%)": before,
                    "不良品率-改造后(%)": after,
                }
                | YEARS,
            )
            for number, (before, after) in enumerate(rates)
        )
    )
    # (-53.488… - 50 - 75) / 3
    assert shown(read(importer).kpis["defect_rate"]) == ("-59.5", 3, 4)
    with Session(importer.engine) as session:
        listed = select_projects(session, Catalogues().current(session), Filters(has=("defect_rate",)))
        assert len(listed.projects) == 3


def test_pooling_needs_one_unit(importer: Importer) -> None:
    rows = workshops((80, 80, 80))
    importer.rows(*(with_cells(each, {"运营成本-单位": unit}) for each, unit in zip(rows, "年年件", strict=True)))
    pooled = read(importer, method="pooled").kpis["operating_cost"]
    assert (pooled.value, pooled.n, pooled.reason) == (None, 3, "mixed_units")
    assert shown(read(importer).kpis["operating_cost"]) == ("-20.0", 3, 3)


def test_a_revoked_title_leaves_the_figures_but_not_the_published_total(importer: Importer) -> None:
    importer.rows(*workshops((90, 80, 70)))
    with writers(importer.engine)() as session:
        paper = Document(
            number="演示〔2022〕3号",
            number_key="演示〔2022〕3号",
            kind=DocumentKind.REVOCATION.value,
            announced_on=date(2022, 3, 1),
            created_at=datetime(2022, 3, 1, tzinfo=UTC),
        )
        session.add(paper)
        session.flush()
        first = select(Recognition.id).order_by(Recognition.id).limit(1).scalar_subquery()
        ending = {"status": "revoked", "ended_on": paper.announced_on, "ending_document_id": paper.id}
        session.execute(update(Recognition).where(Recognition.id == first).values(**ending))
        session.commit()
    found = read(importer)
    assert (found.recognitions, found.kpis["operating_cost"].n, found.kpis["operating_cost"].reason) == (
        2,
        2,
        "too_few",
    )
    with Session(importer.engine) as session:
        own = {
            each.published.as_of: (each.own, each.difference)
            for each in reconcile(session, Catalogues().current(session))
            if each.published.categories == ("mun_demo_smart_workshop",)
        }
    assert own == {"2020": (3, -19), "2020-12-31": (3, -80)}


COUNTS = {"设备总数": 100, "智能设备数": 80, "联网设备数": 70}


def counted(importer: Importer, number: int) -> None:
    """Workshops whose smart equipment is 80 of 100 and of which 70 are in the network."""
    importer.rows(
        *(
            with_cells(row(), {"车间/工厂名称": f"演示{place}号车间"} | COUNTS | {"报告期年份": 2020})
            for place in range(number)
        )
    )


def test_inputs_are_merged_before_a_share_is_derived(importer: Importer) -> None:
    """A visit that counted the smart equipment alone: 60 of 100, of which 70 cannot be in the network but 50 can."""
    counted(importer, 3)
    assert shown(read(importer).kpis["smart_equipment_rate"]) == ("80.0", 3, 3)
    with writers(importer.engine)() as session:
        report = session.scalars(select(KpiReport).order_by(KpiReport.id)).first()
        assert report is not None
        verified = KpiReport(
            project_id=report.project_id,
            recognition_id=report.recognition_id,
            kind=ReportKind.RECOGNITION.value,
            basis=Basis.VERIFIED.value,
            report_year=2021,
            created_at=datetime(2022, 1, 4, tzinfo=UTC),
        )
        for code, count in (("smart_equipment_count", 60), ("networked_equipment_count", 50)):
            verified.values.append(KpiValue(kpi_code=code, current=Decimal(count), comparable=True))
        session.add(verified)
        session.commit()
        title = report.recognition_id
    found = read(importer)
    # (60 + 80 + 80) / 3, (50/60 + 70/80 + 70/80) / 3, 220 of 300, 190 of 220
    assert shown(found.kpis["smart_equipment_rate"]) == ("73.3", 3, 3)
    assert shown(found.kpis["equipment_networking_rate"]) == ("86.1", 3, 3)
    pooled = read(importer, method="pooled").kpis
    assert shown(pooled["smart_equipment_rate"]) == ("73.3", 3, 3)
    assert shown(pooled["equipment_networking_rate"]) == ("86.4", 3, 3)
    with Session(importer.engine) as session:
        public = report_kpis(session, [title or 0])[title or 0]
        assert not list(check_figures(session))
    assert {code: str(public[code].value) for code in ("smart_equipment_count", "smart_equipment_rate")} == {
        "smart_equipment_count": "60",
        "smart_equipment_rate": "60.0",
    }
    # One count of two was seen by the visitors.
    assert public["smart_equipment_rate"].basis == Basis.DECLARED
    assert public["equipment_networking_rate"].basis == Basis.VERIFIED


def test_a_rate_without_counts_has_no_weight_in_the_pooled_share(importer: Importer) -> None:
    counted(importer, 3)
    importer.rows(
        with_cells(row(), {"车间/工厂名称": "演示九号车间", "自动化、智能化设备使用率(%)": 20, "报告期年份": 2020})
    )
    assert shown(read(importer).kpis["smart_equipment_rate"]) == ("65.0", 4, 4)
    pooled = read(importer, method="pooled").kpis["smart_equipment_rate"]
    assert (shown(pooled), pooled.left_out) == (("80.0", 3, 4), 1)
    with Session(importer.engine) as session:
        assert not list(check_figures(session))
