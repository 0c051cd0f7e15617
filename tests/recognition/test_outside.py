"""Titles of outside documents onto projects: exact names, questions, remembered answers, new projects."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from registry import spreadsheets
from registry.db import writers
from registry.errors import InvalidInput
from registry.models import Category, Enterprise, NameMatch, Project, ProjectName, Publication, Recognition
from registry.names import name_key
from registry.services.recognition import confirming, outside_rows
from registry.services.recognition.document_text import DocumentText, UnusualNumber
from registry.services.recognition.outside_rows import OutsideList, OutsideRow
from registry.services.recognition.outside_titles import Answer, Found, RowFaults, match_rows, prepare_outside
from tests.recognition.makers import LATER, Batch, batch

CATEGORY, YEAR = "prov_advanced_smart_factory", 2026
TEXT = DocumentText(
    number="苏演示发〔2026〕3号",
    title="省先进级智能工厂名单（演示）",
    organ="演示省工业和信息化厅",
    announced_on=date(2026, 11, 22),
)
HEADERS = ("序号", "企业名称", "车间/工厂名称", "所属板块")


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    with writers(engine)() as opened:
        yield opened


def workbook(*rows: tuple[Any, ...], headers: tuple[str, ...] = HEADERS) -> bytes:
    """A list as a xlsx file."""
    book = Workbook()
    book.active.append(headers)
    for row in rows:
        book.active.append(row)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def read(session: Session, *rows: tuple[Any, ...], headers: tuple[str, ...] = HEADERS) -> OutsideList:
    """The list as the service reads it."""
    table = spreadsheets.read_table(workbook(*rows, headers=headers))
    category = session.get_one(Category, CATEGORY)
    return outside_rows.read_rows(session, table, category=category, batch=YEAR, today=date(2026, 11, 24))


def registered(session: Session) -> Batch:
    """A batch whose two projects are in force."""
    made = batch(session, 2)
    made.confirm(session, made.prepare(session))
    return made


def enter(
    session: Session, made: Batch, rows: list[OutsideRow], answers: dict[int, Answer], **changes: Any
) -> Publication:
    """Enter the outside document."""
    return prepare_outside(
        session, made.city, rows, answers, replace(TEXT, **changes), category=CATEGORY, batch=YEAR, now=LATER
    )


def matched(session: Session, rows: list[OutsideRow]) -> list[Any]:
    """The matches of rows."""
    return match_rows(session, rows, category=session.get_one(Category, CATEGORY), batch=YEAR)


def test_one_project_gets_two_badges(session: Session) -> None:
    made = registered(session)
    listed = read(session, (1, "演示企业甲1有限责任公司", "演示甲1智能车间", "天宁区"))
    assert (listed.faults, len(listed.rows)) == ([], 1)
    [match] = matched(session, listed.rows)
    assert (match.found, [candidate.code for candidate in match.candidates]) == (Found.EXACT, ["CZ-000001"])
    publication = enter(session, made, listed.rows, {2: Answer(project_id=match.candidates[0].id)})
    assert session.scalars(select(NameMatch)).all() == []
    confirming.confirm(session, made.publisher, publication.id, seen_version=1, now=LATER)
    project = session.scalars(select(Project).where(Project.code == "CZ-000001")).one()
    titles = [(title.category_code, title.year, title.enterprise_awarded) for title in project.recognitions]
    assert titles == [
        ("mun_demo_smart_workshop", 2026, "演示企业甲1有限公司"),
        (CATEGORY, 2026, "演示企业甲1有限责任公司"),
    ]
    assert session.scalar(select(func.count()).select_from(Project)) == 2


def test_a_former_name_is_the_same_project(session: Session) -> None:
    made = registered(session)
    project = made.applications[0].project_id
    session.add(ProjectName(project_id=project, name="演示旧名车间", name_key=name_key("演示旧名车间")))
    session.flush()
    [match] = matched(session, read(session, (1, "演示企业甲1有限公司", "演示旧名车间", "")).rows)
    assert (match.found, match.candidates[0].id) == (Found.EXACT, project)


def test_another_name_is_a_question_and_the_answer_is_remembered(session: Session) -> None:
    made = registered(session)
    rows = read(session, (1, "演示企业甲1有限公司", "演示甲一装配工厂", "")).rows
    [match] = matched(session, rows)
    assert (match.found, match.candidates[0].code) == (Found.ASKED, "CZ-000001")
    with pytest.raises(RowFaults) as caught:
        enter(session, made, rows, {})
    assert caught.value.faults == {2: "还没有选择这一行是哪个项目"}
    publication = enter(session, made, rows, {2: Answer(project_id=match.candidates[0].id)})
    [again] = matched(session, rows)
    assert (again.found, again.candidates[0].code) == (Found.REMEMBERED, "CZ-000001")
    confirming.confirm(session, made.publisher, publication.id, seen_version=1, now=LATER)
    title = session.scalars(select(Recognition).where(Recognition.category_code == CATEGORY)).one()
    assert (title.name_awarded, title.project.name, title.project.code) == (
        "演示甲一装配工厂",
        "演示甲1智能车间",
        "CZ-000001",
    )
    [held] = matched(session, rows)
    assert held.candidates[0].has_title
    with pytest.raises(RowFaults, match="有 1 行还不能写入") as caught:
        enter(session, made, rows, {2: Answer(project_id=held.candidates[0].id)}, number="苏演示发〔2026〕4号")
    assert caught.value.faults == {2: "CZ-000001 已有 2026 年的省先进级智能工厂，请选择不录入这一行。"}


def test_a_similar_name_of_another_enterprise_is_asked_about(session: Session) -> None:
    registered(session)
    [match] = matched(session, read(session, (1, "演示企业甲1集团有限公司", "演示甲1智能车间", "")).rows)
    assert (match.found, match.candidates[0].code) == (Found.ASKED, "CZ-000001")


def test_a_name_like_that_of_an_enterprise_on_record_is_asked_about(session: Session) -> None:
    """Another workshop of what may be the same enterprise: neither a new enterprise in silence nor a guess."""
    registered(session)
    for enterprise in session.scalars(select(Enterprise)):
        enterprise.uscc, enterprise.verified = None, False
    session.flush()
    [match] = matched(session, read(session, (1, "常州演示企业甲1股份有限公司", "涂装工厂", "")).rows)
    assert (match.found, match.candidates[0].code) == (Found.ASKED, "CZ-000001")
    assert match.doubt == "登记里有名称相近的企业：“演示企业甲1有限公司”。请核对是不是同一家。"


def test_what_is_unknown_becomes_a_project_of_its_unit(session: Session) -> None:
    made = registered(session)
    rows = read(session, (1, "全新科技公司", "涂装工厂", "经开区"), (2, "另一家制造厂", "冲压工厂", "")).rows
    assert [match.found for match in matched(session, rows)] == [Found.NEW, Found.NEW]
    with pytest.raises(RowFaults) as caught:
        enter(session, made, rows, {2: Answer(is_new=True), 3: Answer(is_new=True)})
    assert caught.value.faults == {3: "新项目要有所属板块，请选择。"}
    publication = enter(session, made, rows, {2: Answer(is_new=True), 3: Answer(is_new=True, unit="LYS")})
    confirming.confirm(session, made.publisher, publication.id, seen_version=1, now=LATER)
    projects = session.scalars(select(Project).order_by(Project.id)).all()[2:]
    assert [
        (each.code, each.type, each.name, each.enterprise.name, each.unit_code, each.division_code, each.precision)
        for each in projects
    ] == [
        ("CZ-000003", "factory", "涂装工厂", "全新科技公司", "JKQ", "320412", "district"),
        ("CZ-000004", "factory", "冲压工厂", "另一家制造厂", "LYS", "320481", "district"),
    ]
    assert [each.enterprise.verified for each in projects] == [False, False]


def test_rows_may_be_left_out_but_not_doubled(session: Session) -> None:
    made = registered(session)
    rows = read(session, (1, "演示企业甲1有限公司", "甲装配", ""), (2, "演示企业甲1有限公司", "甲焊接", "")).rows
    one = made.applications[0].project_id
    with pytest.raises(RowFaults) as caught:
        enter(session, made, rows, {2: Answer(project_id=one), 3: Answer(project_id=one)})
    assert caught.value.faults == {3: "CZ-000001 已是第 2 行的项目，一个项目在一份文件中只认定一次。"}
    publication = enter(session, made, rows, {2: Answer(project_id=one), 3: Answer()})
    assert [item["row"] for item in publication.items] == [2]
    assert session.scalars(select(NameMatch.name_key)).all() == ["甲装配"]


def test_an_unusual_number_of_the_province_is_a_question(session: Session) -> None:
    made = registered(session)
    rows = read(session, (1, "演示企业甲1有限公司", "演示甲1智能车间", "")).rows
    answers = {2: Answer(project_id=made.applications[0].project_id)}
    with pytest.raises(UnusualNumber, match="与通常的文号写法"):
        enter(session, made, rows, answers, number="演示公告2026年第3号")
    assert enter(session, made, rows, answers, number="演示公告2026年第3号", number_confirmed=True).id


def test_faults_of_a_list_name_the_row(session: Session) -> None:
    headers = (*HEADERS, "类别", "批次年份", "统一社会信用代码", "总投资(万元)")
    listed = read(
        session,
        (1, "", "甲车间", "天宁区", "", "", "", ""),
        (2, "甲厂", "乙车间", "月球区", "", "", "", ""),
        (3, "甲厂", "丙车间", "", "市级智能车间", "", "", ""),
        (4, "甲厂", "丁车间", "", "", 2020, "", ""),
        (5, "甲厂", "戊车间", "", "", "", "123", ""),
        (6, "甲厂", "己车间", "", "", "", "", 5),
        (7, "甲厂", "己车间", "", "", "", "", 5),
        headers=headers,
    )
    assert [row.name for row in listed.rows] == ["己车间"]
    assert [line.split("。")[0] for line in listed.faults] == [
        "第 2 行 错误 【企业名称】：没有填写",
        "第 3 行 错误 【所属板块】“月球区”：不认识的板块",
        "第 4 行 错误 【类别】“市级智能车间”：不是所选的类别“省先进级智能工厂”",
        "第 5 行 错误 【批次年份】“2020”：不是所选的年份 2026",
        "第 6 行 错误 【统一社会信用代码】“123”：统一社会信用代码应为 18 位，现为 3 位",
        "第 8 行 错误 【车间/工厂名称】“己车间”：与第 7 行重复",
    ]
    assert "名单中的指标列没有读取：外来认定不导入指标。" in listed.notices


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", "[1]", '[{"row": 1}]', "[" * 5000, '[{"row":2,"enterprise":"甲","name":"","uscc":"","unit":"","town":"","address":"","industry":"","industry_class":""}]'],
)  # fmt: skip
def test_a_carried_list_that_was_changed_is_refused(session: Session, text: str) -> None:
    with pytest.raises(InvalidInput, match="名单的内容没有完整传回"):
        outside_rows.taken_up(session, text)


def test_a_carried_list_comes_back_as_it_was(session: Session) -> None:
    rows = read(session, (1, "演示“引号”有限公司", "甲<b>车间", "天宁区"), (2, "乙厂", "乙车间", "")).rows
    assert outside_rows.taken_up(session, outside_rows.carried(rows)) == rows
