"""Pages of the public record: map, list, project, statistics."""

from registry.views.record import honors, map_data, map_page, pages, statistics, suppliers

blueprints = (
    honors.blueprint,
    suppliers.blueprint,
    map_data.blueprint,
    map_page.blueprint,
    pages.blueprint,
    statistics.blueprint,
)
