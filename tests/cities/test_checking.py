"""`flask city check`: each fault with its file, row and way out; the folder as it ships has none."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from app import create_app
from registry.cli.cities import city_faults
from registry.config import Settings
from registry.reference.city import City
from registry.wording import told
from tests.cities import SHIPPED

Edit = tuple[str, str, str]
CHINESE = re.compile(r"[\u3000-\u303f\u3400-\u9fff\uff00-\uff5e]")
ENDS = (".", "aliases", "note", "successor")
"""A sentence ends, or the columns of a file do."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the shipped folder that a test may damage."""
    shutil.copytree(SHIPPED.folder, tmp_path / "city")
    return tmp_path / "city"


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An application without a database."""
    return create_app(Settings(data_dir=tmp_path / "data", secret_key="k" * 32))


def check(app: Flask, folder: Path, code: int = 1) -> list[str]:
    """The lines of the command."""
    done = app.test_cli_runner().invoke(args=["city", "check", str(folder)])
    assert done.exit_code == code, done.output
    return done.output.splitlines()


def edit(folder: Path, file: str, old: str, new: str) -> None:
    """Change a text file, which must hold what is changed."""
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_the_shipped_folder_has_no_fault(app: Flask) -> None:
    assert check(app, SHIPPED.folder, 0) == [
        "城市目录检查：没有问题。常州市，区划 6 个，板块 7 个，类别 17 个，项目编号 CZ-000001 起。"
    ]


# file, what is there, what is put in its place, the line that must come
FAULTS: list[tuple[str, str, str, str]] = [
    ("city.toml", 'area_code = "0519"', 'area_code = "519"', "city.toml：area_code '519' 写法不对。应为长途区号，以 0 开头"),
    ("city.toml", 'owner = "', 'owne = "', "city.toml：不认识的项目 owne。"),
    ("city.toml", 'name = "常州市"', "name = ", "city.toml：不是可读的 TOML（"),
    ("city.toml", 'type = "supplier"', 'type = "park"', "city.toml：headlines 的“省级领军服务机构”没有对应的类别。"),
    ("city.toml", 'division_prefix = "3204"', 'division_prefix = "3205"', "divisions.csv 第 2 行：代码 320402 不以 3205 开头"),
    ("divisions.csv", "320404,", "320402,", "divisions.csv 第 3 行：代码 320402 与第 2 行重复。"),
    ("divisions.csv", "2015,320412", "2015,320499", "divisions.csv 第 4 行：successor 320499 不是另一行的代码。"),
    ("divisions.csv", "2015,320412", "2015,320482", "divisions.csv 第 4 行：successor 320482 也已撤销（2015 年）。"),
    ("divisions.csv", "Tianning District,,,", "Tianning District,2016,2015,320404", "divisions.csv 第 2 行：valid_from 2016 晚于"),
    ("divisions.csv", "320402,", "32042,", "divisions.csv 第 2 行：code '32042' 不是 6 位数字。"),
    ("units.csv", "WJQ,武进区", "TNQ,武进区", "units.csv 第 5 行：代码 TNQ 与第 2 行重复。"),
    ("units.csv", "1,钟楼", "1,天宁", "units.csv 第 3 行：名称“天宁”与第 2 行重复。"),
    ("units.csv", "320404,1", "320499,1", "units.csv 第 3 行：所在区划 320499 不在 divisions.csv 中或已撤销。可用：320402 天宁区"),
    ("units.csv", "320404,1", "320404,0", "units.csv：缺少区划 320404 钟楼区 的板块。请为钟楼区补一行"),
    ("units.csv", "320412,0", "320412,1", "units.csv 第 8 行：区划 320412 的界线已属于第 5 行的板块。"),
    ("units.csv", "320412,0", "320412,x", "units.csv 第 8 行：has_polygon 'x' 应为 1 或 0。有写 1，没有写 0"),
    ("units.csv", "has_polygon", "polygon", "units.csv：缺少列 has_polygon。第一行应为：code,name,name_en,division,has_polygon,aliases"),
    ("units.csv", "Tianning District", "", "units.csv 第 2 行：name_en 没有填写。请补填"),
    ("units.csv", "1,天宁\n", "1,天宁,多\n", "units.csv 第 2 行：有 7 列，表头是 6 列。"),
    ("towns.csv", "丁堰街道,JKQ", "丁堰街道,JKX", "towns.csv 第 3 行：板块 JKX 不在 units.csv 中。可用："),
    ("towns.csv", "丁堰街道", "戚墅堰街道", "towns.csv 第 3 行：镇（街道） 戚墅堰街道 与第 2 行重复。"),
    ("sectors.csv", "13,consumer\n", "", "sectors.csv：缺少 13 农副食品加工业 等 1 个大类的领域。"),
    ("sectors.csv", "13,consumer", "13,food", "sectors.csv 第 2 行：sector 'food' 不在可用的范围。可用："),
    ("categories.csv", "prov_smart_mfg_demo_workshop,awarded", "mun_demo_smart_workshop,awarded", "successor mun_demo_smart_workshop 在它前面。"),
    ("categories.csv", "2020,prov_smart_mfg_demo_workshop", "2020,prov_smart_factory", "successor prov_smart_factory 的级别、对象或位次与这一行不同。"),
    ("categories.csv", "2020,prov_smart_mfg_demo_workshop", "2020,no_such", "categories.csv 第 5 行：successor no_such 不是另一行的代码。"),
    ("categories.csv", "市级示范智能车间", "市级智能车间", "categories.csv 第 3 行：名称 市级智能车间 与第 2 行重复。"),
    ("categories.csv", "municipal,workshop,10", "town,workshop,10", "categories.csv 第 2 行：tier 'town' 不在可用的范围。可用：municipal、provincial、national"),
    ("published_totals.csv", "municipal,mun_smart_workshop", "provincial,mun_smart_workshop", "published_totals.csv 第 6 行：类别 mun_smart_workshop 是市级，这一行写的是省级。"),
    ("published_totals.csv", "prov_smart_factory,3", "no_such,3", "published_totals.csv 第 3 行：类别 no_such 不在 categories.csv 中。"),
    ("published_totals.csv", "2020-12-31", "2020-12-32", "published_totals.csv 第 2 行：as_of '2020-12-32' 写法不对。应为日期，如 2020-12-31"),
    ("published_totals.csv", "常工信复〔2021〕第24号,截至日为推测,全省第三", ",截至日为推测,全省第三", "published_totals.csv 第 4 行：写了 rank_note 而没有写 document。"),
    ("wordings.csv", "unit,TNQ,天宁,", "unit,TNX,天宁城,", "wordings.csv 第 35 行：target 'TNX' 不在可用的范围。可用："),
    ("wordings.csv", "unit,TNQ,天宁,", "unit,ZLQ,天宁,", "units.csv 写明“天宁”是板块 TNQ，这里不同。请删去这一行"),
    ("wordings.csv", "unit,TNQ,天宁,", "town,TNQ,天宁,", "kind 'town' 不在可用的范围。可用：unit、category、organ"),
    ("wordings.csv", "organ,provincial", "organ,municipal", "wordings.csv 第 2 行：target 'municipal' 不在可用的范围。可用：provincial"),
    ("wordings.csv", "武进高新区,\n", "武进,\n", "wordings.csv 第 46 行：写法 unit 武进 与第 45 行重复。"),
    ("boundaries/districts.geojson", "天宁区", "天宁县", "boundaries：边界文件 districts.geojson 与来源说明中的校验和不符，请重新安装边界数据。"),
    ("boundaries/provenance.json", "审图号：GS（2024）0650号", "", "boundaries/provenance.json：没有审图号。请填写 approval_number"),
    ("demo/stock.toml", "WJQ = 24", "WJX = 24", "demo/stock.toml：WJX 不在 units.csv 中。"),
    ("demo/stock.toml", "batch.csv", "list.csv", "demo/stock.toml：没有 demo/list.csv。"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("file", "old", "new", "line"), FAULTS, ids=[f"{fault[0]}: {fault[3][:40]}" for fault in FAULTS]
)
def test_each_fault_is_told_with_its_place(app: Flask, folder: Path, file: str, old: str, new: str, line: str) -> None:
    edit(folder, file, old, new)
    lines = check(app, folder)
    assert any(line in found for found in lines), lines
    assert lines[-1] == f"城市目录检查：发现 {len(lines) - 1} 个问题。"
    assert len(in_english(folder)) == len(lines) - 1


def in_english(folder: Path) -> list[str]:
    """The faults as somebody reads them who reads English: what is Chinese comes from the files."""
    faults = city_faults(City(folder))
    own = [told(fault.line(), "en", data=lambda text: CHINESE.sub("", text)) for fault in faults]
    assert [line for line in own if CHINESE.search(line) or not line.endswith(ENDS)] == []
    return [told(fault.line(), "en") for fault in faults]


def test_a_fault_in_english(folder: Path) -> None:
    edit(folder, "units.csv", "320404,1", "320404,0")
    edit(folder, "published_totals.csv", "prov_smart_factory,3", "no_such,3")
    assert in_english(folder) == [
        "units.csv: the division 320404 Zhonglou District has no reporting unit. "
        "Add a row for Zhonglou District with division 320404 and has_polygon 1.",
        "published_totals.csv, row 3: the category no_such is not in categories.csv. "
        "Correct it; several categories are set apart by semicolons.",
    ]


def test_several_faults_are_told_at_once(app: Flask, folder: Path) -> None:
    edit(folder, "city.toml", 'area_code = "0519"', 'area_code = "519"')
    edit(folder, "units.csv", "320404,1", "320499,1")
    (folder / "towns.csv").unlink()
    (folder / "sectors.csv").write_bytes("industry,sector\n13,装备\n".encode("gb18030"))
    text = "\n".join(check(app, folder))
    for part in ("area_code", "320499", "towns.csv：没有这个文件。请补上", "sectors.csv：不是 UTF-8 编码（第 2 行起"):
        assert part in text


def seal(app: Flask, folder: Path) -> None:
    """New checksums after a change by hand."""
    done = app.test_cli_runner().invoke(args=["districts", "seal", "--city", str(folder)])
    assert done.exit_code == 0, done.output


def _drop(features: list[dict[str, object]]) -> None:
    features.pop()


def _overlap(features: list[dict[str, object]]) -> None:
    features[0]["geometry"] = features[1]["geometry"]


def _rename(features: list[dict[str, object]]) -> None:
    features[0]["properties"]["name"] = "天宁县"  # type: ignore[index]


def _line(features: list[dict[str, object]]) -> None:
    features[0]["geometry"] = {"type": "LineString", "coordinates": [[119.9, 31.7], [120.0, 31.8]]}


def _turn(features: list[dict[str, object]]) -> None:
    for feature in features:
        parts = feature["geometry"]["coordinates"]  # type: ignore[index]
        for part in parts:
            for ring in part:
                ring[:] = [[lat, lon] for lon, lat in ring]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_drop, "320481：缺少 溧阳市。边界文件必须包含全部 6 个区划"),
        (_overlap, "320402：面积 131"),
        (_rename, "320402 的名称是 天宁县（Tianning District），与 divisions.csv 不同。"),
        (_line, "320402：几何类型是 LineString。请换成 Polygon 或 MultiPolygon。"),
        (_turn, "坐标系：坐标范围是经度 31.16 到 32.06、纬度 119.14 到 120.20，不在国内。"),
    ],
    ids=["missing", "overlap", "name", "line", "turned"],
)
def test_faults_of_boundaries(
    app: Flask, folder: Path, change: Callable[[list[dict[str, object]]], None], words: str
) -> None:
    path = folder / "boundaries" / "districts.geojson"
    collection = json.loads(path.read_text(encoding="utf-8"))
    change(collection["features"])
    path.write_text(json.dumps(collection), encoding="utf-8")
    seal(app, folder)
    lines = check(app, folder)
    assert any(words in line for line in lines), lines
    assert len(in_english(folder)) == len(lines) - 1


def test_a_polygon_of_one_part_is_fine(app: Flask, folder: Path) -> None:
    path = folder / "boundaries" / "districts.geojson"
    collection = json.loads(path.read_text(encoding="utf-8"))
    first = collection["features"][0]["geometry"]
    assert len(first["coordinates"]) == 1
    collection["features"][0]["geometry"] = {"type": "Polygon", "coordinates": first["coordinates"][0]}
    path.write_text(json.dumps(collection), encoding="utf-8")
    seal(app, folder)
    check(app, folder, 0)


def test_init_checks_first_and_leaves_nothing(folder: Path, tmp_path: Path) -> None:
    edit(folder, "units.csv", "320404,1", "320499,1")
    app = create_app(Settings(data_dir=tmp_path / "data", secret_key="k" * 32, city_dir=folder))
    done = app.test_cli_runner().invoke(args=["init"])
    assert done.exit_code == 1
    assert "units.csv 第 3 行：所在区划 320499" in done.output
    assert not (tmp_path / "data").exists()


def test_a_folder_that_is_not_there(app: Flask, tmp_path: Path) -> None:
    assert check(app, tmp_path / "nowhere")[0].endswith("没有这个目录。请核对路径；城市目录的写法见 docs/city.md")
