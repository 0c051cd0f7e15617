"""Pages of calls: public pages, self-check, blank form, management, exceptions."""

from registry.views.calls import exceptions, managing, public, subjects

blueprints = (
    exceptions.blueprint,
    managing.blueprint,
    public.blueprint,
    subjects.blueprint,
)
