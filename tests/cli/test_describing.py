"""A list says what enterprises are: the filters, the figures and the search follow on the next request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from registry.models import Enterprise, Event, OtherName, Project
from registry.permissions import OPERATOR
from registry.services.record.enterprise_merging import merge_enterprises
from registry.terms import Role
from tests.browser import Browser
from tests.imports.sheets import table, write_csv
from tests.people import make_account, signed_in


def described(app: Flask, folder: Path, *rows: Mapping[str, object], apply: bool = True) -> tuple[int, str]:
    """Exit code and output of the command over a list of these rows."""
    path = folder / "enterprises.csv"
    write_csv(path, table(rows))
    result = app.test_cli_runner().invoke(args=["import", "enterprises", str(path), *(["--apply"] if apply else [])])
    return result.exit_code, result.output


def officer_at(app: Flask, role: Role) -> Browser:
    """A new member of staff at the desk."""
    with app.extensions["registry"].write() as session:
        key = make_account(session, role).id
        session.commit()
    return signed_in(app, key)


def test_size_ownership_and_short_name_count_and_find_at_once(demo_app: Flask, tmp_path: Path) -> None:
    browser = Browser(demo_app)
    with demo_app.extensions["registry"].read() as session:
        name = session.scalars(select(Enterprise.name).join(Project, Project.enterprise_id == Enterprise.id)).first()
    before = browser.raw("/api/v1/projects?size=micro&ownership=foreign&rows=enterprises").json["total"]
    row = {"企业名称": name, "企业规模": "微型企业", "企业性质": "外资", "简称": "星河集团；星河", "文件印作": "星何"}
    code, said = described(demo_app, tmp_path, row, apply=False)
    assert (code, "这是试运行" in said) == (0, True)
    assert browser.raw("/api/v1/projects?q=星何").json["total"] == 0
    assert described(demo_app, tmp_path, row)[0] == 0
    after = browser.raw("/api/v1/projects?size=micro&ownership=foreign&rows=enterprises").json["total"]
    assert after == before + 1
    for typed in ("星河集团", "星何", "xhjt"):
        holders = {item["enterprise"]["name"] for item in browser.raw(f"/api/v1/projects?q={typed}").json["items"]}
        assert name in holders
    # The same list again changes nothing and writes no event.
    with demo_app.extensions["registry"].read() as session:
        events = select(func.count()).where(Event.action == "import.enterprises", Event.subject_type == "enterprise")
        assert session.scalar(events) == 1
        code, said = described(demo_app, tmp_path, row)
        assert (code, said.splitlines()[-1]) == (0, "new=0 changed=0 unchanged=1 refused=0 questions=0")
        session.expire_all()
        assert session.scalar(events) == 1
        assert session.scalar(select(func.count()).select_from(OtherName)) > 3


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"企业名称": "没有这一家"}, "第 2 行 拒绝 【企业名称】“没有这一家”：登记中没有这家企业。请核对名称"),
        ({"企业规模": "很大"}, "第 2 行 拒绝 【企业规模】“很大”：不在 大型、中型、小型、微型 中。请填其中一个"),
        ({"企业性质": "集体"}, "第 2 行 拒绝 【企业性质】“集体”：不在 民营、国有、外资、其他 中。请填其中一个"),
        (
            {"统一社会信用代码": "91320400MA1X00000A"},
            "【统一社会信用代码】“91320400MA1X00000A”：统一社会信用代码的校验位不对",
        ),
        ({"简称": "星"}, "第 2 行 拒绝 【简称】“星”：名称“星”应有 2 到 200 个字。请更正。"),
        ({"简称": "星河", "文件印作": "星 河"}, "第 2 行 拒绝 【文件印作】“星 河”：“星 河”也写在简称里。请只留一处"),
        ({"企业序号": "999999"}, "序号 999999 的企业在登记中不叫这个名称"),
        ({"企业序号": "一"}, "第 2 行 拒绝 【企业序号】“一”：不是企业序号"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_and_nothing_is_written(
    demo_app: Flask, tmp_path: Path, changes: dict[str, str], sentence: str
) -> None:
    with demo_app.extensions["registry"].read() as session:
        names = session.scalars(select(Enterprise.name).order_by(Enterprise.id).limit(2)).all()
    cells = {"企业名称": names[0], "统一社会信用代码": "", "企业规模": "大型", "企业性质": "国有"}
    bad = cells | {"企业序号": "", "简称": "", "文件印作": ""} | changes
    good = dict.fromkeys(bad, "") | {"企业名称": names[1], "企业规模": "大型"}
    code, said = described(demo_app, tmp_path, bad, good)
    assert code == 1
    assert sentence in said
    with demo_app.extensions["registry"].read() as session:
        assert session.scalar(select(func.count()).where(Event.action == "import.enterprises")) == 0


def test_a_merger_keeps_the_names_that_find_and_what_was_known(demo_app: Flask, tmp_path: Path) -> None:
    runtime = demo_app.extensions["registry"]
    with runtime.write() as session:
        holders = select(Enterprise).join(Project, Project.enterprise_id == Enterprise.id).order_by(Enterprise.id)
        first, second = session.scalars(holders.distinct().limit(2)).all()
        first.size = second.ownership = None
        session.commit()
        names = first.name, second.name
        ids = first.id, second.id
    row = {"企业名称": names[1], "企业规模": "大型", "企业性质": "国有", "简称": "明河厂"}
    assert described(demo_app, tmp_path, row)[0] == 0
    with runtime.write() as session:
        first, second = (session.get_one(Enterprise, key) for key in ids)
        merge_enterprises(session, OPERATOR, first, second, on=date(2026, 1, 1), now=datetime.now(UTC))
        session.commit()
    found = Browser(demo_app).raw("/api/v1/projects?q=明河厂").json["items"]
    assert {item["enterprise"]["name"] for item in found} == {names[0]}
    with runtime.read() as session:
        assert session.get_one(Enterprise, ids[0]).size == "large"


def test_an_officer_enters_it_on_the_page_of_the_enterprise(demo_app: Flask) -> None:
    public = Browser(demo_app)
    with demo_app.extensions["registry"].read() as session:
        key = session.scalars(select(Project.enterprise_id).where(Project.enterprise_id.is_not(None))).first()
    officer, other = officer_at(demo_app, Role.MUNICIPAL_REVIEWER), officer_at(demo_app, Role.PUBLISHER)
    page = f"/review/record/enterprises/{key}"
    form = officer.get(officer.get(page).links()["登记企业情况"])
    seen_by_other = other.get(f"{page}/facts")
    scope = "size=micro&ownership=foreign"
    before = public.raw(f"/api/v1/statistics?{scope}").json["enterprises"]
    wanted = {"size": "micro", "ownership": "foreign", "short": "星河集团；星河", "printed": "星何"}
    officer.submit(form, wanted, status=303)
    assert public.raw(f"/api/v1/statistics?{scope}").json["enterprises"] == before + 1
    assert all(public.raw(f"/api/v1/projects?q={q}").json["total"] for q in ("星河集团", "xhjt", "星何"))
    shown = officer.get(page).text()
    assert all(word in shown for word in ("微型", "外资", "星河集团", "星何"))
    # A colleague who looked before gets nothing lost and sees what holds; the next press is his decision.
    stale = other.submit(seen_by_other, {"size": "large", "short": "大河集团"}, status=409)
    assert "刚被他人更新" in stale.errors_shown[0]
    assert "微型" in stale.text()
    assert stale.one("input", name="short").get("value") == "大河集团"
    other.submit(stale, {}, status=303)
    # What he left out is gone, from the record and from the search.
    assert public.raw("/api/v1/projects?q=星何").json["total"] == 0
    assert public.raw("/api/v1/projects?q=大河集团").json["total"] > 0
    with demo_app.extensions["registry"].read() as session:
        last = session.scalars(select(Event).where(Event.action == "enterprise.describe").order_by(Event.id)).all()[-1]
        assert last.changes["short"] == ["星河集团；星河", "大河集团"]
        assert last.changes["printed"] == ["星何", None]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"short": "星"}, "名称“星”应有 2 到 200 个字，请更正。"),
        ({"short": "星河", "printed": "星 河"}, "名称“星 河”填了两次，请只留一处。"),
        ({"size": "huge"}, "请从列表中选择。"),
        ({}, "没有要更正的"),
    ],
)
def test_what_cannot_be_entered_is_said_at_its_field(demo_app: Flask, typed: dict[str, str], sentence: str) -> None:
    with demo_app.extensions["registry"].read() as session:
        key = session.scalars(select(Project.enterprise_id).where(Project.enterprise_id.is_not(None))).first()
    officer = officer_at(demo_app, Role.MUNICIPAL_REVIEWER)
    form = officer.get(f"/review/record/enterprises/{key}/facts")
    assert sentence in officer.submit(form, typed, status=422).errors_shown[0]
