"""Whether the identities of objectors can be read, and whether open notices fit today's calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import Notice, Objection
from registry.notices import NoticeState
from registry.queries.notices.calendar import office_days
from registry.services.doctor.findings import Finding, stream
from registry.services.notices.identity import FILE, IdentityKey
from registry.services.notices.opening import length_of
from registry.values.office_days import last_day
from registry.wording import Message


def check_identities(
    session: Session, data_dir: Path, *, progress: Callable[[str], None] = lambda title: None
) -> Iterator[Finding]:
    """Identities that the key at hand cannot read: it is lost, or another one was put in its place."""
    progress(Message("异议人身份"))
    key = IdentityKey(data_dir)
    sealed = select(Objection.number, Objection.identity).where(Objection.identity.is_not(None)).order_by(Objection.id)
    unreadable = [row.number for row in stream(session, sealed) if not key.can_read(row.identity)]
    if unreadable:
        yield Finding(
            what=Message("异议人身份"),
            record=Message("异议 %(numbers)s", numbers=unreadable[:20]),
            stored=Message("%(n)s 件已加密", n=len(unreadable)),
            computed=Message("现在的密钥读不出来")
            if key.path.exists()
            else Message("没有密钥文件 %(file)s", file=FILE),
            way_out=Message(
                "请从备份中恢复数据目录下的 %(file)s；没有备份的，身份无法恢复，其他功能不受影响", file=FILE
            ),
        )


def check_periods(session: Session) -> Iterator[Finding]:
    """Open notices that would run longer by the calendar as it is now; nobody shortens one."""
    office = office_days(session)
    for notice in session.scalars(select(Notice).where(Notice.state == NoticeState.OPEN.value).order_by(Notice.id)):
        if notice.first_day is None or notice.last_day is None:
            continue
        due = last_day(notice.first_day, length_of(notice), office)
        if due > notice.last_day:
            yield Finding(
                what=Message("公示最后一天"),
                record=Message("公示“%(title)s”", title=notice.title),
                stored=notice.last_day.isoformat(),
                computed=due.isoformat(),
                way_out=Message("公示还没有结束的，请发布员用更正说明延长"),
                is_note=True,
            )
