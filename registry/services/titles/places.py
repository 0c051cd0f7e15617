"""The place of a project as a request states it: typed texts in, one point out."""

from __future__ import annotations

from geo.districts import Districts
from registry.errors import InvalidInput, LocationOutside
from registry.models import Project
from registry.services.titles.effects import Typed, Values
from registry.values.bad_value import BadValue
from registry.values.coordinates import degrees
from registry.values.places import Point, place
from registry.wording import Message

NAMES = ("town", "address", "lon", "lat", "system")


def place_now(project: Project) -> Values:
    """What the record says of a place, as it was typed."""
    return {
        "town": project.town,
        "address": project.address,
        "lon": _text(project.typed_lon),
        "lat": _text(project.typed_lat),
        "system": project.typed_system or "",
    }


def read_place(typed: Typed, now: Values, boundary: Districts) -> Values:
    """The place that is asked for; what was not sent stays as it is. Errors stand at their fields."""
    found = {name: str(typed.get(name, now[name])).strip() for name in NAMES}
    if bool(found["lon"]) != bool(found["lat"]):
        missing = "lat" if found["lon"] else "lon"
        raise InvalidInput(Message("经度和纬度要么都填，要么都留空。"), field=missing)
    if not found["lon"]:
        found["system"] = ""
    elif not found["system"]:
        raise InvalidInput(Message("请选择坐标出自哪种地图；不能从数字猜出。"), field="system")
    typed_point(found, boundary)
    return found


def typed_point(wanted: Typed, boundary: Districts) -> Point | None:
    """The point of a place, None without coordinates; LocationOutside at `lon` when it is not in the city."""
    if not wanted["lon"]:
        return None
    pair = []
    for name in ("lon", "lat"):
        try:
            pair.append(degrees(wanted[name]))
        except BadValue as error:
            raise InvalidInput(
                error.of(wanted[name]),
                field=name,
            ) from None
    try:
        return place(pair[0], pair[1], wanted["system"], boundary)
    except ValueError:
        raise InvalidInput(Message("没有这种坐标系；请重新选择。"), field="system") from None
    except BadValue as error:
        raise LocationOutside(error.sentence, field="lon") from None


def _text(value: float | None) -> str:
    return "" if value is None else f"{value:.7f}".rstrip("0").rstrip(".")
