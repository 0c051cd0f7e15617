"""Where applications stand with their public notice: still running, held by an objection, or free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.models import CallForm, Notice, NoticeItem, Objection
from registry.notices import HOLDING, Finding, NoticeKind, NoticeState
from registry.wording import Message

CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Standing:
    """One application in an open notice. An objection holds it whichever notice it was made to."""

    notice_id: int
    kind: NoticeKind
    last_day: date
    is_held: bool
    is_upheld: bool

    def hindrance(self, today: date) -> str:
        """Why the step after the notice cannot be taken yet; '' when it can."""
        if today <= self.last_day:
            return Message("公示到 %(day)s 才结束", day=self.last_day.isoformat())
        if self.is_held:
            return Message("有异议正在办理")
        if not self.is_upheld:
            return ""
        if self.kind is NoticeKind.RE_EVALUATION:
            return Message("异议成立，应撤回公示后改定复核结论")
        return Message("异议成立，应不予认定")


def standings(session: Session, ids: Sequence[int]) -> dict[int, Standing]:
    """Application id → its standing, for those that stand in an open notice (two queries for 500)."""
    found: dict[int, Standing] = {}
    for start in range(0, len(ids), CHUNK):
        part = ids[start : start + CHUNK]
        held, upheld = set(), set()
        stated = (
            select(NoticeItem.application_id, Objection.state, Objection.finding)
            .join(NoticeItem, NoticeItem.id == Objection.notice_item_id)
            .where(NoticeItem.application_id.in_(part))
        )
        for application_id, state, finding in session.execute(stated):
            if state in HOLDING:
                held.add(application_id)
            if finding == Finding.UPHELD:
                upheld.add(application_id)
        rows = session.execute(
            select(NoticeItem.application_id, Notice.id, Notice.kind, Notice.last_day)
            .join(Notice, Notice.id == NoticeItem.notice_id)
            .where(NoticeItem.application_id.in_(part), NoticeItem.live, Notice.state == NoticeState.OPEN.value)
        ).all()
        for application_id, notice_id, kind, last_day in rows:
            assert application_id is not None
            assert last_day is not None, "an open notice has its days (ck_notice_opened_has_days)"
            found[application_id] = Standing(
                notice_id=notice_id,
                kind=NoticeKind(kind),
                last_day=last_day,
                is_held=application_id in held,
                is_upheld=application_id in upheld,
            )
    return found


def hindrance(session: Session, application_id: int, today: date) -> str:
    """Why the step after the notice of an application cannot be taken yet; '' when it can."""
    standing = standings(session, [application_id]).get(application_id)
    return Message("还没有公示") if standing is None else standing.hindrance(today)


def forms_with_notice(session: Session) -> set[int]:
    """Versions of rules under which a public notice comes before recognition."""
    return {
        form_id for form_id, rules in session.execute(select(CallForm.id, CallForm.rules)) if rules.get("notice_days")
    }
