"""Files as people send them: right ones are read cell by cell, wrong ones get one clear sentence."""

from __future__ import annotations

import io
import time
import tracemalloc
import zipfile
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import xlwt
from openpyxl import Workbook

from registry.errors import InvalidInput
from registry.queries.record.files import guarded
from registry.spreadsheets import Broken, MergedRange, Percent, read_file, read_table, write_table
from registry.spreadsheets.styles import is_percent_format
from tests.imports.sheets import repacked, write_csv, write_xls, write_xlsx

SHEET = "xl/worksheets/sheet1.xml"
CELLS = [["名称", "数"], ["甲", 1], ["乙", 2.5]]


def said(path: Path) -> str:
    with pytest.raises(InvalidInput) as caught:
        read_file(path)
    assert caught.value.field == "file"
    return caught.value.message


def values(path: Path) -> list[tuple[int, tuple[object, ...]]]:
    return [(row.number, row.cells) for row in read_file(path).rows]


@pytest.mark.parametrize(
    ("encoding", "notices"),
    [("utf-8", 0), ("utf-8-sig", 0), ("gb18030", 1)],
)
def test_csv_encodings(tmp_path: Path, encoding: str, notices: int) -> None:
    table = read_file(write_csv(tmp_path / "a.csv", CELLS, encoding=encoding))
    assert [row.cells for row in table.rows] == [("名称", "数"), ("甲", "1"), ("乙", "2.5")]
    assert len(table.notices) == notices


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_csv_delimiters(tmp_path: Path, delimiter: str) -> None:
    path = write_csv(tmp_path / "a.csv", [["名称", "地址,城区;路\t号"], ["甲", "x"]], delimiter=delimiter)
    assert values(path)[1] == (2, ("甲", "x"))


def test_rows_keep_their_numbers_over_blank_rows_and_line_breaks_in_cells(tmp_path: Path) -> None:
    cells = [["名称"], [None], ["甲\n乙"], [None], ["丙"]]
    expected = [(1, ("名称",)), (3, ("甲\n乙",)), (5, ("丙",))]
    assert values(write_csv(tmp_path / "a.csv", cells)) == expected
    assert values(write_xlsx(tmp_path / "a.xlsx", cells)) == expected
    assert values(write_xls(tmp_path / "a.xls", cells)) == expected


def test_the_apostrophe_of_exports_is_taken_off_in_csv_only(tmp_path: Path) -> None:
    assert [guarded(text) for text in ("=1", "＝1", "＠甲", "甲=1", -5)] == ["'=1", "'＝1", "'＠甲", "甲=1", -5]
    cells = [["'=1+1", "'甲", "-5", "'＝1"]]
    assert values(write_csv(tmp_path / "a.csv", cells)) == [(1, ("=1+1", "'甲", "-5", "＝1"))]
    assert values(write_xlsx(tmp_path / "a.xlsx", [["'=1+1"]])) == [(1, ("'=1+1",))]


@pytest.mark.parametrize("write", [write_xlsx, write_xls])
def test_types_of_cells(tmp_path: Path, write: object) -> None:
    cells = [["文本", 7, 7.5, True, None, 0.211, date(2020, 12, 18)]]
    if write is write_xlsx:
        path = write_xlsx(tmp_path / "a", cells, {"F1": "0.0%", "G1": "yyyy-mm-dd"})
    else:
        path = write_xls(tmp_path / "a", cells, {(0, 5): "0.0%", (0, 6): "yyyy-mm-dd"})
    [(_, found)] = values(path)
    expected = ("文本", 7, 7.5, True, None, Percent(Decimal("0.211")))
    assert found[:6] == expected
    assert [type(value) for value in found[:6]] == [type(value) for value in expected]
    assert isinstance(found[6], date)
    assert (found[6].year, found[6].month, found[6].day) == (2020, 12, 18)


def test_percent_formats() -> None:
    formats = ["0%", "0.00%", '0"%"', "0\\%", "0.00", '0.0"个%"', "0%;[红色]-0%"]
    assert [is_percent_format(each) for each in formats] == [True, True, False, False, False, False, True]


@pytest.mark.parametrize("suffix", ["xls", "csv", "png"])
def test_the_content_decides_and_not_the_ending(tmp_path: Path, suffix: str) -> None:
    path = write_xlsx(tmp_path / f"a.{suffix}", CELLS)
    assert values(path) == [(1, ("名称", "数")), (2, ("甲", 1)), (3, ("乙", 2.5))]


def test_a_lying_dimension_hides_no_rows(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["名称"], *([f"行{n}"] for n in range(500))])
    repacked(path, SHEET, lambda text: text.replace('<dimension ref="A1:A501"', '<dimension ref="A1:A2"'))
    assert len(read_file(path).rows) == 501


