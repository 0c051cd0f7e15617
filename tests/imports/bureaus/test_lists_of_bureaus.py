"""Lists as bureaus make them, each made here: what is read by the wrong rule would go in without anybody noticing."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
import xlwt
from docx import Document
from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from registry.services.imports import ListReading
from tests.imports.shapes import GIVEN, Shapes, kinds, listed, refusals, workbook

HEAD = list(GIVEN)
STAR = list(GIVEN.values())
CLOUD = ["常州云帆样例电气有限公司", "配电箱装配智能车间", *STAR[2:5], "新北区"]
SPARK = ["常州启明样品铸造有限公司", "精密铸件智能车间", *STAR[2:5], "金坛区"]


def value(reading: ListReading, kpi: str) -> list[tuple[float | None, float | None]]:
    """(before, after) of a figure, row by row."""
    assert reading.plan is not None
    titles = [row.title for row in reading.plan.rows if row.title is not None]
    found = [title.report.values[kpi] for title in titles if title.report is not None]
    return [tuple(None if each is None else float(each) for each in (one.baseline, one.current)) for one in found]


def said(reading: ListReading) -> str:
    """All notices."""
    return "\n".join(reading.notices)


@pytest.mark.parametrize(
    ("header", "cell", "expected"),
    [
        ("总投资(亿元)", "7365万元", 7365),
        ("总投资(亿元)", "1.2亿元", 12_000),
        ("总投资(亿元)", "1.2", 12_000),
        ("总投资(元)", "7365万元", 7365),
        ("总投资(元)", "73,650,000", 7365),
        ("总投资", "0.7365亿元", 7365),
    ],
)
def test_a_unit_in_the_cell_goes_before_that_of_the_header(
    shapes: Shapes, header: str, cell: Any, expected: float
) -> None:
    assert value(shapes.rows(listed(**{header: cell})), "total_investment") == [(None, expected)]


def test_words_at_a_number_are_asked_about_in_the_unit_of_the_header(shapes: Shapes) -> None:
    found = shapes.rows(listed(**{"总投资(亿元)": "约1.2"}), answers={"number": "take"})
    assert value(found, "total_investment") == [(None, 12_000)]


@pytest.mark.parametrize(
    ("title", "header", "expected"),
    [
        ("单位：亿元", "项目总投资", 12_000),
        ("（单位：台、亿元）", "项目总投资", 12_000),
        ("单位：亿元", "项目总投资（万元）", 1.2),
        ("填报单位：某某亿元件公司", "项目总投资", 1.2),
        ("单位：万元、亿元", "项目总投资", 1.2),
    ],
)
def test_the_unit_of_a_title_holds_for_headers_without_one(
    shapes: Shapes, title: str, header: str, expected: float
) -> None:
    found = shapes.read(workbook({"名单": [[title], [*HEAD, header], [*STAR, 1.2]]}))
    assert value(found, "total_investment") == [(None, expected)]
    assert ("已换算为" in said(found)) == (expected == 12_000)


def test_a_second_table_with_other_columns_is_refused_and_a_repeated_header_is_not(shapes: Shapes) -> None:
    counts = ["设备总数", "工业机器人", "报告期年份"]
    swapped = [*HEAD, "工业机器人", "设备总数", "报告期年份"]
    found = shapes.read(workbook({"名单": [[*HEAD, *counts], [*STAR, 80, 12, 2021], swapped, [*CLOUD, 5, 60, 2021]]}))
    assert [(row, column) for row, column, _ in refusals(found)] == [(3, "")]
    assert "列与第 1 行的表头不同" in refusals(found)[0][2]
    renamed = ["单位名称", "项目名称", *HEAD[2:]]
    assert shapes.read(workbook({"名单": [HEAD, STAR, renamed, CLOUD]})).counts["new"] == 2
    above, below = (
        [*HEAD, "运营成本（万元）", None, *counts[2:], "基期年份"],
        [None] * 6 + ["改造前", "改造后", None, None],
    )
    twice = [above, below, [*STAR, 9, 8, 2021, 2018], above, below, [*CLOUD, 7, 6, 2021, 2018]]
    again = shapes.read(workbook({"名单": twice}, merged=["G1:H1"]))
    assert value(again, "operating_cost") == [(9, 8), (7, 6)]


@pytest.mark.parametrize(
    ("column", "first", "second"),
    [
        ("类别", "一、市级示范智能车间（1个）", "二、市级智能车间（1个）"),
        ("类别", "市级示范智能车间名单", "市级智能车间名单"),
        ("批次年份", "2021年", "2020年"),
        ("公布文号", "常工信投资〔2021〕88号", "常工信投资〔2020〕12号"),
    ],
)
def test_a_heading_that_states_another_value_than_the_whole_list_is_refused(
    shapes: Shapes, column: str, first: str, second: str
) -> None:
    at = HEAD.index(column)
    head, star, cloud = (["序号", *line[:at], *line[at + 1 :]] for line in (HEAD, STAR, CLOUD))
    data = workbook({"名单": [head, [first], star, [second], cloud]})
    asked = shapes.read(data).questions
    found = shapes.read(data, {asked[0].id: str(STAR[at])})
    assert [(row, header) for row, header, _ in refusals(found)] == [(4, column)]
    # Below the last row such words speak of no row.
    assert shapes.read(workbook({"名单": [head, star, [second]]}), {asked[0].id: str(STAR[at])}).counts["new"] == 1


def test_a_title_on_the_next_page_is_passed_over_in_any_column(shapes: Shapes) -> None:
    title = "常州市2021年度市级示范智能车间名单"
    found = shapes.read(
        workbook({"名单": [[title], HEAD, STAR, [f"{title}（续）"], HEAD, CLOUD, ["第 2 页，共 2 页"]]})
    )
    assert (found.counts["new"], found.counts["refused"]) == (2, 0)
    assert "重复的标题，未读取（第 4 行）" in said(found)


def test_headers_of_three_rows(shapes: Shapes) -> None:
    empty: list[Any] = [None] * 6
    head = [
        [*HEAD, "关键指标", None, None, None, None],
        [*empty, "设备总数", "运营成本（万元）", None, "数据年度", None],
        [*empty, None, "改造前", "改造后", "基期年份", "报告期年份"],
    ]
    merged = [*(f"{letter}1:{letter}3" for letter in "ABCDEF"), "G1:K1", "G2:G3", "H2:I2", "J2:K2"]
    found = shapes.read(workbook({"名单": [*head, [*STAR, 80, 9, 8, 2018, 2021]]}, merged=merged))
    assert value(found, "operating_cost") == [(9, 8)]
    assert value(found, "equipment_count") == [(None, 80)]


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("常州癸样品有限公司\n常州子样品有限公司", ["two_names"]),
        ("常州癸样品有限公司 常州子样品有限公司", ["two_names"]),
        ("常州癸样品有限公司 武进分公司", []),
        ("常州癸样品\n有限公司", []),
        ("1.常州癸样品有限公司", ["name_mark"]),
        ("（2）常州癸样品有限公司", ["name_mark"]),
        ("常州癸样品有限公司①", ["name_mark"]),
        ("常州癸样品有限公司（联合体）", ["name_mark"]),
    ],
)
def test_what_else_stands_in_the_cell_of_a_name(shapes: Shapes, written: str, asked: list[str]) -> None:
    found = shapes.rows(listed(企业名称=written))
    assert kinds(found) == asked
    if written == "常州癸样品\n有限公司":
        assert found.plan is not None
        assert found.plan.enterprises[0].name == "常州癸样品有限公司"


def test_two_projects_in_one_cell_are_refused(shapes: Shapes) -> None:
    found = shapes.rows(listed(**{"车间/工厂名称": "压铸智能车间\n总装智能车间"}))
    assert "像是几个项目" in refusals(found)[0][2]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("武进区工信局", "WJQ"),
        ("常州经开区管委会", "JKQ"),
        ("江苏武进经济开发区", "WJQ"),
        ("武进国家高新技术产业开发区", "WJQ"),
        ("常州国家高新技术产业开发区", "XBQ"),
        ("江苏省常州经济开发区", "JKQ"),
        ("新北区（常州高新区）", "XBQ"),
        ("金坛市", "JTQ"),
        ("市直属", "asked"),
        ("武进区（新北区）", "refused"),
        ("武进区湖塘镇", "refused"),
        ("工信局", "refused"),
    ],
)
def test_units_as_bureaus_write_them(shapes: Shapes, written: str, expected: str) -> None:
    found = shapes.rows(listed(所属板块=written))
    if expected == "asked":
        assert kinds(found) == ["unit"]
    elif expected == "refused":
        assert "不认识的板块" in refusals(found)[0][2]
    else:
        assert found.plan is not None
        assert [project.unit_code for project in found.plan.projects] == [expected]


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (["合计", "2家企业", "2个车间", None, None, None, 3000], "汇总行与各行相符"),
        (["合计（2个项目）", None, None, None, None, None, 3000], "汇总行与各行相符"),
        (["本页小计", None, None, None, None, None, 3000], "汇总行与各行相符"),
        (["平均值", None, None, None, None, None, 1500], "平均值，未读取"),
        (["合计", None, None, None, None, None, "=SUM(G2:G3)"], "不能与各行核对的数"),
        (["填表人：某某", "审核人：某某", None, None, None, None, None], "落款，未读取"),
    ],
)
def test_rows_below_a_list(shapes: Shapes, line: list[Any], says: str) -> None:
    head, rows = [*HEAD, "总投资"], [[*STAR, 1000], [*CLOUD, 2000]]
    found = shapes.read(workbook({"名单": [head, *rows, line]}))
    assert (found.counts["new"], found.counts["refused"], found.questions) == (2, 0, ())
    assert says in said(found)


def test_a_sum_above_the_rows_is_compared_with_all_of_them(shapes: Shapes) -> None:
    def read(total: int) -> ListReading:
        line = ["合计", None, None, None, None, None, total]
        return shapes.read(workbook({"名单": [[*HEAD, "总投资"], line, [*STAR, 1000], [*CLOUD, 2000]]}))

    assert "汇总行与各行相符" in said(read(3000))
    assert "写 3500，各行相加是 3000" in read(3500).questions[0].text


def xlsx_look() -> bytes:
    """A workbook with a struck row, a coloured one, a comment, a hidden column and a cell without a header."""
    book = Workbook()
    sheet = book.worksheets[0]
    for line in (HEAD, [*STAR, None, "已撤销"], CLOUD, SPARK):
        sheet.append(line)
    for cell in sheet[3]:
        cell.font = Font(strike=True)
    for cell in sheet[4]:
        cell.fill = PatternFill("solid", fgColor="FFFF0000")
    sheet["A2"].comment = Comment("已更名", "某某")
    sheet.column_dimensions["B"].hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xls_look() -> bytes:
    """The same in the older format; it writes no comments."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("名单")
    styles = {
        2: xlwt.easyxf("font: struck_out true"),
        3: xlwt.easyxf("pattern: pattern solid, fore_colour red"),
    }
    for number, line in enumerate((HEAD, [*STAR, None, "已撤销"], CLOUD, SPARK)):
        for column, cell in enumerate(line):
            if cell is not None:
                sheet.write(number, column, cell, styles.get(number, xlwt.Style.default_style))
    sheet.col(1).hidden = True
    sheet.row(1).hidden = True
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("made", "besides"), [(xlsx_look, "有 1 处批注"), (xls_look, "有 1 行被隐藏")], ids=["xlsx", "xls"]
)
def test_what_a_sheet_shows_besides_its_values_is_said(shapes: Shapes, made: Callable[[], bytes], besides: str) -> None:
    found = shapes.read(made())
    assert found.counts["new"] == 3
    assert "删除线不作为撤销的依据，不想导入的行请删除（第 3 行）" in said(found)
    assert "颜色不作为撤销的依据，不想导入的行请删除（第 4 行）" in said(found)
    assert "H 列没有表头，其中的内容未读取（第 2 行）" in said(found)
    assert "隐藏的列（B）" in said(found)
    assert besides in said(found)


