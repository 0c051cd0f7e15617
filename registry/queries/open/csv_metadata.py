"""What stands in the columns of `/projects.csv`, as CSV on the Web describes tables."""

from __future__ import annotations

from typing import Any

from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.record import fields
from registry.queries.record.fields import Kind

DATATYPES: dict[Kind, str] = {
    Kind.INTEGER: "integer",
    Kind.NUMBER: "number",
    Kind.DATE: "date",
    Kind.MOMENT: "dateTime",
    Kind.LINK: "anyURI",
}
"""All other kinds are text, digits included: programs that guess would read codes as numbers."""


def csv_metadata(lists: CodeLists, *, url: str, title: str, source: str, licence: str) -> dict[str, Any]:
    """The description of the table at `url`."""
    found: dict[str, Any] = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "zh"}],
        "url": url,
        "dc:title": title,
        "dc:publisher": source,
        "dialect": {"encoding": "utf-8", "lineTerminators": ["\r\n"], "header": True},
        "tableSchema": {
            "columns": [_column(column) for column in fields.flat_columns(lists, fields.Surface.CSV)],
            "primaryKey": "code",
        },
    }
    return found | ({"dc:license": licence} if licence else {})


def _column(column: fields.Field) -> dict[str, Any]:
    found: dict[str, Any] = {
        "name": column.name,
        "titles": {"zh": [column.name, column.zh], "en": [column.name, column.en]},
        "dc:description": {"zh": column.says_zh, "en": column.says_en},
        "datatype": DATATYPES.get(column.kind, "string"),
        "required": not column.nullable and column.kind in (Kind.CODE, Kind.LINK, Kind.MOMENT),
    }
    return found | ({"schema:unitText": column.unit} if column.unit else {})
