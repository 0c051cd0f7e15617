"""Lists of honours, of published totals and of figures in the shapes that bureaus have: what goes in, what is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from registry.services.imports import ListKind, ListReading, read_list
from tests.imports.conftest import Importer
from tests.imports.shapes import Shapes, kinds, workbook
from tests.imports.sheets import TODAY, row

HONOR: dict[str, Any] = {
    "企业名称": "演示甲机械有限公司", "荣誉名称": "专精特新小巨人", "级别": "国家级", "年份": 2021,
    "文号": "工信部企业函〔2021〕197号",
}  # fmt: skip
TOTAL: dict[str, Any] = {
    "截至": "2022-12-31", "口径": "累计", "级别": "省级", "类别": None, "公布数": 200, "单位": "个",
    "出处": "演示〔2023〕1号",
}  # fmt: skip
FIGURES: dict[str, Any] = {
    "企业名称": "演示甲（常州）有限公司", "车间/工厂名称": "演示齿轮智能车间", "报告类型": "年度", "报告期年份": 2022,
    "申报/核查": "申报", "工业机器人": 12,
}  # fmt: skip
Lines = list[list[Any]]


def listed(given: dict[str, Any], **changes: Any) -> Lines:
    """Header and one row; `...` takes a column away."""
    cells = {name: value for name, value in {**given, **changes}.items() if value is not ...}
    return [list(cells), list(cells.values())]


def under(given: dict[str, Any], *headers: str) -> Lines:
    """The row under other headers."""
    return [list(headers), list(given.values())]


def read(session: Session, kind: ListKind, lines: Lines, merged: tuple[str, ...] = ()) -> ListReading:
    return read_list(session, kind, workbook({"名单": lines}, merged), today=TODAY)


def counts(found: ListReading) -> str:
    return "/".join(str(found.counts[name]) for name in ("new", "refused"))


OTHER = "演示乙电气有限公司"
BELOW = [OTHER, *list(HONOR.values())[1:]]
HONORS: list[tuple[Lines, str, list[str], str]] = [
    (listed(HONOR, 年份="2021年（第三批）"), "1/0", [], "的“第三批”没有登记"),
    (listed(HONOR, 年份="二〇二一年"), "1/0", [], ""),
    (listed(HONOR, 年份=datetime(2021, 7, 1)), "1/0", [], ""),
    (listed(HONOR, 年份="21年"), "0/1", [], "年份只有两位"),
    (listed(HONOR, 级别="/"), "1/0", [], "按空格读取"),
    (listed(HONOR, 文号="暂无"), "1/0", [], "按空格读取"),
    (listed(HONOR, 荣誉名称="—"), "0/1", [], "不是名称"),
    ([["关于公布2021年名单的通知"], *listed(HONOR), ["合计", "1家"]], "1/0", [], "汇总行与各行相符"),
    ([*listed(HONOR), list(HONOR), BELOW], "2/0", [], "重复的表头"),
    ([*listed(HONOR), [OTHER, "同上", "〃", "同上", "〃"]], "2/0", [], "【荣誉名称】“同上”沿用上一行的内容"),
    ([*listed(HONOR), ["同上", "企业技术中心", "省级", 2019, None]], "1/0", ["ditto"], ""),
    (under(HONOR, "企业全称", "荣誉称号", "荣誉级别", "获评年份", "认定文号"), "1/0", [], ""),
    (under(HONOR, "单位名称", "获得荣誉", "等级", "认定时间", "文号"), "0/0", ["header"], ""),
    (listed(HONOR, 荣誉名称="省级首台（套）重大装备", 级别=...), "1/0", [], ""),
    ([*listed(HONOR), ["注：按公布先后排列"], ["填表人：某某"]], "1/0", [], "落款，未读取"),
]  # fmt: skip
TOTALS: list[tuple[Lines, str, list[str], str]] = [
    (listed(TOTAL, 截至="2022年底"), "1/0", [], ""),
    (listed(TOTAL, 截至="截至2022年12月31日"), "1/0", [], ""),
    (listed(TOTAL, 截至="二〇二二年十二月三十一日"), "1/0", [], ""),
    (listed(TOTAL, 截至=datetime(2022, 12, 31)), "1/0", [], ""),
    (listed(TOTAL, 公布数="1,200个"), "1/0", [], ""),
    (listed(TOTAL, 公布数="200家"), "0/1", [], "与“单位”列的“个”不同"),
    (listed(TOTAL, 公布数="200家", 单位=...), "1/0", [], ""),
    (listed(TOTAL, 公布数="约200"), "0/1", [], "不是数字"),
    (listed(TOTAL, 类别="/"), "1/0", [], "按空格读取"),
    (listed(TOTAL, 出处="无"), "1/0", [], "没有写出处"),
    (listed(TOTAL, 级别="全省"), "1/0", [], ""),
    (listed(TOTAL, 口径="新增数", 截至="2022年度"), "1/0", [], ""),
    ([*listed(TOTAL), ["同上", "累计", "国家级", None, 3, "个", "同上"]], "2/0", [], "沿用上一行的内容"),
    ([["附件"], *listed(TOTAL), ["合计", None, None, None, 200]], "1/0", [], "汇总行与各行相符"),
    (under(TOTAL, "截至时间", "统计口径", "级别", "认定类别", "公布数量", "计量单位", "公布文号"), "1/0", [], ""),
]  # fmt: skip
REPORTS: list[tuple[Lines, str, list[str], str]] = [
    (listed(FIGURES, 报告类型="年报"), "1/0", [], ""),
    (listed(FIGURES, 报告期年份="二〇二二年"), "1/0", [], ""),
    (listed(FIGURES, 报告期年份="22年"), "0/1", [], "年份只有两位"),
    (listed(FIGURES, 工业机器人="12台（套）"), "1/0", [], ""),
    (listed(FIGURES, 工业机器人="约12"), "0/0", ["number"], ""),
    (listed(FIGURES, 工业机器人="12(其中AGV 4台)"), "0/0", ["number"], ""),
    (listed(FIGURES, 工业机器人="/"), "0/0", ["nothing"], ""),
    (listed(FIGURES, 工业机器人=..., 基期年份=2020, 改造前运营成本=100, 改造后运营成本=80), "1/0", [], ""),
    (listed(FIGURES, 企业名称=..., **{"车间/工厂名称": ..., "项目编号": "cz-000001 "}), "1/0", [], ""),
    ([*listed(FIGURES), ["〃", "演示二车间", "年度", 2022, "申报", 5]], "1/0", ["ditto"], ""),
    ([*listed(FIGURES), ["合计", None, None, None, None, 12]], "1/0", [], "汇总行与各行相符"),
    ([["2022年度数据"], *listed(FIGURES), ["注：以上为年度数据"]], "1/0", [], "注释，未读取"),
    (listed(FIGURES, 联系电话="见名片"), "1/0", [], "未读取：“联系电话”"),
    (listed(FIGURES, 企业名称="演示乙有限公司"), "0/1", [], "登记中没有这个企业的这个项目"),
]  # fmt: skip


def holds(found: ListReading, expected: str, asked: list[str], says: str) -> None:
    told = [*found.notices, *(finding.sentence() for each in found.rows for finding in each.findings)]
    assert (found.refusal, counts(found), kinds(found)) == ("", expected, asked), told
    assert says in " ".join(told)


@pytest.mark.parametrize(("lines", "expected", "asked", "says"), HONORS)
def test_honors(shapes: Shapes, lines: Lines, expected: str, asked: list[str], says: str) -> None:
    holds(read(shapes.session, ListKind.HONORS, lines), expected, asked, says)


@pytest.mark.parametrize(("lines", "expected", "asked", "says"), TOTALS)
def test_totals(shapes: Shapes, lines: Lines, expected: str, asked: list[str], says: str) -> None:
    holds(read(shapes.session, ListKind.TOTALS, lines), expected, asked, says)


@pytest.fixture(scope="module")
def recorded(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    """A registry with two projects of one enterprise; the lists are only read."""
    import shutil

    from registry.db import make_engine

    folder = tmp_path_factory.mktemp("recorded")
    shutil.copyfile(sqlite_template, folder / "recorded.db")
    engine = make_engine(f"sqlite:///{folder / 'recorded.db'}")
    Importer(engine, folder).rows(row(), row(**{"车间/工厂名称": "演示二车间"}))
    with Session(engine) as session:
        yield session
    engine.dispose()


@pytest.mark.parametrize(("lines", "expected", "asked", "says"), REPORTS)
def test_figures(recorded: Session, lines: Lines, expected: str, asked: list[str], says: str) -> None:
    holds(read(recorded, ListKind.KPIS, lines), expected, asked, says)


def test_merged_cells_of_honours_and_figures_fill_down(shapes: Shapes, recorded: Session) -> None:
    honors = [*listed(HONOR), [OTHER, None, None, None, None]]
    holds(read(shapes.session, ListKind.HONORS, honors, ("B2:B3", "C2:C3", "D2:D3", "E2:E3")), "2/0", [], "合并单元格")
    figures = [*listed(FIGURES), [None, "演示二车间", None, None, None, 5]]
    holds(read(recorded, ListKind.KPIS, figures, ("A2:A3", "C2:C3", "D2:D3", "E2:E3")), "2/0", [], "合并单元格")
