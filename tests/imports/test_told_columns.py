"""A person says which column is read as what: by command and on the page, whatever the headers are called."""

from __future__ import annotations

import pytest

from registry.services.imports import ListReading, Understood, WrongAnswer
from tests.imports.shapes import GIVEN, Shapes, kinds, lines, listed, workbook
from tests.imports.sheets import write_xlsx
from tests.imports.web.office import Office, figures


def columns(reading: ListReading, state: Understood = Understood.READ) -> dict[str, str]:
    """Header → template column of what was read."""
    [sheet] = reading.sheets
    return {each.header: each.column for each in sheet.columns if each.state is state}


def renamed(**headers: str) -> bytes:
    """A list that goes in, under other headers."""
    return workbook({"名单": lines({headers.get(name, name): cell for name, cell in GIVEN.items()})})


def test_a_required_column_under_a_strange_header_is_told_and_goes_in(shapes: Shapes) -> None:
    data = renamed(企业名称="厂家", 批次年份="哪一批")
    refused = shapes.read(data)
    assert "缺少必需的列：企业名称" in refused.refusal
    # What was understood is there although the file is refused: that is where a person says what is missing.
    assert [(each.header, each.column, each.samples) for each in refused.sheets[0].columns][:2] == [
        ("厂家", "", ("常州星河试样机械有限公司",)),
        ("车间/工厂名称", "车间/工厂名称", ("减速机壳体加工智能车间",)),
    ]
    found = shapes.read(data, columns=(("厂家", "企业名称"), ("哪一批", "批次年份")))
    assert (found.refusal, found.questions, found.counts["new"]) == ("", (), 1)
    assert columns(found)["厂家"] == "企业名称"


def test_a_table_without_any_known_header_is_read_from_the_row_and_columns_that_are_told(shapes: Shapes) -> None:
    names = {name: f"列{place}" for place, name in enumerate(GIVEN)}
    data = renamed(**names)
    assert "没有找到表头" in shapes.read(data).refusal
    told = tuple((header, name) for name, header in names.items())
    assert shapes.read(data, columns=told).counts["new"] == 1
    by_row = shapes.read(data, header_row="1")
    assert "缺少必需的列" in by_row.refusal
    assert [each.header for each in by_row.sheets[0].columns] == list(names.values())
    assert "第 3 行没有文字，不是表头" in shapes.read(data, header_row="3").refusal
    with pytest.raises(WrongAnswer, match="表头应在前 50 行"):
        shapes.read(data, header_row="0")


def test_what_is_told_goes_before_what_another_column_looks_like(shapes: Shapes) -> None:
    data = workbook({"名单": lines({**GIVEN, "正式名称": "演示正式名称有限公司"})})
    found = shapes.read(data, columns=(("正式名称", "企业名称"),))
    assert columns(found)["正式名称"] == "企业名称"
    assert columns(found, Understood.UNREAD) == {"企业名称": ""}
    assert any("未读取：“企业名称”" in notice for notice in found.notices)
    # Two columns told as the same one contradict each other.
    both = shapes.read(data, columns=(("正式名称", "企业名称"), ("企业名称", "企业名称")))
    assert "“企业名称”和“正式名称”是同一列" in both.refusal or "“正式名称”和“企业名称”是同一列" in both.refusal


def test_a_told_figure_keeps_the_unit_of_its_header_and_answers_its_question(shapes: Shapes) -> None:
    data = workbook({"名单": lines({**GIVEN, "花了多少(亿元)": 1.2, "智能设备情况": 72})})
    assert kinds(shapes.read(data)) == ["header"]
    found = shapes.read(data, columns=(("花了多少(亿元)", "总投资(万元)"), ("智能设备情况", "ignore")))
    assert kinds(found) == []
    assert any("乘以 10000" in notice for notice in found.notices)
    assert columns(found, Understood.IGNORED) == {"智能设备情况": ""}


def test_a_repeated_header_is_told_by_its_number(shapes: Shapes) -> None:
    head, cells = list(GIVEN), list(GIVEN.values())
    data = workbook({"名单": [[*head, "说明", "说明"], [*cells, "甲", "武进演示路1号"]]})
    found = shapes.read(data, columns=(("说明#2", "详细地址"),))
    assert [(each.key, each.column) for each in found.sheets[0].columns][-2:] == [
        ("说明", "备注"),
        ("说明#2", "详细地址"),
    ]


def test_a_target_that_no_template_has_is_wrong_use(shapes: Shapes) -> None:
    with pytest.raises(WrongAnswer, match="“厂家”不能读作“老板”"):
        shapes.read(renamed(企业名称="厂家"), columns=(("厂家", "老板"),))


def test_an_officer_chooses_on_the_page_and_may_change_his_mind(light_office: Office) -> None:
    strange = {"厂家" if name == "企业名称" else name: cell for name, cell in listed().items()}
    address = light_office.send("projects", write_xlsx(light_office.folder / "演示.xlsx", lines(strange)))
    page = light_office.city.get(address)
    assert "缺少必需的列：企业名称" in page.text()
    assert "常州星河试样机械有限公司" in page.text()
    page = light_office.reply(address, {}, columns={"厂家": "企业名称"})
    assert figures(page)["新增"] == "1行"
    assert "您指定的" in page.text()
    # What was chosen stands there, and stays when the form is sent again for something else.
    assert figures(light_office.reply(address, {}))["新增"] == "1行"
    assert "缺少必需的列" in light_office.reply(address, {}, columns={"厂家": ""}).text()
