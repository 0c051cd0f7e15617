"""办理记录 for the auditor: who, when, what, with which outcome."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from registry.models import Account, Application, Event
from registry.spreadsheets.writing import new_book
from registry.terms import BEIJING, Role
from registry.values.row_ids import row_id
from registry.wording import Message, told

PER_PAGE = 50
MOST_EXPORTED = 50_000
"""Rows of a workbook; a longer record is exported in parts, by day."""
HEADERS = (
    Message("序号"),
    Message("时间"),
    Message("账户序号"),
    Message("账户"),
    Message("角色"),
    Message("操作"),
    Message("对象"),
    Message("对象序号"),
    Message("变化"),
    Message("备注"),
    Message("结果"),
    Message("请求编号"),
    Message("散列值"),
    Message("操作代码"),
    Message("网络地址"),
)
_OTHERS = {"operator": Message("命令行"), "public": Message("公众")}


@dataclass(frozen=True)
class AuditFilters:
    """Conditions of the record; `action` is a whole name or its beginning, days are those of Beijing,
    `request` is the number that an error page shows."""

    account: int | None = None
    subject_type: str = ""
    subject_id: int | None = None
    action: str = ""
    since: date | None = None
    until: date | None = None
    before: int | None = None
    request: str = ""


@dataclass(frozen=True)
class AuditRow:
    """One event, with the mail address of who acted."""

    id: int
    at: datetime
    actor_id: int | None
    actor: str
    role: str
    action: str
    subject_type: str
    subject_id: int | None
    changes: dict[str, Any]
    note: str
    request_id: str
    network_address: str
    hash: str

    @property
    def failed(self) -> bool:
        """Whether it records an attempt that did not succeed."""
        return self.action.endswith("_failed")


@dataclass(frozen=True)
class AuditWords:
    """How the workbook says codes: an action, a kind of subject, the changes of an event."""

    action: Callable[[str], str]
    subject: Callable[[str], str]
    changes: Callable[[dict[str, Any]], str]
    language: str = "zh"


@dataclass(frozen=True)
class AuditPage:
    """Events, the newest first; `older` is the id below which the next page begins, if there is one;
    `numbers` holds the numbers of applications by event id."""

    rows: list[AuditRow]
    older: int | None
    numbers: dict[int, str] = field(default_factory=dict)


def audit_page(session: Session, filters: AuditFilters) -> AuditPage:
    """One page by two queries, however long the record is."""
    found = [_row(row) for row in session.execute(_select(filters).limit(PER_PAGE + 1))]
    rows = found[:PER_PAGE]
    about = {row.subject_id for row in rows if row.subject_type == "application"}
    statement = select(Application.id, Application.number).where(Application.id.in_(about))
    known = {row.id: row.number for row in session.execute(statement)}
    numbers = {row.id: known.get(row.subject_id or 0) or "" for row in rows if row.subject_type == "application"}
    return AuditPage(rows, found[PER_PAGE - 1].id if len(found) > PER_PAGE else None, numbers)


def application_of(session: Session, number: str) -> int | None:
    """The id of the application with this number; None when there is none."""
    return session.scalar(select(Application.id).where(Application.number == number))


def account_of(session: Session, typed: str) -> int | None:
    """The id of the account that is meant by its mail address or id; None when there is none."""
    if (identifier := row_id(typed)) is not None:
        return session.scalar(select(Account.id).where(Account.id == identifier))
    return session.scalar(select(Account.id).where(Account.email_key == typed.casefold()))


def _select(filters: AuditFilters) -> Any:
    statement = select(Event, Account.email).outerjoin(Account, Account.id == Event.actor_id)
    return statement.where(*_conditions(filters)).order_by(Event.id.desc())


def _conditions(filters: AuditFilters) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if filters.account is not None:
        # What an account did, and what was done to it: failed sign-ins are written without an actor.
        about = (Event.subject_type == "account") & (Event.subject_id == filters.account)
        found.append((Event.actor_id == filters.account) | about)
    if filters.subject_type:
        found.append(Event.subject_type == filters.subject_type)
    if filters.subject_id is not None:
        found.append(Event.subject_id == filters.subject_id)
    if filters.action:
        found.append(Event.action.startswith(filters.action, autoescape=True))
    if filters.since is not None:
        found.append(Event.at >= _midnight(filters.since))
    if filters.until is not None:
        found.append(Event.at < _midnight(filters.until + timedelta(days=1)))
    if filters.request:
        found.append(Event.request_id == filters.request)
    if filters.before is not None:
        found.append(Event.id < filters.before)
    return found


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), BEIJING).astimezone(UTC)


def _row(found: Any) -> AuditRow:
    event, email = found
    return AuditRow(
        id=event.id,
        at=event.at,
        actor_id=event.actor_id,
        actor=email or "",
        role=event.actor_role,
        action=event.action,
        subject_type=event.subject_type,
        subject_id=event.subject_id,
        changes=event.changes,
        note=event.note,
        request_id=event.request_id,
        network_address=event.network_address,
        hash=event.hash,
    )


def role_name(code: str, language: str = "zh") -> str:
    """The role that an event names, in words."""
    return told(_OTHERS[code], language) if code in _OTHERS else Role(code).label(language)


def export(session: Session, filters: AuditFilters, words: AuditWords, *, now: datetime) -> tuple[Path, int, bool]:
    """Write the newest events into a workbook. Returns (file, rows, whether older ones were left out)."""
    book = new_book(write_only=True)
    sheet = book.create_sheet(told(Message("办理记录"), words.language))
    sheet.freeze_panes = "A2"
    sheet.append([told(header, words.language) for header in HEADERS])
    count, cut = 0, False
    for cells in _cells(session, filters, words):
        if count == MOST_EXPORTED:
            cut = True
            break
        sheet.append([_cell(sheet, value) for value in cells])
        count += 1
    about = book.create_sheet(told(Message("说明"), words.language))
    at = Message("%(at)s（北京时间）", at=f"{now.astimezone(BEIJING):%Y-%m-%d %H:%M}")
    lines: list[tuple[str, Any]] = [(Message("导出时间"), at), (Message("行数"), count)]
    if cut:
        rest = Message("记录超过 %(n)s 条，这里只有最新的；更早的请按日期分段导出。", n=MOST_EXPORTED)
        lines.append((Message("说明"), rest))
    for name, value in lines:
        about.append([told(name, words.language), told(value, words.language) if isinstance(value, str) else value])
    with tempfile.NamedTemporaryFile(suffix=".xlsx", delete=False) as file:
        book.save(file)
    return Path(file.name), count, cut


def _cells(session: Session, filters: AuditFilters, words: AuditWords) -> Iterator[list[Any]]:
    statement = _select(filters).limit(MOST_EXPORTED + 1).execution_options(yield_per=1000)
    # Closed at once, since a cut export leaves rows unread and PostgreSQL keeps a cursor for them.
    with session.execute(statement) as found:
        for row in map(_row, found):
            yield [
                row.id,
                row.at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S"),
                row.actor_id,
                row.actor,
                role_name(row.role, words.language),
                words.action(row.action) or row.action,
                words.subject(row.subject_type),
                row.subject_id,
                words.changes(row.changes),
                row.note,
                told(Message("未成功") if row.failed else Message("完成"), words.language),
                row.request_id,
                row.hash,
                row.action,
                row.network_address,
            ]


def _cell(sheet: Any, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(sheet, value=ILLEGAL_CHARACTERS_RE.sub("", value)[:32_000])
    cell.data_type = "s"
    return cell
