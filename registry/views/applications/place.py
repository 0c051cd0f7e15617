"""The place picker of the form: the answers to its script, and its map."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for

from geo.districts import Districts
from registry.declaration import degrees
from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.accounts.lists import town_rows
from registry.terms import CoordinateOrigin
from registry.values import places
from registry.values.bad_value import BadValue
from registry.views.web.errors import problem
from registry.views.web.json_answers import as_json
from registry.views.web.map_shell import boundary_approval, boundary_source, script_json, shell
from registry.views.web.page import name_of
from registry.views.web.runtime import catalogue, policy, runtime, session
from registry.wording import Message, full

blueprint = Blueprint("place", __name__)


@blueprint.get("/enterprise/place")
@policy(Permission.APPLICATION_OWN)
def place() -> Response:
    """Where typed coordinates lie: WGS-84 degrees, division and a sentence. Nothing is stored.

    `ok` is false when submission would refuse the place; `swapped` when exchanging the two would help.
    """
    system = request.args.get("system", "")
    if system not in {origin.value for origin in CoordinateOrigin}:
        return problem(400, _("地址或参数有误"), Message("参数 system 可用 WGS84、GCJ02 或 BD09。"), "system")
    pair: list[float] = []
    for name in ("lon", "lat"):
        try:
            pair.append(degrees(request.args.get(name, "")[:40]))
        except BadValue as error:
            return problem(
                400, _("地址或参数有误"), Message("参数 %(name)s %(reason)s。", name=name, reason=error.reason), name
            )
    lon, lat = pair
    answer: dict[str, Any] = {"ok": False, "lon": None, "lat": None, "division": None, "near_line": False}
    boundary = runtime().city.boundary
    answer["swapped"] = _would_fit_swapped(lon, lat, system, boundary)
    try:
        point = places.place(lon, lat, system, boundary)
    except BadValue as error:
        answer["message"] = full(error.sentence)
    else:
        answer |= {"ok": True, "lon": point.lon, "lat": point.lat, "near_line": point.near_line}
        answer |= {"division": point.division, "message": _words(point)}
    return Response(as_json(answer), mimetype="application/json")


def _would_fit_swapped(lon: float, lat: float, system: str, boundary: Districts) -> bool:
    if lon > lat:
        return False
    try:
        places.place(lat, lon, system, boundary)
    except BadValue:
        return False
    return True


def _words(point: places.Point) -> str:
    if point.division is None:
        return _("在市界线外 500 米以内，界线为概略画法，按申报板块计")
    division = name_of("divisions", point.division)
    if point.near_line:
        return _("邻近区界（图上在%(division)s一侧），按申报板块计", division=division)
    return _("位于%(division)s", division=division)


@blueprint.app_template_global()
def town_list() -> list[tuple[str, str]]:
    """(name, its unit) of the towns that the city knows, for the list behind the town's field."""
    return [(row.name, row.unit.label(language())) for row in town_rows(session())]


@blueprint.app_template_global()
def place_shell() -> dict[str, Any]:
    """The map of the picker for its template: container, script address, approval number, data block."""
    made = shell()
    # The page with the picker, and no other, may ask the browser where it is.
    g.asks_position = True
    units = {code: unit.division for code, unit in catalogue().lists.units.items()}
    words = {
        "marker": _("建设地点：按方向键移动 10 米，按住 Shift 移动 100 米"),
        "chooseSystem": _("请先选择坐标从哪里来，再看位置"),
        "failed": _("现在查不到位置，已填的坐标不受影响"),
        "locating": _("正在取得您的位置…"),
        "here": _("已按您的位置填写（精度约 {n} 米），请核对后保存"),
        "unlocated": _("没有取得您的位置：浏览器没有允许，或这里收不到信号。可以点选地图，或填写坐标"),
        "unread": _("经度和纬度还不能识别，请按栏目下面的说明填写"),
        "zoomIn": _("放大"),
        "zoomOut": _("缩小"),
    }
    return {
        "html": made.html,
        "script": url_for("mapdata.shell_script", digest=made.digest, lang=None),
        "source": boundary_source(),
        "approval_number": boundary_approval(),
        "data": script_json({"place": url_for("place.place"), "units": units, "words": words}),
    }
