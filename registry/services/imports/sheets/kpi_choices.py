"""The words by which lists of KPI values say kind and basis of a report."""

from __future__ import annotations

from registry.terms import Basis, ReportKind

KINDS = {ReportKind.YEARLY: ("年度", "年报", "年度报告"), ReportKind.RECOGNITION: ("认定", "认定报告")}
BASES = {Basis.DECLARED: ("申报", "申报值"), Basis.VERIFIED: ("核查", "核查值")}
