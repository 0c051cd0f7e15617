"""A reader of English gets the pages and commands of list imports in English; what stands in the file stays Chinese."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.browser import Page
from tests.english.reading import chinese
from tests.imports.sheets import row, table, with_cells, write_xlsx
from tests.imports.web.office import Office

HONOR = {"企业名称": "演示甲（常州）有限公司", "荣誉名称": "专精特新小巨人", "级别": "国家级", "年份": 2021}
TOTAL = {"截至": "2022-12-31", "口径": "累计", "级别": "省级", "公布数": 200, "出处": "演示〔2023〕1号"}
REFUSED = (
    row(批次年份="20"), row(类别="不认识"), row(统一社会信用代码="9132"), row(经度=None), row(公布日期="昨天"),
    row(所属板块="火星"), row(企业名称="无"), row(公布文号="12"), row(行业大类="A01"),
)  # fmt: skip
ASKED = (
    row(坐标系=None), row(企业名称="演示甲有限公司"), row(企业名称="演示乙公司（原演示丙公司）"),
    with_cells(row(), {"运营成本-改造前": "约 20", "运营成本-改造后": "无", "基期年份": 2018, "报告期年份": 2020}),
)  # fmt: skip
LISTS: dict[str, tuple[str, tuple[Mapping[str, Any], ...], str]] = {
    "new rows": ("projects", (row(),), "Nothing has been written yet"),
    "refused rows": ("projects", REFUSED, "has only two digits; please enter a year of four digits"),
    "questions": ("projects", ASKED, "where do the coordinates come from?"),
    "a missing column": ("projects", ({"企业名称": "演示甲（常州）有限公司", "类别": "x"},), "lacks required columns"),
    "no header": ("projects", ({"甲": 1, "乙": 2},), "No header was found"),
    "figures": ("kpis", ({"项目编号": "CZ-000001", "报告类型": "年度报告", "申报/核查": "申报"},), "no KPI column"),
    "honours": ("honors", (HONOR, HONOR | {"级别": "x"}), "unknown level"),
    "totals": ("totals", (TOTAL, TOTAL | {"级别": "x"}), "unknown level"),
}


def written(*rows: Mapping[str, Any]) -> set[str]:
    """What stands in a list."""
    return {str(text) for each in rows for pair in each.items() for text in pair}


def english(office: Office, address: str) -> Page:
    return office.city.get(f"{address}?lang=en")


@pytest.mark.parametrize("name", LISTS)
def test_the_page_of_an_import_speaks_english(light_office: Office, name: str) -> None:
    kind, rows, sentence = LISTS[name]
    page = english(light_office, light_office.upload(kind, *rows))
    assert sentence in page.text()
    assert chinese(page, written(*rows)) == []


def test_what_becomes_of_an_import_is_told_in_english(light_office: Office) -> None:
    quoted = written(row())
    address = light_office.upload("projects", row())
    light_office.press(address, "apply")
    assert chinese(english(light_office, address), quoted) == []
    changed = light_office.upload(
        "projects", row(详细地址="演示路2号", 所属板块="武进区", 经度=None, 纬度=None, 坐标系=None)
    )
    page = english(light_office, changed)
    assert "Reporting unit: Jintan District → Wujin District" in page.text()
    assert "演示路1号 → 演示路2号" in page.text()
    assert chinese(page, quoted) == []
    light_office.press(changed, "apply")
    page = light_office.press(address, "undo")
    assert "导入之后又有改动" in page.text()
    page = english(light_office, address)
    assert "It cannot be taken back; nothing was changed." in page.text()
    assert "changed again since (Import)" in page.text()
    assert chinese(page, quoted) == []


def test_a_file_that_is_no_list_is_refused_in_english(light_office: Office) -> None:
    fields = {"kind": "projects", "list": (io.BytesIO(b"%PDF-1.7 no list"), "坏.pdf")}
    address = light_office.city.post("/admin/imports", fields, status=303).headers["Location"]
    light_office.settle()
    page = english(light_office, address)
    assert "This is a PDF, which cannot be read directly: please open it in Word or WPS" in page.text()
    assert chinese(page) == []
    answer = light_office.city.post("/admin/imports?lang=en", {"kind": "projects"}, status=422)
    assert "No list has been chosen yet." in answer.get_data(as_text=True)
    assert chinese(Page(answer)) == []


def test_the_command_speaks_english_where_it_is_asked_to(
    app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANGUAGE", "en")
    path = write_xlsx(tmp_path / "list.xlsx", table([row(批次年份="20"), row(坐标系=None)]))
    said = app.test_cli_runner().invoke(args=["import", "projects", str(path)])
    assert "row 2: Refused: 批次年份 “20”: has only two digits; please enter a year of four digits" in said.output
    assert "Question coordinate_system-" in said.output
    assert "GCJ02 (Amap/Tencent (GCJ-02))" in said.output
    assert (
        said.output.splitlines()[-2]
        == "This was a trial run and nothing was written; add --apply when everything is right."
    )
    missing = app.test_cli_runner().invoke(args=["import", "projects", str(path), "--questions", "/no/such/q.json"])
    assert missing.exit_code == 2
    assert "The folder /no/such of --questions does not exist." in missing.output
