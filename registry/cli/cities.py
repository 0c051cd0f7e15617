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
from registry.cli.words import misused, say
from registry.errors import InvalidInput, OperatorError
from registry.reference.city import BOUNDARIES, City, told_by_geo
from registry.reference.tables import CityError, CityFault
from registry.services.cities import boundaries
from registry.services.cities.checking import check
from registry.views.web.runtime import runtime
from registry.wording import Message, full

city_group = AppGroup("city", help=Message("城市目录：名称、板块、类别、界线等数据文件。"))
districts_group = AppGroup("districts", help=Message("行政区界线：检查、替换。"))


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
    """Faults of a boundary file, as messages; one that cannot be read at all is the only one."""
    from geo.aggregate import check_boundaries  # slow import

    try:
        found = check_boundaries(path, wanted)
    except BoundaryError as error:
        way_out = Message("请换一个文件，或用 GIS 软件另存后重试。")
        return [Finding(Message("界线文件"), told_by_geo(error.said), way_out)]
    return [Finding(told_by_geo(item.subject), told_by_geo(item.reason), told_by_geo(item.way_out)) for item in found]


def require_sound(city: City) -> None:
    """Raise OperatorError when the folder has faults, with all of them in lines of their own."""
    found = city_faults(city)
    if found:
        raise OperatorError(
            Message(
                "城市目录 %(folder)s 有 %(n)s 个问题，数据库没有改动：%(faults)s",
                folder=city.folder,
                n=len(found),
                faults=_below(*(fault.line() for fault in found)),
            )
        )


def _below(*lines: Message) -> Message:
    """Each in a line of its own."""
    first, *others = lines
    return Message("\n  %(line)s%(others)s", line=first, others=_below(*others) if others else "")


@city_group.command(
    "check",
    help=Message(
        "检查城市目录，逐个列出问题所在的文件、行、原因和改法；不给目录时检查 REGISTRY_CITY_DIR。\n\n"
        "有问题时退出码为 1。flask init 先做同样的检查。"
    ),
)
@click.argument("folder", type=click.Path(path_type=Path), required=False)
@checked
def check_city(folder: Path | None) -> None:
    """Report all faults of a city's folder; exit code 1 with findings."""
    city = City(folder.resolve()) if folder is not None else runtime().city
    found = city_faults(city)
    for fault in found:
        say(fault.line())
    if found:
        say(Message("城市目录检查：发现 %(n)s 个问题。", n=len(found)))
        sys.exit(1)
    say(
        Message(
            "城市目录检查：没有问题。%(city)s，区划 %(divisions)s 个，板块 %(units)s 个，类别 %(categories)s 个，"
            "项目编号 %(prefix)s-000001 起。",
            city=city.facts,
            divisions=len(city.boundary.districts),
            units=len(city.units),
            categories=len(city.categories),
            prefix=city.facts.code_prefix,
        )
    )


@districts_group.command("check", help=Message("检查界线文件；不给文件时检查城市目录中的界线。"))
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
        raise misused(Message("找不到文件 %(file)s，请检查路径。", file=file))
    return file


def _findings(city: City, file: Path, *, new_areas: bool) -> list[Message]:
    found = _boundary_findings(file, boundaries.wanted_divisions(city, with_areas=not new_areas))
    return [
        Message("%(file)s：%(reason)s。%(way_out)s", file=item.subject, reason=item.reason, way_out=item.way_out)
        for item in found
    ]


def _tell(lines: list[Message]) -> None:
    """The findings and their number; ends the command with code 1 when there are any."""
    for line in lines:
        say(line)
    say(Message("界线检查：发现 %(n)s 个问题。", n=len(lines)) if lines else Message("界线检查：没有问题。"))
    if lines:
        sys.exit(1)


@districts_group.command(
    "install",
    help=Message(
        "用 GeoPackage、Shapefile 或 GeoJSON 文件替换城市目录中的界线，连同来源说明和校验和。\n\n"
        "文件须有区划代码列，坐标系为 CGCS2000 或 WGS-84。先试运行，确认后加 --apply。"
    ),
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--apply", "applied", is_flag=True, help=Message("检查无误后替换；不加只检查。"))
@click.option("--source", default="", help=Message("来源（中文）。"))
@click.option("--source-en", default="", help=Message("来源（英文）。"))
@click.option("--approval-number", default="", help=Message("审图号，如 审图号：GS（2024）0650号。"))
@click.option("--issued", default="", help=Message("数据的年月，如 2025-09。"))
@click.option(
    "--neighbours",
    type=click.Path(path_type=Path),
    default=None,
    help=Message("周边区域文件，有 name、name_en 两列。"),
)
@click.option("--new-areas", is_flag=True, help=Message("区划有调整：不与原来的面积比较。"))
@click.option(
    "--city",
    "folder",
    type=click.Path(path_type=Path),
    default=None,
    help=Message("城市目录；默认 REGISTRY_CITY_DIR。"),
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
    """Put a checked boundary file in the place of the one in force."""
    city = City(folder.resolve()) if folder is not None else runtime().city
    lines = _findings(city, _existing(file), new_areas=new_areas)
    if lines or not applied:
        _tell(lines)
        say(Message("这是试运行，未改动任何内容；确认无误后加 --apply 和来源。"))
        return
    stated = {"--source": source, "--source-en": source_en, "--approval-number": approval_number, "--issued": issued}
    if missing := [name for name, value in stated.items() if not value.strip()]:
        raise misused(Message("替换界线须写明来源，缺少 %(names)s。", names=missing))
    provenance = Provenance(source=source, source_en=source_en, approval_number=approval_number, issued=issued, crs="")
    polygons, around = _collections(city, file, neighbours)
    is_first = not (city.folder / BOUNDARIES / boundaries.PROVENANCE).exists()
    boundaries.install(city, polygons, provenance, neighbours=around)
    if folder is None:
        boundaries.note_replaced(runtime().engine)
    stated_in = city.folder / BOUNDARIES / boundaries.PROVENANCE
    say(Message("界线已装入，来源和校验和写在 %(file)s。", file=stated_in))
    if is_first:
        return
    say(Message("已登记项目的所在区按原界线认定：请运行 flask doctor，逐个核对它列出的差异。"))


def _collections(city: City, file: Path, neighbours: Path | None) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The polygons of a checked file, and those around the city where a file is given, as GeoJSON."""
    from geo.aggregate import as_collection, as_neighbours  # slow import

    try:
        polygons = as_collection(file, boundaries.wanted_divisions(city, with_areas=False))
        return polygons, as_neighbours(_existing(neighbours)) if neighbours else None
    except BoundaryError as error:
        raise InvalidInput(full(told_by_geo(error.said))) from error


@districts_group.command("seal", help=Message("人工改过界线文件以后，把新的校验和写进来源说明。"))
@click.option(
    "--city",
    "folder",
    type=click.Path(path_type=Path),
    default=None,
    help=Message("城市目录；默认 REGISTRY_CITY_DIR。"),
)
@checked
def seal_districts(folder: Path | None) -> None:
    """Write the checksums anew."""
    city = City(folder.resolve()) if folder is not None else runtime().city
    names = boundaries.seal(city)
    say(Message("已写入 %(names)s 的校验和；请再运行 flask city check。", names=names))
