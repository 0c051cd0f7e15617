"""Pages of the later life of titles: change requests and the upkeep of the record."""

from registry.views.titles import desk, enterprise_facts, error_reports, own, relations, report_desk, upkeep

blueprints = (
    desk.blueprint,
    enterprise_facts.blueprint,
    error_reports.blueprint,
    own.blueprint,
    relations.blueprint,
    report_desk.blueprint,
    upkeep.blueprint,
)
