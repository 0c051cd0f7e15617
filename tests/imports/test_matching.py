"""Who a row of a list is: enterprises by code and name, renamed and merged projects, documents by number."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import Engine

from registry.db import writers
from registry.models import (
    Document,
    Enterprise,
    EnterpriseName,
    Event,
    Project,
    ProjectName,
    Recognition,
)
from registry.names import name_key
from registry.services.imports import Level
from tests.imports.conftest import Importer, asked, messages, outcomes
from tests.imports.sheets import row, with_cells

CODE_A = "91320413DEM000014F"
CODE_B = "91320400DEM000022F"


def test_spellings_of_one_name_are_one_enterprise_and_joint_stock_is_another(importer: Importer) -> None:
    importer.rows(
        row(),
        with_cells(row(企业名称="演示甲(常州)有限责任公司"), {"车间/工厂名称": "第二车间"}),
        with_cells(row(企业名称="演示甲（常州）股份有限公司"), {"车间/工厂名称": "第三车间"}),
        answers={"enterprise_similar": "other"},
    )
    assert importer.counts()["enterprise"] == 2


def test_a_new_code_goes_to_the_one_uncoded_enterprise_of_that_name(importer: Importer) -> None:
    importer.rows(row())
    plan = importer.rows(row(统一社会信用代码=CODE_A))
    assert outcomes(plan) == ["更新"]
    assert plan.rows[0].changes == {"uscc": (None, CODE_A)}
    assert importer.all(Enterprise.uscc, Enterprise.verified) == [(CODE_A, True)]
    assert outcomes(importer.rows(row())) == ["未变"]


@pytest.mark.parametrize("reverse", [False, True])
def test_with_and_without_code_in_one_file_is_one_enterprise_in_any_order(importer: Importer, reverse: bool) -> None:
    rows = [row(), with_cells(row(统一社会信用代码=CODE_A), {"车间/工厂名称": "第二车间"})]
    importer.rows(*(reversed(rows) if reverse else rows))
    assert importer.all(Enterprise.uscc) == [(CODE_A,)]


def test_a_known_code_with_an_unknown_name_asks_for_the_rename(light: Importer) -> None:
    light.rows(row(统一社会信用代码=CODE_A))
    renamed = row(统一社会信用代码=CODE_A, 企业名称="演示新名有限公司")
    plan = light.rows(renamed)
    assert asked(plan) == [("rename", "企业名称", (2,))]
    assert plan.questions[0].text.startswith("名单写“演示新名有限公司”，而代码")
    assert "登记的企业名称是“演示甲（常州）有限公司”。企业已更名吗？" in plan.questions[0].text
    assert light.all(Enterprise.name) == [("演示甲（常州）有限公司",)]
    stopped = light.rows(renamed, answers={"rename": "stop"})
    assert messages(stopped, Level.ERROR) == [
        (2, "统一社会信用代码", f"代码 {CODE_A} 登记的企业名称是“演示甲（常州）有限公司”")
    ]
    way_out = "如企业已更名，请在答复中登记更名，或先在登记维护中办理企业更名；如代码填错，请更正"
    assert stopped.rows[0].findings[0].way_out == way_out
    follower = with_cells(row(企业名称="演示新名有限公司"), {"车间/工厂名称": "第二车间"})
    taken = light.rows(follower, renamed, answers={"rename": "rename;document=演示发〔2021〕3号;date=2021-05-01"})
    assert outcomes(taken) == ["新增", "更新"]
    assert light.all(Enterprise.name) == [("演示新名有限公司",)]
    assert light.all(EnterpriseName.name, EnterpriseName.until) == [("演示甲（常州）有限公司", date(2021, 5, 1))]
    notes = [note for _, note, action in light.all(Event.id, Event.note, Event.action) if action == "import.change"]
    assert "演示发〔2021〕3号；2021-05-01" in notes


def test_two_coded_enterprises_of_one_name_stay_two_and_a_row_without_code_is_refused(light: Importer) -> None:
    light.rows(row(统一社会信用代码=CODE_A))
    plan = light.rows(with_cells(row(统一社会信用代码=CODE_B), {"车间/工厂名称": "第二车间"}))
    assert outcomes(plan) == ["新增"]
    assert [reason.split("“")[0] for _, _, reason in messages(plan, Level.WARNING)] == ["已有同名企业"]
    assert light.all(Enterprise.uscc) == [(CODE_B,), (CODE_A,)]
    [(number, column, reason)] = light.refusals(row())
    assert (number, column) == (2, "企业名称")
    assert all(code in reason for code in (CODE_A, CODE_B))


def test_two_new_codes_for_one_uncoded_enterprise_are_refused(light: Importer) -> None:
    light.rows(row())
    found = light.refusals(
        row(统一社会信用代码=CODE_A), with_cells(row(统一社会信用代码=CODE_B), {"车间/工厂名称": "第二车间"})
    )
    assert [(number, column) for number, column, _ in found] == [(2, "统一社会信用代码"), (3, "统一社会信用代码")]


def _rename(importer: Importer, engine: Engine) -> None:
    """The enterprise and its project take new names, the old ones stay known."""
    with writers(engine)() as session:
        enterprise = session.query(Enterprise).one()
        enterprise.former_names.append(EnterpriseName(name=enterprise.name, name_key=enterprise.name_key))
        enterprise.name, enterprise.name_key = "演示新名有限公司", name_key("演示新名有限公司")
        project = session.query(Project).one()
        project.former_names.append(ProjectName(name=project.name, name_key=project.name_key))
        project.name, project.name_key = "新名车间", name_key("新名车间")
        session.commit()


def test_old_lists_find_renamed_enterprises_and_projects(importer: Importer) -> None:
    importer.rows(row(统一社会信用代码=CODE_A))
    _rename(importer, importer.engine)
    assert outcomes(importer.rows(row())) == ["未变"]
    assert outcomes(importer.rows(row(统一社会信用代码=CODE_A))) == ["未变"]
    renamed = with_cells(row(企业名称="演示新名有限公司"), {"车间/工厂名称": "新名车间"})
    plan = importer.rows(renamed)
    assert outcomes(plan) == ["未变"]
    assert messages(plan, Level.WARNING) == [
        (2, "车间/工厂名称", "认定时的名称是“演示齿轮智能车间”"),
        (2, "企业名称", "认定时的名称是“演示甲（常州）有限公司”"),
    ]
    assert importer.all(Recognition.name_awarded) == [("演示齿轮智能车间",)]


def test_a_merged_project_is_found_under_its_old_name(importer: Importer) -> None:
    importer.rows(row(), with_cells(row(), {"车间/工厂名称": "并入的车间"}))
    with writers(importer.engine)() as session:
        target, merged = session.query(Project).order_by(Project.id).all()
        merged.merged_into_id = kept = target.id
        session.commit()
    importer.rows(with_cells(row(类别="省级示范智能车间"), {"车间/工厂名称": "并入的车间"}))
    titles = importer.all(Recognition.id, Recognition.project_id, Recognition.category_code)
    assert titles[-1][1:] == (kept, "prov_demo_smart_workshop")


def test_one_document_row_for_all_spellings_of_its_number(importer: Importer) -> None:
    importer.rows(
        row(公布文号="常工信复〔2020〕第24号"),
        with_cells(row(公布文号="常工信复(2020) 024号"), {"车间/工厂名称": "第二车间"}),
    )
    assert importer.all(Document.number) == [("常工信复〔2020〕第24号",)]


def test_one_number_with_two_dates_is_refused_and_both_rows_are_named(light: Importer) -> None:
    other = with_cells(row(公布日期="2020-12-19"), {"车间/工厂名称": "第二车间"})
    reason = "文号 演示〔2020〕1号 在第 {} 行的公布日期是 {}，在第 {} 行是 {}"
    assert light.refusals(row(), other) == [
        (2, "公布日期", reason.format(3, "2020-12-19", 2, "2020-12-18")),
        (3, "公布日期", reason.format(2, "2020-12-18", 3, "2020-12-19")),
    ]
    light.rows(row())
    assert light.refusals(other) == [(2, "公布日期", "文号 演示〔2020〕1号 已登记的公布日期是 2020-12-18")]


def test_a_date_learnt_later_reaches_every_title_of_the_document(importer: Importer) -> None:
    undated = [row(公布日期=None), with_cells(row(公布日期=None), {"车间/工厂名称": "第二车间"})]
    importer.rows(*undated)
    assert importer.all(Recognition.announced_on) == [(None,), (None,)]
    assert outcomes(importer.rows(row())) == ["更新"]
    assert importer.all(Recognition.announced_on) == [(date(2020, 12, 18),)] * 2
    assert outcomes(importer.rows(*undated)) == ["未变", "未变"]


def test_a_corrected_document_number_changes_the_title(importer: Importer) -> None:
    importer.rows(row())
    plan = importer.rows(row(公布文号="演示〔2020〕2号"))
    assert plan.rows[0].changes == {"document": ("演示〔2020〕1号", "演示〔2020〕2号")}
    assert outcomes(importer.rows(row(公布文号="演示〔2020〕2号"))) == ["未变"]
