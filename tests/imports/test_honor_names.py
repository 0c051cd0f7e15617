"""Names in lists of honours are read, and asked about, as in lists of titles; answers are remembered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from registry.models import Enterprise, EnterpriseHonor, EnterpriseName, Event
from tests.imports.commands import Answer, Command, Run, first
from tests.imports.sheets import table, write_xlsx

HONOR = {"荣誉名称": "专精特新小巨人", "级别": "国家级", "年份": 2021}


class Honors:
    """The command for lists of honours over a registry with one enterprise."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self.app, self.folder, self.command = app, folder, Command(app, folder, "honors")

    def read(self, *names: str, **changes: Any) -> Run:
        """A list with one honour for each of these enterprises."""
        rows: list[Mapping[str, Any]] = [{"企业名称": name, **HONOR, **changes} for name in names]
        return self.command.run(write_xlsx(self.folder / "honors.xlsx", table(rows)), "--apply")

    def answer(self, found: Run, answers: Mapping[str, Answer]) -> None:
        self.command.answer(found, answers)

    def stored(self) -> list[tuple[str, int]]:
        """Enterprises with the number of their honours."""
        with self.app.extensions["registry"].read() as session:
            owners = session.scalars(select(EnterpriseHonor.enterprise_id)).all()
            rows = session.execute(select(Enterprise.id, Enterprise.name).order_by(Enterprise.id))
            return [(row.name, owners.count(row.id)) for row in rows]


@pytest.fixture
def honors(make_app: Callable[..., Flask], sqlite_url: str, tmp_path: Path) -> Honors:
    found = Honors(make_app(sqlite_url), tmp_path)
    assert found.read("演示乙机械有限公司").counts == "1/0/0/0"
    return found


@pytest.mark.parametrize(
    ("answer", "stored", "former"),
    [
        ("same", [("演示乙机械有限公司", 2)], []),
        ("renamed", [("常州演示乙机械有限公司", 2)], ["演示乙机械有限公司"]),
        ("other", [("演示乙机械有限公司", 1), ("常州演示乙机械有限公司", 1)], []),
    ],
)
def test_a_name_like_one_on_record_is_asked_about_once(
    honors: Honors, answer: str, stored: list[tuple[str, int]], former: list[str]
) -> None:
    asked = honors.read("常州演示乙机械有限公司", 年份=2022)
    assert (asked.exit_code, asked.counts, [each["kind"] for each in asked.questions]) == (
        3, "0/0/0/0", ["enterprise_similar"],
    )  # fmt: skip
    honors.answer(asked, {"enterprise_similar": first(answer)})
    assert honors.read("常州演示乙机械有限公司", 年份=2022).counts == "1/0/0/0"
    assert honors.stored() == stored
    with honors.app.extensions["registry"].read() as session:
        assert list(session.scalars(select(EnterpriseName.name))) == former
        changes = session.scalars(select(Event.changes).where(Event.action == "import.change")).all()
        assert [each["name"] for each in changes] == [[each, "常州演示乙机械有限公司"] for each in former]
    # The answer holds for the next list.
    honors.command.answers = {}
    again = honors.read("常州演示乙机械有限公司", 年份=2023)
    assert (again.exit_code, again.asked, again.counts) == (0, 0, "1/0/0/0")


def test_marks_former_names_and_two_firms_in_a_cell(honors: Honors) -> None:
    asked = honors.read("▲演示丙电气有限公司", "演示丁有限公司（原名：演示乙机械有限公司）", 年份=2022)
    assert sorted(each["kind"] for each in asked.questions) == ["former_name", "name_mark"]
    honors.answer(asked, {"name_mark": "strip", "former_name": "former"})
    found = honors.read("▲演示丙电气有限公司", "演示丁有限公司（原名：演示乙机械有限公司）", 年份=2022)
    assert found.counts == "2/0/0/0"
    assert honors.stored() == [("演示丁有限公司", 2), ("演示丙电气有限公司", 1)]
    refused = honors.read("演示戊轴承有限公司、演示己轴承有限公司")
    assert (refused.exit_code, refused.counts) == (1, "0/0/0/1")
    assert "写了 2 家企业" in refused.output
