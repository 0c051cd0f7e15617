"""What a sheet is checked for before it is signed (edge case 15): pure, without a database."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from registry.application_form.inspection import sheet_of
from registry.application_form.rule_checks import rule_faults
from registry.application_form.rules import InspectionItem, Rules
from registry.declaration.inspecting import VisitChecked, check_visit
from registry.declaration.verified import rates, restored, stored
from registry.values.kpi_checks import KpiInput, with_shares
from tests.applicants import CATEGORY, rules_without_files
from tests.inspection.conftest import RULES, WHOLE

TODAY = date(2026, 11, 20)
SHEET = sheet_of(rules_without_files(**RULES))
DECLARED = with_shares(
    {
        "equipment_count": KpiInput(current=Decimal(173)),
        "smart_equipment_count": KpiInput(current=Decimal(162)),
        "networked_equipment_count": KpiInput(current=Decimal(153)),
        "production_efficiency": KpiInput(baseline=Decimal("48.2"), current=Decimal("77.36"), measure="件/人·日"),
    }
)


def check(**changes: str) -> VisitChecked:
    """The whole sheet with some texts in other places; `_` stands for `-`."""
    given = {name.replace("__", "-"): text for name, text in changes.items()}
    return check_visit(SHEET, {name: text for name, text in (WHOLE | given).items() if text}, DECLARED, today=TODAY)


def faults(**changes: str) -> dict[str, str]:
    """Sentence by field."""
    return {fault.field: fault.message for fault in check(**changes).faults}


def other(code: str, current: str, baseline: str = "") -> dict[str, str]:
    """Another value for a KPI."""
    typed = {f"seen__{code}": "inputs", f"found__{code}__current": current}
    return typed | ({f"found__{code}__baseline": baseline} if baseline else {})


def test_a_whole_sheet_verifies_what_was_declared() -> None:
    found = check()
    assert (found.faults, found.conclusion, found.blanks) == ([], "pass", 0)
    assert found.verified == {code: DECLARED[code] for code in SHEET.rules.inspection_kpis}


def test_an_empty_sheet_names_everything_that_is_open() -> None:
    found = check_visit(SHEET, {}, DECLARED, today=TODAY)
    assert [fault.field for fault in found.faults] == [
        "check-line", "check-mes", "seen-equipment_count", "seen-smart_equipment_count",
        "seen-networked_equipment_count", "seen-production_efficiency", "conclusion",
    ]  # fmt: skip
    assert found.blanks == 7


def test_more_networked_than_smart_devices_names_both() -> None:
    [(name, sentence)] = faults(**other("networked_equipment_count", "170")).items()
    assert name == "found-networked_equipment_count-current"
    assert "联网" in sentence
    assert "170" in sentence
    assert "162" in sentence


def test_fewer_smart_devices_than_declared_networked_ones_are_refused_too() -> None:
    sentence = faults(**other("smart_equipment_count", "150"))
    assert list(sentence) == ["seen-networked_equipment_count"]
    assert "153" in sentence["seen-networked_equipment_count"]
    assert "150" in sentence["seen-networked_equipment_count"]


def test_a_value_that_nobody_could_see_stays_declared() -> None:
    found = check(seen__networked_equipment_count="unseen", **other("smart_equipment_count", "158"))
    assert found.faults == []
    assert "networked_equipment_count" not in found.verified
    assert found.merged["networked_equipment_count"].current == 153
    assert found.merged["equipment_networking_rate"] == KpiInput(baseline=Decimal(158), current=Decimal(153))


def test_a_verified_change_is_in_the_declared_measure() -> None:
    found = check(**other("production_efficiency", "73.55", "48.20"))
    assert found.verified["production_efficiency"].measure == "件/人·日"
    assert rates(found.merged)["production_efficiency"] == "52.6%"
    assert rates(DECLARED)["production_efficiency"] == "60.5%"


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"check__line": "no"}, "note-line", "写明看到了什么"),
        (other("equipment_count", ""), "found-equipment_count-current", "没有填写核查值"),
        (other("equipment_count", "约180"), "found-equipment_count-current", "不是数字"),
        (other("equipment_count", "180.5"), "found-equipment_count-current", "整数"),
        (other("production_efficiency", "70"), "found-production_efficiency-baseline", "没有填写核查值"),
        ({"conclusion": "fix", "fix_by": "2026-12-01"}, "fixes", "写明整改什么"),
        ({"conclusion": "fix", "fixes": "补装"}, "fix_by", "期限"),
        ({"conclusion": "fix", "fixes": "补装", "fix_by": "下周"}, "fix_by", "2026-05-18"),
        ({"conclusion": "fix", "fixes": "补装", "fix_by": "2026-11-19"}, "fix_by", "已经过去"),
        ({"remark": "长" * 2001}, "remark", "2001"),
    ],
)
def test_each_fault_stands_at_its_field(changes: dict[str, str], field: str, says: str) -> None:
    found = faults(**changes)
    assert list(found) == [field]
    assert says in found[field]


def test_what_was_verified_comes_back_as_it_was_signed() -> None:
    found = check(**other("production_efficiency", "73.55", "48.20"))
    assert restored(stored(found.verified)) == found.verified


def rule_fault(**changes: Any) -> list[tuple[str, str]]:
    return rule_faults(rules_without_files(**changes), units=["TNQ"], categories=[CATEGORY])


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"inspection_share": 50}, "inspection_list", "核查什么"),
        ({"inspection_share": 101, "inspection_list": RULES["inspection_list"]}, "inspection_share", "100"),
        ({"inspection_kpis": ("maturity_level",)}, "inspection_kpis", "不在本通知"),
        ({"inspection_kpis": ("smart_equipment_rate",)}, "inspection_kpis", "台数"),
        ({"inspection_list": (InspectionItem(code="a", text="长" * 101),)}, "inspection_list", "101"),
        ({"inspection_list": (InspectionItem(code="a", text="同"), InspectionItem(code="a", text="同"))}, "inspection_list", "不止一次"),
    ],
)  # fmt: skip
def test_rules_that_cannot_be_inspected_by_are_refused(changes: dict[str, Any], field: str, says: str) -> None:
    [(name, sentence)] = rule_fault(**changes)
    assert name == field
    assert says in sentence


def test_rules_from_before_inspections_ask_for_none() -> None:
    """Edge cases 1 and 2: an old draft keeps the rules it was begun with."""
    old = {name: value for name, value in rules_without_files().to_json().items() if not name.startswith("inspection")}
    rules = Rules.from_json(old)
    assert (rules.inspection_share, rules.inspection_list, rules.inspection_kpis) == (0, (), ())
    assert Rules.from_json(rules_without_files(**RULES).to_json()) == rules_without_files(**RULES)
