"""The columns of a list of honours."""

from __future__ import annotations

from registry.services.imports.sheets.columns import ListColumn
from registry.wording import Message

HONOR_COLUMNS: tuple[ListColumn, ...] = (
    ListColumn("position", Message("序号"), example="1"),
    ListColumn("enterprise", Message("企业名称"), True, ("单位名称", "企业全称"), "某某机械有限公司"),
    ListColumn("uscc", Message("统一社会信用代码(可空)"), aliases=("统一社会信用代码", "统一信用代码", "信用代码")),
    ListColumn("honor", Message("荣誉名称"), True, ("荣誉", "荣誉称号", "称号", "类别", "认定类别"), "专精特新小巨人"),
    ListColumn("level", Message("级别"), aliases=("荣誉级别", "等级", "星级"), example="国家级"),
    ListColumn(
        "year", Message("年份"), True, ("认定年份", "获评年份", "批次年份", "年度", "认定时间", "获评时间"), "2021"
    ),
    ListColumn("document", Message("文号"), aliases=("公布文号", "认定文号"), example="工信部企业函〔2021〕197号"),
)
