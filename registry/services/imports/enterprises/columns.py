"""The columns of a list of what enterprises are; the download of what is on record has the same."""

from __future__ import annotations

from registry.services.imports.sheets.columns import ListColumn
from registry.wording import Message

CLEARED = "清空"
"""What a cell says to take away what is on record; an empty one leaves it as it is."""
ENTERPRISE_COLUMNS: tuple[ListColumn, ...] = (
    ListColumn("position", Message("序号"), example="1"),
    ListColumn("key", Message("企业序号(可空)"), aliases=("企业编号",), example="12"),
    ListColumn("enterprise", Message("企业名称"), True, ("单位名称", "企业全称"), "某某机械有限公司"),
    ListColumn("uscc", Message("统一社会信用代码(可空)"), aliases=("统一社会信用代码", "统一信用代码", "信用代码")),
    ListColumn("size", Message("企业规模"), aliases=("规模", "规模类型"), example="大型"),
    ListColumn("ownership", Message("企业性质"), aliases=("性质", "所有制", "所有制性质"), example="民营"),
    ListColumn("short", Message("简称"), aliases=("企业简称",), example="某某机械；某某集团"),
    ListColumn("printed", Message("文件印作"), aliases=("文件中的写法",), example="某某机戒有限公司"),
)
