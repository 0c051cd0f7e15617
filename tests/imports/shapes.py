"""Small lists made for one question each: what is asked and how it is read, without writing anything."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from sqlalchemy.orm import Session

from registry.services.imports import ListKind, ListReading, Options, read_list
from tests.imports.sheets import TODAY

GIVEN: dict[str, Any] = {
    "企业名称": "常州星河试样机械有限公司",
    "车间/工厂名称": "减速机壳体加工智能车间",
    "类别": "市级示范智能车间",
    "批次年份": 2021,
    "公布文号": "常工信投资〔2021〕88号",
    "所属板块": "武进区",
}


def listed(**changes: Any) -> dict[str, Any]:
    """A row that goes in without a question, with some cells changed; None takes the column away."""
    return {name: value for name, value in {**GIVEN, **changes}.items() if value is not None}


def workbook(sheets: Mapping[str, Sequence[Sequence[Any]]], merged: Sequence[str] = ()) -> bytes:
    """A workbook; `merged` are ranges of its first sheet."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lines in sheets.items():
        sheet = book.create_sheet(name)
        for line in lines:
            sheet.append(list(line))
    for each in merged:
        book.worksheets[0].merge_cells(each)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def lines(*rows: Mapping[str, Any]) -> list[list[Any]]:
    """Header and cells of rows given by header."""
    headers = list(dict.fromkeys(header for each in rows for header in each))
    return [headers, *([each.get(header) for header in headers] for each in rows)]


@dataclass
class Shapes:
    """Reads lists against one registry."""

    session: Session

    def read(self, data: bytes, answers: Mapping[str, str] | None = None, **options: Any) -> ListReading:
        """One reading; `answers` are by id."""
        given = Options(**options)
        return read_list(self.session, ListKind.PROJECTS, data, options=given, answers=answers, today=TODAY)

    def rows(self, *rows: Mapping[str, Any], answers: Mapping[str, str] | None = None) -> ListReading:
        """A list of rows given by header; `answers` are by kind."""
        data = workbook({"名单": lines(*rows)})
        found = self.read(data)
        if answers is None:
            return found
        return self.read(data, {question.id: answers[question.kind.value] for question in found.questions})


def kinds(reading: ListReading) -> list[str]:
    """The kinds that are asked."""
    return [question.kind.value for question in reading.questions]


def refusals(reading: ListReading) -> list[tuple[int, str, str]]:
    """(row, column, reason) of what is refused."""
    return [
        (row.row, finding.column, finding.reason)
        for row in reading.rows
        for finding in row.findings
        if finding.level.value == "错误"
    ]


def offered(reading: ListReading) -> list[str]:
    """The answers to the one question."""
    [question] = reading.questions
    return [choice.answer for choice in question.choices]