def test_a_list_that_is_coloured_throughout_says_nothing_by_it(shapes: Shapes) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    for line in (HEAD, STAR, CLOUD):
        sheet.append(line)
    for row in sheet.iter_rows():
        for cell in row:
            cell.fill = PatternFill("solid", fgColor="FFDDEEFF")
    buffer = io.BytesIO()
    book.save(buffer)
    assert "颜色" not in said(shapes.read(buffer.getvalue()))


def document(*tables: list[list[Any]]) -> bytes:
    """A Word file with tables one after another."""
    made = Document()
    for rows in tables:
        table = made.add_table(len(rows), max(map(len, rows)))
        for row, line in enumerate(rows):
            for column, cell in enumerate(line):
                table.cell(row, column).text = str(cell)
        made.add_paragraph("")
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


def test_a_table_that_goes_on_without_its_header_is_not_left_out(shapes: Shapes) -> None:
    found = shapes.read(document([HEAD, STAR], [CLOUD, SPARK]))
    assert "第 1 行像是“表格 1”的续表" in found.refusal
    districts = [["武进区", 1, 2, 3, 4, 5]]
    assert shapes.read(document([HEAD, STAR], districts)).counts["new"] == 1
    assert shapes.read(workbook({"名单": [HEAD, STAR], "续": [CLOUD]}), sheets=("名单",)).counts["new"] == 1


