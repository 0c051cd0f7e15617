"""Importing lists of titles: what is stored, what a second run does, races, and the report file."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import update

from registry.db import writers
from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.models import (
    Document,
    Enterprise,
    Event,
    KpiReport,
    KpiValue,
    Project,
    ProjectSearch,
    Recognition,
)
from registry.permissions import OPERATOR, PUBLIC
from registry.services import imports
from registry.services.events import verify
from registry.services.imports import Level
from registry.spreadsheets import read_file
from tests.imports.conftest import Importer, messages, outcomes
from tests.imports.sheets import KPIS, TODAY, batch2020, row, with_cells

CODE_A = "91320413DEM000014F"


def test_the_2020_batch_comes_in_once(importer: Importer) -> None:
    dry = importer.file(batch2020(), applied=False)
    assert dry.summary() == "new=22 changed=0 unchanged=0 refused=0 questions=0"
    assert importer.counts()["project"] == 0
    assert importer.file(batch2020()).summary() == "new=22 changed=0 unchanged=0 refused=0 questions=0"
    counts = importer.counts()
    assert {name: counts[name] for name in ("project", "recognition", "document", "kpi_report")} == {
        "project": 22,
        "recognition": 22,
        "document": 1,
        "kpi_report": 22,
    }
    again = importer.file(batch2020())
    assert again.summary() == "new=0 changed=0 unchanged=22 refused=0 questions=0"
    assert importer.counts() == counts
    codes = [code for (code,) in importer.all(Project.code)]
    assert codes == [f"CZ-{number:06d}" for number in range(1, 23)]


def test_each_of_the_batch_lies_in_the_division_of_its_unit(importer: Importer) -> None:
    importer.file(batch2020())
    home = {"TNQ": "320402", "ZLQ": "320404", "XBQ": "320411", "WJQ": "320412", "JTQ": "320413", "LYS": "320481"}
    placed = importer.all(Project.unit_code, Project.division_code, Project.precision, Project.lon)
    assert {(unit, division) for unit, division, _, _ in placed} <= {*home.items(), ("JKQ", "320412")}
    assert all(precision == "exact" and lon is not None for _, _, precision, lon in placed)
    assert any(unit == "JKQ" for unit, _, _, _ in placed)


def test_everything_a_row_states_is_stored(importer: Importer) -> None:
    importer.rows(
        with_cells(
            row(
                统一社会信用代码=CODE_A,
                公布文号="演示[2020]第01号",
                备注="备注文字",
                行业大类="3611",
                所属板块="常州高新区",
            ),
            {"所属板块": "常州高新区", "镇(街道)": "薛家镇", "经度": None, "纬度": None, "坐标系": None} | KPIS,
        )
    )
    assert importer.all(Enterprise.name, Enterprise.uscc, Enterprise.verified, Enterprise.is_demo) == [
        ("演示甲（常州）有限公司", CODE_A, True, False)
    ]
    assert importer.all(Document.number, Document.announced_on, Document.kind) == [
        ("演示〔2020〕第01号", date(2020, 12, 18), "recognition")
    ]
    assert importer.all(
        Project.name, Project.type, Project.unit_code, Project.division_code, Project.town, Project.precision,
        Project.industry_code, Project.industry_class, Project.lon, Project.typed_system,
    ) == [("演示齿轮智能车间", "workshop", "XBQ", "320411", "薛家镇", "town", "36", "3611", None, None)]  # fmt: skip
    assert importer.all(
        Recognition.name_awarded, Recognition.enterprise_awarded, Recognition.category_code, Recognition.year,
        Recognition.announced_on, Recognition.status, Recognition.remark,
    ) == [
        (
            "演示齿轮智能车间", "演示甲（常州）有限公司", "mun_demo_smart_workshop", 2020,
            date(2020, 12, 18), "valid", "备注文字",
        )
    ]  # fmt: skip
    assert importer.all(KpiReport.baseline_year, KpiReport.report_year, KpiReport.basis) == [(2018, 2020, "declared")]
    values = importer.all(KpiValue.kpi_code, KpiValue.baseline, KpiValue.current, KpiValue.comparable)
    assert values == [
        ("defect_rate", Decimal("0.86"), Decimal("0.4"), True),
        ("equipment_count", None, Decimal(80), True),
        ("equipment_networking_rate", Decimal(72), Decimal(71), True),
        ("industrial_robot_count", None, Decimal(12), True),
        ("networked_equipment_count", None, Decimal(71), True),
        ("operating_cost", Decimal("6649.6"), Decimal("5122.3"), True),
        ("smart_equipment_count", None, Decimal(72), True),
        ("smart_equipment_rate", Decimal(80), Decimal(72), True),
        ("total_investment", None, Decimal(7365), True),
    ]
    [(text,)] = importer.all(ProjectSearch.text)
    assert "演示齿轮智能车间" in text.splitlines()
    assert "yscl" in text


def test_a_row_without_a_code_stays_unverified(importer: Importer) -> None:
    importer.rows(row())
    assert importer.all(Enterprise.uscc, Enterprise.verified) == [(None, False)]


def test_coordinates_are_converted_once_and_kept_as_typed(importer: Importer) -> None:
    importer.rows(row(经度=119.580921, 纬度=31.622108, 坐标系="GCJ-02"))
    [(lon, lat, typed_lon, typed_lat, system)] = importer.all(
        Project.lon, Project.lat, Project.typed_lon, Project.typed_lat, Project.typed_system
    )
    assert (typed_lon, typed_lat, system) == (119.580921, 31.622108, "GCJ02")
    assert 0.003 < typed_lon - lon < 0.006
    assert abs(lat - 31.624322) < 0.002


def test_changes_are_told_field_by_field_and_leave_an_event(importer: Importer) -> None:
    importer.rows(with_cells(row(), KPIS))
    changed = with_cells(row(详细地址="演示路2号", 行业大类="34 通用设备制造业"), {**KPIS, "运营成本-改造后": 5000})
    plan = importer.rows(changed)
    assert plan.summary() == "new=0 changed=1 unchanged=0 refused=0 questions=0"
    assert set(plan.rows[0].changes) == {"address", "industry_code", "kpi.operating_cost"}
    assert "详细地址：演示路1号 → 演示路2号" in "\n".join(imports.report_lines(plan))
    events = importer.all(Event.id, Event.action, Event.subject_type, Event.changes)
    actions = [action for _, action, _, _ in events]
    assert actions == ["import.create", "import.projects", "import.change", "import.projects"]
    assert events[2][3]["address"] == ["演示路1号", "演示路2号"]
    assert events[2][3]["kpi.operating_cost"] == [["6649.6", "5122.3", ""], ["6649.6", "5000", ""]]
    assert importer.rows(changed).summary() == "new=0 changed=0 unchanged=1 refused=0 questions=0"
    with writers(importer.engine)() as session:
        assert verify(session)[1] is None


def test_an_import_that_changes_nothing_leaves_no_event(importer: Importer) -> None:
    importer.rows(row())
    before = importer.counts()["event"]
    importer.rows(row())
    assert importer.counts()["event"] == before


def test_events_hold_no_free_text(importer: Importer) -> None:
    importer.rows(row(备注="联系人某某 13800000000"))
    importer.rows(row(备注="联系人另一位"))
    assert not any("联系人" in str(changes) for _, changes in importer.all(Event.id, Event.changes))


def test_an_empty_cell_erases_nothing(importer: Importer) -> None:
    importer.rows(with_cells(row(备注="说明"), KPIS))
    empty = row(详细地址=None, 经度=None, 纬度=None, 坐标系=None, 行业大类=None, 公布日期=None)
    assert importer.rows(empty).summary() == "new=0 changed=0 unchanged=1 refused=0 questions=0"
    assert importer.all(Project.address, Project.industry_code) == [("演示路1号", "36")]


def test_another_category_or_year_is_a_further_title_of_the_same_project(importer: Importer) -> None:
    importer.rows(row())
    plan = importer.rows(
        row(类别="省级示范智能车间"), row(批次年份=2019, 公布日期="2019-12-01", 公布文号="演示〔2019〕1号")
    )
    assert outcomes(plan) == ["新增", "新增"]
    assert importer.counts()["project"] == 1
    assert importer.counts()["recognition"] == 3


def test_the_same_name_at_another_enterprise_is_another_project(importer: Importer) -> None:
    importer.rows(row(), row(企业名称="演示乙有限公司"))
    assert importer.counts()["project"] == 2


def test_nothing_is_applied_when_one_row_is_refused(importer: Importer) -> None:
    found = importer.refusals(row(), row(企业名称="演示乙有限公司", 类别="智能作坊"))
    assert found == [(3, "类别", "不认识的类别")]
    plan = importer.rows(row(类别="智能作坊"), applied=False)
    with writers(importer.engine)() as session, pytest.raises(InvalidInput):
        imports.apply_plan(session, OPERATOR, plan)


def test_only_the_operator_may_apply(importer: Importer) -> None:
    plan = importer.rows(row(), applied=False)
    with writers(importer.engine)() as session, pytest.raises(NotAllowed):
        imports.apply_plan(session, PUBLIC, plan)


def test_a_list_in_any_order_gives_the_same(importer: Importer) -> None:
    older = row(批次年份=2018, 公布日期="2018-12-01", 公布文号="演示〔2018〕1号", 类别="市级智能车间", 详细地址="旧址")
    newer = row(详细地址="新址")
    plan = importer.rows(older, newer)
    assert importer.all(Project.address) == [("新址",)]
    assert messages(plan, Level.NOTICE) == [(2, "详细地址", "与较新的记录（2020 年）不同：新址")]
    assert importer.rows(older).summary() == "new=0 changed=0 unchanged=1 refused=0 questions=0"
    assert importer.rows(newer, older).summary() == "new=0 changed=0 unchanged=2 refused=0 questions=0"
    filled = dict(older, 备注=None) | {"镇(街道)": "儒林镇"}
    assert importer.rows(filled).summary() == "new=0 changed=1 unchanged=0 refused=0 questions=0"
    assert importer.all(Project.address, Project.town) == [("新址", "儒林镇")]


def test_two_rows_of_one_year_must_agree_about_the_project(light: Importer) -> None:
    found = light.refusals(row(), row(类别="省级示范智能车间", 详细地址="演示路9号"))
    assert found == [(3, "详细地址", "与第 2 行是同一个项目、同一年，详细地址却不同")]


def test_a_row_twice_is_refused_with_both_rows_named(light: Importer) -> None:
    found = light.refusals(row(), row(企业名称="演示甲(常州)有限责任公司"))
    assert found == [(3, "车间/工厂名称", "与第 2 行重复：同一企业、同一名称、同一类别、同一年份")]


def test_counts_learnt_later_are_checked_with_what_is_known(light: Importer) -> None:
    light.rows(with_cells(row(), KPIS))
    found = light.refusals(with_cells(row(), {"智能设备数": 70, "报告期年份": 2020}))
    assert found == [(2, "联网设备数", "联网设备数 71 大于自动化、智能化设备数 70（含已登记的值）")]
    light.rows(with_cells(row(), {"智能设备数": 71, "报告期年份": 2020}))
    shares = {
        code: (low, high) for code, low, high in light.all(KpiValue.kpi_code, KpiValue.current, KpiValue.baseline)
    }
    assert shares["smart_equipment_rate"] == (71, 80)
    assert shares["equipment_networking_rate"] == (71, 71)


def test_a_change_between_plan_and_apply_is_noticed(importer: Importer) -> None:
    importer.rows(row())
    plan = importer.rows(row(详细地址="演示路2号"), applied=False)
    with writers(importer.engine)() as session:
        session.execute(update(Project.__table__).values(version=7))  # type: ignore[arg-type]
        session.commit()
    with writers(importer.engine)() as session, pytest.raises(Conflict):
        imports.apply_plan(session, OPERATOR, plan)


def test_two_plans_for_the_same_new_rows_cannot_both_win(importer: Importer) -> None:
    first = importer.rows(row(统一社会信用代码=CODE_A), applied=False)
    importer.rows(row(统一社会信用代码=CODE_A))
    with writers(importer.engine)() as session, pytest.raises(Conflict):
        imports.apply_plan(session, OPERATOR, first)


def test_an_import_costs_a_fixed_number_of_queries(light: Importer) -> None:
    from sqlalchemy import event

    statements: list[str] = []
    event.listen(light.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))

    def queries(count: int) -> int:
        statements.clear()
        light.rows(*(with_cells(row(), {"车间/工厂名称": f"{count}号线{n}"}) for n in range(count)), applied=False)
        return len(statements)

    assert queries(3) == queries(300)


def test_a_report_file_is_the_input_with_two_columns_and_imports_again(light: Importer, tmp_path: Path) -> None:
    plan = light.file(batch2020())
    original = read_file(batch2020())
    for name in ("r.csv", "r.xlsx"):
        imports.write_report(tmp_path / name, plan)
        report = read_file(tmp_path / name)
        width = len(original.rows[0].cells)
        assert [(each.number, each.cells[:width]) for each in report.rows] == [
            (each.number, each.cells) for each in original.rows
        ]
        assert report.rows[0].cells[width:] == ("处理结果", "原因")
        assert {each.cells[width] for each in report.rows[1:]} == {"新增"}
        again = light.file(tmp_path / name)
        assert again.summary() == "new=0 changed=0 unchanged=22 refused=0 questions=0"
        assert again.notices == []


def test_the_report_of_a_file_with_title_rows_keeps_row_numbers(light: Importer, tmp_path: Path) -> None:
    headers = list(row())
    cells = [["2020 年名单"], [], headers, [row()[name] for name in headers], [], ["合计"]]
    from tests.imports.sheets import write_xlsx

    plan = light.file(write_xlsx(tmp_path / "a.xlsx", cells))
    assert "汇总行与各行相符，未读取（第 6 行）。" in plan.notices
    imports.write_report(tmp_path / "r.xlsx", plan)
    rows = read_file(tmp_path / "r.xlsx").rows
    assert [each.number for each in rows] == [1, 3, 4, 6]
    assert [each.cells[0] for each in rows] == ["2020 年名单", "企业名称", row()["企业名称"], "合计"]
    assert [each.cell(len(headers)) for each in rows[1:]] == ["处理结果", "新增", None]


def test_today_is_the_latest_day(light: Importer) -> None:
    late = row(批次年份=2026, 公布文号="演示〔2026〕1号", 公布日期=TODAY.isoformat())
    assert outcomes(light.rows(late, applied=False)) == ["新增"]
