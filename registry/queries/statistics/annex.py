"""The titles that a scope counts, one row each: by the name and the document under which it was awarded."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from registry.queries.catalogue.columns import Catalogue
from registry.queries.catalogue.filters import Filters
from registry.queries.record.fields import Links
from registry.queries.record.files import make_export
from registry.wording import Message, told

HEADERS = (
    Message("序号"),
    Message("企业名称"),
    Message("项目名称"),
    Message("所属板块"),
    Message("类别"),
    Message("文号"),
    Message("年份"),
)
WIDTHS = (1.1, 4.1, 4.4, 1.9, 2.3, 2.5, 1.1)
"""Of the columns, in centimetres."""


@dataclass(frozen=True)
class Annex:
    """The rows of an annex as texts, in the order of the list of titles."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def annex_of(session: Session, catalogue: Catalogue, filters: Filters, language: str = "zh") -> Annex:
    """Every title in scope under its own name, 文号 and year."""
    lists = catalogue.lists
    export = make_export(session, catalogue, filters.but(rows="recognitions"), Links(str, lambda code, number: code))
    unknown = told(Message("年份不详"), language)
    rows = []
    for number, row in enumerate(export.rows(), 1):
        title = row.leading
        # A park or a zone belongs to no enterprise.
        enterprise = title.enterprise_awarded or row.enterprise or "–"
        unit, category = lists.units[row.unit].label(language), lists.categories[title.category].label(language)
        year = str(title.year or unknown)
        rows.append((str(number), enterprise, title.name_awarded, unit, category, title.document_number, year))
    return Annex(tuple(told(header, language) for header in HEADERS), tuple(rows))