def test_the_title_above_a_table_of_a_web_page_proposes(shapes: Shapes) -> None:
    cells = "".join(f"<td>{cell}</td>" for cell in (*STAR[:2], *STAR[4:]))
    head = "".join(f"<th>{cell}</th>" for cell in (*HEAD[:2], *HEAD[4:]))
    page = f"<html><h1>2021年市级示范智能车间</h1><p>名单</p><table><tr>{head}</tr><tr>{cells}</tr></table></html>"
    found = shapes.read(page.encode())
    assert [question.proposed for question in found.questions] == ["市级示范智能车间", "2021"]


def test_codes_in_text_files_and_codes_with_letters(shapes: Shapes) -> None:
    code = "91320412MA1N000003"
    text = ",".join([*HEAD, "统一社会信用代码"]) + "\n" + ",".join([*map(str, STAR), f'="{code}"'])
    found = shapes.read(text.encode())
    assert found.plan is not None
    assert [each.uscc for each in found.plan.enterprises] == [code]
    wrong = shapes.rows(listed(统一社会信用代码=code.replace("0", "O", 1)))
    assert refusals(wrong)[0][2] == "统一社会信用代码里没有字母 O"
    both = shapes.rows(listed(统一社会信用代码=code), listed(企业名称="常州别样制品有限公司", 统一社会信用代码=code))
    assert [row for row, _, _ in refusals(both)] == [3]
    assert "请统一名称" in both.rows[1].findings[0].way_out
