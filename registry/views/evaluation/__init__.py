"""Pages of the experts' round: the pool, panels of officers, an expert's own sheets, the chair's rulings."""

from registry.views.evaluation import chair, expert, frame, items, panel_steps, panels, papers, pool, saving

__all__ = ["blueprints", "expert", "panel_steps", "panels", "papers", "saving"]

blueprints = (
    chair.blueprint,
    frame.expert_blueprint,
    frame.panels_blueprint,
    items.blueprint,
    pool.blueprint,
)
