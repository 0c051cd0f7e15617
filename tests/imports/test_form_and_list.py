"""The same figures typed into the form and listed in a file are judged alike: one rule, two ways in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from registry import declaration
from registry.application_form import KpiPart, form_of, kpi_field
from registry.declaration import Choices
from registry.services.imports.findings import Level
from registry.services.imports.kpis.cells import read_kpis
from registry.services.imports.sheets.columns import PROJECT_COLUMNS
from registry.services.imports.sheets.header import read_layout
from registry.spreadsheets import read_table
from tests.applicants import complete_answers, rules_without_files
from tests.imports.sheets import write_csv

TODAY, BATCH = date(2026, 11, 25), 2026
HEADERS = {
    "baseline_year": "基期年份",
    "report_year": "报告期年份",
    kpi_field("total_investment", KpiPart.CURRENT): "总投资(万元)",
    kpi_field("equipment_count", KpiPart.CURRENT): "设备总数",
    kpi_field("smart_equipment_count", KpiPart.CURRENT): "智能设备数",
    kpi_field("networked_equipment_count", KpiPart.CURRENT): "联网设备数",
    kpi_field("industrial_robot_count", KpiPart.CURRENT): "工业机器人",
}
"""Field of the form → column of the list."""
for code, column in {
    "operating_cost": "运营成本", "production_efficiency": "生产效率", "defect_rate": "不良品率",
    "energy_utilization": "能源利用率", "resource_utilization": "资源利用率",
}.items():  # fmt: skip
    HEADERS[kpi_field(code, KpiPart.BASELINE)] = f"{column}-改造前"
    HEADERS[kpi_field(code, KpiPart.CURRENT)] = f"{column}-改造后"
    HEADERS[kpi_field(code, KpiPart.MEASURE)] = f"{column}-单位"

Said = set[tuple[str, str]]


def in_the_form(answers: dict[str, str]) -> tuple[Said, Said]:
    """(what is refused, what is asked): field and reason."""
    found = declaration.check(
        form_of(rules_without_files()), answers, {}, Choices({}, frozenset()), today=TODAY, batch=BATCH
    )
    faults, doubts = (
        {(item.field, item.message.split("；")[0].partition("”")[2] or item.message.split("；")[0]) for item in items}
        for items in (found.faults, found.doubts)
    )
    return tuple({item for item in items if item[0] in HEADERS} for items in (faults, doubts))  # type: ignore[return-value]


def in_a_list(answers: dict[str, str], folder: Path) -> tuple[Said, Said]:
    """The same of the row of a file."""
    fields = {header: name for name, header in HEADERS.items()}
    required = ["企业名称", "车间/工厂名称", "类别", "批次年份", "公布文号", "所属板块"]
    cells = [*["–"] * len(required), *(answers.get(name) for name in fields.values())]
    table = read_table(write_csv(folder / "list.csv", [[*required, *fields], cells]).read_bytes())
    layout = read_layout(table, PROJECT_COLUMNS)
    _set, findings = read_kpis(list(table.rows)[1], layout, TODAY, batch=BATCH)
    said = [(fields[item.column], item.reason, item.level) for item in findings]
    refused = {(name, reason) for name, reason, level in said if level is Level.ERROR}
    return refused, {(name, reason) for name, reason, level in said if level is not Level.ERROR}


def kpi_text(code: str, part: str, text: str) -> dict[str, str]:
    return {kpi_field(code, KpiPart(part)): text}


CASES: dict[str, dict[str, str]] = {
    "sound": {},
    "years in order": {"baseline_year": "2024", "report_year": "2025"},
    "years equal": {"baseline_year": "2025", "report_year": "2025"},
    "years reversed": {"baseline_year": "2025", "report_year": "2024"},
    "year with its word": {"baseline_year": "2023年度"},
    "year of two digits": {"baseline_year": "23"},
    "year too early": {"baseline_year": "1999"},
    "year in the future": {"report_year": "2027"},
    "report in the batch year": {"report_year": "2026"},
    "counts out of order": kpi_text("networked_equipment_count", "current", "200"),
    "more robots than machines": kpi_text("industrial_robot_count", "current", "190"),
    "half a machine": kpi_text("equipment_count", "current", "173.5"),
    "no number": kpi_text("total_investment", "current", "约 9000"),
    "nothing invested": kpi_text("total_investment", "current", "0"),
    "nothing before": kpi_text("defect_rate", "baseline", "0"),
    "more than everything": kpi_text("defect_rate", "baseline", "101"),
    "percent where a measure stands": kpi_text("operating_cost", "current", "79%"),
    "percent and its word": kpi_text("resource_utilization", "measure", "百分比") | kpi_text("resource_utilization", "current", "80%"),
    "a percentage above the whole": kpi_text("resource_utilization", "measure", "百分比") | kpi_text("resource_utilization", "current", "120"),
    "percent beside parts per million": kpi_text("defect_rate", "measure", "ppm") | kpi_text("defect_rate", "current", "0.4%"),
    "a great fall": kpi_text("operating_cost", "current", "9"),
}  # fmt: skip
REFUSED = {
    "years reversed", "year of two digits", "year too early", "year in the future", "counts out of order",
    "half a machine", "no number", "nothing invested", "more than everything", "percent where a measure stands",
    "a percentage above the whole", "percent beside parts per million",
}  # fmt: skip
ASKED = {"years equal", "more robots than machines", "nothing before", "a great fall"}


@pytest.mark.parametrize("case", CASES)
def test_form_and_list_judge_alike(case: str, tmp_path: Path) -> None:
    answers = complete_answers() | CASES[case]
    in_form, in_list = in_the_form(answers), in_a_list(answers, tmp_path)
    assert in_form[0] == in_list[0]
    # A list says nothing more of a row that it refuses; the form shows all at once.
    assert in_form[1] == in_list[1] or in_list[0]
    assert bool(in_form[0]) == (case in REFUSED)
    assert bool(in_form[1]) == (case in ASKED) or in_form[0]


@pytest.mark.parametrize("year", ["2023", "2024", "2025"])
def test_a_report_behind_its_batch_is_asked_about(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, year: str) -> None:
    """Only where the batch is older than today can a report lie between them."""
    monkeypatch.setattr(f"{__name__}.BATCH", 2024)
    answers = complete_answers() | {"baseline_year": "2020", "report_year": year}
    expected = {("report_year", "晚于批次年份 2024")} if year == "2025" else set()
    assert in_the_form(answers) == in_a_list(answers, tmp_path) == (set(), expected)
