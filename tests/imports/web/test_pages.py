"""An officer's whole way with a list on the web: upload, questions, preview, writing, taking back."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select, text

from registry.models import Enterprise, EnterpriseHonor, EnterpriseName, Event, ImportJob, Project, ProjectSearch
from registry.terms import Role
from tests import people
from tests.browser import Browser, Page, standing_values
from tests.imports.commands import CASES
from tests.imports.sheets import KPIS, row, with_cells
from tests.imports.web.office import Office, figures, questions

HONOR = {"企业名称": "演示甲（常州）有限公司", "荣誉名称": "省级首台套", "年份": 2021}


def test_a_list_goes_in_comes_out_and_goes_in_again(office: Office) -> None:
    before = office.record()
    rows = [with_cells(row(), KPIS), row(企业名称="演示乙有限公司", **{"车间/工厂名称": "演示二车间"})]
    address = office.upload("projects", *rows)
    page = office.city.get(address)
    assert "还没有写入任何数据。" in page.text()
    assert figures(page) == {"新增": "2行", "有变化": "0行", "没有变化": "0行", "不能导入": "0行"}
    assert office.record() == before

    written = office.press(address, "apply")
    assert "已写入登记" in written.text()
    assert [name for _key, name in office.all(Project.id, Project.name)] == ["演示齿轮智能车间", "演示二车间"]
    assert Browser(office.app).raw("/api/v1/projects").json["total"] == 2

    undone = office.press(address, "undo", office.publisher)
    assert "已撤回" in undone.text()
    assert office.record() == before
    assert office.all(ProjectSearch.project_id) == []
    assert Browser(office.app).raw("/api/v1/projects").json["total"] == 0

    again = office.press(address, "answers")
    assert figures(again)["新增"] == "2行"
    office.press(address, "apply")
    assert Browser(office.app).raw("/api/v1/projects").json["total"] == 2
    actions = [action for _key, action in office.all(Event.id, Event.action) if action.startswith("import.")]
    assert [action for action in actions if action in ("import.upload", "import.apply", "import.undo")] == [
        "import.upload", "import.apply", "import.undo", "import.apply",
    ]  # fmt: skip


def test_a_change_of_what_was_there_is_shown_and_taken_back_to_the_letter(office: Office) -> None:
    office.press(office.upload("projects", with_cells(row(), KPIS)), "apply")
    before = office.record()
    changed = with_cells(row(详细地址="演示路99号", 统一社会信用代码="91320413DEM000014F"), KPIS | {"工业机器人": 15})
    address = office.upload("projects", changed)
    page = office.city.get(address)
    assert figures(page)["有变化"] == "1行"
    assert "详细地址：演示路1号 → 演示路99号" in page.text()
    office.press(address, "apply")
    assert office.all(Project.address) == [("演示路99号",)]
    assert office.record() != before
    assert "已撤回" in office.press(address, "undo").text()
    assert office.all(Project.address, Project.version) == [("演示路1号", 1)]
    assert office.all(Enterprise.uscc) == [(None,)]
    assert office.record() == before


def test_honours_and_totals_go_the_same_way(light_office: Office) -> None:
    before = light_office.record()
    address = light_office.upload("honors", HONOR, browser=light_office.administrator)
    light_office.press(address, "apply", light_office.administrator)
    assert light_office.all(EnterpriseHonor.kind, EnterpriseHonor.level) == [("首台套", "provincial")]
    total = {"截至": "2022-12-31", "口径": "累计", "级别": "省级", "公布数": 200, "出处": "演示〔2023〕1号"}
    totals = light_office.upload("totals", total)
    light_office.press(totals, "apply")
    assert "200" in Browser(light_office.app).get("/statistics").text()
    light_office.press(totals, "undo")
    light_office.press(address, "undo")
    assert light_office.record() == before


def test_what_somebody_changed_since_keeps_the_import_and_is_named(office: Office) -> None:
    address = office.upload("projects", row(), row(**{"车间/工厂名称": "演示二车间"}))
    office.press(address, "apply")
    with office.runtime.engine.begin() as connection:
        connection.execute(text("UPDATE project SET address = '另一处', version = 2 WHERE code = 'CZ-000002'"))
    standing = office.record()
    page = office.press(address, "undo")
    assert "不能撤回，什么也没有改动。项目 CZ-000002 演示二车间：导入之后又有改动" in page.text()
    assert office.record() == standing
    # Changed back, nothing stands against it any more.
    with office.runtime.engine.begin() as connection:
        connection.execute(text("UPDATE project SET address = '演示路1号', version = 1 WHERE code = 'CZ-000002'"))
    assert "已撤回" in office.press(address, "undo").text()


def test_what_stands_on_the_import_keeps_it_and_is_named(office: Office) -> None:
    address = office.upload("projects", row())
    office.press(address, "apply")
    with office.runtime.write() as session:
        [enterprise] = session.scalars(select(Enterprise)).all()
        people.make_account(session, Role.ENTERPRISE, enterprise=enterprise)
        session.commit()
    page = office.press(address, "undo")
    assert "用到了导入的企业 演示甲（常州）有限公司" in page.text()
    assert office.all(Project.name) == [("演示齿轮智能车间",)]


def test_refused_rows_are_grouped_and_close_the_way(light_office: Office) -> None:
    wrong = [row(批次年份="20", **{"车间/工厂名称": f"演示{number}车间"}) for number in "一二三"]
    address = light_office.upload("projects", row(), *wrong)
    page = light_office.city.get(address)
    assert figures(page) == {"新增": "1行", "有变化": "0行", "没有变化": "0行", "不能导入": "3行"}
    assert "第 3–5 行：【批次年份】“20”：年份只有两位。请填四位年份，如 2020。" in page.text()
    assert not [form for form in page.all("form") if (form.get("action") or "").endswith("/apply")]
    answer = light_office.city.post(f"{address}/apply", {"version": "3"}, status=422 if False else 409)
    assert "请看过现在的内容" in answer.get_data(as_text=True)
    with light_office.runtime.read() as session:
        version = session.scalar(select(ImportJob.version))
    refused = light_office.city.post(f"{address}/apply", {"version": str(version)}, status=422)
    assert "还有被拒绝的行或没有答复的问题，不能写入。" in refused.get_data(as_text=True)
    assert light_office.all(Project.id) == []
    report = light_office.city.raw(f"{address}/report.xlsx", audited=True)
    rows = list(load_workbook(io.BytesIO(report.data)).worksheets[0].iter_rows(values_only=True))
    assert [line[-2] for line in rows] == ["处理结果", "新增", "拒绝", "拒绝", "拒绝"]
    sent = light_office.city.raw(f"{address}/file", audited=True)
    assert load_workbook(io.BytesIO(sent.data)).worksheets[0].max_row == 5
    answers = light_office.city.raw(f"{address}/answers.csv", audited=True).data.decode("utf-8-sig")
    assert next(csv.reader(io.StringIO(answers))) == ["id", "answer"]


def test_a_file_that_cannot_be_read_says_so_and_the_next_one_is_unharmed(light_office: Office) -> None:
    fields = {"kind": "projects", "list": (io.BytesIO(b"\x00\x01\x02 no list"), "坏.xlsx")}
    address = light_office.city.post("/admin/imports", fields, status=303).headers["Location"]
    light_office.settle()
    page = light_office.city.get(address)
    assert "这份文件不能读取" in page.text()
    assert light_office.city.raw(f"{address}/report.xlsx").status_code == 404
    assert figures(light_office.city.get(light_office.upload("projects", row())))["新增"] == "1行"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"kind": "projects"}, "还没有选择名单文件。"),
        ({"kind": "x", "list": (io.BytesIO(b"a"), "a.csv")}, "请选择名单的种类。"),
        ({"kind": "projects", "list": (io.BytesIO(b""), "a.csv")}, "选的文件是空的。"),
    ],
)
def test_an_upload_that_lacks_something_is_refused_at_its_field(
    light_office: Office, fields: dict[str, Any], sentence: str
) -> None:
    answer = light_office.city.post("/admin/imports", fields, status=422)
    assert sentence in answer.get_data(as_text=True)
    assert light_office.all(ImportJob.id) == []


def test_of_two_officers_one_wins_and_the_other_sees_a_plan_made_anew(office: Office) -> None:
    mine, hers = office.upload("projects", row()), office.upload("projects", row(详细地址="演示路7号"))
    office.press(mine, "apply")
    page = office.press(hers, "apply", office.publisher)
    assert "预览之后登记有了变化，什么也没有写入。" in page.text()
    assert figures(page) == {"新增": "0行", "有变化": "1行", "没有变化": "0行", "不能导入": "0行"}
    assert office.all(Project.address) == [("演示路1号",)]
    # The same page in two windows: the second one acts on what it has not seen.
    version = office.all(ImportJob.id, ImportJob.version)[1][1]
    office.publisher.post(f"{hers}/apply", {"version": str(version)}, status=303)
    office.settle()
    answer = office.city.post(f"{hers}/drop", {"version": str(version)}, status=409)
    assert "请看过现在的内容后再决定" in answer.get_data(as_text=True)
    assert office.all(Project.address) == [("演示路7号",)]


def test_an_import_that_was_dropped_stays_in_the_list_and_is_not_written(light_office: Office) -> None:
    address = light_office.upload("projects", row())
    page = light_office.press(address, "drop")
    assert "已放弃" in page.text()
    assert not [form for form in page.all("form") if address in (form.get("action") or "")]
    listed = light_office.city.get("/admin/imports")
    assert [cells[0] for cells in listed.rows()] == ["演示名单.xlsx"]
    assert light_office.all(Project.id) == []


@pytest.mark.parametrize("kind", ["projects", "kpis", "honors", "totals"])
def test_a_template_opens_and_its_headers_are_all_understood(light_office: Office, kind: str) -> None:
    body = light_office.city.raw(f"/admin/imports/templates/{kind}.xlsx").data
    headers = [cell.value for cell in load_workbook(io.BytesIO(body)).worksheets[0][1]]
    filled: dict[str, dict[str, Any]] = {
        "projects": row(),
        "kpis": {"项目编号": "CZ-000001", "报告类型": "年度", "申报/核查": "申报", "报告期年份": 2022, "工业机器人": 3},
        "honors": HONOR,
        "totals": {"截至": 2020, "口径": "新增", "级别": "市级", "公布数": 5, "出处": "演示〔2023〕1号"},
    }
    if kind == "kpis":
        light_office.press(light_office.upload("projects", row()), "apply")
    page = light_office.city.get(light_office.upload(kind, {header: filled[kind].get(header) for header in headers}))
    assert figures(page)["不能导入"] == "0行", page.text()
    assert "未读取" not in page.text()


def test_an_annex_is_asked_three_things_and_the_answers_are_kept(light_office: Office) -> None:
    """The title of the annex proposes; a person agrees, one question at a time, and changes his mind."""
    path = CASES / "04-annex-title-holds-number-year-category.xlsx"
    fields = {"kind": "projects", "list": (io.BytesIO(path.read_bytes()), path.name)}
    address = str(light_office.city.post("/admin/imports", fields, status=303).headers["Location"])
    light_office.settle()
    page = light_office.city.get(address)
    asked = [light_id(page, place) for place in range(3)]
    assert [page.text(legend)[:12] for legend in page.all("legend")] == [
        "表里没有“类别”这一列。", "表里没有“批次年份”这一", "表里没有“公布文号”这一",
    ]  # fmt: skip
    # What is proposed is not chosen: agreeing is a decision.
    assert not [radio for radio in page.all("input") if radio.get("type") == "radio" and radio.get("checked")]

    def reply(**given: str) -> Page:
        version = light_office.all(ImportJob.version)[0][0]
        light_office.city.post(f"{address}/answers", {"version": str(version), **given}, status=303)
        light_office.settle()
        return light_office.city.get(address)

    page = reply(**{f"answer-{asked[1]}": "2021", f"answer-{asked[2]}": "常工信投资〔2021〕88号"})
    assert len(page.all("fieldset")) == 1
    page = reply(**{f"choice-{asked[0]}": "mun_demo_smart_workshop"})
    assert figures(page)["新增"] == "6行"
    page = reply(clear=asked[1])
    assert len(page.all("fieldset")) == 1
    page = reply(**{f"free-{asked[1]}": "20x1"})
    assert "20x1" in page.text()
    assert light_office.all(Project.id) == []
    reply(**{f"free-{asked[1]}": "2021"})
    light_office.press(address, "apply")
    answers = light_office.city.raw(f"{address}/answers.csv", audited=True).data.decode("utf-8-sig")
    assert sorted(line[0] for line in csv.reader(io.StringIO(answers))) == sorted(["id", *asked])
    assert Browser(light_office.app).raw("/api/v1/statistics?year=2021").json["recognitions"] == 6


def light_id(page: Page, place: int) -> str:
    """The id of a question on the page."""
    return (page.all("fieldset")[place].get("id") or "").removeprefix("question-")


def test_a_rename_takes_its_document_and_its_day(office: Office) -> None:
    """The page has fields for what a command writes behind the answer."""
    code = "91320413DEM000014F"
    office.press(office.upload("projects", row(统一社会信用代码=code)), "apply")
    renamed = row(企业名称="演示新名有限公司", 统一社会信用代码=code, **{"车间/工厂名称": "演示二车间"})
    address = office.upload("projects", renamed)
    page = office.city.get(address)
    [question] = [each for each in questions(page) if "rename" in each["radios"]]
    assert "登记更名" in page.text()
    assert "rename;" not in page.text()
    fields = standing_values(page.form(f"{address}/answers"))
    fields[f"answer-{question['id']}"] = "rename"
    fields[f"rename-document-{question['id']}"] = "演示发〔2021〕3号; 附件一"
    fields[f"rename-date-{question['id']}"] = "2021-05-01"
    office.city.post(f"{address}/answers", fields, status=303)
    office.settle()
    office.press(address, "apply")
    assert [name for _key, name in office.all(Enterprise.id, Enterprise.name)] == ["演示新名有限公司"]
    former = office.all(EnterpriseName.id, EnterpriseName.name, EnterpriseName.until)
    assert [rest for _key, *rest in former] == [["演示甲（常州）有限公司", date(2021, 5, 1)]]
    assert any("演示发〔2021〕3号" in note for _key, note in office.all(Event.id, Event.note))
