"""Tables from files that people send: workbooks, texts, Word and web pages, recognised by content, limited before
loading."""

from registry.spreadsheets.cells import Book, Broken, MergedRange, Percent, Row, Table, Value
from registry.spreadsheets.limits import HEAD_ROWS, MAX_BYTES, MAX_ROWS
from registry.spreadsheets.reading import read_book, read_file, read_table
from registry.spreadsheets.writing import KINDS, write_table

__all__ = [
    "HEAD_ROWS",
    "KINDS",
    "MAX_BYTES",
    "MAX_ROWS",
    "Book",
    "Broken",
    "MergedRange",
    "Percent",
    "Row",
    "Table",
    "Value",
    "read_book",
    "read_file",
    "read_table",
    "write_table",
]
