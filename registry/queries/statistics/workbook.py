"""The statistics of a scope as a workbook for people: figures, one sheet a breakdown, published totals, notes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from registry.indicators import Reason
from registry.kpi_definitions import KpiDefinition
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.description import LABELS, honor_label, in_words
from registry.queries.catalogue.dimensions import BY_NAME
from registry.queries.record.honors import KindCount
from registry.queries.statistics.crossed import Crossed
from registry.queries.statistics.paragraph import pieces, text
from registry.queries.statistics.reconciliation import Reconciled
from registry.queries.statistics.sentences import METHOD_WORDS
from registry.queries.statistics.summary import Summary
from registry.spreadsheets.writing import new_book
from registry.terms import PERCENTAGES, KpiKind

REASON_WORDS = {
    Reason.TOO_FEW: ("样本不足（少于 3 个）", "Too few values (under 3)"),
    Reason.NO_DATA: ("没有数据", "No data"),
    Reason.MIXED_UNITS: ("口径不一致", "Mixed units"),
    Reason.WITHHELD: ("不单列（免得推算出单个项目）", "Withheld, lest a single amount be computed"),
}
_FURTHER_METHODS = {"sum": ("合计", "sum"), "distribution": ("分布", "distribution")}
_KINDS = {"cumulative": ("累计", "Cumulative"), "new": ("新增", "New")}


def unit_of_figure(item: KpiDefinition) -> str:
    """Unit of an aggregate: 亿元 for amounts, % for shares and changes, else the definition's."""
    if item.kind == KpiKind.AMOUNT:
        return "亿元"
    return "%" if item.kind in PERCENTAGES else item.unit


def statistics_workbook(
    said: Summary,
    reconciled: Sequence[Reconciled],
    honors: tuple[Sequence[KindCount], Sequence[int | None]],
    lists: CodeLists,
    *,
    parts: Crossed | None,
    source: str,
    now: datetime,
    language: str = "zh",
) -> bytes:
    """The workbook as bytes; its last column of figures and breakdowns holds the codes as texts."""
    book, found = _Book(language), said.statistics
    _summary(book, said, lists)
    whole = (book.word(("合计（不重复）", "In all, each once")), found.recognitions, found.projects, found.enterprises)
    for name, groups in found.by.items():
        words = (BY_NAME[name].zh, BY_NAME[name].en) if name in BY_NAME else LABELS[name]
        rows: list[tuple[Any, ...]] = [
            (group.label(language), group.recognitions, group.projects, group.enterprises, group.code)
            for group in groups
        ]
        heads = [("认定（项）", "Titles"), ("项目（个）", "Projects"), ("企业（家）", "Enterprises"), ("代码", "Code")]
        book.sheet(("按" + words[0], f"By {words[1]}"), [words, *heads], [*rows, whole])
    if parts is not None:
        _crossed(book, parts)
    _honors(book, *honors)
    _check(book, reconciled, lists)
    zone = book.word(("（北京时间）", " (Beijing time)"))
    book.sheet(
        ("说明", "About"),
        [("项", "Item"), ("内容", "Content")],
        [
            (book.word(("范围", "Scope")), in_words(found.filters, lists, language)),
            (book.word(("导出时间", "Made on")), f"{now:%Y-%m-%d %H:%M}{zone}"),
            (book.word(("来源", "Source")), source),
            (book.word(("说明", "Note")), book.word(_NOTE)),
        ],
        widths=(14, 100),
    )
    return book.saved()


_NOTE = (
    "n 为有可比数值的项目数，N 为范围内的项目数；少于 3 个数值的不给平均数和合计数。变化为相对变化（%），负数为下降，"
    "不是百分点；各数只四舍五入一次。",
    "n is the number of projects with a comparable value, N that of the projects in scope; means and sums need three"
    " values. Changes are relative (%), negative means a fall; every figure is rounded once.",
)


def _crossed(book: _Book, parts: Crossed) -> None:
    """Titles by unit, tier and year, as the page shows them; the codes stand in columns of their own."""
    language = book.language
    years = [year.label(language) for year in parts.years]
    book.sheet(
        ("按板块、级别和年份", "By unit, tier and year"),
        [
            ("板块", "Unit"),
            ("级别", "Tier"),
            *years,
            ("合计", "In all"),
            ("板块代码", "Code of unit"),
            ("级别代码", "Code of tier"),
        ],
        [
            (row.unit.label(language), row.tier.label(language), *row.counts, row.total, row.unit.code, row.tier.code)
            for row in parts.rows
        ],
        widths=(16, 12),
    )


