"""Pages of calls: public pages, self-check, blank form, management, exceptions."""

from registry.views.calls import dates, exceptions, managing, pauses, public, subjects

blueprints = (
    dates.blueprint,
    exceptions.blueprint,
    managing.blueprint,
    pauses.blueprint,
    public.blueprint,
    subjects.blueprint,
)
