"""Honours come in from the lists that bureaus have: kinds and levels as they write them, each honour once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registry.models import Enterprise, EnterpriseHonor, Event
from registry.terms import HonorLevel
from registry.values.bad_value import BadValue
from registry.values.honors import honor_kind, honor_level
from tests.browser import Browser
from tests.imports.sheets import row, table, write_xlsx

LAST = "new={} changed={} unchanged={} refused={} questions=0"


def honor(**changes: Any) -> dict[str, Any]:
    """A row that is accepted, with some cells changed."""
    return {
        "企业名称": "演示甲（常州）有限公司",
        "荣誉名称": "专精特新小巨人",
        "级别": "国家级",
        "年份": 2021,
    } | changes


def run(app: Flask, folder: Path, *rows: Mapping[str, Any], applied: bool = True) -> tuple[int, list[str]]:
    """(exit code, lines) of the command."""
    path = write_xlsx(folder / "honors.xlsx", table(rows))
    arguments = ["import", "honors", str(path), *(["--apply"] if applied else [])]
    result = app.test_cli_runner().invoke(args=arguments)
    return result.exit_code, result.output.splitlines()


def stored(app: Flask) -> list[tuple[str, str, str | None, int | None, str]]:
    """All honours by enterprise."""
    with app.extensions["registry"].read() as session:
        columns = (EnterpriseHonor.kind, EnterpriseHonor.level, EnterpriseHonor.year, EnterpriseHonor.document_number)
        statement = select(Enterprise.name, *columns).join(Enterprise.honors).order_by(EnterpriseHonor.id)
        return [tuple(found) for found in session.execute(statement)]


@pytest.mark.parametrize(
    ("written", "kind", "level"),
    [
        ("专精特新小巨人", "专精特新小巨人", None),
        ("国家级专精特新“小巨人”企业", "专精特新小巨人", HonorLevel.NATIONAL),
        ("制造业单项冠军示范企业", "单项冠军", None),
        ("省级企业技术中心", "企业技术中心", HonorLevel.PROVINCIAL),
        ("省级首台（套）重大装备", "首台套", HonorLevel.PROVINCIAL),
        ("五星级上云企业", "星级上云", HonorLevel.FIVE_STARS),
        ("三星级上云", "星级上云", HonorLevel.THREE_STARS),
        ("市级绿色工厂", "绿色工厂", HonorLevel.MUNICIPAL),
    ],
)
def test_kinds_as_lists_write_them(written: str, kind: str, level: HonorLevel | None) -> None:
    assert honor_kind(written) == (kind, level, True)


@pytest.mark.parametrize("written", ["专精特新巨人", "五星级企业技术中心", "国家级", "省级质量标杆"])
def test_what_is_no_known_kind_is_never_taken_for_one(written: str) -> None:
    assert honor_kind(written) == (written, None, False)


def test_levels_as_lists_write_them() -> None:
    assert [honor_level(text) for text in ("国家级", "省", "5星", "三星级")] == [
        HonorLevel.NATIONAL, HonorLevel.PROVINCIAL, HonorLevel.FIVE_STARS, HonorLevel.THREE_STARS,
    ]  # fmt: skip
    with pytest.raises(BadValue, match="不认识的级别"):
        honor_level("一级")


def test_a_list_goes_in_once_and_a_second_time_changes_nothing(app: Flask, tmp_path: Path) -> None:
    rows = [
        honor(文号="工信部企业函[2021]197号"),
        honor(荣誉名称="省级企业技术中心", 级别=None, 年份="2019年"),
        honor(荣誉名称="企业技术中心", 级别="市级", 年份=2019),
        honor(企业名称="演示乙有限公司", 荣誉名称="五星级上云企业", 级别=None),
    ]
    dry, lines = run(app, tmp_path, *rows, applied=False)
    assert (dry, lines[-1], stored(app)) == (0, LAST.format(4, 0, 0, 0), [])
    assert run(app, tmp_path, *rows)[1][-1] == LAST.format(4, 0, 0, 0)
    expected = [
        ("演示甲（常州）有限公司", "专精特新小巨人", "national", 2021, "工信部企业函〔2021〕197号"),
        ("演示甲（常州）有限公司", "企业技术中心", "provincial", 2019, ""),
        ("演示甲（常州）有限公司", "企业技术中心", "municipal", 2019, ""),
        ("演示乙有限公司", "星级上云", "five_stars", 2021, ""),
    ]
    assert stored(app) == expected
    code, lines = run(app, tmp_path, *rows)
    assert (code, lines[-1], stored(app)) == (0, LAST.format(0, 0, 4, 0), expected)
    with app.extensions["registry"].read() as session:
        actions = session.scalars(select(Event.subject_type).where(Event.action == "import.honors")).all()
    # One for each row and one for the whole; the second reading, which did nothing, left none.
    assert sorted(actions) == ["enterprise"] * 4 + ["import"]


def test_a_level_or_a_document_that_was_missing_is_filled_in(app: Flask, tmp_path: Path) -> None:
    run(app, tmp_path, honor(级别=None))
    _, lines = run(app, tmp_path, honor(文号="演示〔2021〕7号"))
    assert lines[-1] == LAST.format(0, 1, 0, 0)
    assert "第 2 行 更新 级别：（空） → 国家级；公布文号：（空） → 演示〔2021〕7号" in lines
    assert stored(app) == [("演示甲（常州）有限公司", "专精特新小巨人", "national", 2021, "演示〔2021〕7号")]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"年份": "21"}, "【年份】“21”：年份只有两位"),
        ({"年份": 2027}, "【年份】“2027”："),
        ({"级别": "一级"}, "【级别】“一级”：不认识的级别"),
        ({"荣誉名称": None}, "【荣誉名称】：没有填写"),
        ({"荣誉名称": "省级首台套", "级别": "国家级"}, "【级别】“国家级”：荣誉名称里写的是省级"),
        ({"企业名称": None}, "【企业名称】：没有填写"),
        ({"统一社会信用代码": "91320402DEM0000001"}, "【统一社会信用代码】"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_cell(
    app: Flask, tmp_path: Path, changes: dict[str, Any], reason: str
) -> None:
    code, lines = run(app, tmp_path, honor(荣誉名称="单项冠军"), honor(**changes))
    assert (code, lines[-1], stored(app)) == (1, LAST.format(1, 0, 0, 1), [])
    assert any(line.startswith(f"第 3 行 拒绝 {reason}") for line in lines), lines


def test_one_honour_twice_in_a_file_is_refused_and_the_first_named(app: Flask, tmp_path: Path) -> None:
    code, lines = run(app, tmp_path, honor(), honor(荣誉名称="国家级专精特新“小巨人”企业", 级别=None))
    assert code == 1
    assert any("与第 2 行是同一家企业的同一项荣誉" in line for line in lines)


def test_a_kind_that_nobody_knows_goes_in_as_written_and_is_said(app: Flask, tmp_path: Path) -> None:
    code, lines = run(app, tmp_path, honor(荣誉名称="质量标杆"))
    assert code == 0
    assert any("【荣誉名称】“质量标杆”：登记里还没有这种荣誉" in line for line in lines)
    assert stored(app)[0][1] == "质量标杆"


def test_the_honour_belongs_to_the_enterprise_on_record_and_finds_its_projects(app: Flask, tmp_path: Path) -> None:
    projects = write_xlsx(tmp_path / "projects.xlsx", table([row()]))
    app.test_cli_runner().invoke(args=["import", "projects", str(projects), "--apply"])
    assert Browser(app).raw("/api/v1/projects?q=小巨人").json["total"] == 0
    _, lines = run(app, tmp_path, honor(企业名称="演示甲(常州)有限责任公司"))
    assert not any("还没有这家企业" in line for line in lines)
    browser = Browser(app)
    assert browser.raw("/api/v1/projects?q=小巨人").json["total"] == 1
    shown = browser.get("/projects/CZ-000001")
    assert [shown.text(chip) for chip in shown.all("a") if chip.get("class") == "chip"] == ["国家级专精特新小巨人 2021"]
    assert "国家级专精特新小巨人 2021" in browser.get("/enterprises/1").text()


def test_two_enterprises_of_one_name_are_refused_with_both_named(app: Flask, tmp_path: Path) -> None:
    """The rule of the lists of titles: nothing is guessed between two."""
    codes = ("91320400DEM000022F", "91320413DEM000014F")
    projects = [row(统一社会信用代码=code, **{"车间/工厂名称": f"演示{code[-1:]}{code[10:15]}车间"}) for code in codes]
    path = write_xlsx(tmp_path / "projects.xlsx", table(projects))
    assert app.test_cli_runner().invoke(args=["import", "projects", str(path), "--apply"]).exit_code == 0
    code, lines = run(app, tmp_path, honor())
    assert (code, stored(app)) == (1, [])
    [refused] = [line for line in lines if "拒绝" in line and "有 2 家企业用过这个名称" in line]
    assert all(each in refused for each in codes)
