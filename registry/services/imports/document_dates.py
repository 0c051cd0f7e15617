"""One document has one date: in the file, and in the registry."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date

from registry.services.imports.drafts import DocumentDraft
from registry.services.imports.listed import ListedTitle
from registry.services.imports.plan import RowPlan
from registry.services.imports.sheets.row_numbers import place
from registry.values.bad_value import BadValue
from registry.wording import Message


def check_documents(accepted: Sequence[tuple[RowPlan, ListedTitle]], documents: Mapping[str, DocumentDraft]) -> None:
    """Refuse rows whose date is not that of their document."""
    dated: dict[str, dict[date, int]] = defaultdict(dict)
    for row, title in accepted:
        if title.announced_on is not None:
            dated[title.document_key].setdefault(title.announced_on, row.number)
    for row, title in accepted:
        header = row.header("announced_on")
        dates = dated.get(title.document_key, {})
        known = documents.get(title.document_key)
        own = title.announced_on
        if len(dates) > 1 and own is not None:
            other = next(day for day in dates if day != own)
            error = BadValue(
                Message(
                    "文号 %(document)s 在%(where)s的公布日期是 %(day)s，在%(other)s是 %(other_day)s",
                    document=title.document,
                    where=place(dates[other]),
                    day=other,
                    other=place(row.number),
                    other_day=own,
                ),
                Message("同一文号只有一个日期，请对照文件改为一致"),
            )
            row.refuse(header, own.isoformat(), error)
        elif known is not None and known.announced_on and own and known.announced_on != own:
            error = BadValue(
                Message(
                    "文号 %(number)s 已登记的公布日期是 %(day)s",
                    number=known.number,
                    day=known.announced_on,
                ),
                Message("请对照文件；如登记有误，请先在登记维护中办理“更正文件登记”"),
            )
            row.refuse(header, own.isoformat(), error)
