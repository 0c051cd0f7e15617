"""What enterprises are, in bulk: the download goes up again as it is or changed, is written and taken back as a whole."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from registry.models import Enterprise, EnterpriseName, OtherName
from registry.names import name_key
from tests.imports.web.office import Office, figures

DOWNLOAD = "/admin/imports/enterprises.xlsx"
UNCHANGED = {"新增": "0行", "有变化": "0行", "没有变化": "4行", "不能导入": "0行"}
TOLD = (Enterprise.id, Enterprise.size, Enterprise.ownership)
NOW = datetime(2026, 1, 1, tzinfo=UTC)
Rows = dict[int, dict[str, Any]]


def prepared(office: Office) -> dict[str, int]:
    """Enterprises with what a list may stumble over: namesakes without a code, a name like a formula, a former one."""
    keys = {}
    with office.runtime.write() as session:
        for label, name in (("one", "演示同名厂"), ("two", "演示同名厂"), ("sum", "=演示厂"), ("old", "演示新名厂")):
            enterprise = Enterprise(name=name, name_key=name_key(name), created_at=NOW, updated_at=NOW)
            session.add(enterprise)
            session.flush()
            keys[label] = enterprise.id
        session.add(EnterpriseName(enterprise_id=keys["old"], name="演示旧名厂", name_key=name_key("演示旧名厂")))
        first = session.get_one(Enterprise, keys["one"])
        first.size, first.ownership = "large", "private"
        for kind, name in (("short", "同名"), ("short", "同名集团"), ("printed", "同明厂")):
            session.add(OtherName(enterprise_id=first.id, kind=kind, name=name, name_key=name_key(name)))
        session.commit()
    return keys


def downloaded(office: Office, folder: Path) -> tuple[Path, Rows]:
    """The workbook as it was handed out, and its cells by number of the enterprise and column."""
    path = folder / "enterprises.xlsx"
    path.write_bytes(office.city.raw(DOWNLOAD).data)
    return path, rows_of(path)


def rows_of(path: Path) -> Rows:
    head, *rows = load_workbook(path)["名单"].iter_rows(values_only=True)
    found = [dict(zip(map(str, head), row, strict=True)) for row in rows if any(row)]
    return {int(str(row["企业序号(可空)"])): row for row in found}


def changed(path: Path, changes: dict[int, dict[str, str]]) -> Path:
    """The workbook with cells written anew, as a person would in Excel."""
    book = load_workbook(path)
    sheet = book["名单"]
    columns = {str(cell.value): cell.column for cell in sheet[1]}
    for cells in sheet.iter_rows(min_row=2):
        key = cells[columns["企业序号(可空)"] - 1].value
        for header, text in changes.get(int(key), {}).items() if key else ():
            cells[columns[header] - 1].value = text
    book.save(path)
    return path


def test_the_download_goes_up_again_and_only_what_was_changed_in_it_changes(office: Office, tmp_path: Path) -> None:
    keys = prepared(office)
    path, rows = downloaded(office, tmp_path)
    assert rows[keys["one"]]["企业规模"] == "大型"
    assert rows[keys["one"]]["简称"] == "同名；同名集团"
    assert figures(office.city.get(office.send("enterprises", path))) == UNCHANGED

    before, told, names = office.record(), office.all(*TOLD), office.all(OtherName.name, OtherName.kind)
    wanted = {
        keys["one"]: {"企业规模": "清空", "简称": "同名厂\n同明厂", "文件印作": "清空"},
        keys["two"]: {"企业性质": "国有控股", "文件印作": "同名广"},
        keys["old"]: {"企业名称": "演示旧名厂", "企业规模": "微型企业"},
    }
    address = office.send("enterprises", changed(path, wanted))
    page = office.city.get(address)
    assert figures(page) == UNCHANGED | {"有变化": "3行", "没有变化": "1行"}
    assert "大型 → （空）" in page.text()
    assert office.record() == before
    office.press(address, "apply")
    assert dict(zip(keys, (row[1:] for row in office.all(*TOLD)), strict=True)) == {
        "one": (None, "private"), "two": (None, "state"), "sum": (None, None), "old": ("micro", None),
    }  # fmt: skip
    # A name that was printed and is now said to be short is one name; a line break in a cell parts two.
    assert office.all(OtherName.name, OtherName.kind) == [
        ("同名厂", "short"),
        ("同名广", "printed"),
        ("同明厂", "short"),
    ]
    path, _ = downloaded(office, tmp_path)
    assert figures(office.city.get(office.send("enterprises", path))) == UNCHANGED

    assert "已撤回" in office.press(address, "undo").text()
    assert office.all(*TOLD) == told
    assert office.all(OtherName.name, OtherName.kind) == names
    assert office.record() == before


def test_each_row_that_cannot_be_taken_names_column_reason_and_way_out(light_office: Office, tmp_path: Path) -> None:
    keys = prepared(light_office)
    path, _ = downloaded(light_office, tmp_path)
    book = load_workbook(path)
    book["名单"].append([None, None, "演示同名厂", None, "大型"])
    book["名单"].append([None, None, "演示旧名厂", None, "大型"])
    book["名单"].append([None, None, "演示没有的厂", None, "大型"])
    book.save(path)
    wrong = {keys["one"]: {"企业规模": "巨型"}, keys["two"]: {"企业名称": "演示另一厂"}, keys["sum"]: {"简称": "厂"}}
    address = light_office.send("enterprises", changed(path, wrong))
    page = light_office.city.get(address)
    text = page.text()
    for sentence in (
        "【企业规模】“巨型”：不在 大型、中型、小型、微型 中。请填其中一个",
        f"序号 {keys['two']} 的企业在登记中不叫这个名称。请核对名称",
        "【简称】“厂”：名称“厂”应有 2 到 200 个字。请更正",
        "有 2 家企业叫这个名称。请填写企业序号或统一社会信用代码",
        "与第 5 行是同一家企业。请合并为一行",
        "登记中没有这家企业。请核对名称",
    ):
        assert sentence in text
    assert f"{address}/apply" not in [form.get("action") for form in page.forms()]
