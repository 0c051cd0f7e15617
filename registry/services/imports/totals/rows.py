"""One row of a list of published totals into values."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime

from registry.names import document_number, name_key, tidy
from registry.services.imports.asking.asker import Asker
from registry.services.imports.findings import Level, RowFinding
from registry.services.imports.rows import RowReader
from registry.services.imports.sheets.code_lists import CategoryItem, WrittenCodes
from registry.services.imports.sheets.columns import Layout, ListColumn
from registry.spreadsheets import Row, Value
from registry.terms import Tier, TotalKind
from registry.values.bad_value import BadValue
from registry.values.plain import FIRST_YEAR, number, text
from registry.values.written import written_day, written_year
from registry.wording import Message

TOTAL_COLUMNS: tuple[ListColumn, ...] = (
    ListColumn("as_of", Message("截至"), True, ("截至日期", "截至时间", "年份", "日期"), "2020-12-31"),
    ListColumn("total_kind", Message("口径"), True, ("统计口径",), "累计"),
    ListColumn("tier", Message("级别"), True, (), "省级"),
    ListColumn("categories", Message("类别"), False, ("认定类别",), "省级示范智能车间"),
    ListColumn("figure", Message("公布数"), True, ("数量", "公布数量"), "131"),
    ListColumn("total_unit", Message("单位"), False, ("计量单位",), "个"),
    ListColumn("source", Message("出处"), False, ("文号", "公布文号"), "某工信复〔2021〕第24号"),
    ListColumn("note", Message("备注"), False, ("说明",)),
    ListColumn("rank_note", Message("位次"), False, ("位次说明", "全省位次"), "全省第三"),
    # Columns of the sheet 核对 of statistics.xlsx that follow from the others.
    ListColumn("own", Message("本系统")),
    ListColumn("difference", Message("差额")),
)
UNITS = ("项", "个", "家", "件", "条")
_WITH_UNIT = re.compile(rf"(.*\d)\s*({'|'.join(UNITS)})")
_AT_THE_END = re.compile(r"(?:截至|截止到?|至)?(.*?)(年底|年末|底|末)?")
_BETWEEN = re.compile(r"[、;；,，]")


@dataclass(frozen=True, kw_only=True, slots=True)
class ListedTotal:
    """A row that can be taken; `as_of` is a day or, for new ones, a year; `categories` () is the whole tier."""

    row: int
    as_of: str
    kind: str
    tier: str
    categories: tuple[str, ...]
    figure: int
    unit: str
    source: str
    note: str
    rank_note: str


def read_total(
    row: Row, layout: Layout, lists: WrittenCodes, today: date, asker: Asker
) -> tuple[ListedTotal | None, list[RowFinding], bool]:
    """(the total that a row states, or None when it is refused or waits; all findings; whether it waits)."""
    reader = RowReader(row, layout, lists, today, asker)
    kind = reader.take("total_kind", lambda value: _kind(text(value, 20)), required=True)
    as_of = None
    if kind is not None:
        as_of = reader.take("as_of", lambda value: _as_of(value, kind, today), required=True)
    tier = reader.take("tier", lambda value: _tier(text(value, 20)), required=True)
    categories = reader.take("categories", lambda value: _categories(text(value, 400), lists)) or ()
    counted = reader.take("figure", _figure, required=True)
    figure, beside = counted if counted is not None else (None, "")
    unit = reader.take("total_unit", lambda value: _unit(text(value, 8))) or beside
    if beside and unit != beside:
        reader.note("figure", Message("与“单位”列的“%(unit)s”不同", unit=unit), Message("请改为一致"))
    source = reader.take("source", lambda value: _source(text(value, 100))) or ""
    note = reader.take("note", lambda value: text(value, 400)) or ""
    rank_note = reader.take("rank_note", lambda value: text(value, 200)) or ""
    strange = [item.name for item in categories if tier is not None and item.tier != tier.value]
    if strange and tier is not None:
        reader.note(
            "categories",
            Message("“%(name)s”不是%(tier)s的类别", name=strange[0], tier=tier),
            Message("请核对级别和类别"),
        )
    if rank_note and not source:
        reader.note("rank_note", Message("写了位次而没有出处"), Message("请在“出处”列填写说明位次的文件"))
    if not source and not rank_note and figure is not None:
        reader.note("source", Message("没有写出处"), Message("页面上会写“出处待查”；知道文件的请补填"), Level.WARNING)
    if reader.refused or reader.waiting or as_of is None or kind is None or tier is None or figure is None:
        return None, reader.findings, reader.waiting
    total = ListedTotal(
        row=row.number,
        as_of=as_of,
        kind=kind.value,
        tier=tier.value,
        categories=tuple(sorted({item.code for item in categories})),
        figure=figure,
        unit=unit,
        source=source,
        note=note,
        rank_note=rank_note,
    )
    return total, reader.findings, False


def _kind(written: str) -> TotalKind:
    folded = name_key(written)
    for kind in TotalKind:
        if folded in (kind.value, kind.zh, f"{kind.zh}数"):
            return kind
    raise BadValue(Message("不认识的口径"), Message("累计数填 累计，一个批次的新增数填 新增"))


def _as_of(value: Value, kind: TotalKind, today: date) -> str:
    """The batch year of new ones, the day of cumulative ones; a year alone is the end of it."""
    if kind is TotalKind.NEW:
        if isinstance(value, (date, datetime)):
            return str(value.year)
        return str(written_year(value, first=FIRST_YEAR, last=today.year)[0])
    if isinstance(value, str) and (match := _AT_THE_END.fullmatch(tidy(value))):
        value = match[1]
    try:
        return f"{written_year(value, first=FIRST_YEAR, last=today.year - 1)[0]}-12-31"
    except BadValue:
        return written_day(value, today=today)[0].isoformat()


def _tier(written: str) -> Tier:
    folded = name_key(written).removeprefix("全")
    for tier in Tier:
        if folded in (tier.value, tier.zh, tier.zh.removesuffix("级")):
            return tier
    raise BadValue(Message("不认识的级别"), Message("请填 %(names)s 之一", names=list(Tier)))


def _categories(written: str, lists: WrittenCodes) -> tuple[CategoryItem, ...]:
    return tuple(lists.category(part.strip()) for part in _BETWEEN.split(written) if part.strip())


def _figure(value: Value) -> tuple[int, str]:
    """The number, and the unit that stands behind it (200个)."""
    unit = ""
    if isinstance(value, str) and (match := _WITH_UNIT.fullmatch(tidy(value))):
        value, unit = match[1], match[2]
    figure = number(value)
    if figure != int(figure) or figure < 0 or figure > 1_000_000:
        raise BadValue(Message("不是个数"), Message("请填整数"))
    return int(figure), unit


def _unit(written: str) -> str:
    if written not in UNITS:
        raise BadValue(Message("不认识的单位"), Message("请填 %(names)s 之一，或留空", names=UNITS))
    return written


def _source(written: str) -> str:
    """A document number as it is stored, or another source as it is written; 出处待查 is none."""
    if name_key(written) == "出处待查":
        return ""
    found = document_number(written)
    return found if "〔" in found else written
