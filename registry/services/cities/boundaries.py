"""The boundary set of a city: checked against its divisions, replaced together with its provenance."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from geo.districts import Finding, Provenance, Wanted
from registry.errors import InvalidInput
from registry.models.triggers import note_all_changed
from registry.reference.city import BOUNDARIES, City
from registry.reference.tables import CityError, CityFault
from registry.wording import Message, as_message

PROVENANCE = "provenance.json"
CRS = "CGCS2000 (EPSG:4490), equal to WGS-84 at this scale"
Check = Callable[[Path, Sequence[Wanted]], list[Finding]]
"""Checks a boundary file. It needs geopandas, which services do without: whoever calls them brings it."""


def wanted_divisions(city: City, *, with_areas: bool = True) -> list[Wanted]:
    """The divisions in force, with the areas that the installed set states."""
    areas: dict[str, float] = {}
    if with_areas:
        try:
            areas = {district.code: district.area_km2 for district in city.boundary.districts}
        except CityError:
            # The first set of a new city has none to be compared with.
            areas = {}
    return [
        Wanted(row.code, row.name, row.name_en, areas.get(row.code)) for row in city.divisions if row.valid_to is None
    ]


def installed_faults(city: City, check: Check) -> Iterator[CityFault]:
    """Faults of the set in the folder; `divisions.csv` must be readable."""
    try:
        boundary = city.boundary
    except CityError as error:
        yield error.fault
        return
    where = f"{BOUNDARIES}/{PROVENANCE}"
    if not boundary.provenance.approval_number:
        yield CityFault(where, None, Message("没有审图号"), Message("请填写 approval_number"))
    stated = json.loads((city.folder / BOUNDARIES / PROVENANCE).read_text(encoding="utf-8"))["districts"]
    where = f"{BOUNDARIES}/{stated}"
    for finding in check(city.folder / BOUNDARIES / stated, wanted_divisions(city)):
        reason = Message("%(subject)s：%(reason)s", subject=finding.subject, reason=finding.reason)
        yield CityFault(where, None, reason, as_message(finding.way_out))
    names = {row.code: (row.name, row.name_en) for row in city.divisions}
    for district in boundary.districts:
        if district.code in names and (district.name, district.name_en) != names[district.code]:
            reason = Message(
                "%(code)s 的名称是 %(name)s（%(name_en)s），与 divisions.csv 不同",
                code=district.code,
                name=district.name,
                name_en=district.name_en,
            )
            way_out = Message("请用 flask districts install 重新安装，名称取自 divisions.csv")
            yield CityFault(where, None, reason, way_out)


def install(
    city: City, districts: dict[str, Any], provenance: Provenance, *, neighbours: dict[str, Any] | None = None
) -> None:
    """Put checked polygons (GeoJSON) in the place of those in force; without `neighbours` the former ones stay.

    New files get names of their own and the provenance is exchanged last, in one step: whoever reads meanwhile
    finds the old set or the new one.
    """
    folder = city.folder / BOUNDARIES
    folder.mkdir(exist_ok=True)
    former = _stated(folder)
    sets = {"districts": districts} | ({"context": neighbours} if neighbours is not None else {})
    stated: dict[str, Any] = {**asdict(replace(provenance, crs=CRS)), "context": former.get("context")}
    checksums = {name: digest for name, digest in former.get("sha256", {}).items() if name == stated["context"]}
    for kind, collection in sets.items():
        content = json.dumps(collection, ensure_ascii=False, separators=(",", ":")).encode()
        digest = hashlib.sha256(content).hexdigest()
        name = f"{'districts' if kind == 'districts' else 'neighbours'}-{digest[:8]}.geojson"
        _write(folder / name, content)
        stated[kind], checksums[name] = name, digest
    stated["sha256"] = checksums
    _write(folder / PROVENANCE, json.dumps(stated, ensure_ascii=False, indent=2).encode() + b"\n")
    for name in former.get("sha256", {}):
        if name not in checksums:
            (folder / name).unlink(missing_ok=True)


def seal(city: City) -> list[str]:
    """Write the checksums of the files that the provenance names, after somebody has looked at them. Returns them."""
    folder = city.folder / BOUNDARIES
    stated = _stated(folder)
    names = [name for name in (stated.get("districts"), stated.get("context")) if name]
    if not names:
        where = f"{BOUNDARIES}/{PROVENANCE}"
        raise InvalidInput(Message("%(where)s 没有写明界线文件，请用 flask districts install 安装。", where=where))
    try:
        stated["sha256"] = {name: hashlib.sha256((folder / name).read_bytes()).hexdigest() for name in names}
    except OSError as error:
        where = f"{BOUNDARIES}/{PROVENANCE}"
        told = Message("%(where)s 写明的文件读不出来：%(file)s。", where=where, file=str(error.filename))
        raise InvalidInput(told) from error
    _write(folder / PROVENANCE, json.dumps(stated, ensure_ascii=False, indent=2).encode() + b"\n")
    return names


def _stated(folder: Path) -> dict[str, Any]:
    try:
        found = json.loads((folder / PROVENANCE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write(path: Path, content: bytes) -> None:
    """Write a file as a whole or not at all."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        told = Message(
            "无法写入 %(path)s：%(error)s。请检查城市目录的写权限。", path=str(path), error=error.strerror or ""
        )
        raise InvalidInput(told) from error


def note_replaced(engine: Engine) -> None:
    """Raise the revision, so that no stored answer is used any more, where there is a database already."""
    with engine.begin() as connection:
        note_all_changed(connection)