def test_only_the_first_visible_sheet_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    book = Workbook()
    hidden = book.active
    assert hidden is not None
    hidden.title, hidden.sheet_state = "草稿", "hidden"
    hidden.append(["不要"])
    for name in ("名单", "说明"):
        book.create_sheet(name).append([name])
    book.active = 1
    book.save(tmp_path / "a.xlsx")
    table = read_file(tmp_path / "a.xlsx")
    assert [row.cells for row in table.rows] == [("名单",)]
    assert table.notices == [
        "只读取了第一个可见的工作表“名单”，未读取：“说明”。",
        "隐藏的工作表不读取：“草稿”。",
    ]


def test_merged_cells_and_hidden_rows_are_reported(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for line in CELLS:
        sheet.append(line)
    sheet.merge_cells("A2:A3")
    sheet.row_dimensions[3].hidden = True
    book.save(tmp_path / "a.xlsx")
    table = read_file(tmp_path / "a.xlsx")
    assert table.merged == [MergedRange(2, 3, 0, 0)]
    assert table.notices == ["有 1 行被隐藏或筛掉，同样读入；不想导入的行请删除。"]


def test_formulas_count_with_their_stored_result_and_are_broken_without(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["数", "=1+1"], ["和", "=2+2"]])
    repacked(
        path,
        SHEET,
        lambda text: text.replace("<f>1+1</f><v></v>", "<f>1+1</f><v>2</v>").replace(
            "<f>1+1</f><v />", "<f>1+1</f><v>2</v>"
        ),
    )
    table = read_file(path)
    assert [row.cells for row in table.rows] == [("数", 2), ("和", Broken("没有计算结果的公式"))]
    assert table.notices == ["有 2 个单元格是公式（第一个是 B1），按文件中保存的计算结果读取，请核对。"]


def test_error_cells_are_broken(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [["甲", "#REF!"]])
    assert values(path) == [(1, ("甲", Broken("#REF!")))]


WRONG_FILES = {
    "empty": (b"", "文件是空的"),
    "blank": (b" \r\n\t", "文件是空的"),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00", "这是图片"),
    "photo": (b"\xff\xd8\xff\xe0\x00\x10JFIF", "这是图片"),
    "pdf": (b"%PDF-1.7\n\x00", "这是 PDF"),
    "web page": (b"<html><table><tr><td>1</td></tr></table></html>", "这是网页，里面没有名单表格"),
    "xml": (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "这是 XML 文本"),
    "archive": (b"Rar!\x1a\x07\x00", "这是压缩包"),
    "binary": (b"abc\x00\x01\x02", "文件内容不是表格"),
    "utf-16": (b"\xff\xfe\x0d", "文本编码是 UTF-16 而内容不完整"),
    "other encoding": (b"\xff\xff\xff,a\n", "文本编码既不是 UTF-8 也不是 GB18030"),
    "open quote": ('名称,数\n"甲,1\n'.encode(), "csv 第 2 行附近的引号或字段不完整"),
    "broken zip": (b"PK\x03\x04 nothing", "文件已损坏"),
    "broken ole": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 600, "文件已损坏"),
    "password": (
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 512 + "EncryptedPackage".encode("utf-16-le"),
        "文件设有打开密码",
    ),
    "word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x01" * 512 + "WordDocument".encode("utf-16-le"), "这是 Word"),
}


@pytest.mark.parametrize("name", WRONG_FILES)
def test_files_that_are_no_tables(tmp_path: Path, name: str) -> None:
    content, sentence = WRONG_FILES[name]
    path = tmp_path / "名单.xlsx"
    path.write_bytes(content)
    message = said(path)
    assert message.startswith(sentence)
    assert message.endswith("。")


