"""What the rules say about KPI inputs, wherever they are typed."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from registry.values.kpi_checks import WHOLE, Gravity, KpiInput, Part, check_values, with_shares


def said(**values: KpiInput) -> list[tuple[str, str, str]]:
    return [(doubt.gravity.value, doubt.kpi, doubt.reason) for doubt in check_values(values)]


def count(value: int | str) -> KpiInput:
    return KpiInput(current=Decimal(value))


def change(before: str | None, after: str | None, measure: str = "") -> KpiInput:
    return KpiInput(
        baseline=None if before is None else Decimal(before),
        current=None if after is None else Decimal(after),
        measure=measure,
    )


def test_networked_above_smart_above_total_names_the_field_that_is_too_large() -> None:
    assert said(equipment_count=count(80), smart_equipment_count=count(81), networked_equipment_count=count(82)) == [
        ("error", "networked_equipment_count", "联网设备数 82 大于自动化、智能化设备数 81"),
        ("error", "smart_equipment_count", "自动化、智能化设备数 81 大于车间设备总台套数 80"),
    ]
    assert said(smart_equipment_count=count(10), industrial_robot_count=count(11)) == [
        ("warning", "industrial_robot_count", "工业机器人 11 大于自动化、智能化设备数 10")
    ]


@given(st.integers(1, 10**6), st.integers(0, 10**6), st.integers(0, 10**6))
def test_the_order_of_equipment_counts(total: int, smart: int, networked: int) -> None:
    doubts = check_values(
        {
            "equipment_count": count(total),
            "smart_equipment_count": count(smart),
            "networked_equipment_count": count(networked),
        }
    )
    refused = any(doubt.gravity == Gravity.ERROR for doubt in doubts)
    assert refused == (not networked <= smart <= total)


def test_half_a_pair_names_the_missing_half() -> None:
    [first] = check_values({"operating_cost": change(None, "5")})
    [second] = check_values({"operating_cost": change("5", None)})
    assert (first.part, second.part) == (Part.BASELINE, Part.CURRENT)


def test_hard_ranges() -> None:
    assert said(total_investment=count(0)) == [("error", "total_investment", "应大于 0")]
    assert said(equipment_count=count(0)) == [("error", "equipment_count", "应不小于 1")]
    assert said(equipment_count=count("80.5")) == [("error", "equipment_count", "应为整数")]
    assert said(defect_rate=change("101", "1")) == [("error", "defect_rate", "应不大于 100")]
    assert said(defect_rate=change("1500", "900", "ppm")) == []
    assert said(resource_utilization=change("60", "101", "%")) == [("error", "resource_utilization", "应不大于 100")]
    assert said(resource_utilization=change("60", "101", "吨/件")) == []
    assert said(oee=count(101)) == [("error", "oee", "应不大于 100")]
    assert said(maturity_level=count(6)) == [("error", "maturity_level", "应不大于 5")]
    assert said(numerical_control_rate=KpiInput(baseline=WHOLE, current=Decimal(101))) == [
        ("error", "numerical_control_rate", "占比应在 0 到 100 之间")
    ]


def test_a_typed_rate_keeps_its_limits_when_only_one_count_is_known() -> None:
    assert said(
        smart_equipment_count=count(80),
        equipment_networking_rate=KpiInput(baseline=WHOLE, current=Decimal(120)),
    ) == [("error", "equipment_networking_rate", "占比应在 0 到 100 之间")]


def test_warnings_never_refuse_and_name_the_figure() -> None:
    assert said(operating_cost=change("100", "39")) == [("warning", "operating_cost", "算得 -61 %，低于通常的 -60")]
    assert said(production_efficiency=change("1", "3.1")) == [
        ("warning", "production_efficiency", "算得 210 %，高于通常的 200")
    ]
    assert said(total_investment=count(500_001)) == [("warning", "total_investment", "算得 500001，高于通常的 500000")]
    counts = {"equipment_count": count(100), "smart_equipment_count": count(69)}
    assert [doubt.kpi for doubt in check_values(with_shares(counts))] == ["smart_equipment_rate"]
    assert said(defect_rate=change("0", "1")) == [("warning", "defect_rate", "改造前为 0，变化不可比，不计入平均")]


def test_a_rate_below_one_is_asked_about_but_not_in_a_defect_rate() -> None:
    asked = said(oee=count("0.211"))
    assert asked == [("question", "oee", "0.211 是指 0.211 % 还是 21.1 %")]
    assert said(oee=KpiInput(current=Decimal("0.211"), as_rate=True)) == []
    assert said(defect_rate=change("0.86", "0.4")) == []


def test_shares_follow_from_counts_and_win_over_typed_rates() -> None:
    found = with_shares(
        {
            "equipment_count": count(80),
            "smart_equipment_count": count(72),
            "networked_equipment_count": count(71),
            "smart_equipment_rate": KpiInput(baseline=WHOLE, current=Decimal(50), measure="%"),
        }
    )
    assert found["smart_equipment_rate"] == KpiInput(baseline=Decimal(80), current=Decimal(72))
    # The networked ones are counted among the smart ones, not among all.
    assert found["equipment_networking_rate"] == KpiInput(baseline=Decimal(72), current=Decimal(71))
