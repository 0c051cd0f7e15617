"""Pages of calls: public pages, self-check, blank form, management, exceptions."""

from registry.views.calls import dates, exceptions, managing, pauses, public

blueprints = (
    dates.blueprint,
    exceptions.blueprint,
    managing.blueprint,
    pauses.blueprint,
    public.blueprint,
)
