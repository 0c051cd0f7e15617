"""Importing KPI values of registered projects: whose report, declared beside verified, year by year."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registry.db import writers
from registry.errors import Conflict, InvalidInput
from registry.models import Event, KpiReport, KpiValue, Project, Recognition
from registry.permissions import OPERATOR
from registry.services.imports import KpiPlan, Level, apply_kpis, plan_kpis
from registry.spreadsheets import read_file
from tests.imports.conftest import Importer, messages, outcomes
from tests.imports.sheets import KPIS, TODAY, row, table, with_cells, write_csv, write_xlsx

# A case on a line reads best.
VALUES = {"运营成本-改造前": 100, "运营成本-改造后": 80}
REPORT: dict[str, Any] = {
    "项目编号": "CZ-000001",
    "报告类型": "年度报告",
    "报告期年份": 2021,
    "基期年份": 2018,
    "申报/核查": "申报",
    **VALUES,
}


def report(**changes: Any) -> dict[str, Any]:
    return {**REPORT, **changes}


class KpiImporter(Importer):
    def kpis(self, *rows: dict[str, Any], applied: bool = True) -> KpiPlan:
        found = read_file(write_xlsx(self.folder / "kpis.xlsx", table(rows)))
        with writers(self.engine)() as session:
            plan = plan_kpis(session, found, today=TODAY)
            if applied and not plan.refused:
                apply_kpis(session, OPERATOR, plan)
                session.commit()
        return plan

    def refused(self, *rows: dict[str, Any]) -> list[tuple[int, str, str]]:
        before = self.counts()
        plan = self.kpis(*rows)
        assert self.counts() == before
        return messages(plan, Level.ERROR)


@pytest.fixture
def registered(importer: Importer) -> KpiImporter:
    """One workshop with one title and its declared figures, on both databases."""
    importer.rows(with_cells(row(), KPIS))
    return KpiImporter(importer.engine, importer.folder)


@pytest.fixture
def small(light: Importer) -> KpiImporter:
    """The same on SQLite alone."""
    light.rows(with_cells(row(), KPIS))
    return KpiImporter(light.engine, light.folder)


def test_yearly_reports_stand_beside_the_one_of_the_title(registered: KpiImporter) -> None:
    plan = registered.kpis(report(), report(报告期年份=2022, 基期年份=2018))
    assert plan.summary() == "new=2 changed=0 unchanged=0 refused=0 questions=0"
    assert registered.all(KpiReport.report_year, KpiReport.kind, KpiReport.basis, KpiReport.recognition_id) == [
        (2020, "recognition", "declared", 1),
        (2021, "yearly", "declared", None),
        (2022, "yearly", "declared", None),
    ]
    again = registered.kpis(report(), report(报告期年份=2022, 基期年份=2018))
    assert again.summary() == "new=0 changed=0 unchanged=2 refused=0 questions=0"
    changed = registered.kpis(with_cells(report(), {"运营成本-改造后": 75}))
    assert changed.summary() == "new=0 changed=1 unchanged=0 refused=0 questions=0"
    events = [
        changes
        for _, action, changes in registered.all(Event.id, Event.action, Event.changes)
        if action == "import.kpis"
    ]
    assert events[-2]["kpi.operating_cost"] == [["100", "80", ""], ["100", "75", ""]]


def test_verified_values_stand_beside_declared_ones(registered: KpiImporter) -> None:
    verified = report(报告类型="认定报告", 报告期年份=2020) | {"申报/核查": "核查"}
    assert registered.kpis(verified).summary() == "new=1 changed=0 unchanged=0 refused=0 questions=0"
    with registered.engine.connect() as connection:
        costs = connection.execute(
            select(KpiReport.basis, KpiValue.current)
            .join(KpiValue, KpiValue.report_id == KpiReport.id)
            .where(KpiValue.kpi_code == "operating_cost")
            .order_by(KpiReport.basis)
        ).all()
    assert [tuple(each) for each in costs] == [("declared", Decimal("5122.3")), ("verified", Decimal(80))]
    assert registered.kpis(verified).summary() == "new=0 changed=0 unchanged=1 refused=0 questions=0"


def test_a_project_is_named_by_code_or_by_enterprise_and_name(small: KpiImporter) -> None:
    named = {"企业名称": row()["企业名称"], "车间/工厂名称": row()["车间/工厂名称"]}
    without = {name: value for name, value in report().items() if name != "项目编号"}
    assert outcomes(small.kpis({**named, **without})) == ["新增"]
    assert outcomes(small.kpis({**named, **report()})) == ["未变"]
    assert outcomes(small.kpis(report(项目编号="cz-000001"))) == ["未变"]


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"项目编号": "CZ-000009"}, "项目编号", "没有这个项目编号"),
    ({"项目编号": None}, "项目编号", "没有说明是哪个项目"),
    ({"报告类型": "季报"}, "报告类型", "不认识的内容"),
    ({"报告类型": None}, "报告类型", "没有填写"),
    ({"申报/核查": None}, "申报/核查", "没有填写"),
    ({"报告期年份": None}, "报告期年份", "有指标值而没有年份"),
    ({"基期年份": None}, "基期年份", "有指标值而没有年份"),
    ({"运营成本-改造前": None}, "运营成本-改造前", "只有改造后的值，没有改造前的值"),
    ({"运营成本-改造前": None, "运营成本-改造后": None}, "报告类型", "这一行没有指标值"),
    ({"报告类型": "认定报告", "类别": "市级智能车间"}, "项目编号", "该项目没有这一类别和年份的认定"),
    ({"企业名称": "演示乙有限公司", "车间/工厂名称": "别的车间"}, "项目编号", "编号 CZ-000001 的项目是“演示齿轮智能车间”，与所填企业或名称不符"),
    ({"企业名称": row()["企业名称"], "车间/工厂名称": row()["车间/工厂名称"], "统一社会信用代码": "91320413DEM000014F"}, "项目编号", "代码 91320413DEM000014F 与企业名称在登记中对不上"),
    ({"项目编号": None, "企业名称": "演示乙有限公司", "车间/工厂名称": "别的车间"}, "车间/工厂名称", "登记中没有这个企业的这个项目"),
]  # fmt: skip


@pytest.mark.parametrize(("cells", "column", "reason"), REFUSED)
def test_refused(small: KpiImporter, cells: dict[str, Any], column: str, reason: str) -> None:
    assert small.refused(with_cells(report(), cells)) == [(2, column, reason)]


def test_the_same_report_twice_is_refused(small: KpiImporter) -> None:
    assert small.refused(report(), report()) == [(3, "项目编号", "与第 2 行是同一份报告")]


def test_among_several_titles_the_row_must_say_which(small: KpiImporter) -> None:
    small.rows(row(类别="省级示范智能车间"))
    of_title = report(报告类型="认定", 报告期年份=2020) | {"申报/核查": "核查"}
    assert small.refused(of_title) == [(2, "项目编号", "该项目有 2 项认定，不能确定是哪一项的报告")]
    assert outcomes(small.kpis(with_cells(of_title, {"类别": "省级示范智能车间", "批次年份": 2020}))) == ["新增"]
    [(title,)] = small.all(KpiReport.recognition_id)[-1:]
    assert small.all(Recognition.id, Recognition.category_code)[title - 1][1] == "prov_demo_smart_workshop"


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        (["报告类型", "申报/核查", "设备总数"], "表头（第 1 行）缺少“项目编号”"),
        (["项目编号", "报告类型", "申报/核查"], "表头（第 1 行）里没有指标列"),
    ],
)
def test_wrong_headers(small: KpiImporter, tmp_path: Path, headers: list[str], sentence: str) -> None:
    path = write_csv(tmp_path / "a.csv", [headers, ["1"] * len(headers)])
    with writers(small.engine)() as session, pytest.raises(InvalidInput) as caught:
        plan_kpis(session, read_file(path), today=TODAY)
    assert caught.value.message.startswith(sentence)


def test_the_command(app: Flask, tmp_path: Path) -> None:
    runner = app.test_cli_runner()
    titles = write_csv(tmp_path / "titles.csv", table([row()]))
    assert runner.invoke(args=["import", "projects", str(titles), "--apply"]).exit_code == 0
    path = write_csv(tmp_path / "kpis.csv", table([report()]))
    result = runner.invoke(args=["import", "kpis", str(path), "--apply", "--report", str(tmp_path / "r.csv")])
    assert (result.exit_code, result.output.splitlines()[-1]) == (
        0,
        "new=1 changed=0 unchanged=0 refused=0 questions=0",
    )
    assert read_file(tmp_path / "r.csv").rows[1].cells[-2:] == ("新增", None)
    wrong = write_csv(tmp_path / "wrong.csv", table([report(项目编号="CZ-9")]))
    assert runner.invoke(args=["import", "kpis", str(wrong), "--apply"]).exit_code == 1
    with app.extensions["registry"].read() as session:
        assert session.scalars(select(Project.code)).all() == ["CZ-000001"]


def test_two_enterprises_of_one_name_need_the_code_of_project_or_enterprise(small: KpiImporter) -> None:
    name = "演示同名有限公司"
    for code in ("91320413DEM000014F", "91320400DEM000022F"):
        small.rows(row(企业名称=name, 统一社会信用代码=code))
    named = {**report(项目编号=None), "企业名称": name, "车间/工厂名称": row()["车间/工厂名称"]}
    assert small.refused(named) == [(2, "车间/工厂名称", "有不止一家企业的项目叫这个名称")]
    assert outcomes(small.kpis({**named, "统一社会信用代码": "91320400DEM000022F"})) == ["新增"]


def test_a_corrected_baseline_year_is_a_change(small: KpiImporter) -> None:
    small.kpis(report())
    plan = small.kpis(report(基期年份=2017))
    assert plan.rows[0].changes == {"baseline_year": (2018, 2017)}
    assert small.all(KpiReport.report_year, KpiReport.baseline_year) == [(2020, 2018), (2021, 2017)]


def test_two_plans_for_one_report_cannot_both_win(registered: KpiImporter) -> None:
    first = registered.kpis(report(), applied=False)
    registered.kpis(report())
    with writers(registered.engine)() as session, pytest.raises(Conflict):
        apply_kpis(session, OPERATOR, first)
