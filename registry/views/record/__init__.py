"""Pages and files of the public record: map, list, project, statistics, API."""

from registry.views.record import (
    api,
    catalog,
    embed,
    files,
    honors,
    map_data,
    map_page,
    pages,
    project_code,
    statistics,
    suppliers,
)

blueprints = (
    api.blueprint,
    catalog.blueprint,
    embed.blueprint,
    files.blueprint,
    honors.blueprint,
    suppliers.blueprint,
    map_data.blueprint,
    map_page.blueprint,
    pages.blueprint,
    project_code.blueprint,
    statistics.blueprint,
)
