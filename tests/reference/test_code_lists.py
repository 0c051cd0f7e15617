"""The code lists as the bureau knows them: literal tables, so that a slip in a data file shows."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

import pytest

from registry.kpi_definitions import kpi
from registry.reference import industries, kpis
from registry.terms import Direction, KpiKind, ProjectType, Sector, Tier
from tests.cities import DEMO_BATCH, SHIPPED

CATEGORIES = """
mun_smart_workshop            | 市级智能车间                     | municipal  | workshop | 10 | None | None
mun_demo_smart_workshop       | 市级示范智能车间                 | municipal  | workshop | 20 | None | None
mun_smart_mfg_zone            | 市智能制造示范区                 | municipal  | zone     | None | 2021 | None
prov_demo_smart_workshop      | 省级示范智能车间                 | provincial | workshop | 30 | None | 2020
prov_smart_mfg_demo_workshop  | 省级智能制造示范车间             | provincial | workshop | 30 | 2021 | 2024
prov_smart_factory            | 省级智能工厂                     | provincial | factory  | 40 | None | 2021
prov_smart_mfg_demo_factory   | 省智能制造示范工厂               | provincial | factory  | 40 | 2022 | 2024
prov_advanced_smart_factory   | 省先进级智能工厂                 | provincial | factory  | 40 | 2025 | None
prov_leading_service_provider | 省级智能制造领军服务机构         | provincial | supplier | None | None | None
nat_new_mode_application      | 智能制造新模式应用项目           | national   | project  | None | 2015 | 2018
nat_pilot_demonstration       | 智能制造试点示范项目             | national   | project  | None | 2015 | 2018
nat_standardization_pilot     | 高端装备制造业标准化试点         | national   | park     | None | 2018 | 2018
nat_solution_supplier         | 智能制造系统解决方案供应商项目   | national   | supplier | None | None | None
nat_demo_factory              | 智能制造示范工厂                 | national   | factory  | 45 | 2021 | 2023
nat_excellent_scene           | 智能制造优秀场景                 | national   | project  | None | 2021 | 2023
nat_excellent_factory         | 卓越级智能工厂                   | national   | factory  | 50 | 2024 | None
nat_leading_factory           | 领航级智能工厂                   | national   | factory  | 60 | 2025 | None
"""


def test_categories_with_their_years_and_ranks() -> None:
    shipped = [
        (row.code, row.name, row.tier.value, row.type.value, str(row.rank), str(row.valid_from), str(row.valid_to))
        for row in SHIPPED.categories
    ]
    assert shipped == [tuple(cell.strip() for cell in line.split("|")) for line in CATEGORIES.strip().splitlines()]


def test_successors_continue_the_same_title_without_a_gap() -> None:
    by_code = {row.code: row for row in SHIPPED.categories}
    chains = {row.code: row.successor for row in SHIPPED.categories if row.successor}
    assert chains == {
        "prov_demo_smart_workshop": "prov_smart_mfg_demo_workshop",
        "prov_smart_factory": "prov_smart_mfg_demo_factory",
        "prov_smart_mfg_demo_factory": "prov_advanced_smart_factory",
    }
    for earlier, later in chains.items():
        before, after = by_code[earlier], by_code[later]
        assert (before.tier, before.type, before.rank) == (after.tier, after.type, after.rank)
        assert before.valid_to is not None
        assert after.valid_from == before.valid_to + 1


def test_what_no_source_confirmed_says_so() -> None:
    assert {row.code for row in SHIPPED.categories if "推测" in row.note} == {
        "prov_smart_mfg_demo_workshop",
        "prov_smart_factory",
        "prov_smart_mfg_demo_factory",
        "nat_new_mode_application",
    }


def test_a_higher_tier_ranks_higher_within_the_ladder() -> None:
    ladder = sorted((row.rank, row.tier.rank) for row in SHIPPED.categories if row.rank is not None)
    assert all(lower[1] <= higher[1] for lower, higher in pairwise(ladder))
    assert {row.tier for row in SHIPPED.categories} == set(Tier)
    assert {row.type for row in SHIPPED.categories} == set(ProjectType)


def test_seven_units_stand_on_six_polygons() -> None:
    assert [(row.code, row.name, row.division, row.has_polygon) for row in SHIPPED.units] == [
        ("TNQ", "天宁区", "320402", True),
        ("ZLQ", "钟楼区", "320404", True),
        ("XBQ", "新北区", "320411", True),
        ("WJQ", "武进区", "320412", True),
        ("JTQ", "金坛区", "320413", True),
        ("LYS", "溧阳市", "320481", True),
        ("JKQ", "常州经开区", "320412", False),
    ]
    names = [name for row in SHIPPED.units for name in (row.name, *row.aliases)]
    assert [name for name, times in Counter(names).items() if times > 1] == []
    assert next(row.code for row in SHIPPED.units if "常州高新区" in row.aliases) == "XBQ"


def test_ended_divisions_lead_to_those_in_force() -> None:
    assert [(row.code, row.name) for row in SHIPPED.divisions if row.valid_to is None] == [
        ("320402", "天宁区"),
        ("320404", "钟楼区"),
        ("320411", "新北区"),
        ("320412", "武进区"),
        ("320413", "金坛区"),
        ("320481", "溧阳市"),
    ]
    assert [(row.code, row.name, row.valid_to, row.successor) for row in SHIPPED.divisions if row.valid_to] == [
        ("320405", "戚墅堰区", 2015, "320412"),
        ("320482", "金坛市", 2015, "320413"),
    ]


def test_towns_of_the_zone() -> None:
    assert {row.name: row.unit for row in SHIPPED.towns} == dict.fromkeys(
        ["戚墅堰街道", "丁堰街道", "潞城街道", "遥观镇", "横林镇", "横山桥镇"],
        "JKQ",
    )


def test_thirty_one_industries_in_five_sectors() -> None:
    assert [row.code for row in industries()] == [str(code) for code in range(13, 44)]
    by_sector = {sector: {int(code) for code, own in SHIPPED.sectors.items() if own is sector} for sector in Sector}
    assert by_sector == {
        Sector.EQUIPMENT: {33, 34, 35, 36, 37, 38, 40},
        Sector.ELECTRONICS: {39},
        Sector.MATERIALS: {25, 26, 28, 29, 30, 31, 32},
        Sector.CONSUMER: {*range(13, 25), 27},
        Sector.OTHER: {41, 42, 43},
    }


def test_every_code_list_has_english_names() -> None:
    for row in (*SHIPPED.units, *SHIPPED.divisions, *industries(), *SHIPPED.categories, *kpis()):
        assert row.name_en.isascii(), row
        assert row.name_en, row


KPIS = """
total_investment          | 万元        | amount  | None | >0 None    | None 500000 | yes
equipment_count           | 台(套)      | count   | None | ≥1 None    | None None   | yes
smart_equipment_count     | 台(套)      | count   | None | ≥0 None    | None None   | yes
networked_equipment_count | 台(套)      | count   | None | ≥0 None    | None None   | yes
smart_equipment_rate      | %           | share   | high | ≥0 100     | 70 None     | yes
equipment_networking_rate | %           | share   | high | ≥0 100     | 70 None     | yes
industrial_robot_count    | 台(套)      | count   | None | ≥0 None    | None None   | yes
operating_cost            | 万元/年     | change  | low  | >0 None    | -60 None    | yes
production_efficiency     |             | change  | high | >0 None    | None 200    | yes
defect_rate               | %           | change  | low  | ≥0 100     | -95 None    | yes
energy_utilization        |             | change  | high | >0 None    | None 100    | yes
resource_utilization      |             | change  | high | >0 None    | None 100    | yes
product_development_cycle | 天          | change  | low  | >0 None    | -80 None    | no
labor_productivity        | 万元/人     | change  | high | >0 None    | None None   | no
unit_output_energy        | 吨标煤/万元 | change  | low  | >0 None    | None None   | no
oee                       | %           | level   | high | ≥0 100     | None None   | no
numerical_control_rate    | %           | share   | high | ≥0 100     | None None   | no
maturity_level            | 级          | ordinal | high | ≥1 5       | None None   | no
"""


def test_kpi_definitions_with_limits_and_warnings() -> None:
    shipped = [
        " | ".join(
            [
                row.code,
                row.unit,
                row.kind.value,
                "None" if row.direction is None else row.direction.value,
                f"{'>' if row.min_open else '≥'}{row.hard_min} {row.hard_max}",
                f"{row.warn_below} {row.warn_above}",
                "yes" if row.in_new_calls else "no",
            ]
        )
        for row in kpis()
    ]
    assert shipped == [" | ".join(cell.strip() for cell in line.split("|")) for line in KPIS.strip().splitlines()]


def test_shares_name_the_counts_they_follow_from() -> None:
    assert {row.code: (row.numerator, row.denominator) for row in kpis() if row.numerator} == {
        "smart_equipment_rate": ("smart_equipment_count", "equipment_count"),
        "equipment_networking_rate": ("networked_equipment_count", "smart_equipment_count"),
    }
    assert all(row.direction is Direction.HIGH for row in kpis() if row.kind == KpiKind.SHARE)


def test_columns_of_the_batch_file_are_those_of_the_definitions() -> None:
    header = DEMO_BATCH.read_text(encoding="utf-8-sig").splitlines()[0].split(",")[16:]
    wanted = []
    for row in kpis():
        if not row.in_batch_files or not row.list_column:
            continue
        percent = "(%)" if row.unit == "%" else ""
        wanted += (
            [f"{row.list_column}-改造前{percent}", f"{row.list_column}-改造后{percent}"]
            if row.kind == KpiKind.CHANGE
            else [row.list_column]
        )
    assert [name for name in header if "年份" not in name] == wanted


def test_a_definition_is_found_by_code_in_both_languages() -> None:
    assert (kpi("oee").label(), kpi("oee").label("en")) == ("设备综合利用率", "Overall Equipment Effectiveness")
    with pytest.raises(KeyError):
        kpi("unknown")


def test_published_totals_and_the_categories_they_count() -> None:
    workshops = ("prov_demo_smart_workshop", "prov_smart_mfg_demo_workshop")
    factories = ("prov_smart_factory", "prov_smart_mfg_demo_factory")
    shipped = [(row.as_of, row.kind, row.tier.value, row.categories, row.figure) for row in SHIPPED.published_totals]
    assert shipped == [
        ("2020-12-31", "cumulative", "national", (), 4),
        ("2020-12-31", "cumulative", "provincial", ("prov_smart_factory",), 3),
        ("2020-12-31", "cumulative", "provincial", ("prov_demo_smart_workshop",), 131),
        ("2020-12-31", "cumulative", "provincial", ("prov_leading_service_provider",), 14),
        ("2020-12-31", "cumulative", "municipal", ("mun_smart_workshop",), 294),
        ("2020-12-31", "cumulative", "municipal", ("mun_demo_smart_workshop",), 83),
        ("2020", "new", "municipal", ("mun_demo_smart_workshop",), 22),
        ("2021-12-31", "cumulative", "provincial", workshops, 165),
        ("2021-12-31", "cumulative", "provincial", factories, 15),
        ("2021-12-31", "cumulative", "national", (), 4),
        ("2025-05-31", "cumulative", "provincial", workshops, 357),
        ("2025-05-31", "cumulative", "provincial", (*factories, "prov_advanced_smart_factory"), 78),
    ]


def test_a_total_without_a_known_document_invents_none() -> None:
    known = {row.document for row in SHIPPED.published_totals if row.as_of.startswith("2020")}
    assert known == {"常工信复〔2021〕第24号"}
    later = [row for row in SHIPPED.published_totals if row.as_of > "2021"]
    assert {row.document for row in later} == {""}
    assert all("出处文件待查" in row.note for row in later)
