"""The header of a list: which row it is, one row or two, and what each column is read as."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from registry.errors import InvalidInput
from registry.services.imports.asking.asker import Asker
from registry.services.imports.asking.questions import Choice, QuestionKind
from registry.services.imports.sheets.columns import (
    OUTCOME_COLUMNS,
    PROJECT_COLUMNS,
    KpiColumn,
    Layout,
    ListColumn,
    fold_header,
    known_headers,
)
from registry.services.imports.sheets.head import Head, find_head
from registry.services.imports.sheets.header_words import (
    Alike,
    alike,
    converted,
    field_of,
    in_money,
    kpi_of,
)
from registry.services.imports.sheets.told_columns import NOT_READ, column_keys
from registry.spreadsheets import HEAD_ROWS, Table
from registry.values.kpi_checks import Part
from registry.values.plain import shown
from registry.wording import Message, clauses

IGNORE = Choice("ignore", Message("不读这一列"))


def read_layout(table: Table, columns: Sequence[ListColumn] = PROJECT_COLUMNS) -> Layout:
    """The layout of a list whose columns must all be there; nothing is asked, what is not read is named.

    Raises InvalidInput (field `file`): no header, a required column missing, a column twice, another unit.
    """
    wanted = tuple(columns)
    head = find_head(table, wanted)
    if head is None:
        raise no_header(wanted)
    reader = HeaderReader(table, head, wanted, None, ())
    layout = reader.layout()
    missing = [column for column in wanted if column.required and column.field not in layout.fields]
    if missing:
        raise missing_columns(layout, missing, wanted)
    return layout


def no_header(columns: tuple[ListColumn, ...], first: int | None = None) -> InvalidInput:
    """The error of a table without a header, or without one where it is said to be."""
    if first is not None:
        return InvalidInput(
            Message("第 %(row)s 行没有文字，不是表头。请改正表头所在的行，或留空由系统判断。", row=first), field="file"
        )
    names = [column.header for column in columns if column.required]
    return InvalidInput(
        Message("前 %(rows)s 行里没有找到表头。表头至少要有：%(names)s。", rows=HEAD_ROWS, names=names), field="file"
    )


def missing_columns(layout: Layout, missing: Sequence[ListColumn], columns: tuple[ListColumn, ...]) -> InvalidInput:
    """The error of a header that lacks columns: what it has, and which of that comes nearest."""
    names = [column.header for column in missing]
    there = [f"“{text}”" for text in layout.headers.values()]
    nearest = []
    for text in layout.extras:
        like = alike(text, columns)
        nearest += [
            Message("“%(text)s”如指%(header)s，请改为这个表头", text=text, header=column.header)
            for column in missing
            if like is not None and column.header in like.headers
        ]
    way = clauses(*nearest) if nearest else Message("请补上")
    return InvalidInput(
        Message(
            "表头（第 %(row)s 行）缺少必需的列：%(names)s。表头里有：%(there)s。%(way)s后再导入。",
            row=layout.header_row,
            names=names,
            there=there,
            way=way,
        ),
        field="file",
    )


class HeaderReader:
    """Says what each column of a header is; what looks like a known one and is not read becomes a question."""

    def __init__(
        self,
        table: Table,
        head: Head,
        columns: tuple[ListColumn, ...],
        asker: Asker | None,
        ignored: Sequence[str],
        *,
        sheet: str = "",
        quiet: bool = False,
        told: Mapping[str, str] | None = None,
        money: str = "",
    ) -> None:
        self.table, self.head, self.columns, self.asker = table, head, columns, asker
        self.ignored = {fold_header(name) for name in ignored}
        self.sheet, self.quiet, self.money = sheet, quiet, money
        keys = column_keys(head.texts)
        self._told = {index: told[fold_header(key)] for index, key in keys.items() if told and fold_header(key) in told}
        self._layout = Layout(head.first, head.last)

    def layout(self) -> Layout:
        """The layout. Raises InvalidInput for a column twice and for halves or units that do not fit."""
        width = max((len(row.cells) for row in self.table.rows), default=0)
        self._layout.width = width
        self._layout.headers |= dict(sorted(self.head.texts.items()))
        # What a person says about a column goes before what another one looks like.
        for index, target in self._told.items():
            if target == NOT_READ:
                self._layout.ignored.append(index)
            else:
                self._take_answer(index, self.head.texts[index], target)
        for index, text in self._layout.headers.items():
            if index in self._told:
                continue
            if fold_header(text) in self.ignored:
                self._layout.ignored.append(index)
            elif text not in OUTCOME_COLUMNS:
                self._place(index, text)
        return self._layout

    @property
    def so_far(self) -> Layout:
        """What has been understood, also where `layout` raises."""
        return self._layout

    def _place(self, index: int, text: str) -> None:
        name = self._by_cells(index, fold_header(text))
        name = name if name is not None else field_of(text, self.columns)
        if name == "":
            return
        if name is not None:
            self._take_field(index, text, name)
        elif (column := kpi_of(text, index)) is not None:
            self._take_kpi(column, text)
        else:
            self._unread(index, text)

    def _take_field(self, index: int, text: str, name: str) -> None:
        taken = self._layout.fields.setdefault(name, index)
        if self._gives_way(index, taken):
            self._layout.extras.append(text)
        elif taken != index and name != "position":
            raise self._twice(taken, text)

    def _gives_way(self, index: int, taken: int) -> bool:
        """Whether a person gave what this column looks like to another one."""
        return taken in self._told and index not in self._told

    def _take_kpi(self, column: KpiColumn, text: str) -> None:
        column = in_money(column, text, self.money)
        parts = self._layout.inputs.setdefault(column.kpi, {})
        if column.part in parts and self._gives_way(column.index, parts[column.part].index):
            self._layout.extras.append(text)
            return
        for other in parts.values():
            if Part.MEASURE not in (other.part, column.part) and other.measure != column.measure:
                names = [f"“{self._layout.headers[each]}”" for each in (other.index, column.index)]
                raise InvalidInput(
                    Message("表头%(names)s的单位不同：改造前后应为同一口径，请统一。", names="和".join(names)),
                    field="file",
                )
        taken = parts.setdefault(column.part, column).index
        if taken != column.index:
            raise self._twice(taken, text)
        if sentence := converted(column, text):
            self._layout.words.append(sentence)
        if fold_header(text).startswith("设备联网率"):
            self._layout.words.append(Message("“%(header)s”按联网设备占智能设备的比例读取。", header=text))

    def _twice(self, taken: int, text: str) -> InvalidInput:
        return InvalidInput(
            Message(
                "表头（第 %(row)s 行）里“%(one)s”和“%(other)s”是同一列，请只留一个。",
                row=self._layout.header_row,
                one=self._layout.headers[taken],
                other=text,
            ),
            field="file",
        )

    def _by_cells(self, index: int, folded: str) -> str | None:
        """The field of a header that only its cells explain; '' when it was asked about or left out."""
        if folded not in ("编号", "获评时间") or folded not in known_headers(self.columns):
            return None
        cells = [row.cell(index) for row in self.table.rows if row.number > self.head.last]
        texts = [fold_header(shown(cell)) for cell in cells if cell is not None]
        if folded == "编号":
            if all(text.isascii() and text.isdigit() and len(text) < 6 for text in texts):
                return "position"
            is_code = any(column.field == "code" for column in self.columns)
            if is_code and all(text.startswith("cz-") for text in texts if not text.isdigit()):
                return "code"
            self._ask(index, self._layout.headers[index], Alike((), False))
            return ""
        years = [len(text.removesuffix("度").removesuffix("年")) == 4 for text in texts]
        if texts and all(years):
            return "year"
        if any(years):
            self._ask(index, self._layout.headers[index], Alike(("批次年份", "公布日期"), False))
            return ""
        return "announced_on"

    def _unread(self, index: int, text: str) -> None:
        like = None if self.quiet else alike(text, self.columns)
        if like is None or self.asker is None:
            self._layout.extras.append(text)
            return
        self._ask(index, text, like)

    def _ask(self, index: int, text: str, like: Alike) -> None:
        if self.asker is None:
            self._layout.extras.append(text)
            return
        headers = [header for header in like.headers if self._is_free(header)]
        if like.headers and not headers:
            # All that it resembles is read already, so nothing known is lost.
            self._layout.extras.append(text)
            return
        near = "”“".join(headers)
        if like.is_rate:
            sentence = Message(
                "“%(header)s”是变化幅度，不是值：登记要改造前和改造后两个值才能算出变化。这一列只能不读；"
                "如有两个值，请各加一列再导入。",
                header=text,
            )
        elif headers:
            sentence = Message("“%(header)s”没有读取，它像“%(near)s”。是哪一列？", header=text, near=near)
        else:
            sentence = Message(
                "“%(header)s”没有读取，它像已经读到的列。只能不读；如应读这一列，请删去另一列再导入。", header=text
            )
        answer = self.asker.answer(
            QuestionKind.HEADER,
            column=text,
            value=text,
            text=sentence,
            choices=[IGNORE, *(Choice(header, Message("读作“%(header)s”", header=header)) for header in headers)],
            sheet=self.sheet,
        )
        if answer is None:
            self._layout.asked.append(index)
        elif answer == IGNORE.answer:
            self._layout.ignored.append(index)
        else:
            self._take_answer(index, text, answer)

    def _take_answer(self, index: int, text: str, answer: str) -> None:
        name = field_of(answer, self.columns)
        if name is not None:
            self._take_field(index, text, name)
        elif (column := kpi_of(answer, index, as_written=text)) is not None:
            self._take_kpi(replace(column, index=index), text)

    def _is_free(self, header: str) -> bool:
        """Whether no other column of this header is known to be that one."""
        others = [
            text
            for index, text in self.head.texts.items()
            if fold_header(text) not in self.ignored and index not in self._told
        ] + list(self._told.values())
        name = field_of(header, self.columns)
        if name is not None:
            return all(field_of(text, self.columns) != name for text in others)
        wanted = kpi_of(header, 0)
        return all(not _same_input(kpi_of_or_none(text), wanted) for text in others)


def kpi_of_or_none(text: str) -> KpiColumn | None:
    """The KPI column of a header, a wrong unit left aside."""
    try:
        return kpi_of(text, 0)
    except InvalidInput:
        return None


def _same_input(one: KpiColumn | None, other: KpiColumn | None) -> bool:
    return one is not None and other is not None and (one.kpi, one.part) == (other.kpi, other.part)
