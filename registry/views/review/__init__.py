"""Pages of the reviewers: queue, case, steps, bulk steps, phrases."""

from registry.views.review import bulk, photos, phrases, queue, saved, sheet_files, sheet_upload, sheets, steps

blueprints = (
    bulk.blueprint,
    photos.blueprint,
    phrases.blueprint,
    queue.blueprint,
    saved.blueprint,
    sheet_files.blueprint,
    sheet_upload.blueprint,
    sheets.blueprint,
    steps.blueprint,
)
