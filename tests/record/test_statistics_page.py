"""The statistics page, its workbook and the API say the same figures, and each leads to its list."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any
from urllib.parse import unquote

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import select

from registry.models import Document
from registry.queries.catalogue.dimensions import BREAKDOWNS, BY_NAME
from registry.reference import kpis
from registry.terms import BEIJING
from tests.browser import XHTML, Browser

BAR = "scopef"
BATCH = "category=mun_demo_smart_workshop&year=2020"
EVER = "status=valid&status=revoked&status=expired"
NEW = f"category=mun_demo_smart_workshop&{EVER}&year_from=2020&year_to=2020"


def test_the_page_says_what_is_counted_and_how_it_was_a_year_before(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    page = browser.get(f"/statistics?{EVER}&year_from=2020&year_to=2020&category=mun_demo_smart_workshop")
    [checked] = [field for field in page.all("input") if field.get("checked") is not None]
    assert checked.get("value") == "new"
    before = browser.raw(f"/api/v1/statistics?{EVER}&year=2019&category=mun_demo_smart_workshop").json
    figures = [page.text(figure) for figure in page.all("dd")]
    fewer = before["recognitions"] - 22
    assert fewer > 0
    assert figures[0] == f"22项 2019年：{before['recognitions']}，减少 {fewer}"
    table = {row[0]: row for row in page.rows() if len(row) == 8}
    total = [page.text(cell) for foot in page.all("tfoot") for cell in foot[0]]
    assert total[1:5] == ["22", str(before["recognitions"]), f"−{fewer}", "100.0"]
    units = {group["name"]: group["recognitions"] for group in before["by_unit"]}
    assert {name: table[name][2] for name in units} == {name: str(count) for name, count in units.items()}


def test_an_investment_cannot_be_had_by_subtraction(demo_app: Flask) -> None:
    """Rows under three values have none; if what is hidden in all is under three, one more row says so."""
    browser = Browser(demo_app)
    query = f"{NEW}&measure=total_investment"
    units = browser.raw(f"/api/v1/statistics?{query}").json["by_unit"]
    hidden = [group["measure"] for group in units if group["measure"]["value"] is None]
    assert {one["reason"] for one in hidden} == {"too_few"} or "withheld" in {one["reason"] for one in hidden}
    assert not 0 < sum(one["n"] for one in hidden) < 3
    for singled in ("q=%E6%BC%94%E7%A4%BA", "bbox=119.0,31.0,120.5,32.5"):
        answer = browser.raw(f"/api/v1/statistics?{query}&{singled}").json
        assert answer["kpis"]["total_investment"]["value"] is None
        assert answer["kpis"]["total_investment"]["reason"] == "withheld"
        assert {group["measure"]["value"] for group in answer["by_unit"]} == {None}
        assert answer["kpis"]["operating_cost"]["value"] is not None
        assert "完成总投资" not in browser.get(f"/statistics?{query}&{singled}").text(
            browser.get(f"/statistics?{query}&{singled}").one("p", id="paragraph")
        )


def test_an_improvement_is_never_called_percentage_points(demo_app: Flask) -> None:
    page = Browser(demo_app).get(f"/statistics?{BATCH}")
    rows = {row[0]: row[1:4] for row in page.rows() if len(row) == 6}
    assert rows["产品不良品率"] == ["下降 53.5%", "下降 55.5%", "22 / 22"]
    assert rows["智能设备联网率"] == ["94.2%", "94.4%", "22 / 22"]
    assert rows["总投资"] == ["19.9 亿元", "", "22 / 22"]
    other = Browser(demo_app).get(f"/statistics?{BATCH}&method=pooled")
    pooled = {row[0]: row[1] for row in other.rows() if len(row) == 6}
    assert pooled["产品不良品率"] == "下降 51.6%"


@pytest.mark.parametrize("query", ["unit=JKQ&status=valid&status=revoked", "year=none"])
def test_every_number_of_the_page_leads_to_a_list_of_that_many(demo_app: Flask, query: str) -> None:
    """Counts lead to lists of that many rows, KPI figures to lists of their n."""
    browser = Browser(demo_app)
    page = browser.get(f"/statistics?{query}")
    checked = 0
    # A year earlier has no links: its list is another scope.
    for row in page.root.iter(XHTML + "tr"):
        cells = [cell for cell in row if cell.tag in (XHTML + "td", XHTML + "th")]
        for cell in cells:
            for link in cell.iter(XHTML + "a"):
                href, said = link.get("href") or "", page.text(link)
                shown = next((page.text(each) for each in cells if " / " in page.text(each)), "")
                if "has=" in href and not shown:
                    # An investment of a group: the API says how many values it is made of.
                    asked = href.replace("/projects?", "/api/v1/statistics?", 1)
                    wanted = browser.raw(asked).json["kpis"]["total_investment"]["n"]
                else:
                    wanted = int(shown.split(" / ")[0]) if "has=" in href else int(said)
                total = browser.raw(href.replace("/projects?", "/api/v1/projects?per_page=1&", 1)).json["total"]
                assert total == wanted, f"{said}: {href}"
                checked += 1
    assert checked > 10


def test_the_workbook_states_what_the_interface_states(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    answer = browser.raw(f"/api/v1/statistics?{BATCH}").json
    book = load_workbook(io.BytesIO(browser.raw(f"/statistics.xlsx?{BATCH}").data))
    rows = list(book["汇总"].iter_rows(values_only=True))
    stated = {row[7]: row for row in rows[7:]}
    assert {code: (row[2], row[3], row[4], row[5]) for code, row in stated.items()} == {
        code: tuple(figure[name] for name in ("value", "unit", "n", "of")) for code, figure in answer["kpis"].items()
    }
    assert stated["operating_cost"][:2] == ("车间生产运营成本", "简单平均")
    assert (
        stated["oee"][6] == {"too_few": "样本不足（少于 3 个）", "no_data": "没有数据"}[answer["kpis"]["oee"]["reason"]]
    )
    sheets = {
        "tier": "按级别", "unit": "按板块", "division": "按行政区划", "category": "按类别", "industry": "按行业",
        "sector": "按" + BY_NAME["sector"].zh, "year": "按认定年份", "size": "按企业规模", "ownership": "按企业性质",
        "honor": "按企业荣誉",
    }  # fmt: skip
    assert set(sheets) == {*BREAKDOWNS, "honor"}
    for name, sheet in sheets.items():
        groups = [
            (group["name"], group["recognitions"], group["projects"], group["enterprises"], group["code"])
            for group in answer[f"by_{name}"]
        ]
        *stated_groups, whole = book[sheet].iter_rows(min_row=2, values_only=True)
        assert stated_groups == groups
        assert whole[:4] == ("合计（不重复）", answer["recognitions"], answer["projects"], answer["enterprises"])


def test_the_workbook_speaks_the_language_of_its_reader(demo_app: Flask) -> None:
    """No machine word in Chinese, no Chinese word of the frame in English."""
    browser = Browser(demo_app)
    words: dict[str, set[str]] = {}
    for language in ("zh", "en"):
        book = load_workbook(io.BytesIO(browser.raw(f"/statistics.xlsx?lang={language}").data))
        # The last column of a breakdown and of the figures holds codes; 核对 quotes documents and notes as they are.
        words[language] = {
            str(value)
            for sheet in book.worksheets
            if sheet.title not in ("核对", "Reconciliation")
            for row in sheet.iter_rows(values_only=True)
            for value in (row[:-1] if sheet.title not in ("说明", "About") else row)
            if isinstance(value, str)
        } | set(book.sheetnames)
    assert not [word for word in words["zh"] if re.search("[a-z]_[a-z]|^(mean|sum|distribution|no_data)$", word)]
    chinese = {word for word in words["en"] if re.search("[一-鿿]", word)}
    units = {item.unit for item in kpis()} | {"亿元"}
    assert {word for word in chinese if "工业和信息化局" not in word} <= units


def test_files_are_named_by_what_they_hold_and_when(demo_app: Flask) -> None:
    """Nobody has five files called projects.csv in a folder."""
    browser, today = Browser(demo_app), f"{datetime.now(BEIJING):%Y%m%d}"
    names = {
        "/projects.xlsx?unit=WJQ": f"智能制造示范项目-武进区-{today}.xlsx",
        "/projects.csv?rows=recognitions&year=2020&tier=municipal": f"智能制造认定名单-市级-2020-{today}.csv",
        "/projects.geojson?rows=enterprises": f"智能制造示范企业-{today}.geojson",
        "/projects.xlsx?unit=WJQ&lang=en": f"Smart manufacturing projects-Wujin District-{today}.xlsx",
        "/statistics.xlsx?q=a%2Fb%3Ac": f"智能制造统计-a b c-{today}.xlsx",
        "/statistics.docx?unit=JKQ": f"智能制造统计摘要-常州经开区-{today}.docx",
        "/announcements/1.xlsx": f"演示〔2020〕1号-认定名单-{today}.xlsx",
        "/projects.csv?year=2015&year=2016&year=2017&year=2018": f"智能制造示范项目-2015-2016-2017等-{today}.csv",
    }
    for path, name in names.items():
        said = browser.raw(path).headers["Content-Disposition"]
        assert unquote(said.partition("filename*=UTF-8''")[2]) == name, path
        fallback = re.fullmatch(r'attachment; filename="([^"]+)"; filename\*=.*', said)
        assert fallback is not None, said
        assert fallback[1].isascii()
        assert today in fallback[1]


def test_an_annex_states_its_document_so_that_it_can_be_read_back(demo_app: Flask) -> None:
    book = load_workbook(io.BytesIO(Browser(demo_app).raw("/announcements/1.xlsx").data))
    stated = dict(book["说明"].iter_rows(max_col=2, values_only=True))
    assert {name: stated[name] for name in ("文号", "类别", "批次年份")} == {
        "文号": "演示〔2020〕1号",
        "类别": "市级示范智能车间",
        "批次年份": 2020,
    }
    day = Browser(demo_app).raw("/api/v1/projects/CZ-000001").json["announced_on"]
    assert stated["公布日期"] == day
    # A document with several categories has them beside each row instead.
    with demo_app.extensions["registry"].read() as session:
        reply = session.scalars(select(Document.id).where(Document.number == "常工信复〔2021〕第24号")).one()
    several = load_workbook(io.BytesIO(Browser(demo_app).raw(f"/announcements/{reply}.xlsx").data))
    place = [cell.value for cell in several["汇总表"][2]].index("类别")
    named = {row[place].value for row in several["汇总表"].iter_rows(min_row=3)} - {None}
    assert {"智能制造新模式应用项目", "高端装备制造业标准化试点"} <= named
    assert "类别" not in dict(several["说明"].iter_rows(max_col=2, values_only=True))


def test_published_totals_of_2020_agree_and_later_ones_show_what_is_missing(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/statistics")
    heads, found = "", []
    for row in page.rows():
        if len(row) == 1 and row[0].startswith(("截至", "2020 年新增")):
            heads = row[0]
        elif len(row) == 4 and row[1].endswith((" 项", " 家", " 个")):
            found.append((heads, *row))
    reply, unknown = "截至 2020-12-31 累计 常工信复〔2021〕第24号", "出处待查"
    assert found == [
        (reply, "国家级", "4 项", "4", "相符"),
        (reply, "省级智能工厂", "3 家", "3", "相符"),
        (reply, "省级示范智能车间全省第三", "131 个", "131", "相符"),
        (reply, "省级智能制造领军服务机构", "14 家", "14", "相符"),
        (reply, "市级智能车间", "294 个", "294", "相符"),
        (reply, "市级示范智能车间", "83 个", "83", "相符"),
        ("2020 年新增 常工信复〔2021〕第24号", "市级示范智能车间", "22 家", "22", "相符"),
        (f"截至 2021-12-31 累计 {unknown}", "国家级", "4 项", "4", "相符"),
        (
            f"截至 2021-12-31 累计 {unknown}",
            "省级示范智能车间、省级智能制造示范车间",
            "165 个",
            "131",
            "缺 34 占公布数 79%",
        ),
        (f"截至 2021-12-31 累计 {unknown}", "省级智能工厂、省智能制造示范工厂", "15 家", "3", "缺 12 占公布数 20%"),
        (
            f"截至 2025-05-31 累计 {unknown}",
            "省级示范智能车间、省级智能制造示范车间",
            "357 个",
            "131",
            "缺 226 占公布数 37%",
        ),
        (
            f"截至 2025-05-31 累计 {unknown}",
            "省级智能工厂、省智能制造示范工厂、省先进级智能工厂",
            "78 家",
            "3",
            "缺 75 占公布数 4%",
        ),
    ]


def test_an_empty_registry_has_no_figures_and_says_so(make_app: Any, sqlite_url: str) -> None:
    browser = Browser(make_app(sqlite_url))
    answer = browser.raw("/api/v1/statistics").json
    assert (answer["recognitions"], answer["projects"], answer["enterprises"]) == (0, 0, 0)
    assert {(figure["value"], figure["n"], figure["reason"]) for figure in answer["kpis"].values()} == {
        (None, 0, "no_data")
    }
    page = browser.get("/statistics")
    assert page.text(page.one("p", id="paragraph")) == "目前，全市没有符合条件的认定。"


def test_a_wrong_method_is_refused_by_name(demo_app: Flask) -> None:
    response = Browser(demo_app).raw("/api/v1/statistics?method=average")
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json["errors"]] == ["method"]


@pytest.mark.parametrize("path", ["/", "/projects", "/statistics"])
def test_ladder_and_grade_are_said_can_be_removed_and_stay_when_the_bar_is_sent(demo_app: Flask, path: str) -> None:
    browser = Browser(demo_app)
    query = "ladder=municipal-provincial&grade=2&grade=3"
    page = browser.get(f"{path}?{query}")
    chips = {page.text(link): link.get("href") or "" for link in page.all("a") if link.get("class") == "chip chip--x"}
    said = ("持有有效认定：市级和省级", "成熟度：2 级", "成熟度：3 级")
    assert [words.removeprefix("去掉条件 ") for words in chips] == list(said)
    assert [href.partition("?")[2] for href in chips.values()] == [
        "grade=2&grade=3",
        "ladder=municipal-provincial&grade=3",
        "ladder=municipal-provincial&grade=2",
    ]
    bar = next(
        form for form in page.all("form") if form.get("class") in ("filters filters--one", "filters filters--list", BAR)
    )
    kept = [(field.get("name"), field.get("value")) for field in bar.iter(XHTML + "input")]
    assert [pair for pair in kept if pair[0] in ("ladder", "grade")] == [
        ("ladder", "municipal-provincial"), ("grade", "2"), ("grade", "3"),
    ]  # fmt: skip
    english = browser.get(f"{path}?{query}&lang=en").text()
    assert "Holding valid titles: Municipal and Provincial" in english
    assert "Maturity: level 3" in english


def test_the_interface_repeats_the_conditions_on_ladder_and_grade(demo_app: Flask) -> None:
    answer = Browser(demo_app).raw("/api/v1/statistics?ladder=provincial&grade=3&grade=2").json
    assert answer["scope"] == {"status": ["valid"], "method": "mean", "ladder": ["provincial"], "grade": ["2", "3"]}


def test_the_ladder_is_counted_without_the_condition_on_itself(demo_app: Flask) -> None:
    """The tiers overlap: a value chosen beside another one has the same count as in the whole scope."""
    browser = Browser(demo_app)

    def counts(query: str) -> list[list[str]]:
        page = browser.get(f"/statistics?unit=WJQ&group=ladder{query}")
        return [row for row in page.rows() if len(row) == 4 and row[0] in ("市级", "省级")]

    assert counts("&ladder=national") == counts("")
    assert [row[0] for row in counts("")] == ["市级", "省级"]


def test_units_tiers_and_years_stand_in_one_table_of_which_each_count_is_its_list(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    query = f"{EVER}&unit=TNQ&unit=WJQ"
    page = browser.get(f"/statistics?{query}&group=crossed")
    [table] = [found for found in page.all("table") if "crossed" in (found.get("class") or "")]
    heads, *rows = [[page.text(cell) for cell in row] for row in table.iter(XHTML + "tr")]
    answer = browser.raw(f"/api/v1/statistics?{query}").json
    sums = {row[0]: row[2:] for row in rows if row[1] == "各级合计"}
    of_unit = {group["name"]: str(group["recognitions"]) for group in answer["by_unit"]}
    of_year = {group["name"].removesuffix("年"): str(group["recognitions"]) for group in answer["by_year"]}
    assert {unit: counts[-1] for unit, counts in sums.items()} == of_unit | {"合计": str(answer["recognitions"])}
    assert dict(zip(heads[2:-1], sums["合计"][:-1], strict=True)) == of_year
    tiers = {row[1]: row[-1] for row in rows if row[0] == "合计" and row[1] != "各级合计"}
    assert tiers == {group["name"]: str(group["recognitions"]) for group in answer["by_tier"]}
    links = list(table.iter(XHTML + "a"))
    for link in links[:: len(links) // 12]:
        listed = browser.get(link.get("href") or "")
        assert f"认定 {page.text(link)} 项" in listed.text(), link.get("href")
    book = load_workbook(io.BytesIO(browser.raw(f"/statistics.xlsx?{query}").data))
    stated = [
        ["–" if value == 0 else str(value) for value in row[:-2]]
        for row in book["按板块、级别和年份"].iter_rows(min_row=2, values_only=True)
    ]
    assert stated == rows
    reports = browser.get(f"/statistics?{query}&group=crossed&has=oee").text()
    assert "各部分相加不等于总数，不列这张表" in reports


def test_two_units_are_chosen_in_the_form_and_a_third_of_the_address_stays(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    page = browser.get("/statistics?unit=TNQ&unit=WJQ&unit=XBQ")
    form = next(found for found in page.all("form") if found.get("class") == BAR)
    selects = [field for field in form.iter(XHTML + "select") if field.get("name") == "unit"]
    chosen = [option.get("value") for field in selects for option in field if option.get("selected") is not None]
    kept = [field.get("value") for field in form.iter(XHTML + "input") if field.get("name") == "unit"]
    assert sorted([*chosen, *kept]) == ["TNQ", "WJQ", "XBQ"]
    assert [page.text(label)[:7] for label in form.iter(XHTML + "label") if "并列" in page.text(label)] == [
        "与另一板块并列"
    ]
