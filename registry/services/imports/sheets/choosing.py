"""Which sheets of a file are read: those with a header; several are a question."""

from __future__ import annotations

from dataclasses import dataclass

from registry.errors import InvalidInput
from registry.names import tidy
from registry.services.imports.asking.asker import Asker
from registry.services.imports.asking.questions import Choice, QuestionKind, WrongAnswer
from registry.services.imports.sheets.columns import ListColumn
from registry.services.imports.sheets.head import Head, find_head
from registry.services.imports.sheets.header import no_header
from registry.services.imports.sheets.header_words import field_of
from registry.services.imports.sheets.notes import Notes
from registry.spreadsheets import Book, Row, Table
from registry.values.naming import is_firm
from registry.wording import Message

ALL = Choice("all", Message("全部读入，各表用各自的标题"))


@dataclass(frozen=True)
class ChosenSheet:
    """A sheet to be read; `label` is its name where several are read, else ''."""

    table: Table
    head: Head
    label: str
    position: int


def choose(
    book: Book,
    columns: tuple[ListColumn, ...],
    asker: Asker,
    notes: Notes,
    wanted: tuple[str, ...],
    *,
    told: frozenset[str] = frozenset(),
    first: int | None = None,
) -> list[ChosenSheet]:
    """The sheets to be read; none while the question waits. InvalidInput where no sheet has a header."""
    notes_about_hidden(book, notes)
    names = [table.name for table in book.sheets]
    unknown = [name for name in wanted if name not in names]
    if unknown:
        raise WrongAnswer(
            Message(
                "没有名为“%(name)s”的工作表；文件里有：%(names)s。",
                name=unknown[0],
                names=list(filter(None, names)) or "—",
            ),
            field="sheet",
        )
    heads = {position: find_head(table, columns, told, first) for position, table in enumerate(book.sheets)}
    lists = [position for position, head in heads.items() if head is not None]
    if not lists:
        raise no_header(columns, first)
    if wanted:
        lacking = [book.sheets[position].name for position, head in heads.items() if head is None]
        absent = [name for name in wanted if name in lacking]
        if absent:
            raise InvalidInput(Message("工作表“%(name)s”里没有找到表头。", name=absent[0]), field="file")
        taken = [position for position in lists if book.sheets[position].name in wanted]
    elif len(lists) == 1:
        taken = lists
    else:
        taken = _asked(book, lists, asker)
    others = [table.name for position, table in enumerate(book.sheets) if position not in taken]
    if taken and others:
        read = [f"“{book.sheets[position].name}”" for position in taken]
        rest = [f"“{name}”" for name in others]
        notes.add(Message("只读取了工作表%(read)s，未读取：%(rest)s。", read=read, rest=rest))
    if not wanted:
        _refuse_continued(book, heads, taken, columns)
    several = len(taken) > 1
    chosen = []
    for position in taken:
        head = heads[position]
        table = book.sheets[position]
        if head is not None:
            chosen.append(ChosenSheet(table, head, table.name if several else "", position if several else 0))
    return chosen


def notes_about_hidden(book: Book, notes: Notes) -> None:
    """Hidden sheets are not read."""
    for text in book.notices:
        notes.add(text)


def _asked(book: Book, lists: list[int], asker: Asker) -> list[int]:
    names = [book.sheets[position].name for position in lists]
    answer = asker.answer(
        QuestionKind.SHEET,
        column=Message("工作表"),
        text=Message("有 %(count)s 个工作表是名单：%(names)s。读哪个？", count=len(names), names=names),
        choices=[ALL, *(Choice(name, Message("只读“%(name)s”", name=name)) for name in names)],
    )
    if answer is None:
        return []
    return lists if answer == ALL.answer else [lists[names.index(answer)]]


def _refuse_continued(
    book: Book, heads: dict[int, Head | None], taken: list[int], columns: tuple[ListColumn, ...]
) -> None:
    """Refuse a file whose list goes on in a table without a header, as where a page ends in a Word file."""
    for position in taken:
        head = heads[position]
        names = {field_of(text, columns): index for index, text in head.texts.items()} if head is not None else {}
        firm = names.get("enterprise")
        for other in book.sheets[position + 1 :]:
            if firm is None or find_head(other, columns) is not None:
                break
            row = next((row for row in other.rows if _is_like(row, firm, len(names))), None)
            if row is not None:
                raise InvalidInput(
                    Message(
                        "“%(name)s”没有表头，而第 %(row)s 行像是“%(list)s”的续表，没有读取。"
                        "请把它并入上一张表，或补上表头；与名单无关的请删去。",
                        name=other.name,
                        row=row.number,
                        list=book.sheets[position].name,
                    ),
                    field="file",
                )


def _is_like(row: Row, firm: int, width: int) -> bool:
    """Whether a row has a firm where the list has one, and about as many cells."""
    cell = row.cell(firm)
    if not isinstance(cell, str) or not is_firm(tidy(cell)):
        return False
    return 2 * sum(each is not None for each in row.cells) > width
