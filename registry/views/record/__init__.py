"""Pages and files of the public record: map, list, project, statistics, API."""

from registry.views.record import api, catalog, files, honors, map_data, map_page, pages, statistics, suppliers

blueprints = (
    api.blueprint,
    catalog.blueprint,
    files.blueprint,
    honors.blueprint,
    suppliers.blueprint,
    map_data.blueprint,
    map_page.blueprint,
    pages.blueprint,
    statistics.blueprint,
)
