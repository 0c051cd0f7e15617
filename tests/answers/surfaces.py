"""Asks every surface about one scope: page, workbook, document, interface, list and paragraph must say the same."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from docx import Document as WordDocument
from openpyxl import load_workbook

from registry.queries.catalogue.filters import Filters
from tests.answers.expected import DIMENSIONS, Answer, answer, in_scope, sizes
from tests.answers.record import CHANGES, SHARES, SUMS, Title
from tests.browser import Browser, Page

CODES = (*SUMS, *SHARES, *CHANGES)
SAID = {
    "total_investment": "完成总投资([0-9.]+)亿元",
    "industrial_robot_count": "使用工业机器人([0-9]+)台",
    "smart_equipment_rate": "智能化设备使用率[平均加权按中位数]*达([0-9.]+)%",
    "equipment_networking_rate": "智能设备联网率[平均加权按中位数]*达([0-9.]+)%",
    "operating_cost": "生产运营成本[平均加权按中位数]*(?:上升|降低)([0-9.]+)%",
    "production_efficiency": "生产效率[平均加权按中位数]*(?:提升|下降)([0-9.]+)%",
    "defect_rate": "不良品率[平均加权按中位数]*(?:上升|下降)([0-9.]+)%",
    "energy_utilization": "能源利用率(?:、资源利用率分别)?[平均加权按中位数]*(?:提高|下降)([0-9.]+)%",
    "resource_utilization": "资源利用率(?:分别[平均加权按中位数]*(?:提高|下降)[0-9.]+%、|[平均加权按中位数]*(?:提高|下降))([0-9.]+)%",
}
"""Where the paragraph states a figure."""


def check(browser: Browser, titles: Sequence[Title], filters: Filters) -> None:
    """All that is said about a scope equals what the record holds."""
    held = [one for one in titles if in_scope(one, filters)]
    query = filters.query()
    wanted = {code: answer(held, code, filters.method) for code in CODES}
    stated = browser.raw(f"/api/v1/statistics?{query}").json
    counts = tuple(stated[name] for name in ("recognitions", "projects", "enterprises"))
    assert counts == sizes(held), query
    assert {code: _figure(stated["kpis"][code]) for code in CODES} == wanted, query
    _groups(stated, held, filters)
    _workbook(browser.raw(f"/statistics.xlsx?{query}").data, wanted, held)
    page = Page(browser.raw(f"/statistics?{query}"))
    paragraph = "".join(page.one("p", id="paragraph").itertext())
    figures = [page.text(figure) for figure in page.all("dd")][:3]
    assert tuple(int(re.match(r"\d+", figure)[0]) for figure in figures) == sizes(held), query  # type: ignore[index]
    _paragraph(paragraph, wanted, held)
    document = WordDocument(io.BytesIO(browser.raw(f"/statistics.docx?{query}").data))
    assert document.paragraphs[1].text == paragraph, query
    annex = _annex(document)
    assert annex == Counter((one.place.holder.name, one.name, one.document, str(one.year)) for one in held), query
    listed = browser.raw(f"/projects.csv?{filters.query(rows='recognitions')}").data.decode("utf-8-sig")
    rows = Counter((row["code"], row["category"], row["year"]) for row in csv.DictReader(io.StringIO(listed)))
    assert rows == Counter((one.place.code, one.category, str(one.year)) for one in held), query


def _figure(figure: dict[str, Any]) -> Answer:
    value = None if figure["value"] is None else Fraction(str(figure["value"]))
    return Answer(value, figure["n"], figure["of"], figure["reason"])


def _groups(stated: dict[str, Any], held: Sequence[Title], filters: Filters) -> None:
    for name, read in DIMENSIONS.items():
        by_code: dict[str | None, list[Title]] = {}
        for one in held:
            by_code.setdefault(read(one), []).append(one)
        groups = {
            group["code"]: (group["recognitions"], group["projects"], group["enterprises"])
            for group in stated[f"by_{name}"]
        }
        assert groups == {code: sizes(part) for code, part in by_code.items()}, (name, filters.query())
    kinds = {kind for one in held for kind in one.place.holder.honors}
    chosen = set(filters.honor) - {"none"}
    honors = {group["code"]: group["projects"] for group in stated["by_honor"] if group["code"]}
    assert honors == {
        kind: sizes([one for one in held if kind in one.place.holder.honors])[1]
        for kind in (kinds & chosen if filters.honor else kinds)
    }, filters.query()


def _workbook(body: bytes, wanted: dict[str, Answer], held: Sequence[Title]) -> None:
    rows = list(load_workbook(io.BytesIO(body), read_only=True)["汇总"].iter_rows(values_only=True))
    by_code = {row[7]: row for row in rows if len(row) > 7 and row[7] in wanted}
    for code, found in wanted.items():
        value = None if by_code[code][2] is None else Fraction(str(by_code[code][2]))
        assert (value, by_code[code][4], by_code[code][5]) == (found.value, found.n, found.of), code
    assert tuple(row[1] for row in rows[1:4]) == sizes(held)


def _annex(document: Any) -> Counter[tuple[str, ...]]:
    if not document.tables:
        return Counter()
    rows = [
        tuple("".join(part.text or "" for part in cell.iter(f"{cell.tag[:-2]}t")) for cell in row._tr.tc_lst)
        for row in document.tables[0].rows
    ]
    return Counter((row[1], row[2], row[5], row[6]) for row in rows[1:])


def _paragraph(text: str, wanted: dict[str, Answer], held: Sequence[Title]) -> None:
    """Every figure that there is, by its absolute value, and none that is withheld."""
    if not held:
        assert "没有" in text
        return
    assert not re.search(r"\s", text), text
    for code, pattern in SAID.items():
        said = re.search(pattern, text)
        value = wanted[code].value
        if value is None or (code in CHANGES and value == 0):
            assert said is None, (code, text)
        else:
            assert said is not None, (code, value, text)
            assert Fraction(said[1]) == abs(value), (code, text)
