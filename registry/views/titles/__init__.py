"""Pages of the later life of titles: change requests and the upkeep of the record."""

from registry.views.titles import desk, own, upkeep

blueprints = (
    desk.blueprint,
    own.blueprint,
    upkeep.blueprint,
)
