"""Answers stand on the page in words until the list is written, and can be given anew."""

from __future__ import annotations

from registry.models import Enterprise
from tests.browser import XHTML, Page
from tests.imports.commands import CASES
from tests.imports.sheets import row
from tests.imports.web.office import Office, figures, questions


def answered(page: Page) -> list[str]:
    """What the page says of each answered question."""
    return [page.text(each) for each in page.all("li") if (each.get("id") or "").startswith("answered-")]


def offered(page: Page, identifier: str) -> list[str]:
    """What an answer may be changed into."""
    select = page.one("select", id=f"change-{identifier}")
    return [option.get("value") or "" for option in select.iter(XHTML + "option")]


def change(office: Office, address: str, identifier: str, answer: str) -> Page:
    """Choose another answer and have the list read again."""
    version = office.city.get(address).one("form", action=f"{address}/answers").find(".//*[@name='version']")
    assert version is not None
    fields = {"version": version.get("value") or "", f"choice-{identifier}": answer}
    office.city.post(f"{address}/answers", fields, status=303)
    office.settle()
    return office.city.get(address)


def test_answers_stand_in_words_and_can_be_changed_or_asked_again(light_office: Office) -> None:
    address = light_office.send("projects", CASES / "08-total-row-does-not-match.xlsx")
    [asked] = questions(light_office.city.get(address))
    page = light_office.reply(address, {asked["id"]: "stop"})
    [told] = answered(page)
    assert "答复：不导入，先改文件" in told
    assert asked["id"] not in page.text()
    assert offered(page, asked["id"]) == ["", "keep", "again"]
    page = change(light_office, address, asked["id"], "keep")
    assert figures(page)["新增"] == "2行"
    page = change(light_office, address, asked["id"], "again")
    assert [each["id"] for each in questions(page)] == [asked["id"]]
    assert answered(page) == []


def test_what_was_answered_for_an_earlier_list_is_said_and_can_be_answered_otherwise(office: Office) -> None:
    office.press(office.upload("projects", row(企业名称="演示乙有限公司")), "apply")
    alike = row(企业名称="常州演示乙有限公司", **{"车间/工厂名称": "演示另一车间"})
    first = office.upload("projects", alike)
    [asked] = questions(office.city.get(first))
    assert asked["kind"] == "enterprise_similar"
    office.reply(first, {asked["id"]: "other"})
    office.press(first, "apply")
    assert "答复：是另一个" in " ".join(answered(office.city.get(first)))
    # The next list with the same name is not asked; the page says which answer it goes by.
    office.press(first, "undo")
    again = office.upload("projects", alike)
    page = office.city.get(again)
    assert questions(page) == []
    [told] = answered(page)
    assert "以前的名单里答过" in told
    assert "again" not in offered(page, asked["id"])
    same = next(each for each in offered(page, asked["id"]) if each.startswith("same:"))
    page = change(office, again, asked["id"], same)
    assert "就是“演示乙有限公司”" in answered(page)[0]
    office.press(again, "apply")
    assert [name for _key, name in office.all(Enterprise.id, Enterprise.name)] == ["演示乙有限公司"]
