"""Pages of the reviewers: queue, case, steps, bulk steps, phrases."""

from registry.views.review import bulk, photos, phrases, queue, sheets, steps

blueprints = (
    bulk.blueprint,
    photos.blueprint,
    phrases.blueprint,
    queue.blueprint,
    sheets.blueprint,
    steps.blueprint,
)
