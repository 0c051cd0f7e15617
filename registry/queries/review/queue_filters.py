"""Tab and filters of the queue: read from an address, and written as an address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any
from urllib.parse import urlencode

from registry.errors import BadParameter
from registry.permissions import HOLDERS, Permission
from registry.queries.catalogue.code_lists import CodeLists
from registry.queries.catalogue.filters import LANGUAGES, MOST_PAGES, Reader
from registry.queries.review.stage_words import StageCode
from registry.statuses import shown_statuses, tabs
from registry.terms import Role
from registry.values.row_ids import row_id
from registry.wording import Message

PER_PAGE = 50
MOST_PER_PAGE = 200
UNASSIGNED = "none"
MYSELF = "me"
MISSING = ("files", "sheet", "complete")
"""What is missing: required files, answers of the criteria sheet, no file at all."""

SHEET = ("none", "part", "refused", "met")
"""How far the criteria sheet is: no answer, some, a criterion that is not met, all of them met."""

DUE = ("late", "soon", "again", "correction_late", "correction_soon")
"""Over the promised days, due today or on the next day, corrected and back, correction overdue, correction due soon."""


@dataclass(frozen=True, kw_only=True)
class QueueFilters:
    """Tab and filters of a queue. Several values of one filter are alternatives; `assignee` is an
    account id, `me` or `none`, `stage` how far the city's check is."""

    tab: str = "mine"
    call: tuple[int, ...] = ()
    unit: tuple[str, ...] = ()
    industry: tuple[str, ...] = ()
    step: tuple[str, ...] = ()
    assignee: str = ""
    missing: str = ""
    sheet: str = ""
    stage: str = ""
    due: str = ""
    q: str = ""
    page: int = 1
    per_page: int = PER_PAGE
    lang: str = "zh"

    def query(self, **changes: Any) -> str:
        """The query string of these filters with `changes`; defaults are left out."""
        return urlencode(self.pairs(**changes))

    def pairs(self, **changes: Any) -> list[tuple[str, str]]:
        """The same as names and texts."""
        pairs: list[tuple[str, str]] = []
        for item in fields(self):
            value = changes.get(item.name, getattr(self, item.name))
            if value == item.default or value is None:
                continue
            for each in value if isinstance(value, tuple) else (value,):
                pairs.append((item.name, str(each)))
        return pairs

    @property
    def is_narrowed(self) -> bool:
        """Whether anything besides the tab restricts the rows."""
        narrowing = (
            self.call,
            self.unit,
            self.industry,
            self.step,
            self.assignee,
            self.missing,
            self.sheet,
            self.stage,
            self.due,
            self.q,
        )
        return any(narrowing)


def parse_queue(
    given: Mapping[str, Sequence[str]], lists: CodeLists, role: Role, *, strict: bool = False
) -> QueueFilters:
    """Filters from request parameters; raises BadParameter naming the malformed one, with `strict` (files)
    an unknown one as well."""
    known = [item.name for item in fields(QueueFilters)]
    if strict:
        for name in given:
            if name not in known:
                raise BadParameter(
                    Message("不认识的参数 %(name)s。可用的参数：%(known)s。", name=name[:40], known=list(known)),
                    field=name,
                )
    reader = Reader(given)
    return QueueFilters(
        tab=reader.one_of("tab", tabs(role), "mine"),
        call=tuple(sorted({_identifier("call", text) for text in reader.values("call")})),
        unit=reader.any_of("unit", lists.units),
        industry=reader.any_of("industry", lists.industries),
        step=reader.any_of("step", [status.value for status in shown_statuses(role)]),
        assignee=_assignee(reader.single("assignee")),
        missing=reader.one_of("missing", ("", *MISSING), ""),
        sheet=reader.one_of("sheet", ("", *SHEET), ""),
        stage=reader.one_of("stage", ("", *(StageCode if role in HOLDERS[Permission.PANEL_READ] else ())), ""),
        due=reader.one_of("due", ("", *DUE), ""),
        q=reader.text("q"),
        page=reader.integer("page", 1, MOST_PAGES, 1),
        per_page=reader.integer("per_page", 1, MOST_PER_PAGE, PER_PAGE),
        lang=reader.one_of("lang", LANGUAGES, "zh"),
    )


def _assignee(text: str | None) -> str:
    if text in (None, MYSELF, UNASSIGNED):
        return text or ""
    return str(_identifier("assignee", text or ""))


def _identifier(name: str, text: str) -> int:
    found = row_id(text)
    if found is None:
        raise BadParameter(
            Message("参数 %(name)s 的值 %(text)s 不是编号。", name=name, text=repr(text[:40])), field=name
        )
    return found