def _summary(book: _Book, said: Summary, lists: CodeLists) -> None:
    language, found = book.language, said.statistics
    sheet = book.sheet(
        ("汇总", "Summary"),
        [("范围", "Scope"), in_words(found.filters, lists, language)],
        [
            (book.word(("认定（项）", "Titles")), found.recognitions),
            (book.word(("项目（个）", "Projects")), found.projects),
            (book.word(("企业（家）", "Enterprises")), found.enterprises),
            (book.word(("摘要", "Summary")), text(pieces(said, lists, language))),
            (),
        ],
        widths=(34, 24, 12, 16, 8, 8, 28, 30),
    )
    heads = [
        ("指标", "KPI"), ("方法", "Method"), ("数值", "Value"), ("单位", "Unit"), ("n", "n"), ("N", "N"),
        ("没有数值的原因", "Why there is no value"), ("代码", "Code"),
    ]  # fmt: skip
    book.head(sheet, heads)
    for code, figure in found.kpis.items():
        item = lists.kpis[code]
        book.row(
            sheet,
            (
                item.label(language),
                book.word((METHOD_WORDS | _FURTHER_METHODS)[figure.method]),
                None if figure.value is None else float(figure.value),
                unit_of_figure(item),
                figure.n,
                figure.of,
                book.word(REASON_WORDS[Reason(figure.reason)]) if figure.reason else None,
                code,
            ),
        )
        if item.kind in (*PERCENTAGES, KpiKind.AMOUNT):
            sheet.cell(sheet.max_row, 3).number_format = "0.0"


def _honors(book: _Book, kinds: Sequence[KindCount], years: Sequence[int | None]) -> None:
    """Honours by kind and year, of all enterprises: a scope of titles does not concern them."""
    named = [book.word(("年份不详", "Year not known")) if year is None else str(year) for year in years]
    rows = [
        (
            honor_label(count.kind, book.language),
            *(count.of(year) or None for year in years),
            count.honors,
            count.enterprises,
        )
        for count in kinds
    ]
    heads: list[tuple[str, str] | str] = [("企业荣誉（全市）", "Honours (whole city)"), *named]
    heads += [("合计（项）", "In all"), ("企业（家）", "Enterprises")]
    book.sheet(("企业荣誉", "Honours"), heads, rows)


def _check(book: _Book, reconciled: Iterable[Reconciled], lists: CodeLists) -> None:
    rows = []
    for row in reconciled:
        published = row.published
        names = [lists.categories[code].label(book.language) for code in published.categories]
        rows.append(
            (
                published.as_of,
                book.word(_KINDS[published.kind]),
                published.tier.label(book.language),
                book.word(("、", ", ")).join(names),
                published.figure,
                row.own,
                book.word(("相符", "Agrees")) if row.difference == 0 else row.difference,
                round(row.completeness * 100),
                published.document or book.word(("出处待查", "Source not known")),
                published.note,
                published.rank_note,
            )
        )
    heads = [
        ("截至", "As of"), ("口径", "Counts"), ("级别", "Tier"), ("类别", "Category"), ("公布数", "Published"),
        ("本系统", "Registry"), ("差额", "Difference"), ("占公布数（%）", "Share of published (%)"),
        ("出处", "Source"), ("备注", "Note"), ("位次", "Rank"),
    ]  # fmt: skip
    book.sheet(("核对", "Reconciliation"), heads, rows, widths=(12, 8, 8, 34, 8, 8, 10, 12, 30, 60, 12))


class _Book:
    """A workbook in one language: bold heads, plain texts."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.book = new_book()
        self._is_empty = True

    def word(self, words: tuple[str, str]) -> str:
        """The word in the book's language."""
        return words[self.language == "en"]

    def sheet(
        self,
        name: tuple[str, str],
        heads: Sequence[tuple[str, str] | str],
        rows: Iterable[Sequence[Any]],
        widths: Sequence[int] = (30, 12, 12, 12, 26),
    ) -> Any:
        """A further sheet with a head and rows."""
        sheet: Any = self.book.active if self._is_empty else self.book.create_sheet()
        self._is_empty = False
        sheet.title = self.word(name)
        for position, width in enumerate(widths, 1):
            sheet.column_dimensions[get_column_letter(position)].width = width
        self.head(sheet, heads)
        for row in rows:
            self.row(sheet, row)
        return sheet

    def head(self, sheet: Any, heads: Sequence[tuple[str, str] | str]) -> None:
        """A line of headings."""
        self.row(sheet, [head if isinstance(head, str) else self.word(head) for head in heads])
        for cell in sheet[sheet.max_row]:
            cell.font = Font(bold=True)

    def row(self, sheet: Any, values: Sequence[Any]) -> None:
        """A line; texts are plain strings, also where they look like a formula."""
        sheet.append([ILLEGAL_CHARACTERS_RE.sub("", value) if isinstance(value, str) else value for value in values])
        for cell in sheet[sheet.max_row] if values else ():
            if isinstance(cell.value, str):
                cell.data_type = "s"
                cell.alignment = Alignment(wrap_text=True, vertical="top")

    def saved(self) -> bytes:
        """The file."""
        buffer = io.BytesIO()
        self.book.save(buffer)
        return buffer.getvalue()
