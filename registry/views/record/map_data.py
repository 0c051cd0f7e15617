"""What the map's script asks for: the folium shell, the points, the words of the points on screen."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import orjson
from flask import Blueprint, Response, request, url_for

from registry.errors import BadParameter, NotFound
from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.catalogue.filters import COMMON
from registry.queries.catalogue.selection import select_projects
from registry.queries.catalogue.tiles import CLOSEST, Tile
from registry.queries.record.clusters import clusters
from registry.queries.record.points import MAX_LABELS, labelled, points
from registry.queries.record.rows import ProjectRow, TitleRow, load_brief
from registry.terms import RecognitionStatus, Tier
from registry.views.web.assets import asset_text
from registry.views.web.delivery import LASTING, from_shelf
from registry.views.web.map_shell import shell
from registry.views.web.page import name_of
from registry.views.web.runtime import catalogue, filters, policy, runtime, session
from registry.views.web.shelf import PATIENT, STRONGEST, Body
from registry.wording import Message

blueprint = Blueprint("mapdata", __name__)


TILE = re.compile(r"([0-9]{1,2})/([0-9]{1,6})/([0-9]{1,6})", re.ASCII)
WORLD = "0/0/0"
"""The tile that is meant where none is given."""


@dataclass(frozen=True)
class PageScript:
    """What the map page runs after Leaflet, in one file, and the first digits of its SHA-256."""

    body: Body
    digest: str


def sketch() -> Any:
    """The first picture of the districts."""
    # Slow import: shapely comes with the boundary set.
    from geo.sketch import city_sketch

    return city_sketch(runtime().city.boundary)


def page_script() -> PageScript:
    """The shell as a function that waits to be called, and our own scripts."""
    from geo.maps import neighbours_later

    made = neighbours_later(shell().script)
    return _joined(made, asset_text("map-page.js"))


@lru_cache(maxsize=4)
def _joined(made: str, own: str) -> PageScript:
    # The brackets around the function make browsers read it once, not twice.
    text = f"window.registryShell = (function () {{\n{made}\n}});\n{own}"
    digest = hashlib.sha256(text.encode()).hexdigest()[:16]
    return PageScript(Body(text.encode(), "text/javascript", quality=STRONGEST), digest)


def _require_current(digest: str, current: str) -> None:
    if digest != current:
        raise NotFound(Message("地图脚本已经更新，请重新打开页面。"))


@blueprint.get("/map/page-<digest>.js")
@policy(Permission.PUBLIC_READ)
def map_script(digest: str) -> Response:
    """The map page's script under an address that carries its hash."""
    made = page_script()
    _require_current(digest, made.digest)
    return from_shelf(("map page", digest), lambda: made.body, revision=LASTING)


@blueprint.get("/map/shell-<digest>.js")
@policy(Permission.PUBLIC_READ)
def shell_script(digest: str) -> Response:
    """Folium's script alone, for the place picker, under an address that carries its hash."""
    made = shell()
    _require_current(digest, made.digest)
    body = lambda: Body(made.script.encode(), "text/javascript", quality=STRONGEST)  # noqa: E731
    return from_shelf(("shell", digest), body, revision=LASTING)


@blueprint.get("/map/points.json")
@policy(Permission.PUBLIC_READ)
def points_json() -> Response:
    """Located projects of the selection as columns."""
    return _points("application/json", b"", b"")


@blueprint.get("/map/points.js")
@policy(Permission.PUBLIC_READ)
def points_script() -> Response:
    """The same as a script: the page's own script then finds them there and draws everything at once."""
    # Numbers and digits only, so nothing in it could end the string.
    return _points("text/javascript", b"window.registryPoints = JSON.parse('", b"');")


@blueprint.get("/map/clusters.json")
@policy(Permission.PUBLIC_READ)
def clusters_json() -> Response:
    """The projects of a `tile` in groups; a few kilobytes at any size."""
    wanted = filters(strict=True, known=(*COMMON, "tile"))
    given = TILE.fullmatch(request.args.get("tile") or WORLD)
    tile = Tile(*map(int, given.groups())) if given else None
    if tile is None or not tile.is_in_world:
        raise BadParameter(Message("参数 tile 应为 级别/列/行，级别从 0 到 %(most)s。", most=CLOSEST), field="tile")
    revision = catalogue().revision

    def make() -> Body:
        found = clusters(select_projects(session(), catalogue(), wanted), tile)
        return Body(orjson.dumps(found), "application/json")

    return from_shelf((revision, "clusters", tile, wanted.selection), make, revision=revision)


def _points(kind: str, before: bytes, after: bytes) -> Response:
    wanted = filters(strict=True)
    revision = catalogue().revision

    def make() -> Body:
        found = points(select_projects(session(), catalogue(), wanted))
        return Body(before + orjson.dumps(found) + after, kind, quality=PATIENT)

    return from_shelf((revision, "points", kind, wanted.selection), make, revision=revision)


@blueprint.get("/map/labels.json")
@policy(Permission.PUBLIC_READ)
def labels_json() -> Response:
    """Names and titles of projects: those with these `codes` (comma-separated), or those of a selection, of which a
    box of the map is meant to leave few. At most 100; `count` says of how many."""
    given = request.args.get("codes", "")
    if given or "bbox" not in request.args:
        rows = labelled(session(), catalogue(), _numbers(given.split(",") if given else []))
        count = len(rows)
    else:
        chosen = select_projects(session(), catalogue(), filters(strict=True)).projects
        rows, count = load_brief(session(), catalogue(), chosen[:MAX_LABELS]), len(chosen)
    answer = orjson.dumps({"count": count, "items": [_label(row) for row in rows]})
    return Response(answer, mimetype="application/json", headers={"Cache-Control": "no-cache"})


def _numbers(codes: list[str]) -> list[int]:
    """The digits of codes. The map's script knows nothing else; whoever writes the address may give them whole."""
    code = re.compile(rf"(?:{runtime().city.facts.code_prefix}-)?([0-9]{{6,9}})", re.ASCII)
    found = [code.fullmatch(text) for text in codes]
    numbers = [int(match[1]) for match in found if match is not None]
    if len(codes) > MAX_LABELS or len(numbers) < len(codes):
        raise BadParameter(
            Message("参数 codes 应为逗号分隔的项目编号，最多 %(most)s 个。", most=MAX_LABELS), field="codes"
        )
    return numbers


def _label(row: ProjectRow) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "enterprise": row.enterprise or "",
        "unit": name_of("units", row.unit),
        "url": url_for("public.project", code=row.code),
        "tier": row.leading.tier,
        "tier_name": Tier(row.leading.tier).label(language()),
        "badges": [_badge(title) for title in row.titles],
    }


def _badge(title: TitleRow) -> str:
    status = "" if title.status == "valid" else RecognitionStatus(title.status).label(language())
    parts = name_of("categories", title.category), str(title.year or _("年份不详")), status
    return " · ".join(part for part in parts if part)
