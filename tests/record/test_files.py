"""Shapes of csv, GeoJSON and xlsx are a contract; they open in the programs that people use."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import geopandas
import openpyxl
import pytest
from flask import Flask
from python_calamine import CalamineWorkbook
from sqlalchemy import text
from werkzeug.test import EnvironBuilder

from tests.browser import Browser

HEADER = (
    "code,name,name_short,name_former,type,enterprise,tier,category,level,categories,recognitions,unit,unit_name,"
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


def test_xlsx_opens_with_codes_as_text_and_a_second_sheet(demo_app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "projects.xlsx"
    path.write_bytes(Browser(demo_app).raw(f"/projects.xlsx?{BATCH}").data)
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["项目", "说明"]
    sheet = book["项目"]
    assert [cell.value for cell in sheet[1]][:3] == ["项目编号", "项目名称", "简称"]
    assert sheet.max_row == 23
    division = [cell.value for cell in sheet[1]].index("行政区划代码")
    assert sheet[2][division].value == "320413"
    about = {row[0].value: row[1].value for row in book["说明"]}
    assert about["筛选条件"] == "类别：市级示范智能车间；认定年份：2020；状态：有效"
    assert about["行数"] == 22
    assert len(CalamineWorkbook.from_path(str(path)).get_sheet_by_name("项目").to_python()) == 23


@pytest.mark.parametrize("suffix", ["csv", "geojson"])
def test_a_stream_tells_the_state_it_began_with_and_gives_its_connection_back(demo_app: Flask, suffix: str) -> None:
    engine = demo_app.extensions["registry"].engine
    before = Browser(demo_app).raw(f"/projects.{suffix}").data
    body = demo_app.wsgi_app(EnvironBuilder(path=f"/projects.{suffix}").get_environ(), lambda *given: None)
    with engine.begin() as connection:
        connection.execute(text("UPDATE project SET name = '演示改名车间'"))
    assert engine.pool.checkedout() == 1
    assert b"".join(body) == before
    body.close()  # type: ignore[attr-defined]
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
    cell = openpyxl.load_workbook(path)["项目"]["B2"]
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
