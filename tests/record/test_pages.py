"""Every public page on the demo stock: sound, complete, in both languages."""

from __future__ import annotations

import pytest
from flask import Flask

from tests.browser import Browser

PAGES = (
    "/",
    "/?unit=JKQ&tier=provincial",
    "/?q=没有这样的项目",
    "/?as_of=2018-12-31",
    "/?status=revoked",
    "/projects",
    "/projects?rows=recognitions&page=2",
    "/projects?rows=enterprises&sort=name",
    "/projects?page=900",
    "/projects?q=没有这样的项目",
    "/projects?has=operating_cost&category=mun_demo_smart_workshop&year=2020",
    "/projects/CZ-000001",
    "/projects/CZ-000300",
    "/projects/CZ-000390",
    "/enterprises/1",
    "/announcements",
    "/announcements/1",
    "/announcements/2",
    "/about",
    "/statistics",
    "/statistics?category=mun_demo_smart_workshop&year=2020&method=pooled",
    "/statistics?q=没有这样的项目",
)


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_page_is_sound(demo_app: Flask, path: str, language: str) -> None:
    page = Browser(demo_app).get(path + (("&" if "?" in path else "?") + "lang=en" if language == "en" else ""))
    assert page.all("html")[0].get("lang") == {"zh": "zh-CN", "en": "en"}[language]


def test_headline_figures_are_those_published(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/")
    totals = page.one("details", class_="tot")
    rows = [[page.text(cell) for cell in row] for row in totals.iter("{http://www.w3.org/1999/xhtml}tr")]
    # What was ever awarded, and how much of it is valid.
    assert {name: figures for name, *figures in rows[1:]} == {
        "国家级试点示范": ["4", "4"],
        "省级智能工厂": ["3", "3"],
        "省级示范智能车间": ["131", "131"],
        "市级智能车间": ["294", "280"],
        "市级示范智能车间": ["83", "83"],
        "省级领军服务机构": ["14", "14"],
    }
    assert page.text(totals).startswith("累计认定 国家级 4 · 省级 148 · 市级 377")


def test_headline_links_to_exactly_its_list(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    page = browser.get("/")
    totals = page.one("details", class_="tot")
    for link in totals.iter("{http://www.w3.org/1999/xhtml}a"):
        listed = browser.get(link.get("href") or "")
        assert listed.text(listed.all("h2")[0]) == f"认定 {page.text(link)} 项"


def test_a_revoked_project_keeps_its_page_and_leaves_the_list(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    everything = browser.get("/projects?status=revoked&per_page=200")
    revoked = [row for row in everything.rows() if "已撤销" in row[2]]
    assert revoked
    code = revoked[0][7].split()[0]
    page = browser.get(f"/projects/{code}")
    assert "已撤销" in page.text()
    assert "原因：" in page.text()
    assert code not in browser.get("/projects?per_page=200").source


def test_unknown_year_is_said_not_guessed(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/projects?tier=national")
    assert [row[3] for row in page.rows()] == ["2018", "年份不详", "年份不详", "年份不详"]


def test_a_former_name_finds_the_project_and_stands_on_its_page(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    listed = browser.get("/projects?q=数字化车间&rows=projects")
    code = listed.rows()[0][7].split()[0]
    page = browser.get(f"/projects/{code}")
    assert "数字化车间" in page.text()
    assert "数字化车间" not in page.h1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("q=ysqy01", 1),
        ("q=YANSHIQIYE01", 1),
        ("q=演示企业０１", 1),
        ("q=智能车间 演示企业01", 1),
        ("q=%25", 0),
        ("q=_", 0),
    ],
)
def test_search_by_pinyin_initials_width_and_terms(demo_app: Flask, query: str, expected: int) -> None:
    page = Browser(demo_app).get(f"/projects?{query}&year=2020&category=mun_demo_smart_workshop")
    assert len(page.rows()) == expected


def test_the_list_page_costs_the_same_queries_whatever_its_length(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    counts = []
    for size in (1, 3, 200):
        browser.get(f"/projects?per_page={size}&sort=code&q=演示&page=1")
        counts.append(len(browser.statements))
    assert counts[1:] == [2, 2]


def test_a_project_page_asks_only_tables_that_know_the_project(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    browser.get("/projects/CZ-000002")
    counts = []
    for number in (3, 4, 47):
        browser.get(f"/projects/CZ-{number:06d}")
        counts.append(len(browser.statements))
    # What stands beside the last one costs its page three statements more, and no other page.
    assert counts == [6, 6, 9]


def test_links_and_words_follow_the_language_of_each_request(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    for _ in range(2):
        english = browser.get("/projects?lang=en&sort=code&per_page=3")
        chinese = browser.get("/projects?sort=code&per_page=3")
        assert "/projects/CZ-000001?lang=en" in english.links().values()
        assert "/projects/CZ-000001" in chinese.links().values()
        assert (english.h1, chinese.h1) == ("List of projects", "项目名单")


def test_demo_banner_stands_on_every_page_and_only_with_demo_data(demo_app: Flask, app: Flask) -> None:
    assert "企业、项目与数字均为虚构" in Browser(demo_app).get("/about").text()
    assert "企业、项目与数字均为虚构" not in Browser(app).get("/about").text()


def test_empty_registry_says_what_to_do(app: Flask) -> None:
    browser = Browser(app)
    assert "没有符合这些条件的项目" in browser.get("/").text()
    assert "还没有登记认定文件" in browser.get("/announcements").text()
    assert browser.get("/statistics").h1 == "统计"


def test_a_page_is_not_sent_again_while_nothing_changed(demo_app: Flask) -> None:
    client = demo_app.test_client()
    first = client.get("/projects", headers={"Accept-Encoding": "br"})
    assert first.headers["Content-Encoding"] == "br"
    again = client.get("/projects", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_search_without_a_hit_says_how_to_search(demo_app: Flask) -> None:
    browser, hint = Browser(demo_app), "可以少写几个字"
    for page in ("/", "/projects"):
        assert hint in browser.get(f"{page}?q=演示產品").text()
        assert hint not in browser.get(page).text()


def test_what_is_too_large_is_refused_with_the_limit_and_a_way_out(app: Flask) -> None:
    answer = app.test_client().post("/sign-in", data=b"x" * (33 << 20))
    assert answer.status_code == 413
    assert "一次提交不能超过 32 MB：请返回上一页，压缩图片或扫描件" in answer.get_data(as_text=True)
