"""What shades the map: classes and their words, what each district is counted by, what a chosen one leaves alone."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from flask import Flask

from registry.queries.catalogue.kpi_columns import Figure
from registry.queries.statistics.measures import EMPTY, HATCHED, _level, _limits, round_limits
from tests.browser import Browser, Page
from tests.parsing import XHTML


def figure(value: str | None, *, of: int = 5) -> Figure:
    return Figure("mean", None if value is None else Decimal(value), None, of, of)


@pytest.mark.parametrize(
    ("values", "limits"),
    [
        (["21.2", "22.2", "17.7"], ["0", "20.0", "22.5"]),
        (["-3", "5"], ["0", "6", "7"]),
        (["-3"], ["0"]),
        ([], ["0"]),
    ],
)
def test_the_lightest_class_is_kept_for_changes_for_the_worse(values: list[str], limits: list[str]) -> None:
    given = [Decimal(value) for value in values]
    found = _limits(given, "operating_cost", is_change=True)
    assert found == [Decimal(limit) for limit in limits]
    levels = [_level(figure(str(-value)), -1, found, is_change=True) for value in given]
    assert [level == 1 for level in levels] == [value < 0 for value in given]
    assert all(2 <= level <= 4 for level, value in zip(levels, given, strict=True) if value >= 0)
    ordered = sorted(zip(given, levels, strict=True))
    assert [level for _value, level in ordered] == sorted(levels), "the larger improvement is never lighter"


def test_what_is_level_is_not_worse_and_few_values_are_not_no_projects() -> None:
    limits = _limits([Decimal(10)], "operating_cost", is_change=True)
    assert _level(figure("0"), -1, limits, is_change=True) == 2
    assert _level(figure(None, of=2), -1, limits, is_change=True) == HATCHED
    assert _level(figure(None, of=0), -1, limits, is_change=True) == EMPTY


def test_classes_are_round_and_cover_the_values() -> None:
    for step in range(1, 400, 7):
        values = [Decimal(step) / 10, Decimal(step) * 3 / 10]
        limits = round_limits(values)
        assert limits[0] <= min(values)
        assert max(values) < limits[-1] + (limits[1] - limits[0])
        assert Fraction(limits[1] - limits[0]) > 0


def districts(page: Page) -> dict[str, tuple[str, int]]:
    """Text and class of each district, as the map draws them."""
    return {code: (row["text"], row["shade"]) for code, row in page.data("map-data")["districts"].items()}


def table(page: Page) -> dict[str, list[str]]:
    """Name → figures of the legend's table."""
    found = page.one("table", class_="table legend__t")
    cells = [[page.text(cell) for cell in row if str(cell.tag).startswith(XHTML)] for row in found.iter(XHTML + "tr")]
    return {name: figures for name, *figures in cells}


def test_a_measure_is_said_in_words_with_its_direction_and_n(demo_app: Flask) -> None:
    query = "/?measure=operating_cost&category=mun_demo_smart_workshop&year=2020"
    browser = Browser(demo_app)
    whole, chosen = browser.get(query), browser.get(f"{query}&division=320412")
    assert districts(chosen) == districts(whole), "each keeps its shade and figure"
    rows = table(chosen)
    assert rows["武进区"] == ["降低 21.2%", "11"]
    assert rows["其中 常州经开区"] == ["降低 20.7%", "5"]
    assert rows["溧阳市"] == ["样本不足", "1"]
    assert rows["天宁区"] == ["没有项目", "0"]
    assert rows["全市"] == ["降低 21.1%", "22"]
    text = chosen.text()
    for words in (
        "与改造前相比的简单平均，颜色越深改善越大。", "降低 22.5% 及以上", "降低 20–22.5%", "降低不到 20%", "变差：上升",
        "样本不足（n < 3）", "车间生产运营成本平均 降低 21.2%", "n = 11 / 11，简单平均；全市降低 21.1%",
    ):  # fmt: skip
        assert words in text
    shades = {name: shade for name, (_text, shade) in districts(chosen).items()}
    assert (shades["320402"], shades["320481"]) == (EMPTY, HATCHED)


def test_sums_that_could_be_told_from_others_are_not_given(demo_app: Flask) -> None:
    rows = table(Browser(demo_app).get("/?measure=total_investment&q=演示产品"))
    figures = {row[0] for name, row in rows.items() if name != "只看一个区"}
    assert figures <= {"不单列", "样本不足", "没有项目", "没有数据"}


def test_the_counts_of_districts_are_those_of_the_lists_behind_them(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    page = browser.get("/?division=320481&tier=provincial")
    for row in page.data("map-data")["districts"].values():
        listed = browser.raw(row["href"].replace("/?", "/api/v1/projects?")).json["total"]
        assert row["n"] == listed
