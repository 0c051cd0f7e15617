"""The side of the enterprise: dashboard, application form, submission, the record of what was submitted."""

from registry.views.enterprise import dashboard, form, record, steps
from registry.views.enterprise.frame import blueprint

__all__ = ["blueprint", "dashboard", "form", "record", "steps"]
