"""The doctor finds every kind of drift that direct SQL can bring, and nothing in a sound record."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import Engine, text
from sqlalchemy.orm import Session

from registry.db import readers
from registry.services.doctor import CHECKS, Finding, examine


@dataclass(frozen=True)
class Drift:
    """What is done to the database, and the (what, record, stored, computed) that the check must then say."""

    check: str
    statement: str
    says: tuple[str, str, str, str]
    note: bool = False


FIRST = "id = (SELECT min(id) FROM project)"
TITLE = "id = (SELECT min(id) FROM recognition)"
REPORT = "report_id = (SELECT min(id) FROM kpi_report)"
FIRST_TITLE = "项目 CZ-000001 的认定 市级示范智能车间（2020）"
FIRST_REPORT = "项目 CZ-000001 认定报告（2020 年，申报值）"
UNLOCATED = "id = (SELECT min(id) FROM project WHERE lon IS NULL)"

FINDINGS = {
    "division": Drift(
        "位置", f"UPDATE project SET division_code = '320402' WHERE {FIRST}",
        ("所在区", "项目 CZ-000001", "320402 天宁区", "320413 金坛区"),
    ),
    "division not stated": Drift(
        "位置", f"UPDATE project SET division_code = NULL WHERE {FIRST}",
        ("所在区", "项目 CZ-000001", "（空）", "320413 金坛区"),
    ),
    "pair and its system": Drift(
        "位置", f"UPDATE project SET typed_lon = NULL WHERE {FIRST}",
        ("填报坐标", "项目 CZ-000001", "（空）", "应与经纬度 {lon:.7f}, {lat:.7f} 一同保存"),
    ),
    "conversion": Drift(
        "位置", f"UPDATE project SET typed_lon = typed_lon + 0.00002 WHERE {FIRST}",
        ("经纬度（由 WGS84 换算）", "项目 CZ-000001", "{lon:.7f}, {lat:.7f}", "{east:.7f}, {lat:.7f}"),
    ),
    "comparable": Drift(
        "指标", f"UPDATE kpi_value SET comparable = (1 = 0) WHERE {REPORT} AND kpi_code = 'defect_rate'",
        ("产品不良品率是否可比", FIRST_REPORT, "否", "是"),
    ),
    "share against counts": Drift(
        "指标", f"UPDATE kpi_value SET current = 60000000 WHERE {REPORT} AND kpi_code = 'equipment_networking_rate'",
        ("智能设备联网率", FIRST_REPORT, "83.33 %", "98.61 %（71 / 72）"),
    ),
    "share without its counts' row": Drift(
        "指标", f"DELETE FROM kpi_value WHERE {REPORT} AND kpi_code = 'equipment_networking_rate'",
        ("智能设备联网率", FIRST_REPORT, "（空）", "98.61 %（71 / 72）"),
    ),
    "hard range": Drift(
        "指标", f"UPDATE kpi_value SET current = 104000000 WHERE {REPORT} AND kpi_code = 'defect_rate'",
        ("产品不良品率（改造后）", FIRST_REPORT, "104", "应不大于 100"),
    ),
    "whole numbers": Drift(
        "指标", f"UPDATE kpi_value SET current = 12500000 WHERE {REPORT} AND kpi_code = 'industrial_robot_count'",
        ("工业机器人", FIRST_REPORT, "12.5", "应为整数"),
    ),
    "report of another project": Drift(
        "指标", "UPDATE kpi_report SET project_id = 2 WHERE id = (SELECT min(id) FROM kpi_report)",
        ("报告所属项目", FIRST_REPORT.replace("000001", "000002"), "项目序号 2", "认定所属的项目序号 1"),
    ),
    "day of a title": Drift(
        "认定", f"UPDATE recognition SET announced_on = '2020-12-19' WHERE {TITLE}",
        ("公布日期", FIRST_TITLE, "2020-12-19", "2020-12-18（演示〔2020〕1号）"),
    ),
    "day of a title missing": Drift(
        "认定", f"UPDATE recognition SET announced_on = NULL WHERE {TITLE}",
        ("公布日期", FIRST_TITLE, "（空）", "2020-12-18（演示〔2020〕1号）"),
    ),
    "title without a document": Drift(
        "认定", f"UPDATE recognition SET document_id = 99999 WHERE {TITLE}",
        ("公布文件", FIRST_TITLE, "文件序号 99999（不存在）", "认定必须有公布文件"),
    ),
    "title by a revocation": Drift(
        "认定", f"UPDATE recognition SET document_id = (SELECT id FROM document WHERE kind = 'revocation') WHERE {TITLE}",
        ("公布文件", FIRST_TITLE, "演示〔2020〕90号（撤销文件）", "应为认定文件"),
    ),
    "unknown category": Drift(
        "认定", f"UPDATE recognition SET category_code = 'nothing' WHERE {TITLE}",
        ("类别", "项目 CZ-000001 的认定 nothing（2020）", "nothing", "类别表中没有此代码"),
    ),
    "title without a project": Drift(
        "认定", f"UPDATE recognition SET project_id = 99999 WHERE {TITLE}",
        ("所属项目", FIRST_TITLE.replace("CZ-000001", "（空）"), "（空）", "认定必须属于一个项目"),
    ),
    "key of a project": Drift(
        "名称", f"UPDATE project SET name_key = 'x' WHERE {FIRST}",
        ("比对用名称", "项目 演示产品01智能车间", "x", "演示产品01智能车间"),
    ),
    "key of a document": Drift(
        "名称", "UPDATE document SET number_key = 'x' WHERE number = '演示〔2020〕90号'",
        ("比对用名称", "文件 演示〔2020〕90号", "x", "演示〔2020〕90号"),
    ),
    "search text gone": Drift(
        "检索", "DELETE FROM project_search WHERE project_id = 1",
        ("检索文本", "项目 CZ-000001", "（空）", "{search:.80}"),
    ),
    "search text old": Drift(
        "检索", "UPDATE project_search SET text = text || '\nold name' WHERE project_id = 1",
        ("检索文本", "项目 CZ-000001", "old name", "（空）"),
    ),
    "products changed behind the search text": Drift(
        "检索", f"UPDATE project SET products = 'Gear Box' WHERE {FIRST}",
        ("检索文本", "项目 CZ-000001", "（空）", "gear box"),
    ),
    "counter behind": Drift(
        "编号", "UPDATE counter SET value = 389 WHERE name = 'project_code'",
        ("数值", "计数器 project_code", "389", "不小于 390"),
    ),
    "counter gone": Drift(
        "编号", "DELETE FROM counter WHERE name = 'revision'",
        ("数值", "计数器 revision", "（空）", "应有此计数器"),
    ),
    "code of another form": Drift(
        "编号", f"UPDATE project SET code = 'CZ-1' WHERE {FIRST}",
        ("项目编号的格式", "项目 CZ-1", "CZ-1", "应为 CZ- 和至少六位数字"),
    ),
    "event altered": Drift(
        "办理记录", "UPDATE event SET note = 'x' WHERE id = (SELECT min(id) + 2 FROM event)",
        ("散列链", "办理记录第 3 条", "与内容不符", "前 2 条无误"),
    ),
    "event removed": Drift(
        "办理记录", "DELETE FROM event WHERE id = (SELECT min(id) + 2 FROM event)",
        ("散列链", "办理记录第 4 条", "与内容不符", "前 2 条无误"),
    ),
    "title without an event": Drift(
        "办理记录", "UPDATE project SET is_demo = (1 = 0) WHERE code = 'CZ-000390'",
        ("认定没有办理记录", "项目 CZ-000390", "1 项认定", "办理记录中只有 0 项"),
    ),
}  # fmt: skip

NOTES = {
    "unit elsewhere": Drift(
        "位置", f"UPDATE project SET unit_code = 'LYS' WHERE {FIRST}",
        ("所属板块与所在区不同", "项目 CZ-000001", "板块在 320481 溧阳市", "坐标在 320413 金坛区"), note=True,
    ),
    "half a pair": Drift(
        "指标", f"UPDATE kpi_value SET baseline = NULL, comparable = (1 = 0) WHERE {REPORT} AND kpi_code = 'defect_rate'",
        ("产品不良品率（改造前）", FIRST_REPORT, "（空）", "只有改造后的值，没有改造前的值"), note=True,
    ),
    "more robots than smart equipment": Drift(
        "指标", f"UPDATE kpi_value SET current = 73000000 WHERE {REPORT} AND kpi_code = 'industrial_robot_count'",
        ("工业机器人", FIRST_REPORT, "73", "工业机器人 73 大于自动化、智能化设备数 72"), note=True,
    ),
    "year outside validity": Drift(
        "认定", f"UPDATE recognition SET category_code = 'prov_advanced_smart_factory' WHERE {TITLE}",
        ("批次年份", "项目 CZ-000001 的认定 省先进级智能工厂（2020）", "2020", "省先进级智能工厂的有效年份 2025–"), note=True,
    ),
    "project without a title": Drift(
        "没有认定的项目", "DELETE FROM recognition WHERE project_id = 1",
        ("没有任何认定", "项目 CZ-000001", "演示产品01智能车间", "0 项认定，不对外显示"), note=True,
    ),
    "enterprises of one name": Drift(
        "同名企业", "UPDATE enterprise SET name_key = (SELECT name_key FROM enterprise WHERE id = 1) WHERE id = 2",
        ("可能是同一企业", "企业 {holder}", "统一社会信用代码 {uscc}（序号 1）", "同名企业 {holder2}，代码 {uscc2}（序号 2）"), note=True,
    ),
}  # fmt: skip


def said(session: Session, check: str) -> set[Finding]:
    return set(CHECKS[check](session))


def facts(session: Session) -> dict[str, object]:
    """Values of the stock that the expected sentences quote."""
    lon, lat = session.execute(text("SELECT lon, lat FROM project WHERE code = 'CZ-000001'")).one()
    lines = session.scalar(text("SELECT text FROM project_search WHERE project_id = 1"))
    holders = session.execute(text("SELECT name, uscc FROM enterprise WHERE id < 3 ORDER BY id")).all()
    return {
        "lon": lon, "lat": lat, "east": lon + 0.00002, "search": "、".join(sorted(str(lines).split("\n"))),
        "holder": holders[0].name, "uscc": holders[0].uscc, "holder2": holders[1].name, "uscc2": holders[1].uscc,
    }  # fmt: skip


@pytest.mark.parametrize("name", [*FINDINGS, *NOTES])
def test_a_drift_is_found(session: Session, name: str) -> None:
    drift = (FINDINGS | NOTES)[name]
    values = facts(session)
    before = said(session, drift.check)
    assert session.execute(text(drift.statement)).rowcount > 0  # type: ignore[attr-defined]
    found = said(session, drift.check) - before
    expected = tuple(part.format(**values) for part in drift.says)
    assert [(one.what, one.record, one.stored, one.computed, one.is_note) for one in found] == [(*expected, drift.note)]


def test_near_a_line_the_unit_decides(session: Session) -> None:
    """A point within 500 m of a line may keep the division of its unit, but its flag is recomputed."""
    code = session.scalar(text("SELECT min(code) FROM project WHERE near_line AND division_code = '320412'"))
    session.execute(text("UPDATE project SET division_code = '320402' WHERE code = :code"), {"code": code})
    assert said(session, "位置") == set()
    session.execute(text("UPDATE project SET near_line = (1 = 0) WHERE code = :code"), {"code": code})
    [found] = said(session, "位置")
    assert (found.what, found.record, found.stored) == ("临近区界", f"项目 {code}", "否")
    assert found.computed.startswith("是（距区界 ")


def test_a_point_outside_of_the_city(session: Session) -> None:
    session.execute(
        text(f"UPDATE project SET lon = 121.47, lat = 31.23, typed_lon = 121.47, typed_lat = 31.23 WHERE {FIRST}")
    )
    [found] = said(session, "位置")
    assert (found.what, found.stored) == ("位置", "121.4700000, 31.2300000")
    assert found.computed.startswith("市域边界以外约 1")


def test_without_coordinates_the_division_is_that_of_the_unit(session: Session) -> None:
    code = session.scalar(text(f"SELECT code FROM project WHERE {UNLOCATED}"))
    session.execute(text(f"UPDATE project SET unit_code = 'LYS', division_code = '320402' WHERE {UNLOCATED}"))
    assert [(one.record, one.stored, one.computed) for one in said(session, "位置")] == [
        (f"项目 {code}", "320402 天宁区", "320481 溧阳市")
    ]


def test_projects_entered_twice(session: Session) -> None:
    """Same enterprise, near and alike; numbered sisters (一期, 二期) and far ones are left alone."""
    session.execute(
        text(
            "UPDATE project SET enterprise_id = 1, lon = 119.6, lat = 31.7, typed_lon = 119.6, typed_lat = 31.7, "
            "name_key = :key WHERE code = :code"
        ),
        [
            {"code": "CZ-000001", "key": "演示齿轮智能车间"},
            {"code": "CZ-000002", "key": "演示齿轮车间"},
            {"code": "CZ-000003", "key": "演示轴承二期车间"},
            {"code": "CZ-000004", "key": "演示轴承一期车间"},
        ],
    )
    session.execute(text("UPDATE project SET lat = 31.7 + 140 / 110870.0 WHERE code = 'CZ-000002'"))
    [found] = said(session, "相近项目")
    assert (found.record, found.is_note) == ("项目 CZ-000001", True)
    assert found.computed.startswith("140 米处有同一企业的 CZ-000002 ")
    session.execute(text("UPDATE project SET lat = 31.7 + 160 / 110870.0 WHERE code = 'CZ-000002'"))
    assert said(session, "相近项目") == set()


def test_enterprises_with_similar_names(session: Session) -> None:
    """Place, legal form or one character apart; two codes, or another number, say that two are two."""
    before = said(session, "相近企业")
    session.execute(
        text("UPDATE enterprise SET name = '常州演示星河机械有限公司', uscc = NULL, verified = (1 = 0) WHERE id = 1")
    )
    session.execute(text("UPDATE enterprise SET name = '常州市演示星河机械股份有限公司' WHERE id = 2"))
    session.execute(
        text("UPDATE enterprise SET name = '演示星河机械二厂', uscc = NULL, verified = (1 = 0) WHERE id = 3")
    )
    [found] = said(session, "相近企业") - before
    assert (found.record, found.is_note) == ("企业 常州演示星河机械有限公司", True)
    assert "常州市演示星河机械股份有限公司" in found.computed


def test_names_that_are_none(session: Session) -> None:
    assert said(session, "不能用的名称") == set()
    session.execute(text("UPDATE enterprise SET name = '无' WHERE id = 1"))
    session.execute(text(f"UPDATE project SET name = '演示' || :turned || '车间' WHERE {FIRST}"), {"turned": "\u202e"})
    assert {(one.record, one.computed) for one in said(session, "不能用的名称")} == {
        ("企业 1", "不是名称"),
        ("项目 1", "含有改变文字方向的字符 U+202E"),
    }


def test_columns_and_tables_count_alike(session: Session) -> None:
    """A division that the code list does not hold is "not stated" to the columns and itself to SQL."""
    session.execute(text(f"UPDATE project SET division_code = '999999' WHERE {FIRST}"))
    records = {one.record for one in said(session, "统计")}
    assert records == {
        f"统计 {scope}认定按行政区：{code}" for scope in ("有效", "全部") for code in ("999999", "未注明")
    }
    session.execute(text(f"UPDATE recognition SET category_code = 'nothing' WHERE {TITLE}"))
    [found] = said(session, "统计")
    assert (found.stored, found.computed) == ("无法按列计算", "代码 'nothing' 不在代码表中")


def test_the_demo_stock_is_sound(stock: Engine) -> None:
    """No finding on either database, read on one snapshot by a session that cannot write."""
    with readers(stock)() as session:
        titles: list[str] = []
        found = list(examine(session, progress=titles.append))
    assert titles == list(CHECKS)
    assert [one.line for one in found if not one.is_note] == []
    # Names drawn from a list of words may differ in one character; everything else is told apart.
    similar = {one.computed for one in found if one.what == "可能是同一企业"}
    assert all(text.startswith("名称相近的企业 ") for text in similar)
    assert {one.computed for one in found} - similar == {"只有改造后的值，没有改造前的值"}


def test_the_command(demo_app: Flask) -> None:
    """Lines on stdout, the count last, exit code 1 with findings and 0 with notes only; nothing is repaired."""
    runner = demo_app.test_cli_runner()
    sound = runner.invoke(args=["doctor"])
    lines = sound.stdout.splitlines()
    assert (sound.exit_code, lines[-1]) == (0, f"findings=0 notes={len(lines) - 1}")
    engine = demo_app.extensions["registry"].engine
    with engine.begin() as connection:
        connection.execute(text(f"UPDATE project SET division_code = '320402' WHERE {FIRST}"))
    for _ in range(2):
        result = runner.invoke(args=["doctor"])
        problems = [line for line in result.stdout.splitlines() if line.startswith("问题：")]
        assert (result.exit_code, result.stdout.splitlines()[-1]) == (1, f"findings=1 notes={len(lines) - 1}")
        assert problems == [
            "问题：项目 CZ-000001：所在区：现存 320402 天宁区，核对结果 320413 金坛区。"
            "请核对坐标和坐标系，改正后重新导入该项目。"
        ]
