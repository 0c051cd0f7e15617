"""Shapes of csv, GeoJSON and xlsx are a contract; they open in the programs that people use."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Any

import geopandas
import openpyxl
import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from werkzeug.test import EnvironBuilder
from werkzeug.wsgi import ClosingIterator

from registry.terms import Precision, ProjectType, RecognitionStatus, Sector, Tier
from tests.browser import Browser
from tests.cities import SHIPPED

HEADER = (
    "code,name,name_short,name_former,type,enterprise,tier,category,category_name,level,categories,recognitions,unit,unit_name,"
    "division,division_name,town,address,industry,industry_name,sector,year,announced_on,lon,lat,precision,"
    "kpi_equipment_count,kpi_smart_equipment_count,kpi_networked_equipment_count,kpi_smart_equipment_rate,"
    "kpi_equipment_networking_rate,kpi_industrial_robot_count,kpi_operating_cost,kpi_production_efficiency,"
    "kpi_defect_rate,kpi_energy_utilization,kpi_resource_utilization,kpi_product_development_cycle,"
    "kpi_labor_productivity,kpi_unit_output_energy,kpi_oee,kpi_numerical_control_rate,kpi_maturity_level,"
    "photos,summary,updated_at,url"
)
BATCH = "category=mun_demo_smart_workshop&year=2020&sort=code"


def test_csv_shape(demo_app: Flask) -> None:
    body = Browser(demo_app).raw(f"/projects.csv?{BATCH}").data
    assert body.startswith(b"\xef\xbb\xbf")
    lines = body.decode("utf-8-sig").split("\r\n")
    assert lines[0] == HEADER
    assert len(lines) == 1 + 22 + 1
    row = next(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))
    assert (row["code"], row["enterprise"], row["unit"], row["division"]) == (
        "CZ-000001", "演示企业01有限公司", "JTQ", "320413",
    )  # fmt: skip
    assert (row["kpi_operating_cost"], row["kpi_smart_equipment_rate"], row["kpi_industrial_robot_count"]) == (
        "-23.0", "90.0", "12",
    )  # fmt: skip
    assert row["updated_at"].endswith("+08:00")
    assert row["url"] == "http://localhost/projects/CZ-000001"


def test_geojson_opens_in_geopandas(demo_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "projects.geojson"
    path.write_bytes(Browser(demo_app).raw("/projects.geojson?sort=code").data)
    frame = geopandas.read_file(path)
    assert len(frame) == 385
    assert frame.geometry.notna().sum() == 369
    assert "lon" not in frame.columns
    assert frame.iloc[0]["enterprise"] == "演示企业01有限公司"


def sheet_of(app: Flask, query: str, tmp_path: Path) -> openpyxl.Workbook:
    """The workbook of a selection, opened as a person opens it."""
    path = tmp_path / "projects.xlsx"
    path.write_bytes(Browser(app).raw(f"/projects.xlsx?{query}").data)
    assert CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()
    return openpyxl.load_workbook(path)


def cells_of(book: openpyxl.Workbook) -> list[dict[str, Any]]:
    """Its rows by header."""
    headers, *rows = book.worksheets[0].iter_rows(values_only=True)
    return [dict(zip(headers, row, strict=True)) for row in rows]


def test_the_workbook_is_for_people_and_keeps_codes_as_texts_at_its_end(demo_app: Flask, tmp_path: Path) -> None:
    book = sheet_of(demo_app, BATCH, tmp_path)
    assert book.sheetnames == ["项目", "认定", "说明", "字段"]
    rows = cells_of(book)
    assert len(rows) == 22
    assert list(rows[0])[:6] == ["项目名称", "简称", "曾用名", "主体类型", "企业名称", "级别"]
    assert list(rows[0])[-5:] == ["项目编号", "板块代码", "行政区划代码", "行业代码", "类别代码"]
    stated = {
        "主体类型": "车间", "级别": "市级", "类别": "市级示范智能车间", "所属板块": "金坛区", "状态": "有效",
        "公布文号": "演示〔2020〕1号", "坐标系": "WGS84", "项目编号": "CZ-000001", "行政区划代码": "320413",
        "类别代码": "mun_demo_smart_workshop",
        "认定": "市级示范智能车间，2020 年，演示〔2020〕1号，有效；市级智能车间，2018 年，演示〔2018〕6号，有效",
    }  # fmt: skip
    assert {name: rows[0][name] for name in stated} == stated
    headers = list(rows[0])
    share = book.worksheets[0].cell(2, headers.index("自动化、智能化设备使用率(%)") + 1)
    assert (share.value, share.number_format) == (90, "0.0")
    assert rows[0]["车间生产运营成本变化(%)"] == -23.0
    about = {row[0].value: row[1].value for row in book["说明"]}
    assert about["筛选条件"] == "类别：市级示范智能车间；认定年份：2020；状态：有效"
    assert about["行数"] == 22
    assert "主要认定" in about["内容"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_cell_of_the_workbook_is_a_machine_word(demo_app: Flask, language: str, tmp_path: Path) -> None:
    """Codes stand in their own columns only; headers and words are in the language of the reader."""
    machine = {*Tier, *ProjectType, *RecognitionStatus, *Precision, *Sector} | {row.code for row in SHIPPED.categories}
    for rows in ("projects", "recognitions", "enterprises"):
        book = sheet_of(demo_app, f"rows={rows}&status=valid&status=revoked&lang={language}", tmp_path)
        found = cells_of(book)
        coded = [name for name in found[0] if "代码" in name or "code" in name.lower()]
        values = {str(value) for row in found for name, value in row.items() if name not in coded}
        assert not values & {str(word) for word in machine}
        if language == "en":
            words = {*found[0], *book.sheetnames, *(str(row[0].value) for row in book["About"])}
            assert not [word for word in words if re.search("[一-鿿]", word)]
            assert {row["Tier"] for row in found if "Tier" in row} <= {tier.en for tier in Tier}


@pytest.mark.parametrize("suffix", ["csv", "geojson"])
def test_a_file_tells_the_state_it_began_with_and_holds_no_connection_while_it_is_sent(
    demo_app: Flask, suffix: str
) -> None:
    engine = demo_app.extensions["registry"].engine
    before = Browser(demo_app).raw(f"/projects.{suffix}").data
    body = ClosingIterator(
        demo_app.wsgi_app(EnvironBuilder(path=f"/projects.{suffix}").get_environ(), lambda *given: None)
    )
    with engine.begin() as connection:
        connection.execute(text("UPDATE project SET name = '演示改名车间'"))
    assert engine.pool.checkedout() == 0
    # GeoJSON says to the second when it was made.
    made = re.compile(rb'"generated_at":"[^"]+"')
    assert made.sub(b"", b"".join(body)) == made.sub(b"", before)
    body.close()
    assert engine.pool.checkedout() == 0
    for method in ("GET", "HEAD"):
        with demo_app.test_client().open(f"/projects.{suffix}", method=method) as answer:
            assert answer.status_code == 200
        assert engine.pool.checkedout() == 0, "left in the middle"


@pytest.mark.parametrize("name", ["=1+1", "+cmd", "-2", "@SUM(A1)"])
def test_texts_that_look_like_formulas_stay_texts(demo_app: Flask, name: str, tmp_path: Path) -> None:
    runtime = demo_app.extensions["registry"]
    with runtime.engine.begin() as connection:
        connection.execute(text("UPDATE project SET name = :name WHERE code = 'CZ-000001'"), {"name": name})
    browser = Browser(demo_app)
    row = next(csv.DictReader(io.StringIO(browser.raw(f"/projects.csv?{BATCH}").data.decode("utf-8-sig"))))
    assert row["name"] == "'" + name
    path = tmp_path / "projects.xlsx"
    path.write_bytes(browser.raw(f"/projects.xlsx?{BATCH}").data)
    cell = openpyxl.load_workbook(path)["项目"]["A2"]
    assert (cell.value, cell.data_type) == (name, "s")


def test_rows_decide_what_a_line_is(demo_app: Flask) -> None:
    browser = Browser(demo_app)
    titles = list(
        csv.DictReader(io.StringIO(browser.raw("/projects.csv?rows=recognitions&unit=JKQ").data.decode("utf-8-sig")))
    )
    assert len(titles) == browser.raw("/api/v1/statistics?unit=JKQ").json["recognitions"]
    assert {row["recognitions"].count(";") for row in titles} == {0}
    enterprises = browser.raw("/projects.csv?rows=enterprises&unit=JKQ").data.decode("utf-8-sig").splitlines()
    assert enterprises[0] == "enterprise_id,enterprise,projects,recognitions,codes"
    assert len(enterprises) - 1 == browser.raw("/api/v1/statistics?unit=JKQ").json["enterprises"]


def test_no_internal_value_leaves_by_any_public_door(demo_app: Flask) -> None:
    """Planted in every internal column, found in no public answer."""
    runtime = demo_app.extensions["registry"]
    with runtime.engine.begin() as connection:
        connection.execute(text("UPDATE project SET remark = 'SECRET-REMARK'"))
        connection.execute(text("UPDATE recognition SET remark = 'SECRET-TITLE'"))
        connection.execute(text("UPDATE kpi_value SET baseline = 987654321000000 WHERE kpi_code = 'operating_cost'"))
        connection.execute(text("UPDATE kpi_value SET current = 987654321000000 WHERE kpi_code = 'total_investment'"))
    browser = Browser(demo_app)
    for path in (
        "/", "/projects?per_page=200", "/projects/CZ-000001", "/enterprises/1", "/announcements/1", "/projects.csv",
        "/projects.geojson", "/api/v1/projects?per_page=200", "/api/v1/projects/CZ-000001", "/map/labels.json?codes=CZ-000001",
    ):  # fmt: skip
        body = browser.raw(path).get_data(as_text=True)
        assert "SECRET" not in body
        assert "987654321" not in body
