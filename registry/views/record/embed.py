"""`/embed`: the map of a selection alone, for the pages of others; `/share`: its address and code to take along.

The page in the frame sets, reads and stores nothing, asks for nothing but its own files, and works without scripts.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

import segno
from flask import Blueprint, Response, g, render_template, request
from markupsafe import Markup

from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.catalogue.description import conditions
from registry.queries.catalogue.filters import Filters, Reader
from registry.queries.catalogue.selection import select_projects
from registry.queries.record.gathered import Gathered, Heap, Mark, gathered
from registry.queries.record.listing import list_page
from registry.queries.statistics.measures import shading
from registry.views.record.map_data import sketch
from registry.views.record.map_legend import class_rows, direction_words, district_rows, measure_options
from registry.views.web.addresses import site_url
from registry.views.web.delivery import cached_page, shared
from registry.views.web.map_shell import boundary_approval
from registry.views.web.page import view_url
from registry.views.web.runtime import catalogue, filters, policy, runtime, session
from registry.views.web.shelf import Body

blueprint = Blueprint("embed", __name__)
ROWS = 20
HEIGHT = 420
"""Pixels that the frame has before it knows better."""


@dataclass(frozen=True)
class Placed:
    """A mark or a heap in units of the drawing."""

    x: float
    y: float
    of: Mark | Heap


@blueprint.get("/embed")
@policy(Permission.PUBLIC_READ)
def embed() -> Response:
    """The map alone. `list` and `legend` say what stands beside it; unknown names are ignored."""
    wanted = filters()
    reader = Reader(request.args.to_dict(flat=False))
    has_list, has_legend = reader.one_of("list", ("0", "1"), "0"), reader.one_of("legend", ("0", "1"), "1")
    g.embeddable = True
    g.known_parameters = [*wanted.pairs(), ("list", has_list), ("legend", has_legend)]

    def make() -> Body:
        selection = select_projects(session(), catalogue(), wanted)
        shades = shading(session(), selection, wanted.measure, wanted.method)
        lists = catalogue().lists
        page = list_page(session(), selection, wanted.but(rows="projects", page=1, per_page=ROWS), brief=True)
        text = render_template(
            "record/embed.html",
            filters=wanted,
            selection=selection,
            shades=shades,
            measure_words=dict(measure_options())[shades.measure],
            direction=direction_words(shades),
            classes=class_rows(shades),
            shade_of={row.code: row.shade_name for row in district_rows(selection, shades)},
            names={code: item.label(language()) for code, item in lists.divisions.items()},
            sketch=sketch(),
            far=_placed(found := gathered(session(), selection)),
            near=[_at(mark.lon, mark.lat, mark) for mark in found.single],
            found=found,
            rows=page.rows if has_list == "1" else [],
            has_legend=has_legend == "1",
            whole=view_url("home.map_page", wanted.selection),
            conditions=[each.value for each in conditions(wanted, lists, language())],
            approval_number=boundary_approval(),
        )
        return Body(text.encode(), "text/html")

    return shared((wanted, has_list, has_legend), make)


@blueprint.get("/share")
@policy(Permission.PUBLIC_READ)
def share() -> Response:
    """The address of a view, its code as a picture, and the code for a page of one's own."""
    wanted = filters()

    def make() -> str:
        address = _address("home.map_page", wanted)
        framed = _address("embed.embed", wanted)
        title = _("%(site)s：地图", site=runtime().site.told(language()).name)
        return render_template(
            "record/share.html",
            filters=wanted,
            address=address,
            listed=_address("public.projects", wanted),
            qr=qr_svg(address),
            framed=framed,
            snippet=frame_code(framed, title),
            may_embed=bool(runtime().settings.embed_ancestors),
            ancestors=[each for each in runtime().settings.embed_ancestors if each != "*"],
            conditions=list(conditions(wanted, catalogue().lists, language())),
        )

    return cached_page(wanted, make)


def frame_code(address: str, title: str) -> str:
    """The HTML that shows the map in another page; it is text until somebody puts it there."""
    return (
        f'<iframe src="{escape(address)}" title="{escape(title)}" width="100%" height="{HEIGHT}" loading="lazy" '
        'sandbox="allow-scripts allow-popups" referrerpolicy="no-referrer"></iframe>'
    )


def qr_svg(address: str) -> Markup:
    """A code with the border that readers need; it is drawn from our own address, so it is safe."""
    made = segno.make(address, error="m", micro=False)
    return Markup(made.svg_inline(border=4, svgclass="qr", lineclass=None, omitsize=True))  # noqa: S704


def _address(endpoint: str, wanted: Filters) -> str:
    query = wanted.but(lang=language(), page=1).query()
    return site_url(endpoint, lang=None) + (f"?{query}" if query else "")


def _placed(found: Gathered) -> list[Placed]:
    marks: list[Mark | Heap] = [*found.alone, *found.heaps]
    return [_at(each.lon, each.lat, each) for each in marks]


def _at(lon: float, lat: float, of: Mark | Heap) -> Placed:
    x, y = sketch().place(lon, lat)
    return Placed(x, y, of)
