"""The published figures of the 2020 batch come out of its 22 rows, and only by the right rules."""

from __future__ import annotations

import csv
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

import pytest

from registry.indicators import Pair, change, hundred_million, mean, pooled, round_half_up, share, total
from registry.terms import KpiKind
from tests.cities import DEMO_BATCH

with DEMO_BATCH.open(encoding="utf-8-sig", newline="") as file:
    ROWS = list(csv.DictReader(file))
OF = len(ROWS)


def column(name: str) -> list[Fraction]:
    return [Fraction(row[name]) for row in ROWS]


def pairs(before: str, after: str) -> list[Pair]:
    return [Pair(*pair) for pair in zip(column(before), column(after), strict=True)]


def mean_of(rule: Callable[[Fraction, Fraction], Fraction | None], first: str, second: str) -> Fraction:
    values = [rule(*pair) for pair in zip(column(first), column(second), strict=True)]
    found = mean([value for value in values if value is not None], of=OF)
    assert (found.n, found.of) == (22, 22)
    assert found.exact is not None
    return found.exact


def shown(value: Fraction | None) -> str:
    assert value is not None
    return str(round_half_up(value))


def test_twenty_two_projects_of_one_document() -> None:
    assert OF == 22
    assert {(row["类别"], row["批次年份"]) for row in ROWS} == {("市级示范智能车间", "2020")}


def test_sums() -> None:
    investment = total(column("总投资(万元)"), of=OF).exact
    robots = total(column("工业机器人"), of=OF).exact
    assert investment is not None
    assert shown(hundred_million(investment)) == "19.9"
    assert robots == 142


def test_shares_are_simple_means_with_the_smart_equipment_below_the_networked() -> None:
    assert shown(mean_of(share, "智能设备数", "设备总数")) == "93.6"
    assert shown(mean_of(share, "联网设备数", "智能设备数")) == "94.2"
    # With all equipment below it the networking rate would be another figure.
    assert shown(mean_of(share, "联网设备数", "设备总数")) == "88.1"


@pytest.mark.parametrize(
    ("name", "unit", "exact", "figure", "rounded_twice"),
    [
        ("运营成本", "", "-21.1498", "-21.1", "-21.2"),
        ("生产效率", "", "60.5490", "60.5", "60.6"),
        ("不良品率", "(%)", "-53.4526", "-53.5", "-53.5"),
        ("能源利用率", "", "29.4510", "29.5", "29.5"),
        ("资源利用率", "", "28.9488", "28.9", "29.0"),
    ],
)
def test_changes_are_simple_means_rounded_once(
    name: str, unit: str, exact: str, figure: str, rounded_twice: str
) -> None:
    value = mean_of(change, f"{name}-改造前{unit}", f"{name}-改造后{unit}")
    assert round_half_up(value, 4) == Decimal(exact)
    assert shown(value) == figure
    assert str(round_half_up(round_half_up(value, 2))) == rounded_twice


def test_pooled_means_are_other_figures() -> None:
    assert shown(pooled(KpiKind.SHARE, pairs("设备总数", "智能设备数"), of=OF).exact) == "92.4"
    assert shown(pooled(KpiKind.CHANGE, pairs("运营成本-改造前", "运营成本-改造后"), of=OF).exact) == "-22.2"
