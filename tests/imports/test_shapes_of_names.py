"""Shapes of names: what stands beside them, what is none, and which pairs may be one."""

from __future__ import annotations

import pytest

from tests.imports.shapes import Shapes, kinds, listed, offered, refusals

FIRM = "常州星河试样机械有限公司"

FORMER = [
    f"{FIRM}（原名：常州旧星机械厂）", f"{FIRM}(原名:常州旧星机械厂)", f"{FIRM}（原常州旧星机械厂）",
    f"{FIRM}（曾用名常州旧星机械厂）", f"{FIRM}（曾用名：常州旧星机械厂）", f"{FIRM}（原名称：常州旧星机械厂）",
    f"{FIRM} （原 常州旧星机械厂）", f"{FIRM}（原名 常州旧星机械有限公司）", "常虚（常州）轨道有限公司（原名：常虚轨道厂）",
    f"{FIRM}(原常州市旧星机械厂)", f"{FIRM}（原名：旧星（常州）机械厂）", f"{FIRM}（曾用名:旧星机械厂）",
]  # fmt: skip


@pytest.mark.parametrize("written", FORMER)
def test_former_names(shapes: Shapes, written: str) -> None:
    row = listed(企业名称=written)
    found = shapes.rows(row)
    assert kinds(found) == ["former_name"]
    assert offered(found) == ["former", "drop"]
    for answer in ("former", "drop"):
        assert shapes.rows(row, answers={"former_name": answer}).counts["new"] == 1


MARKED = [
    f"★{FIRM}", f"▲{FIRM}", f"{FIRM}●", f"{FIRM}※", f"{FIRM}#", f"*{FIRM}", f"{FIRM}（筹）", f"{FIRM}（拟）",
    f"{FIRM}（盖章）", f"▲{FIRM}*", f"{FIRM}(筹)", f"★★{FIRM}",
]  # fmt: skip


@pytest.mark.parametrize("written", MARKED)
def test_marks_at_an_end(shapes: Shapes, written: str) -> None:
    row = listed(企业名称=written)
    found = shapes.rows(row)
    assert kinds(found) == ["name_mark"]
    assert offered(found) == ["strip", "skip"]
    assert shapes.rows(row, answers={"name_mark": "strip"}).counts["new"] == 1
    assert shapes.rows(row, answers={"name_mark": "skip"}).counts["new"] == 0


TWO = [
    "常州甲星机械有限公司、常州乙云电气有限公司", "常州甲星机械有限公司/常州乙云电气有限公司", "常州甲星机械有限公司；常州乙云电气有限公司",
    "常州甲星机械有限公司和常州乙云电气有限公司", "常州甲星机械厂、常州乙云电气有限公司", "常州甲星研究院、常州乙云电气有限公司",
    "常州甲星（集团）有限公司、常州乙云电气有限公司", "常州甲星机械有限公司、 常州乙云电气厂", "甲星机械股份有限公司/乙云电气股份有限公司",
    "常州甲星机械有限公司;常州乙云电气有限公司", "常州甲星机械有限公司，常州乙云电气有限公司", "常州甲星中心、常州乙云学院",
]  # fmt: skip


@pytest.mark.parametrize("written", TWO)
def test_two_firms_in_one_cell(shapes: Shapes, written: str) -> None:
    row = listed(企业名称=written)
    found = shapes.rows(row)
    assert kinds(found) == ["two_names"]
    assert offered(found) == ["lead:1", "lead:2", "skip"]
    assert shapes.rows(row, answers={"two_names": "lead:2"}).counts["new"] == 1


ONE_FIRM = ["和平（常州）机械有限公司", "常州和信电气有限公司", "常州甲、乙机械有限公司"]


@pytest.mark.parametrize("written", ONE_FIRM)
def test_one_firm_is_not_two(shapes: Shapes, written: str) -> None:
    assert shapes.rows(listed(企业名称=written)).questions == ()


