"""What every page with a map takes: the folium shell, the map approval number, data for its script."""

from __future__ import annotations

from typing import Any

import orjson
from markupsafe import Markup

from registry.i18n import language
from registry.views.web.runtime import runtime


def shell() -> Any:
    """The folium shell with the configured base map."""
    # Slow import: folium and its template engine.
    from geo.maps import district_map_shell

    settings, city = runtime().settings, runtime().city
    return district_map_shell(
        city.boundary, city.facts.neighbour_labels, settings.basemap, settings.basemap_attribution
    )


def boundary_approval() -> str:
    """Map approval number of the boundary set in use."""
    return runtime().city.boundary.provenance.approval_number


def boundary_source() -> str:
    """Where the boundary set in use comes from, for the line under a map."""
    return runtime().city.boundary.provenance.under_map(language())


def script_json(data: Any) -> Markup:
    """JSON for a data block in a page; `<`, `>` and `&` are written as escapes."""
    text = orjson.dumps(data).decode().replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return Markup(text)
