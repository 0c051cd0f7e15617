"""KPI cells of a list: what is refused, what is pointed out, and in which measure the rest is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from registry.models import KpiReport, KpiValue
from registry.services.imports import Level
from tests.imports.conftest import Importer, asked, messages
from tests.imports.sheets import KPIS, row, table, with_cells, write_xlsx


def kpi_row(**changes: Any) -> dict[str, Any]:
    return with_cells(with_cells(row(), KPIS), changes)


KPI_REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"联网设备数": 73}, "联网设备数", "联网设备数 73 大于自动化、智能化设备数 72"),
    ({"智能设备数": 81}, "智能设备数", "自动化、智能化设备数 81 大于车间设备总台套数 80"),
    ({"运营成本-改造后": None}, "运营成本-改造后", "只有改造前的值，没有改造后的值"),
    ({"运营成本-改造前": None}, "运营成本-改造前", "只有改造后的值，没有改造前的值"),
    ({"基期年份": None}, "基期年份", "有指标值而没有年份"),
    ({"报告期年份": None}, "报告期年份", "有指标值而没有年份"),
    ({"基期年份": 2021}, "基期年份", "晚于报告期年份 2020"),
    ({"报告期年份": 2027}, "报告期年份", "年份在将来"),
    ({"总投资(万元)": 0}, "总投资(万元)", "应大于 0"),
    ({"总投资(万元)": "若干"}, "总投资(万元)", "不是数字"),
    ({"总投资(万元)": "7000-8000"}, "总投资(万元)", "不是数字"),
    ({"总投资(万元)": "7000吨"}, "总投资(万元)", "单位“吨”不合这一列"),
    ({"设备总数": 80.5}, "设备总数", "应为整数"),
    ({"不良品率-改造前(%)": 101}, "不良品率-改造前(%)", "应不大于 100"),
    ({"总投资-单位": "亿元"}, "总投资-单位", "这一项以 万元 计，才能相加和比较"),
]


@pytest.mark.parametrize(("cells", "column", "reason"), KPI_REFUSED)
def test_kpis_refused(light: Importer, cells: dict[str, Any], column: str, reason: str) -> None:
    assert light.refusals(kpi_row(**cells)) == [(2, column, reason)]


def test_a_half_pair_without_its_column_names_the_missing_column(light: Importer) -> None:
    half = with_cells(row(), {"生产效率-改造前": 5, "基期年份": 2018, "报告期年份": 2020})
    assert light.refusals(half) == [(2, "生产效率-改造后", "只有改造前的值，没有改造后的值")]


def test_percent_cells_are_right_and_a_plain_fraction_is_asked_about(light: Importer, tmp_path: Path) -> None:
    cells = table([with_cells(row(), {"关键工序数控化率": 0.211, "设备综合利用率(%)": 0.5, "报告期年份": 2020})])
    plain = light.file(write_xlsx(tmp_path / "a.xlsx", cells), applied=False)
    assert asked(plain) == [("scale", "关键工序数控化率", (2,)), ("scale", "设备综合利用率(%)", (2,))]
    assert "是 0.5 % 还是 50 %？" in plain.questions[1].text
    reference = "P2", "Q2"
    percent = light.file(write_xlsx(tmp_path / "b.xlsx", cells, dict.fromkeys(reference, "0.0%")))
    assert messages(percent, Level.WARNING) == []
    values = {code: float(current) for code, current in light.all(KpiValue.kpi_code, KpiValue.current)}
    assert values == {"numerical_control_rate": 21.1, "oee": 50.0}


def test_defect_rates_in_percent_cells(light: Importer, tmp_path: Path) -> None:
    cells = table(
        [with_cells(row(), {"不良品率-改造前": 0.0086, "不良品率-改造后": 0.004, "基期年份": 2018, "报告期年份": 2020})]
    )
    plan = light.file(write_xlsx(tmp_path / "a.xlsx", cells, {"P2": "0.00%", "Q2": "0.00%"}))
    assert messages(plan, Level.WARNING, Level.ERROR) == []
    [(before, after, measure)] = light.all(KpiValue.baseline, KpiValue.current, KpiValue.measure)
    assert (float(before), float(after), measure) == (0.86, 0.4, "")


def test_measures_come_from_their_column_or_the_header(light: Importer) -> None:
    light.rows(
        with_cells(
            row(),
            {
                "生产效率-改造前(件/人)": 5,
                "生产效率-改造后(件/人)": 8,
                "能源利用率-改造前": 20,
                "能源利用率-改造后": 26,
                "能源利用率-单位": "万元/吨标煤",
                "基期年份": 2018,
                "报告期年份": 2020,
            },
        )
    )
    assert light.all(KpiValue.kpi_code, KpiValue.measure) == [
        ("energy_utilization", "万元/吨标煤"),
        ("production_efficiency", "件/人"),
    ]


def test_an_investment_alone_needs_no_year(light: Importer) -> None:
    light.rows(with_cells(row(), {"总投资(万元)": "7,365"}))
    assert light.all(KpiReport.report_year) == [(None,)]
    [(value,)] = light.all(KpiValue.current)
    assert value == 7365


def test_a_typed_rate_that_disagrees_with_the_counts_is_pointed_out(light: Importer) -> None:
    plan = light.rows(kpi_row(**{"智能设备联网率(%)": 88.1}))
    assert messages(plan, Level.WARNING) == [(2, "智能设备联网率(%)", "与设备台数算得的 98.6 % 不一致")]
    values = {
        code: (part, whole) for code, part, whole in light.all(KpiValue.kpi_code, KpiValue.current, KpiValue.baseline)
    }
    assert values["equipment_networking_rate"] == (71, 72)


def test_a_percent_cell_in_another_measure_is_refused(light: Importer, tmp_path: Path) -> None:
    cells = table(
        [
            with_cells(
                row(),
                {
                    "能源利用率-改造前": 0.2,
                    "能源利用率-改造后": 0.3,
                    "能源利用率-单位": "件",
                    "基期年份": 2018,
                    "报告期年份": 2020,
                },
            )
        ]
    )
    path = write_xlsx(tmp_path / "a.xlsx", cells, {"P2": "0%", "Q2": "0%"})
    assert messages(light.file(path), Level.ERROR) == [(2, "能源利用率-改造后", "数值是百分数，而单位写的是 件")]
