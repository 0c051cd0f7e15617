"""Names are found as people say them and stand in the order of a Chinese dictionary."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from registry.models import Account, Application, Enterprise
from registry.services.record.readings import in_order
from registry.services.record.search_index import searchable
from tests import people
from tests.browser import Browser


def _wide(text: str) -> str:
    return "".join(chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text)


@pytest.mark.parametrize(
    "typed", ["戚研所", "威研所", "威墅堰", "星星充电", "qiyansuo", "weishuyan", "戚研所 常州经开区", "演示 nosuch"]
)
def test_a_short_or_misprinted_name_finds(demo_app: Flask, typed: str) -> None:
    found = Browser(demo_app).raw(f"/api/v1/projects?q={typed}").json["items"]
    expected = {
        "戚研所": 1, "威研所": 1, "威墅堰": 1, "星星充电": 1, "qiyansuo": 1, "weishuyan": 1, "戚研所 常州经开区": 0, "演示 nosuch": 0,
    }  # fmt: skip
    assert len(found) == expected[typed]
    # The name by which it was found is not the one that is shown.
    assert not any(typed in row["name"] for row in found)


@pytest.mark.slow
def test_every_search_of_the_desk_finds_what_is_typed_or_pasted(demo_app: Flask) -> None:
    """By short and misprinted names, in letters and brackets of either width, with signs that no screen shows."""
    with demo_app.extensions["registry"].read() as session:
        held = session.execute(select(Account.role, Account.id).order_by(Account.id.desc()))
        holder = {row.role: row.id for row in held}
        number, name, enterprise = session.execute(
            select(Application.number, Application.project_name, Enterprise.name)
            .join(Enterprise, Enterprise.id == Application.enterprise_id)
            .where(Application.project_name.contains("（"), Application.status == "submitted")
        ).first() or ("", "", "")
    city = people.signed_in(demo_app, holder["municipal_reviewer"])
    for typed in ("戚研所", "威研所", "星星充电"):
        assert "企业 1 家" in city.get(f"/review/record?q={typed}").text()
    narrow = name.replace("（", "(").replace("）", ")")
    for typed in (number, _wide(number), f"\u200b{number}", name, narrow, f"\ufeff{narrow}"):
        assert number in city.get(f"/review?tab=all&q={typed}").text()
    administrator = people.signed_in(demo_app, holder["administrator"])
    for typed in (enterprise, f"\u200b{enterprise}", enterprise.replace("有限公司", "有限责任公司")):
        assert {row[3] for row in administrator.get(f"/admin/accounts?q={typed}").rows()} == {enterprise}


def test_a_printed_name_is_no_former_name(demo_app: Flask) -> None:
    [found] = Browser(demo_app).raw("/api/v1/projects?q=威研所").json["items"]
    page = Browser(demo_app).get(f"/projects/{found['code']}")
    assert "威研所" not in page.text()
    assert found["name_former"] == []


@pytest.mark.parametrize(
    ("name", "terms"),
    [
        ("长江机械", ("changjiang", "zhangjiang", "cjjx", "zjjx")),
        ("朝阳重工", ("chaoyangzhonggong", "zhaoyangchonggong", "cyzg", "zycg")),
        ("曾氏调压器", ("zengshitiaoyaqi", "cengshidiaoyaqi", "zstyq")),
    ],
)
def test_a_character_of_several_readings_is_found_by_each(name: str, terms: tuple[str, ...]) -> None:
    lines = searchable([name], []).split("\n")
    assert [term for term in terms if not any(term in line for line in lines)] == []


def test_a_name_full_of_such_characters_stays_short() -> None:
    assert len(searchable(["长" * 40], []).split("\n")) <= 40


def test_names_stand_by_pinyin_and_what_has_none_stands_last(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    names = ["一汽", "重庆", "阿里", "西电", "常州", "安达", "南京", "达实"]
    assert sorted(names, key=in_order) == [
        "阿里", "安达", "常州", "重庆", "达实", "南京", "西电", "一汽",
    ]  # fmt: skip
    for sort in ("enterprise", "-enterprise"):
        rows = browser.raw(f"/api/v1/projects?sort={sort}&per_page=200&page=2").json["items"]
        holders = [row["enterprise"]["name"] if row["enterprise"] else "" for row in rows]
        named = [name for name in holders if name]
        assert named == sorted(named, key=in_order, reverse=sort.startswith("-"))
        assert holders == [*named, *[""] * (len(holders) - len(named))]
        assert "" in holders
    assert "名称按拼音排序" in browser.get("/projects?sort=enterprise").text()
