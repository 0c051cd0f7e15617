"""Pages of the public record: map, list, project, statistics."""

from registry.views.record import (
    catalog,
    embed,
    honors,
    map_data,
    map_page,
    pages,
    project_code,
    statistics,
    suppliers,
)

blueprints = (
    catalog.blueprint,
    embed.blueprint,
    honors.blueprint,
    suppliers.blueprint,
    map_data.blueprint,
    map_page.blueprint,
    pages.blueprint,
    project_code.blueprint,
    statistics.blueprint,
)
