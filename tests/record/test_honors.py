"""The list of honours: every figure leads to a list of that many rows, and each filter does what it says."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from registry.models import EnterpriseHonor, Project, Recognition
from registry.terms import HonorLevel
from tests.browser import XHTML, Browser


def rows_of(app: Flask, path: str) -> list[list[str]]:
    """Rows of the list (not of the counts above it)."""
    page = Browser(app).get(path)
    [table] = page.all("table")[-1:] if len(page.all("table")) > 1 else [None]
    return [] if table is None else [[page.text(cell) for cell in row] for row in table.iter(XHTML + "tr")][1:]


def test_every_figure_leads_to_its_list(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    page = browser.get("/honors")
    links = list(page.all("table")[0].iter(XHTML + "a"))
    assert len(links) > 12
    for link in links:
        n = int(page.text(link))
        answer = browser.get(link.get("href") or "")
        said = next(page for page in answer.all("h2") if "名单" in answer.text(page))
        assert answer.text(said).startswith(f"名单 {n} 项"), link.get("href")
        assert len(rows_of(demo_app, link.get("href") or "")) == min(n, 50)
    with demo_app.extensions["registry"].read() as session:
        assert str(session.scalar(select(func.count(EnterpriseHonor.id)))) in page.text(page.all("h2")[-1])


def test_filters_of_level_year_and_name(demo_app: Flask) -> None:
    with demo_app.extensions["registry"].engine.begin() as connection:
        connection.execute(text("UPDATE enterprise_honor SET level = 'national' WHERE id <= 3"))
        year = connection.scalar(text("SELECT year FROM enterprise_honor WHERE id = 1"))
        name = connection.scalar(
            text("SELECT name FROM enterprise JOIN enterprise_honor ON enterprise_id = enterprise.id "
                 "WHERE enterprise_honor.id = 1")
        )  # fmt: skip
    national = rows_of(demo_app, "/honors?level=national")
    assert [row[2] for row in national] == [HonorLevel.NATIONAL.zh] * 3
    assert {row[3] for row in rows_of(demo_app, f"/honors?year={year}")} == {str(year)}
    assert {row[0] for row in rows_of(demo_app, f"/honors?q={name}")} == {name}
    # The former name finds it as well.
    with demo_app.extensions["registry"].engine.begin() as connection:
        connection.execute(
            text("INSERT INTO enterprise_name (enterprise_id, name, name_key) "
                 "SELECT enterprise_id, '演示旧星厂', '演示旧星厂' FROM enterprise_honor WHERE id = 1")
        )  # fmt: skip
    assert {row[0] for row in rows_of(demo_app, "/honors?q=旧星厂")} == {name}


@pytest.mark.parametrize("query", ["level=x", "year=20x", "year=99999", "page=0", "page=x", "kind=" + "长" * 61])
def test_a_malformed_filter_is_refused_by_name(demo_app: Flask, query: str) -> None:
    answer = Browser(demo_app).raw(f"/honors?{query}")
    assert answer.status_code == 400
    assert f"参数 {query.partition('=')[0]} " in answer.get_data(as_text=True)


def test_an_honour_nobody_has_gives_a_sentence_and_a_way_out(demo_app: Flask) -> None:
    page = Browser(demo_app).get("/honors?kind=诺贝尔奖")
    assert "没有符合条件的荣誉。" in page.text()
    assert "/honors" in [link.get("href") for link in page.all("a") if page.text(link) == "看全部荣誉"]


def test_the_page_speaks_english_and_marks_what_it_cannot_translate(demo_app: Flask) -> None:
    with demo_app.extensions["registry"].engine.begin() as connection:
        connection.execute(text("UPDATE enterprise_honor SET kind = '质量标杆', level = 'provincial' WHERE id = 1"))
    page = Browser(demo_app).get("/honors?lang=en")
    assert "SRDI Little Giant" in page.text()
    marked = {page.text(element) for element in page.root.iter() if element.get("lang") == "zh"}
    assert "质量标杆" in marked


def test_statistics_count_the_enterprises_of_each_kind(demo_app: Flask) -> None:
    """In a scope: those of its enterprises that hold the honour, each figure with its list."""
    browser = Browser(demo_app)
    with demo_app.extensions["registry"].read() as session:
        held = (
            select(EnterpriseHonor.kind, func.count(EnterpriseHonor.enterprise_id.distinct()))
            .join(Project, Project.enterprise_id == EnterpriseHonor.enterprise_id)
            .join(Recognition, Recognition.project_id == Project.id)
            .where(Project.unit_code == "WJQ", Recognition.status == "valid")
        )
        expected = dict(session.execute(held.group_by(EnterpriseHonor.kind)).all())
    page = browser.get("/statistics?unit=WJQ&group=honor")
    shown = {row[0]: int(row[6]) for row in page.rows() if len(row) == 8 and row[0] in expected}
    assert shown == expected
    answer = browser.raw("/api/v1/statistics?unit=WJQ").json
    assert {group["code"]: group["enterprises"] for group in answer["by_honor"] if group["code"]} == expected
    for group in answer["by_honor"]:
        listed = browser.raw(f"/api/v1/projects?unit=WJQ&honor={group['code'] or 'none'}&rows=enterprises").json[
            "total"
        ]
        assert listed == group["enterprises"]
    without = next(group for group in answer["by_honor"] if group["code"] is None)
    with_any = browser.raw("/api/v1/projects?unit=WJQ").json["total"] - without["projects"]
    assert 0 < with_any < sum(group["projects"] for group in answer["by_honor"])


def test_an_honour_that_is_entered_or_taken_shows_on_the_next_request(demo_app: Flask) -> None:
    """Honours are no columns of a project; their change is noted all the same."""
    browser = Browser(demo_app)

    def holders() -> int:
        return int(browser.raw("/api/v1/projects?honor=质量标杆&rows=enterprises").json["total"])

    assert holders() == 0
    with demo_app.extensions["registry"].engine.begin() as connection:
        held = text("SELECT enterprise_id FROM project WHERE code = 'CZ-000001'")
        enterprise = connection.execute(held).scalar_one()
        add = text("INSERT INTO enterprise_honor (enterprise_id, kind, document_number) VALUES (:held, '质量标杆', '')")
        connection.execute(add, {"held": enterprise})
    assert holders() == 1
    with demo_app.extensions["registry"].engine.begin() as connection:
        size = text("UPDATE enterprise SET size = 'micro', ownership = 'foreign' WHERE id = :held")
        connection.execute(size, {"held": enterprise})
        connection.execute(text("DELETE FROM enterprise_honor WHERE kind = '质量标杆'"))
    assert holders() == 0
    codes = [
        row["code"] for row in browser.raw("/api/v1/projects?size=micro&ownership=foreign&per_page=200").json["items"]
    ]
    assert "CZ-000001" in codes