NO_NAMES = [
    ("/", "不是名称"), ("无", "不是名称"), ("—", "不是名称"), ("暂无", "不是名称"), ("12", "只有数字，不是名称"),
    (7, "只有数字，不是名称"), ("甲", "只有一个字，不是名称"), ("。", "没有填写"), ("星河\u202e机械厂", "含有改变文字方向的字符 U+202E"),
    ("星河\u200f机械厂", "含有改变文字方向的字符 U+200F"), ("\u2066星河机械厂", "含有改变文字方向的字符 U+2066"), ("…", "不是名称"),
]  # fmt: skip


@pytest.mark.parametrize(("written", "reason"), NO_NAMES)
@pytest.mark.parametrize("column", ["企业名称", "车间/工厂名称"])
def test_what_is_no_name(shapes: Shapes, column: str, written: object, reason: str) -> None:
    [(row, named, found)] = refusals(shapes.rows(listed(**{column: written})))
    assert (row, named) == (2, column)
    assert found == reason


def test_what_no_eye_sees_is_taken_out_aloud(shapes: Shapes) -> None:
    found = shapes.rows(listed(企业名称="常州星河\u200b试样机械有限公司。"))
    assert (found.counts["new"], found.questions) == (1, ())
    assert any("看不见的字符已去掉" in notice for notice in found.notices)


ENTERPRISES = [
    ("常州市星河试样机械有限公司", True), ("星河试样机械有限公司", True), ("常州星河试样机械股份有限公司", True),
    ("江苏星河试样机械有限公司", True), ("星河试样机械（常州）有限公司", True), ("常州星河式样机械有限公司", True),
    ("常州星河试样机械集团有限公司", True), ("常州市武进区星河试样机械有限公司", True), ("常州星河试样机有限公司", True),
    ("常州银河测样器械有限公司", False), ("常州星河二试样机械有限公司", False), ("常州云帆电气有限公司", False),
    ("常州星河A试样机械有限公司", False), ("常州星河试样机械有限责任公司", False),
]  # fmt: skip


@pytest.mark.parametrize(("other", "asked"), ENTERPRISES)
def test_enterprises_that_look_alike(shapes: Shapes, other: str, asked: bool) -> None:
    rows = listed(), listed(企业名称=other, **{"车间/工厂名称": "齿轮箱总装智能车间"})
    found = shapes.rows(*rows)
    assert kinds(found) == (["enterprise_similar"] if asked else [])
    if not asked:
        assert found.counts["new"] == 2
        return
    assert found.questions[0].rows == (3,)
    same, renamed, different = offered(found)
    assert (same.partition(":")[0], renamed.partition(":")[0], different) == ("same", "renamed", "other")
    for answer in (same, renamed, different):
        assert shapes.rows(*rows, answers={"enterprise_similar": answer}).counts["new"] == 2


def test_two_codes_are_two_enterprises(shapes: Shapes) -> None:
    one, other = "91320413DEM000014F", "91320400DEM000022F"
    rows = (
        listed(统一社会信用代码=one),
        listed(
            企业名称="常州市星河试样机械有限公司", 统一社会信用代码=other, **{"车间/工厂名称": "齿轮箱总装智能车间"}
        ),
    )
    assert kinds(shapes.rows(*rows)) == []


WORKSHOPS = [
    ("减速机壳体加工车间", True), ("减速机壳体加工数字化车间", True), ("减速机壳体加工示范智能车间", True),
    ("减速机壳体加工智能工厂", True), ("减速机壳体加工生产车间", True), ("减速机壳体加工智能车间项目", True),
    ("减速机壳体精加工智能车间", True), ("减速机壳体加工二号智能车间", False), ("减速机壳体加工智能车间A", False),
    ("齿轮箱总装智能车间", False), ("电机装配智能车间", False), ("2号减速机壳体加工智能车间", False),
]  # fmt: skip


@pytest.mark.parametrize(("other", "asked"), WORKSHOPS)
def test_workshops_that_look_alike(shapes: Shapes, other: str, asked: bool) -> None:
    found = shapes.rows(listed(), listed(**{"车间/工厂名称": other}))
    assert kinds(found) == (["workshop_similar"] if asked else [])
    elsewhere = listed(企业名称="江苏云帆样例电气股份有限公司", **{"车间/工厂名称": other})
    assert kinds(shapes.rows(listed(), elsewhere)) == []
