"""Values for the whole list: from options, from answers, proposed by what the titles state."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from registry.names import document_number
from registry.services.imports.asking.asker import Asker
from registry.services.imports.asking.questions import Choice, Free, QuestionKind
from registry.services.imports.result import Options
from registry.services.imports.sheets.code_lists import WrittenCodes
from registry.services.imports.sheets.columns import Layout
from registry.services.imports.sheets.kpi_choices import BASES, KINDS
from registry.services.imports.sheets.notes import Notes
from registry.services.imports.sheets.titles import Stated
from registry.spreadsheets import Value
from registry.wording import Message, Named

_FREE = {
    "category": Free.TEXT, "year": Free.YEAR, "document": Free.DOCUMENT, "announced_on": Free.DATE,
    "report_year": Free.YEAR,
}  # fmt: skip
_OPTIONS = {
    "category": "category", "year": "year", "document": "document", "announced_on": "date", "unit": "unit",
    "kind": "kind", "basis": "basis", "baseline_year": "baseline",
}  # fmt: skip
PROJECT_VALUES = ("category", "year", "document", "announced_on")
KPI_VALUES = ("kind", "report_year", "basis")


class FileValues:
    """What goes into missing columns and empty cells of one sheet."""

    def __init__(self, layout: Layout, options: Options, *, is_kpi_list: bool) -> None:
        self.layout = layout
        names = dict(_OPTIONS)
        if is_kpi_list:
            # Of a list of figures the year is that of the report.
            del names["year"]
            names["report_year"] = "year"
        self.values = {name: text for name, option in names.items() if (text := getattr(options, option))}

    def ask(
        self, wanted: tuple[str, ...], stated: Mapping[str, Stated], asker: Asker, lists: WrittenCodes, sheet: str
    ) -> None:
        """Ask for the values of missing columns that no option gives."""
        for name in wanted:
            if name in self.layout.fields or name in self.values:
                continue
            known = stated.get(name)
            if name == "announced_on" and known is None:
                continue
            answer = asker.answer(
                QuestionKind.FILE_VALUE,
                column=self.layout.header(name),
                value=sheet,
                text=_text(self.layout.header(name), known),
                choices=_choices(name, lists),
                proposed=known.value if known is not None else None,
                free=_FREE.get(name),
                sheet=sheet,
                candidates=(),
            )
            if answer is None:
                self.layout.waiting.add(name)
            else:
                self.values[name] = answer

    def place(self) -> None:
        """Make columns for the values, for the unit of headings and for both halves of a pair."""
        for name in self.values:
            self.layout.add(name)
        self.layout.headers_of = {name for name, index in self.layout.fields.items() if index in self.layout.headers}
        self.layout.unit_by_enterprise = "unit" not in self.layout.fields
        self.layout.add("unit")
        if "pair" in self.layout.fields:
            self.layout.add("lon")
            self.layout.add("lat")

    def fill(self, cells: list[Value], group_unit: str) -> None:
        """Put the values into the empty cells of a row."""
        cells += [None] * (self.layout.width - len(cells))
        unit = self.layout.fields["unit"]
        if cells[unit] is None and group_unit and "unit" not in self.layout.headers_of:
            cells[unit] = group_unit
        for name, value in self.values.items():
            index = self.layout.fields[name]
            if cells[index] is None:
                cells[index] = value


def _choices(name: str, lists: WrittenCodes) -> list[Choice]:
    if name == "category":
        return [Choice(text, text) for text in lists.category_names]
    if name == "kind":
        return [Choice(words[0], Named(words[-1], kind.en)) for kind, words in KINDS.items()]
    return [Choice(words[0], Named(words[0], basis.en)) for basis, words in BASES.items()] if name == "basis" else []


def _text(header: str, known: Stated | None) -> str:
    if known is None:
        return Message("表里没有“%(column)s”这一列。整份名单的%(column)s是什么？", column=header)
    where = Message("第 %(row)s 行", row=known.row) if known.row is not None else Message("表格上方")
    return Message(
        "表里没有“%(column)s”这一列。%(where)s写着“%(text)s”，是%(value)s吗？",
        column=header,
        where=where,
        text=known.text,
        value=known.value,
    )


def told(notes: Notes, values: FileValues, today: date) -> None:
    """Notices that say which values were taken for the whole list."""
    for name, value in values.values.items():
        header = values.layout.header(name)
        shown = document_number(value) if name == "document" else value
        notes.add(Message("【%(column)s】缺少的一律按“%(value)s”读取。", column=header, value=shown))
