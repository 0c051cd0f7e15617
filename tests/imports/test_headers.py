"""The shape of a list: headers in any order and spelling, merged cells, rows without content, the limit of rows."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook

from registry.errors import InvalidInput
from registry.services.imports import Level, template_headers
from tests.imports.conftest import Importer, messages
from tests.imports.sheets import ROW, batch2020, row, table, with_cells, write_csv, write_xlsx


def test_headers_in_any_order_with_a_title_above_and_extra_columns(light: Importer, tmp_path: Path) -> None:
    headers = [*reversed(ROW), "联系人"]
    cells = [["2020 年度名单"], headers, [*(ROW[name] for name in reversed(ROW)), "某某"]]
    plan = light.file(write_csv(tmp_path / "a.csv", cells))
    assert plan.summary() == "new=1 changed=0 unchanged=0 refused=0 questions=0"
    assert plan.notices == [
        "以下列不在导入范围内，未读取：“联系人”。",
        "表头在第 2 行，以上各行只用来提示。",
    ]
    assert plan.rows[0].number == 3


def test_headers_are_known_in_their_usual_spellings(light: Importer, tmp_path: Path) -> None:
    headers = [
        "*单位名称",
        "统一社会信用代码（可空）",
        "车间名称",
        "认定类别",
        "批次",
        "文号",
        "板块",
        "总投资（万元）",
    ]
    cells = [headers, ["演示甲有限公司", None, "演示车间", "市级智能车间", 2020, "演示〔2020〕1号", "天宁区", 5]]
    assert (
        light.file(write_xlsx(tmp_path / "a.xlsx", cells)).summary()
        == "new=1 changed=0 unchanged=0 refused=0 questions=0"
    )


@pytest.mark.parametrize(
    ("headers", "sentence"),
    [
        (
            ["甲", "乙"],
            "前 50 行里没有找到表头。表头至少要有：企业名称、车间/工厂名称、类别、批次年份、公布文号、所属板块。",
        ),
        (
            ["企业名称", "类别", "批次年份", "所属板块"],
            "表头（第 1 行）缺少必需的列：车间/工厂名称。表头里有：“企业名称”、“类别”、“批次年份”、“所属板块”。请补上后再导入。",
        ),
        ([*ROW, "车间名称"], "表头（第 1 行）里“车间/工厂名称”和“车间名称”是同一列，请只留一个。"),
        ([*ROW, "总投资(吨)"], "表头“总投资(吨)”的单位是 吨，这一列应以 万元 计：请换算后再导入。"),
    ],
)
def test_wrong_headers(light: Importer, tmp_path: Path, headers: list[str], sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        light.file(write_csv(tmp_path / "a.csv", [headers, ["1"] * len(headers)]))
    assert caught.value.message == sentence


def test_merged_cells_refuse_their_rows_and_no_others(light: Importer, tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["名单"])
    sheet.merge_cells("A1:C1")
    for line in table(
        [row(), with_cells(row(), {"车间/工厂名称": "第二车间"}), with_cells(row(), {"车间/工厂名称": "第三车间"})]
    ):
        sheet.append(line)
    sheet.merge_cells("C4:C5")
    book.save(tmp_path / "a.xlsx")
    plan = light.file(tmp_path / "a.xlsx")
    reason = "是合并单元格，只有左上角一格有值，不能确定其余各行的内容"
    assert messages(plan, Level.ERROR) == [(4, "车间/工厂名称", reason), (5, "车间/工厂名称", reason)]
    assert [finding.value for each in plan.rows for finding in each.findings] == ["C4:C5", "C4:C5"]


def test_rows_with_only_a_number_are_passed_over_aloud(light: Importer) -> None:
    plan = light.rows(with_cells({"序号": 1}, ROW), {"序号": 2})
    assert plan.summary() == "new=1 changed=0 unchanged=0 refused=0 questions=0"
    assert plan.notices == ["没有要导入的内容，未读取（第 3 行）。"]


def test_the_row_limit_counts_rows_of_data(light: Importer, tmp_path: Path) -> None:
    path = write_csv(tmp_path / "a.csv", [["企业名称", "类别"], *([f"演示{n}", "x"] for n in range(20_001))])
    with pytest.raises(InvalidInput) as caught:
        light.file(path)
    assert caught.value.message.startswith(("数据超过 20,000 行", "表头"))


def test_the_shipped_batch_has_the_headers_of_the_template() -> None:
    first = batch2020().read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert [header.removesuffix("(可空)") for header in template_headers()] == first


def test_halves_in_different_units_are_refused(light: Importer, tmp_path: Path) -> None:
    headers = [*ROW, "生产效率-改造前(件/人)", "生产效率-改造后(台/人)"]
    with pytest.raises(InvalidInput) as caught:
        light.file(write_csv(tmp_path / "a.csv", [headers, ["1"] * len(headers)]))
    assert caught.value.message == (
        "表头“生产效率-改造前(件/人)”和“生产效率-改造后(台/人)”的单位不同：改造前后应为同一口径，请统一。"
    )
