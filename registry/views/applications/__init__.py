"""The enterprise side: dashboard, application form, files, place, submission, what was submitted."""

from registry.views.applications import attachments, dashboard, form, frame, paper, place, record, second_person, steps

blueprints = (attachments.blueprint, frame.blueprint, place.blueprint)

__all__ = ["blueprints", "dashboard", "form", "paper", "record", "second_person", "steps"]
