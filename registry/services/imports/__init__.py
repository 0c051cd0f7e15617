"""Import of standing lists: read a file, plan row by row, report, and apply all or nothing.

The way of a list: `spreadsheets.read_file` → `plan_projects` → `report_lines`, `write_report` →
`apply_plan`. Planning reads the registry and writes nothing.
"""

from registry.services.imports.applying import apply_plan
from registry.services.imports.columns import template_headers
from registry.services.imports.findings import Level, Outcome, RowFinding
from registry.services.imports.kpi_applying import apply_kpis
from registry.services.imports.kpi_planning import KpiPlan, plan_kpis
from registry.services.imports.plan import Plan, Progress
from registry.services.imports.planning import plan_projects
from registry.services.imports.report import report_lines, write_report
from registry.services.imports.template import write_template

__all__ = [
    "KpiPlan",
    "Level",
    "Outcome",
    "Plan",
    "Progress",
    "RowFinding",
    "apply_kpis",
    "apply_plan",
    "plan_kpis",
    "plan_projects",
    "report_lines",
    "template_headers",
    "write_report",
    "write_template",
]
