"""Where a row says that its project is: coordinates, and the system that they were taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from registry.services.imports.asking.asker import Waiting
from registry.services.imports.asking.questions import Choice, QuestionKind
from registry.services.imports.sheets.code_lists import coordinate_system
from registry.spreadsheets import Value
from registry.terms import CoordinateOrigin
from registry.values.bad_value import BadValue
from registry.values.places import Point, place
from registry.values.plain import number, text
from registry.wording import Message, Named

if TYPE_CHECKING:
    from registry.services.imports.rows import RowReader


def point_of(reader: RowReader) -> Point | None:
    """The coordinates of a row; None where there are none, or they are refused or wait for an answer."""
    lon = reader.take("lon", _degrees)
    lat = reader.take("lat", _degrees)
    given = [name for name in ("lon", "lat") if reader.cell(name) is not None]
    if not given:
        return None
    if len(given) == 1:
        missing = "lat" if given == ["lon"] else "lon"
        reader.note(
            missing,
            Message("只有%(column)s", column=reader.layout.header(given[0])),
            Message("请补填另一个，或两项都留空"),
        )
        return None
    system = _system(reader)
    if lon is None or lat is None or system is None:
        return None
    return reader.take("lon" if lon != 0 else "lat", lambda value: place(lon, lat, system, reader.lists.city.boundary))


def _system(reader: RowReader) -> str | None:
    if reader.cell("system") is not None:
        return reader.take("system", lambda value: coordinate_system(text(value, 20)))
    where = Message("坐标取自哪里？天地图、GPS 填 WGS84，高德、腾讯填 GCJ02，百度填 BD09")
    if reader.asker is None:
        reader.note("system", Message("有坐标而没有说明坐标系"), where)
        return None
    try:
        return reader.asker.ask(
            QuestionKind.COORDINATE_SYSTEM,
            column=reader.layout.header("system"),
            text=Message("有坐标而没有说明坐标系。%(where)s。", where=where),
            choices=[Choice(origin.value, Named(origin.zh, origin.en)) for origin in CoordinateOrigin],
            row=reader.number,
        )
    except Waiting:
        reader.waiting = True
        return None


def _degrees(value: Value) -> float:
    if isinstance(value, str) and any(mark in value for mark in "°′″'\"度分"):
        raise BadValue(Message("是度分秒写法"), Message("请换算为小数度，如 118.9512"))
    return float(number(value))
