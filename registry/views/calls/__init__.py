"""Pages of calls: public pages, self-check, blank form, management, exceptions, files."""

from registry.views.calls import dates, exceptions, files, managing, pauses, public, subjects

blueprints = (
    dates.blueprint,
    exceptions.blueprint,
    files.blueprint,
    managing.blueprint,
    pauses.blueprint,
    public.blueprint,
    subjects.blueprint,
)