def _package(**parts: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name.replace("__", "/").replace("_x", ".x"), content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (_package(word__document_xml=b"<a/>"), "这是 Word"),
        (_package(readme=b"hello"), "这是压缩包"),
        (_package(mimetype=b"application/vnd.oasis.opendocument.spreadsheet"), "这是 ods"),
        (_package(xl__workbook_xml=b"<a/>"), "文件已损坏"),
    ],
)
def test_other_packages(content: bytes, sentence: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        read_table(content)
    assert caught.value.message.startswith(sentence)


def test_a_zip_bomb_is_refused_within_a_second_and_without_memory(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", CELLS)
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as package, package.open("xl/media.bin", "w") as part:
        for _ in range(300):
            part.write(bytes(1024 * 1024))
    tracemalloc.start()
    began = time.perf_counter()
    message = said(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert message.startswith("文件解压后有 300 MB")
    assert time.perf_counter() - began < 1
    assert peak < 10 * 1024 * 1024


def test_entities_are_refused_before_they_unfold(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", CELLS)
    bomb = '<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]>'
    for part in (SHEET, "xl/sharedStrings.xml", "xl/workbook.xml"):
        repacked(
            path, part, lambda text: bomb + text.removeprefix('<?xml version="1.0" encoding="UTF-8" standalone="yes"?>')
        )
        assert said(path).startswith("文件内部含有文档类型定义")


def test_too_many_rows_are_counted_before_they_are_loaded(tmp_path: Path) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(200_000):
        sheet.append(["甲", number])
    book.save(tmp_path / "a.xlsx")
    tracemalloc.start()
    message = said(tmp_path / "a.xlsx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert message == "数据超过 20,000 行，未读入任何内容：请拆成几个文件分别导入。"
    assert peak < 20 * 1024 * 1024
    write_csv(tmp_path / "a.csv", ([f"行{n}"] for n in range(20_051)))
    assert said(tmp_path / "a.csv") == message
    write_xls(tmp_path / "a.xls", ([n] for n in range(20_051)))
    assert said(tmp_path / "a.xls") == message


def test_a_stray_cell_far_away_is_refused_and_not_allocated(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["XFD1048576"] = "名称", "x"
    book.save(tmp_path / "a.xlsx")
    assert said(tmp_path / "a.xlsx") == "工作表在第 1048576 行、XFD 列还有内容，离名单太远：请删去后再导入。"


def test_rows_keep_their_numbers_when_the_first_are_empty(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", [[], [], [None, "名称"], [None, 7]])
    assert values(path) == [(3, (None, "名称")), (4, (None, 7))]


def test_too_large_a_file_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    with path.open("wb") as file:
        file.truncate(21 * 1024 * 1024)
    assert said(path) == "文件有 21.0 MB，最多 20 MB：请拆成几个文件分别导入。"


def test_rows_out_of_order_inside_the_file_are_refused(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", CELLS)
    repacked(path, SHEET, lambda text: text.replace('<row r="3"', '<row r="2"'))
    assert said(path).startswith("工作表内部的行号有误")


def test_missing_files_and_folders(tmp_path: Path) -> None:
    assert said(tmp_path / "none.csv").startswith("找不到文件")
    assert said(tmp_path).endswith("不是文件，请给出要导入的表格文件。")


@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_is_written_reads_back_the_same(tmp_path: Path, suffix: str) -> None:
    cells = [
        ["名称", "=HYPERLINK(1)", "+1", "-x", "@a", "\t制表"],
        [],
        ["甲", 7, 7.5, Percent(Decimal("0.211")), date(2020, 12, 18), None, Broken("#REF!")],
    ]
    path = tmp_path / f"a{suffix}"
    write_table(path, {"名单": cells})
    found = read_file(path).rows
    assert [row.number for row in found] == [1, 3]
    assert list(found[0].cells[:6]) == cells[0]
    if suffix == ".xlsx":
        assert list(found[1].cells[:6]) == cells[2][:6]
    else:
        assert list(found[1].cells) == ["甲", "7", "7.5", "21.1%", "2020-12-18", None, "#REF!"]
    assert [each.name for each in tmp_path.iterdir()] == [path.name]


def test_xls_sheets_merges_and_errors(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    hidden = book.add_sheet("草稿")
    hidden.visibility = 1
    sheet = book.add_sheet("名单")
    sheet.write_merge(0, 0, 0, 2, "标题")
    sheet.write(1, 0, "甲")
    sheet.row(1).set_cell_error(1, "#REF!")
    sheet.write(1, 2, "  ")
    book.add_sheet("说明")
    book.save(str(tmp_path / "a.xls"))
    table = read_file(tmp_path / "a.xls")
    assert [(row.number, row.cells[:2]) for row in table.rows] == [(1, ("标题", None)), (2, ("甲", Broken("#REF!")))]
    assert table.merged == [MergedRange(1, 1, 0, 2)]
    assert table.notices == [
        "只读取了第一个可见的工作表“名单”，未读取：“说明”。",
        "隐藏的工作表不读取：“草稿”。",
    ]
    for each in (sheet, book.get_sheet(2)):
        each.visibility = 1
    book.save(str(tmp_path / "b.xls"))
    assert said(tmp_path / "b.xls").startswith("工作簿里没有可见的工作表")


def test_passwords_inside_a_zip_and_binary_workbooks(tmp_path: Path) -> None:
    path = write_xlsx(tmp_path / "a.xlsx", CELLS)
    content = bytearray(path.read_bytes())
    for position in range(len(content)):
        if content[position : position + 4] == b"PK\x01\x02":
            content[position + 8] |= 1
    path.write_bytes(content)
    assert said(path).startswith("文件设有打开密码")
    path.write_bytes(_package(xl__workbook_bin=b"x").replace(b"workbook_bin", b"workbook.bin"))
    assert said(path).startswith("这是 xlsb 格式")


def test_a_sheet_with_headers_only_is_a_table_and_an_empty_one_is_not(tmp_path: Path) -> None:
    assert values(write_xlsx(tmp_path / "a.xlsx", [["名称"]])) == [(1, ("名称",))]
    assert said(write_xlsx(tmp_path / "b.xlsx", [[]])) == "表格里没有内容，请选择有表头和数据的文件。"
