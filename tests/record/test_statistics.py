"""The figures a bureau answers with: the published batch, exact arithmetic on any batch, sums that add up."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from pathlib import Path

import numpy as np
import openpyxl
import pytest
from docx import Document as WordDocument
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry import spreadsheets
from registry.permissions import OPERATOR
from registry.queries.catalogue.kpi_columns import SCALE, UNSET, KpiColumn, aggregate
from registry.services import imports
from registry.terms import KpiKind
from tests.browser import Browser
from tests.cities import DEMO_BATCH

SCOPE = "category=mun_demo_smart_workshop&year=2020"
NEW = f"{SCOPE}&status=valid&status=revoked&status=expired"
TEN = {
    "total_investment": 19.9,
    "smart_equipment_rate": 93.6,
    "equipment_networking_rate": 94.2,
    "industrial_robot_count": 142,
    "operating_cost": -21.1,
    "production_efficiency": 60.5,
    "defect_rate": -53.5,
    "energy_utilization": 29.5,
    "resource_utilization": 28.9,
}


@pytest.fixture
def batch_app(make_app: Callable[..., Flask], sqlite_url: str) -> Flask:
    """After `flask init` and the import of the 2020 batch."""
    app = make_app(sqlite_url)
    with app.extensions["registry"].write() as session:
        plan = imports.plan_projects(session, spreadsheets.read_file(DEMO_BATCH), today=date(2026, 1, 1))
        imports.apply_plan(session, OPERATOR, plan)
        session.commit()
    return app


def test_the_ten_figures_agree_on_page_workbook_api_and_paragraph(batch_app: Flask, tmp_path: Path) -> None:
    browser = Browser(batch_app)
    answer = browser.raw(f"/api/v1/statistics?{SCOPE}").json
    assert answer["recognitions"] == 22
    assert {code: answer["kpis"][code]["value"] for code in TEN} == TEN
    page = browser.get(f"/statistics?{SCOPE}")
    paragraph = page.text(page.one("p", id="paragraph"))
    for words in (
        "22个", "19.9亿元", "93.6%", "94.2%", "142台（套）", "成本平均降低21.1%", "效率平均提升60.5%", "不良品率平均下降53.5%",
        "能源利用率、资源利用率分别平均提高29.5%、28.9%",
    ):  # fmt: skip
        assert words in paragraph
    path = tmp_path / "statistics.xlsx"
    path.write_bytes(browser.raw(f"/statistics.xlsx?{SCOPE}").data)
    sheet = {row[7].value: row[2].value for row in openpyxl.load_workbook(path)["汇总"].iter_rows(min_row=8)}
    assert {code: sheet[code] for code in TEN} == TEN
    document = WordDocument(io.BytesIO(browser.raw(f"/statistics.docx?{SCOPE}").data))
    assert paragraph == document.paragraphs[1].text
    assert len(document.tables[0].rows) == 23


def test_wrong_denominators_and_double_rounding_give_other_figures(batch_app: Flask) -> None:
    """The contrasts of the domain: 92.4 pooled, −22.2 pooled, 88.1 with all equipment below."""
    pooled = Browser(batch_app).raw(f"/api/v1/statistics?{SCOPE}&method=pooled").json["kpis"]
    assert (pooled["smart_equipment_rate"]["value"], pooled["operating_cost"]["value"]) == (92.4, -22.2)
    english = Browser(batch_app).get(f"/statistics?{SCOPE}&lang=en")
    assert "fell by 21.1%" in english.text(english.one("p", id="paragraph"))
    assert "CNY 1.99 billion" in english.text()


KINDS = st.sampled_from([KpiKind.CHANGE, KpiKind.SHARE, KpiKind.LEVEL])
NUMBERS = st.integers(1, 200_000_000).map(lambda value: value * 10**3) | st.integers(1, 999).map(
    lambda value: value * SCALE
)


@settings(max_examples=2000, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    kind=KINDS,
    pairs=st.lists(st.tuples(NUMBERS, NUMBERS, st.booleans()), max_size=12),
    method=st.sampled_from(["mean", "pooled", "median"]),
)
def test_any_batch_equals_fractions(kind: KpiKind, pairs: list[tuple[int, int, bool]], method: str) -> None:
    column = KpiColumn(
        kind,
        row=np.arange(len(pairs)),
        baseline=np.array([base for base, _now, _known in pairs], dtype=np.int64),
        current=np.array([now for _base, now, _known in pairs], dtype=np.int64),
        measure=np.zeros(len(pairs), dtype=np.int64),
        comparable=np.array([known for _base, _now, known in pairs], dtype=bool),
    )
    found = aggregate(column, np.arange(len(pairs)), method)
    known = [(Fraction(base, SCALE), Fraction(now, SCALE)) for base, now, flag in pairs if flag]
    assert (found.n, found.of) == (len(known), len(pairs))
    if len(known) < 3:
        assert found.value is None
        assert found.reason == ("too_few" if known else "no_data")
        return
    assert found.value is not None
    assert Fraction(found.value) == rounded(expected(kind, known, method))


def expected(kind: KpiKind, pairs: list[tuple[Fraction, Fraction]], method: str) -> Fraction:
    """Independent of the product: straight from the definitions."""

    def one(base: Fraction, now: Fraction) -> Fraction:
        if kind == KpiKind.CHANGE:
            return (now - base) / abs(base) * 100
        return now / base * 100 if kind == KpiKind.SHARE else now

    values = sorted(one(base, now) for base, now in pairs)
    if method == "pooled" and kind != KpiKind.LEVEL:
        return one(sum((base for base, _ in pairs), Fraction()), sum((now for _, now in pairs), Fraction()))
    if method == "median":
        return (values[(len(values) - 1) // 2] + values[len(values) // 2]) / 2
    return sum(values, Fraction()) / len(values)


def rounded(value: Fraction) -> Fraction:
    """Half away from zero to one place."""
    tenths = abs(value) * 10
    whole = int(tenths) + (1 if tenths - int(tenths) >= Fraction(1, 2) else 0)
    return Fraction(whole if value >= 0 else -whole, 10)


def test_missing_baselines_are_left_out_and_mixed_units_are_said() -> None:
    column = KpiColumn(
        KpiKind.CHANGE,
        row=np.arange(4),
        baseline=np.array([UNSET, 100 * SCALE, 100 * SCALE, 100 * SCALE], dtype=np.int64),
        current=np.array([1 * SCALE, 110 * SCALE, 120 * SCALE, 130 * SCALE], dtype=np.int64),
        measure=np.array([0, 0, 0, 1], dtype=np.int64),
        comparable=np.array([False, True, True, True]),
    )
    mean = aggregate(column, np.arange(4), "mean")
    assert (str(mean.value), mean.n, mean.of) == ("20.0", 3, 4)
    assert aggregate(column, np.arange(4), "pooled").reason == "mixed_units"


def test_slices_add_up(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    for scope in ("", "status=valid&status=revoked&status=expired", "as_of=2018-12-31", "tier=provincial"):
        whole = browser.raw(f"/api/v1/statistics?{scope}").json
        for name in ("unit", "division", "industry", "sector"):
            assert sum(group["projects"] for group in whole[f"by_{name}"]) == whole["projects"]
        for name in ("tier", "category", "year", "unit", "division", "industry", "sector"):
            assert sum(group["recognitions"] for group in whole[f"by_{name}"]) == whole["recognitions"]
        units = {group["code"]: group["projects"] for group in whole["by_unit"]}
        divisions = {group["code"]: group["projects"] for group in whole["by_division"]}
        assert units["WJQ"] + units["JKQ"] == divisions["320412"]


def test_every_count_links_to_a_list_of_its_length(demo_app: Flask) -> None:
    """A crawler over 200 random scopes: `rows=` lists have as many rows, `has=` lists exactly n."""
    browser = Browser(demo_app)
    draw = random.Random(7)
    pools = {
        "unit": ["TNQ", "ZLQ", "XBQ", "WJQ", "JTQ", "LYS", "JKQ"],
        "category": ["mun_smart_workshop", "mun_demo_smart_workshop", "prov_demo_smart_workshop"],
        "year": [str(year) for year in range(2015, 2021)],
        "sector": ["equipment", "materials", "consumer"],
        "status": ["valid", "revoked", "expired"],
    }
    checked = 0
    for _ in range(200):
        chosen = draw.sample(sorted(pools), draw.randint(0, 2))
        query = "&".join(f"{name}={draw.choice(pools[name])}" for name in chosen)
        answer = browser.raw(f"/api/v1/statistics?{query}").json
        for rows in ("recognitions", "projects", "enterprises"):
            assert browser.raw(f"/api/v1/projects?{query}&rows={rows}&per_page=1").json["total"] == answer[rows]
        code = draw.choice(["operating_cost", "total_investment", "smart_equipment_rate", "product_development_cycle"])
        listed = browser.raw(f"/api/v1/projects?{query}&has={code}&per_page=1").json["total"]
        assert listed == answer["kpis"][code]["n"]
        checked += 1
    assert checked == 200


def test_every_link_of_the_statistics_page_opens_its_list(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    page = browser.get("/statistics?unit=JKQ")
    followed = 0
    for link in page.all("a"):
        href, words = link.get("href") or "", page.text(link)
        if "/projects?" not in href or "has=" in href or not words.isdigit():
            continue
        listed = browser.get(href)
        assert f" {words} " in f" {listed.text(listed.all('h2')[0])} ", href
        followed += 1
        if followed == 30:
            break
    assert followed == 30
