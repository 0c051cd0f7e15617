"""The statistics page, its workbook and the API say the same figures, and each leads to its list."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook

from tests.browser import XHTML, Browser

BAR = "scopebar scopebar--form"
BATCH = "category=mun_demo_smart_workshop&year=2020"


def test_the_summary_paragraph_in_both_languages(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    chinese = browser.get(f"/statistics?{BATCH}")
    assert chinese.text(chinese.one("p", id="paragraph")) == (
        "类别：市级示范智能车间；认定年份：2020；状态：有效。共有认定 22 项，涉及项目 22 个、企业 22 家，完成总投资 19.9 亿元。"
        "自动化、智能化设备使用率 93.6%，智能设备联网率 94.2%，使用工业机器人 142 台（套）。与改造前相比，生产运营成本下降 21.1%，"
        "生产效率提高 60.5%，产品不良品率下降 53.5%，能源利用率提高 29.5%，资源利用率提高 28.9%。"
    )
    english = browser.get(f"/statistics?{BATCH}&lang=en")
    assert english.text(english.one("p", id="paragraph")) == (
        "Category: Municipal Demonstration Smart Workshop; Year: 2020; Status: Valid. 22 recognitions are held by 22 projects "
        "of 22 enterprises, with a total investment of CNY 1.99 billion. The smart equipment rate is 93.6%, the equipment "
        "networking rate is 94.2%, the number of industrial robots is 142. Compared with the state before, production operating cost fell by 21.1%, "
        "production efficiency rose by 60.5%, defect rate fell by 53.5%, energy utilisation rose by 29.5%, resource "
        "utilisation rose by 28.9%."
    )


def test_an_improvement_is_never_called_percentage_points(demo_app: Flask) -> None:
    page = Browser(demo_app).get(f"/statistics?{BATCH}")
    rows = {row[0]: row[1:] for row in page.rows()}
    assert rows["产品不良品率"] == ["下降 53.5%", "下降 51.6%", "下降 55.5%", "22 / 22"]
    assert rows["智能设备联网率"] == ["94.2%", "94.3%", "94.4%", "22 / 22"]
    assert rows["总投资"] == ["合计 19.9 亿元", "22 / 22"]


@pytest.mark.parametrize("query", ["unit=JKQ&status=valid&status=revoked", "year=none"])
def test_every_number_of_the_page_leads_to_a_list_of_that_many(demo_app: Flask, query: str) -> None:
    """Counts lead to lists of that many rows, KPI figures to lists of their n."""
    browser = Browser(demo_app)
    page = browser.get(f"/statistics?{query}")
    checked = 0
    for row in page.root.iter(XHTML + "tr"):
        cells = [cell for cell in row if cell.tag in (XHTML + "td", XHTML + "th")]
        for cell in cells:
            for link in cell.iter(XHTML + "a"):
                href, said = link.get("href") or "", page.text(link)
                wanted = int(page.text(cells[-1]).split(" / ")[0]) if "has=" in href else int(said)
                total = browser.raw(href.replace("/projects?", "/api/v1/projects?per_page=1&", 1)).json["total"]
                assert total == wanted, f"{said}: {href}"
                checked += 1
    assert checked > 10


def test_the_workbook_states_what_the_interface_states(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    answer = browser.raw(f"/api/v1/statistics?{BATCH}").json
    book = load_workbook(io.BytesIO(browser.raw(f"/statistics.xlsx?{BATCH}").data))
    rows = list(book["汇总"].iter_rows(values_only=True))
    stated = {row[0]: row for row in rows[7:]}
    assert {code: (row[2], row[3], row[4], row[5], row[6], row[7] or None) for code, row in stated.items()} == {
        code: tuple(figure[name] for name in ("method", "value", "unit", "n", "of", "reason"))
        for code, figure in answer["kpis"].items()
    }
    for name in ("tier", "unit", "division", "category", "industry", "sector", "year"):
        groups = [tuple(group.values()) for group in answer[f"by_{name}"]]
        assert list(book[name].iter_rows(min_row=2, values_only=True)) == groups


def test_published_totals_of_2020_agree_and_later_ones_show_what_is_missing(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/statistics")
    rows = [row for row in page.rows() if len(row) == 7 and row[0][:4] in ("2020", "2021", "2025")]
    assert [(row[0], row[2], row[3], row[4]) for row in rows] == [
        ("2020-12-31", "4 项", "4", "相符"),
        ("2020-12-31", "3 家", "3", "相符"),
        ("2020-12-31", "131 个", "131", "相符"),
        ("2020-12-31", "14 家", "14", "相符"),
        ("2020-12-31", "294 个", "294", "相符"),
        ("2020-12-31", "83 个", "83", "相符"),
        ("2020 新增", "22 家", "22", "相符"),
        ("2021-12-31", "165 个", "131", "-34"),
        ("2021-12-31", "15 家", "3", "-12"),
        ("2021-12-31", "4 项", "4", "相符"),
        ("2025-05-31", "357 个", "131", "-226"),
        ("2025-05-31", "78 家", "3", "-75"),
    ]
    assert {row[6] for row in rows if row[0] > "2021"} == {"出处待查"}


def test_an_empty_registry_has_no_figures_and_says_so(make_app: Any, sqlite_url: str) -> None:
    browser = Browser(make_app(sqlite_url))
    answer = browser.raw("/api/v1/statistics").json
    assert (answer["recognitions"], answer["projects"], answer["enterprises"]) == (0, 0, 0)
    assert {(figure["value"], figure["n"], figure["reason"]) for figure in answer["kpis"].values()} == {
        (None, 0, "no_data")
    }
    page = browser.get("/statistics")
    assert page.text(page.one("p", id="paragraph")) == "状态：有效。共有认定 0 项，涉及项目 0 个、企业 0 家。"


def test_a_wrong_method_is_refused_by_name(demo_app: Flask) -> None:
    response = Browser(demo_app).raw("/api/v1/statistics?method=average")
    assert response.status_code == 400
    assert [error["parameter"] for error in response.json["errors"]] == ["method"]


def test_every_figure_of_the_paragraph_leads_to_its_list(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    answer = browser.raw("/api/v1/statistics?unit=XBQ").json
    page = browser.get("/statistics?unit=XBQ")
    stated = {}
    for link in page.one("p", id="paragraph").iter(XHTML + "a"):
        href = link.get("href") or ""
        subject = href.rsplit("has=", 1)[1] if "has=" in href else page.text(link).split()[1]
        stated[subject] = browser.raw(href.replace("/projects?", "/api/v1/projects?per_page=1&", 1)).json["total"]
    assert stated == {
        "项": answer["recognitions"],
        "个": answer["projects"],
        "家": answer["enterprises"],
    } | {code: figure["n"] for code, figure in answer["kpis"].items() if code in stated}
    assert len(stated) == 12


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
    bar = next(form for form in page.all("form") if form.get("class") in ("filters", "filters filters--list", BAR))
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
        return [row for row in browser.get(f"/statistics?unit=WJQ{query}").rows() if len(row) == 4 and "级" in row[2]]

    assert counts("&ladder=national") == counts("")
    assert [row[0] for row in counts("")] == ["市级", "省级"]
