"""`flask city check`, `flask districts check|install|seal`."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from flask import Flask
from flask.cli import AppGroup

from geo.districts import BoundaryError, Finding, Provenance, Wanted
from registry.cli.running import checked
from registry.errors import InvalidInput, OperatorError
from registry.reference.city import City
from registry.reference.tables import CityError, CityFault
from registry.services.cities import boundaries
from registry.services.cities.checking import check
from registry.views.web.runtime import runtime

city_group = AppGroup("city", help="城市目录：名称、板块、类别、界线等数据文件。")
districts_group = AppGroup("districts", help="行政区界线：检查、替换。")


def register(app: Flask) -> None:
    """Add the commands."""
    app.cli.add_command(city_group)
    app.cli.add_command(districts_group)


def city_faults(city: City) -> list[CityFault]:
    """All faults of a folder, those of its demo stock too."""
    from registry.services import demo  # slow import

    found = check(city, _boundary_findings)
    if not found and demo.has_stock(city):
        try:
            demo.load_stock(city)
        except CityError as error:
            found.append(error.fault)
    return found


def _boundary_findings(path: Path, wanted: Sequence[Wanted]) -> list[Finding]:
    """Faults of a boundary file; one that cannot be read at all is the only one."""
    from geo.aggregate import check_boundaries  # slow import

    try:
        return check_boundaries(path, wanted)
    except BoundaryError as error:
        return [Finding("文件", str(error).rstrip("。"), "请换一个文件，或用 GIS 软件另存后重试。")]


def require_sound(city: City) -> None:
    """Raise OperatorError when the folder has faults, with all of them in lines of their own."""
    found = city_faults(city)
    if found:
        lines = "\n".join(f"  {fault.line()}" for fault in found)
        raise OperatorError(f"城市目录 {city.folder} 有 {len(found)} 个问题，数据库没有改动：\n{lines}")


@city_group.command("check")
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@checked
def check_city(folder: Path | None) -> None:
    """检查城市目录，逐个列出问题所在的文件、行、原因和改法；不给目录时检查 REGISTRY_CITY_DIR。

    有问题时退出码为 1。flask init 先做同样的检查。
    """
    city = City(folder.resolve()) if folder is not None else runtime().city
    found = city_faults(city)
    for fault in found:
        click.echo(fault.line())
    if found:
        click.echo(f"城市目录检查：发现 {len(found)} 个问题。")
        sys.exit(1)
    facts = city.facts
    click.echo(
        f"城市目录检查：没有问题。{facts.name}，区划 {len(city.boundary.districts)} 个，板块 {len(city.units)} 个，"
        f"类别 {len(city.categories)} 个，项目编号 {facts.code_prefix}-000001 起。"
    )


@districts_group.command("check", help="检查界线文件；不给文件时检查城市目录中的界线。")
@click.argument("file", type=click.Path(path_type=Path), required=False)
@checked
def check_districts(file: Path | None) -> None:
    """Report faults of a boundary file; exit code 1 with findings."""
    city = runtime().city
    if file is None:
        lines = [fault.line() for fault in boundaries.installed_faults(city, _boundary_findings)]
    else:
        lines = _findings(city, _existing(file), new_areas=False)
    _tell(lines)


def _existing(file: Path) -> Path:
    if not file.is_file():
        raise click.UsageError(f"找不到文件 {file}，请检查路径。")
    return file


def _findings(city: City, file: Path, *, new_areas: bool) -> list[str]:
    found = _boundary_findings(file, boundaries.wanted_divisions(city, with_areas=not new_areas))
    return [f"{finding.subject}：{finding.reason}。{finding.way_out}" for finding in found]


def _tell(lines: list[str]) -> None:
    """The findings and their number; ends the command with code 1 when there are any."""
    for line in lines:
        click.echo(line)
    click.echo(f"界线检查：发现 {len(lines)} 个问题。" if lines else "界线检查：没有问题。")
    if lines:
        sys.exit(1)


@districts_group.command("install")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "applied", is_flag=True, help="检查无误后替换；不加只检查。")
@click.option("--source", default="", help="来源（中文）。")
@click.option("--source-en", default="", help="来源（英文）。")
@click.option("--approval-number", default="", help="审图号，如 审图号：GS（2024）0650号。")
@click.option("--issued", default="", help="数据的年月，如 2025-09。")
@click.option(
    "--neighbours", type=click.Path(path_type=Path), default=None, help="周边区域文件，有 name、name_en 两列。"
)
@click.option("--new-areas", is_flag=True, help="区划有调整：不与原来的面积比较。")
@click.option(
    "--city", "folder", type=click.Path(path_type=Path), default=None, help="城市目录；默认 REGISTRY_CITY_DIR。"
)
@checked
def install_districts(
    file: Path,
    applied: bool,
    source: str,
    source_en: str,
    approval_number: str,
    issued: str,
    neighbours: Path | None,
    new_areas: bool,
    folder: Path | None,
) -> None:
    """用 GeoPackage、Shapefile 或 GeoJSON 文件替换城市目录中的界线，连同来源说明和校验和。

    文件须有区划代码列，坐标系为 CGCS2000 或 WGS-84。先试运行，确认后加 --apply。
    """
    city = City(folder.resolve()) if folder is not None else runtime().city
    lines = _findings(city, _existing(file), new_areas=new_areas)
    if lines or not applied:
        _tell(lines)
        click.echo("这是试运行，未改动任何内容；确认无误后加 --apply 和来源。")
        return
    stated = {"--source": source, "--source-en": source_en, "--approval-number": approval_number, "--issued": issued}
    if missing := [name for name, value in stated.items() if not value.strip()]:
        raise click.UsageError(f"替换界线须写明来源，缺少 {'、'.join(missing)}。")
    provenance = Provenance(source=source, source_en=source_en, approval_number=approval_number, issued=issued, crs="")
    polygons, around = _collections(city, file, neighbours)
    boundaries.install(city, polygons, provenance, neighbours=around)
    if folder is None:
        boundaries.note_replaced(runtime().engine)
    click.echo(f"界线已替换，来源和校验和写在 {city.folder / 'boundaries' / boundaries.PROVENANCE}。")
    click.echo("已登记项目的所在区按原界线认定：请运行 flask doctor，逐个核对它列出的差异。")


def _collections(city: City, file: Path, neighbours: Path | None) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The polygons of a checked file, and those around the city where a file is given, as GeoJSON."""
    from geo.aggregate import as_collection, as_neighbours  # slow import

    try:
        polygons = as_collection(file, boundaries.wanted_divisions(city, with_areas=False))
        return polygons, as_neighbours(_existing(neighbours)) if neighbours else None
    except BoundaryError as error:
        raise InvalidInput(str(error)) from error


@districts_group.command("seal")
@click.option(
    "--city", "folder", type=click.Path(path_type=Path), default=None, help="城市目录；默认 REGISTRY_CITY_DIR。"
)
@checked
def seal_districts(folder: Path | None) -> None:
    """人工改过界线文件以后，把新的校验和写进来源说明。"""
    city = City(folder.resolve()) if folder is not None else runtime().city
    names = boundaries.seal(city)
    click.echo(f"已写入 {'、'.join(names)} 的校验和；请再运行 flask city check。")
