"""Pages of public notices, objections and the calendar of working days."""

from registry.views.notices import calendar, desk, objecting, objections, open_data, public

blueprints = (
    calendar.blueprint,
    desk.blueprint,
    objecting.blueprint,
    objections.blueprint,
    open_data.blueprint,
    public.blueprint,
)
