"""The code lists are the bureau's own: administrators edit them, and map, import and audit follow at once."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from registry.models import Event, Town, UnitAlias
from registry.services.imports.sheets import code_lists
from registry.terms import Role
from registry.values.bad_value import Several
from tests import people
from tests.browser import Browser


@pytest.fixture
def desk(app: Flask) -> Browser:
    """An administrator at the browser."""
    with app.extensions["registry"].write() as session:
        account = people.staff(session, Role.ADMINISTRATOR).id
        session.commit()
    return people.signed_in(app, account)


def last_event(app: Flask) -> Event:
    """What was written last."""
    with app.extensions["registry"].read() as session:
        return session.scalars(select(Event).order_by(Event.id.desc())).first()  # type: ignore[return-value]


def typed(desk: Browser, path: str, **changes: str) -> dict[str, str]:
    """The form of a page as it stands there, with some fields changed."""
    page = desk.get(path)
    found = {}
    for field in page.all("input"):
        name = field.get("name")
        if name and name != "csrf_token":
            found[name] = field.get("value") or ""
    return found | changes


def test_another_name_is_known_to_lists_at_once(app: Flask, desk: Browser) -> None:
    path = "/admin/lists/units/XBQ"
    page = desk.get("/admin/lists")
    assert ["新北区", "新北、常州高新区", "新北区", "修改"] in page.rows()
    assert any("没有单独的界线" in row[2] for row in page.rows() if len(row) == 4)
    answer = desk.post(path, typed(desk, path, aliases="北区、高新区；新北，北区"))
    assert answer.headers["Location"].endswith("/admin/lists?done=1")
    with app.extensions["registry"].read() as session:
        lists = code_lists.load(session)
        assert (lists.unit("北区").code, lists.unit("高新区").code, lists.unit("新北").code) == ("XBQ", "XBQ", "XBQ")
        # The folder asks which of two units this is; the row above has answered for 高新区.
        with pytest.raises(Several):
            lists.unit("国家高新区")
    event = last_event(app)
    assert (event.action, event.note, list(event.changes)) == ("unit.update", "XBQ", ["aliases"])
    # A name belongs to one unit, whether it is a name, another name or a code.
    for name, words in (("武进", "武进区"), ("武进区", "武进区"), ("wjq", "武进区")):
        refused = desk.post(path, typed(desk, path, aliases=name), 422)
        assert f"“{name}”已是{words}的名称或别名" in refused.get_data(as_text=True)
    assert "请填写" in desk.post(path, typed(desk, path, name=""), 422).get_data(as_text=True)


def test_the_zone_is_called_as_its_row_says(app: Flask, desk: Browser) -> None:
    path = "/admin/lists/units/JKQ"
    desk.post(path, typed(desk, path, name="东部经开区", aliases="东经开"))
    page = Browser(app).get("/")
    assert "东部经开区没有单独公布的界线，图上落在武进区内，表中单列。" in page.text()
    assert "常州经开区" not in page.source


def test_who_saw_an_older_state_is_asked_again(app: Flask, desk: Browser) -> None:
    path = "/admin/lists/categories/mun_smart_workshop"
    earlier = typed(desk, path, name="市级智能工段")
    desk.post(path, typed(desk, path, note="甲先改了"))
    answer = desk.post(path, earlier, 409)
    assert "这一项已被他人修改" in answer.get_data(as_text=True)
    page = answer.get_data(as_text=True)
    assert 'value="市级智能工段"' in page, "what was typed stays"
    seen = page.split('name="seen" value="')[1][:16]
    assert seen != earlier["seen"]
    desk.post(path, earlier | {"seen": seen})
    assert last_event(app).changes["name"] == ["市级智能车间", "市级智能工段"]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": "市级示范智能车间"}, "已有名为“市级示范智能车间”的类别"),
        ({"valid_from": "2020", "valid_to": "2019"}, "起始年份 2020 晚于终止年份"),
        ({"valid_from": "二〇二〇"}, "请填 1949 到 2100 的整数"),
        ({"name_en": ""}, "请填写"),
        ({"note": "长" * 401}, "最多 400 个"),
    ],
)
def test_a_category_is_refused_at_its_field(desk: Browser, changes: dict[str, str], words: str) -> None:
    path = "/admin/lists/categories/mun_smart_workshop"
    answer = desk.post(path, typed(desk, path, **changes), 422)
    assert words in answer.get_data(as_text=True)
    assert ["市级智能车间", "市级", "–", "修改"] in desk.get("/admin/lists").rows()


def test_years_of_a_category_bind_the_import(app: Flask, desk: Browser) -> None:
    path = "/admin/lists/categories/mun_smart_workshop"
    desk.post(path, typed(desk, path, valid_from="2016", valid_to="2022"))
    with app.extensions["registry"].read() as session:
        item = code_lists.load(session).category("市级智能车间")
    assert [item.is_valid_in(year) for year in (2015, 2016, 2022, 2023)] == [False, True, True, False]


def test_towns_come_and_go_and_do_not_come_back(app: Flask, desk: Browser) -> None:
    desk.post("/admin/lists/towns", {"town": "西夏墅镇", "unit": "XBQ"})
    assert ["西夏墅镇", "新北区", "删除"] in desk.get("/admin/lists").rows()
    for sent, words in (
        ({"town": "西夏墅镇", "unit": "WJQ"}, "已登记西夏墅镇；要改归另一个板块，请先删去它"),
        ({"town": "", "unit": "XBQ"}, "请填写"),
        ({"town": "孟河镇", "unit": "NONE"}, "没有选择板块"),
    ):
        assert words in desk.post("/admin/lists/towns", sent, 422).get_data(as_text=True)
    desk.post("/admin/lists/towns/remove", {"town": "横林镇"})
    assert last_event(app).action == "town.remove"
    desk.post("/admin/lists/towns/remove", {"town": "横林镇"}, 404)
    # What the bureau has taken out does not come back with the next `flask init`.
    assert app.test_cli_runner().invoke(args=["init"]).exit_code == 0
    with app.extensions["registry"].read() as session:
        names = set(session.scalars(select(Town.name)))
        aliases = session.scalars(select(UnitAlias.name).where(UnitAlias.unit_code == "XBQ")).all()
    assert "西夏墅镇" in names
    assert "横林镇" not in names
    assert len(aliases) == 2
