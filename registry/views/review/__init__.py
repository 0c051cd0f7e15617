"""Pages of the reviewers: queue, case, steps, bulk steps, phrases."""

from registry.views.review import bulk, phrases, queue, steps

blueprints = (
    bulk.blueprint,
    phrases.blueprint,
    queue.blueprint,
    steps.blueprint,
)
