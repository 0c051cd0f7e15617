"""An invented city: four divisions, one of two parts, no zone; drawn and written here, installed by the commands.

`python -m tests.cities.second FOLDER` writes it, to look at it or to serve it.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import geopandas
from shapely.geometry import MultiPolygon, box

NAME, NAME_EN, PREFIX = "云杉市", "Yunshan", "YS"
TOML = """
name = "云杉市"
name_en = "Yunshan"
province = "南岭省"
province_en = "Nanling"
owner = "云杉市工业和信息化局"
owner_en = "Yunshan Bureau of Industry and Information Technology"
code_prefix = "YS"
division_prefix = "9901"
area_code = "0888"
local_digits = 7

[[headlines]]
tier = "provincial"
name = "省级标杆"
name_en = "Provincial benchmarks"

[[headlines]]
tier = "municipal"
each = true

[neighbour_labels]
"邻山市" = [100.45, 27.05]
"""
DIVISIONS = {
    "990102": ("东山区", "Dongshan District", box(100.4, 26.7, 100.8, 27.0)),
    "990103": (
        "西川区",
        "Xichuan District",
        MultiPolygon([box(100.0, 26.7, 100.4, 27.0), box(100.9, 26.4, 101.0, 26.5)]),
    ),
    "990104": ("北泽县", "Beize County", box(100.0, 26.4, 100.4, 26.7)),
    "990181": ("南溪市", "Nanxi City", box(100.4, 26.4, 100.8, 26.7)),
}
UNITS = {"DS": ("990102", "东山"), "XC": ("990103", "西川;川区"), "BZ": ("990104", "北泽"), "NX": ("990181", "南溪")}
CATEGORIES = """code,name,name_en,tier,type,rank,valid_from,valid_to,successor,mode,note
city_model,市级标杆车间,Municipal Benchmark Workshop,municipal,workshop,10,,,,awarded,
city_star,市级星级车间,Municipal Star Workshop,municipal,workshop,20,2018,,,awarded,
region_model,省级标杆车间,Provincial Benchmark Workshop,provincial,workshop,30,,2021,region_star,awarded,
region_star,省级星级车间,Provincial Star Workshop,provincial,workshop,30,2022,,,awarded,
region_plant,省级标杆工厂,Provincial Benchmark Factory,provincial,factory,40,,,,awarded,
nation_trial,国家级试点项目,National Trial Project,national,project,,,,,awarded,
"""
TOTALS = """as_of,kind,tier,category,figure,unit,document,note,rank_note
2020-12-31,cumulative,municipal,city_model,34,个,云工信发〔2021〕3号,,
2019,new,municipal,city_star,5,个,云工信发〔2020〕8号,,
"""
WORDINGS = """kind,target,wording,note
organ,provincial,岭,first character of the numbers of the province
unit,XC,川西产业园,a park
unit,?DS;NX,山溪产业园,a park in two divisions
category,city_model,市标杆车间,
category,city_model,云杉市级标杆示范车间,
category,?region_model;region_star,省级车间,question
"""
STOCK = """
seed = 7
sparse = "city_model"

[hubs]
DS = [[100.6, 26.85]]
XC = [[100.2, 26.85], [100.95, 26.45]]
BZ = [[100.2, 26.55]]
NX = [[100.6, 26.55]]

[[groups]]
projects = 20
titles = ["city_model"]
[[groups]]
projects = 14
titles = ["city_model", "city_star"]
[[groups]]
projects = 16
titles = ["region_model"]

[years]
city_model = [2015, 2017]
city_star = [2018, 2020]
region_model = [2016, 2020]

[factories]
category = "region_plant"
years = [2019]

[call]
category = "city_star"

[histories]
revoked = 2
expired = 1
ended_before = 2017
unlocated = 3
renamed = 4
former_enterprises = 2
honoured = 5
"""
PROVENANCE = (
    "--source", "示例界线（按经纬度画成方格）", "--source-en", "Example boundaries (drawn as squares)",
    "--approval-number", "审图号：示例0000号", "--issued", "2026-11",
)  # fmt: skip


def write_files(folder: Path) -> None:
    """Everything but the boundaries."""
    (folder / "demo").mkdir(parents=True)
    (folder / "city.toml").write_text(TOML, encoding="utf-8")
    lines = ["code,name,name_en,valid_from,valid_to,successor"]
    lines += [f"{code},{name},{name_en},,," for code, (name, name_en, _shape) in DIVISIONS.items()]
    # A county that became a city: lists of earlier years have its code.
    lines.append("990123,南溪县,Nanxi County,,2012,990181")
    _write(folder / "divisions.csv", lines)
    lines = ["code,name,name_en,division,has_polygon,aliases"]
    for code, (division, aliases) in UNITS.items():
        name, name_en, _shape = DIVISIONS[division]
        lines.append(f"{code},{name},{name_en},{division},1,{aliases}")
    _write(folder / "units.csv", lines)
    _write(folder / "towns.csv", ["name,unit", "云岭镇,DS", "泽口镇,BZ"])
    _write(folder / "sectors.csv", ["industry,sector", *(f"{code},{_sector(code)}" for code in range(13, 44))])
    (folder / "categories.csv").write_text(CATEGORIES, encoding="utf-8")
    (folder / "published_totals.csv").write_text(TOTALS, encoding="utf-8")
    (folder / "wordings.csv").write_text(WORDINGS, encoding="utf-8")
    (folder / "demo" / "stock.toml").write_text(STOCK, encoding="utf-8")


def _sector(code: int) -> str:
    return "equipment" if 33 <= code <= 38 else "electronics" if code == 39 else "consumer" if code < 25 else "other"


def _write(path: Path, lines: list[str]) -> None:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def draw(folder: Path) -> tuple[Path, Path]:
    """The boundaries as a map office would send them: a GeoPackage in metres, and a GeoJSON of what lies around."""
    districts = geopandas.GeoDataFrame(
        {"XZQDM": list(DIVISIONS), "MC": [name for name, _name_en, _shape in DIVISIONS.values()]},
        geometry=[shape for _name, _name_en, shape in DIVISIONS.values()],
        crs="EPSG:4490",
    )
    # The zone of 99° E, in which this city lies, without the zone's number in front of the eastings.
    districts.to_crs("EPSG:4542").to_file(folder / "districts.gpkg")
    around = geopandas.GeoDataFrame(
        {"name": ["邻山市"], "name_en": ["Linshan"]}, geometry=[box(99.8, 27.0, 101.2, 27.4)], crs="EPSG:4490"
    )
    around.to_file(folder / "around.geojson")
    return folder / "districts.gpkg", folder / "around.geojson"


def install_command(city: Path, districts: Path, around: Path) -> list[str]:
    """What an operator types after `flask`."""
    return [
        "districts", "install", str(districts), "--apply", "--city", str(city), "--neighbours", str(around), *PROVENANCE,
    ]  # fmt: skip


def main(folder: Path) -> None:
    """Write the whole folder by the commands that an operator uses."""
    write_files(folder)
    for command in (install_command(folder, *draw(folder.parent)), ["city", "check", str(folder)]):
        subprocess.run([sys.executable, "-m", "flask", "--app", "app", *command], check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
