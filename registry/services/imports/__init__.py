"""Import of standing lists: read a file, ask what it leaves open, plan row by row, and apply all or nothing.

The way of a list, for command and page: `read_list` with the answers so far → questions and a plan → answers →
`read_list` again → `apply_list`. Reading writes nothing.
"""

from registry.services.imports.applying import apply_plan
from registry.services.imports.asking.questions import Choice, Free, Question, QuestionKind, WrongAnswer
from registry.services.imports.engine import apply_list, prepare_list, read_list, state_of_record
from registry.services.imports.findings import Level, Outcome, RowFinding
from registry.services.imports.honors.applying import apply_honors
from registry.services.imports.honors.planning import HonorPlan, plan_honors
from registry.services.imports.kpis.applying import apply_kpis
from registry.services.imports.kpis.planning import KpiPlan, plan_kpis
from registry.services.imports.plan import Plan, Progress
from registry.services.imports.planning import plan_projects
from registry.services.imports.report import report_lines, write_report
from registry.services.imports.result import (
    ColumnReading,
    Difference,
    ListKind,
    ListReading,
    Options,
    RowResult,
    SheetReading,
    Understood,
)
from registry.services.imports.sheets.columns import template_headers
from registry.services.imports.template import write_template
from registry.services.imports.totals.applying import apply_totals
from registry.services.imports.totals.planning import TotalPlan, plan_totals

__all__ = [
    "Choice",
    "ColumnReading",
    "Difference",
    "Free",
    "HonorPlan",
    "KpiPlan",
    "Level",
    "ListKind",
    "ListReading",
    "Options",
    "Outcome",
    "Plan",
    "Progress",
    "Question",
    "QuestionKind",
    "RowFinding",
    "RowResult",
    "SheetReading",
    "TotalPlan",
    "Understood",
    "WrongAnswer",
    "apply_honors",
    "apply_kpis",
    "apply_list",
    "apply_plan",
    "apply_totals",
    "plan_honors",
    "plan_kpis",
    "plan_projects",
    "plan_totals",
    "prepare_list",
    "read_list",
    "report_lines",
    "state_of_record",
    "template_headers",
    "write_report",
    "write_template",
]
