"""Pages of the experts' round: the pool, panels of officers, an expert's own sheets, the chair's rulings."""

from registry.views.evaluation import chair, expert, items, panels, pool

blueprints = (
    chair.blueprint,
    expert.blueprint,
    items.blueprint,
    panels.blueprint,
    pool.blueprint,
)
