"""What waits for each role: applications at its desk, corrections, changes, reports, documents, members."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import case, func, or_, select

from registry.models import Account, Application, ChangeRequest, ErrorReport, Publication
from registry.queries.attention.census import total
from registry.queries.attention.items import QUEUE, Asked, Item
from registry.queries.review.queue_scope import due_condition, in_reach
from registry.queries.titles.error_reports import open_reports
from registry.queries.titles.requests import of_tab
from registry.statuses import Tone, tabs
from registry.terms import AccountStanding, PublicationState, Role
from registry.wording import Message

_NAMES = {
    Role.DISTRICT_REVIEWER: Message("待初审"),
    Role.MUNICIPAL_REVIEWER: Message("待市级审核"),
    Role.PUBLISHER: Message("待发文认定"),
}


def at_the_desk(asked: Asked) -> Iterator[Item]:
    """Applications at the step of this role: all, those past their promised days, those on the last ones, those
    corrected."""
    role = asked.actor.role or Role.PUBLISHER
    mine = tabs(role)["mine"]
    found = total(asked.stands, mine)
    yield Item(label=_NAMES[role], count=found.count, endpoint=QUEUE)
    yield Item(label=Message("已超期"), count=found.late, endpoint=QUEUE, values={"due": "late"}, tone=Tone.BAD)
    yield Item(label=Message("今明两天到期"), count=found.soon, endpoint=QUEUE, values={"due": "soon"}, tone=Tone.WARN)
    if role is Role.PUBLISHER:
        return
    again = asked.session.scalar(
        select(func.count())
        .select_from(Application)
        .where(in_reach(asked.actor), Application.status.in_([status.value for status in mine]))
        .where(due_condition("again", asked.clock, role))
    )
    yield Item(label=Message("补正已交回"), count=again or 0, endpoint=QUEUE, values={"due": "again"})


def corrections(asked: Asked) -> Iterator[Item]:
    """Returned applications whose time is over, or nearly."""
    late, soon = (due_condition(word, asked.clock, asked.actor.role) for word in ("correction_late", "correction_soon"))
    over, near = asked.session.execute(
        select(func.sum(case((late, 1), else_=0)), func.sum(case((soon, 1), else_=0))).where(
            in_reach(asked.actor), or_(late, soon)
        )
    ).one()
    tab = {"tab": "returned"}
    yield Item(
        label=Message("逾期未补正"),
        count=over or 0,
        endpoint=QUEUE,
        values=tab | {"due": "correction_late"},
        tone=Tone.BAD,
    )
    yield Item(label=Message("补正将到期"), count=near or 0, endpoint=QUEUE, values=tab | {"due": "correction_soon"})


def changes(asked: Asked) -> Iterator[Item]:
    """Change requests whose next step this person may take."""
    is_own = asked.actor.role is Role.ENTERPRISE
    count = asked.session.scalar(select(func.count()).select_from(ChangeRequest).where(of_tab(asked.actor, "mine")))
    yield Item(
        label=Message("变更申请退回修改") if is_own else Message("变更申请"),
        count=count or 0,
        endpoint="own_changes.changes" if is_own else "changes.queue",
    )


def error_reports(asked: Asked) -> Iterator[Item]:
    """Readers' reports without an answer."""
    count = asked.session.scalar(select(func.count()).select_from(ErrorReport).where(*open_reports(asked.actor)))
    yield Item(label=Message("纠错"), count=count or 0, endpoint="report_desk.queue")


def documents(asked: Asked) -> Iterator[Item]:
    """Recognition documents that wait for a second person."""
    count = asked.session.scalar(
        select(func.count())
        .select_from(Publication)
        .where(Publication.state == PublicationState.PREPARED.value, Publication.prepared_by != asked.actor.id)
    )
    yield Item(label=Message("文件待复核"), count=count or 0, endpoint="publications.publications")


def members(asked: Asked) -> Iterator[Item]:
    """Accounts that wait to be let into their enterprise."""
    count = asked.session.scalar(
        select(func.count()).select_from(Account).where(Account.standing == AccountStanding.PENDING.value)
    )
    yield Item(label=Message("待批准的企业成员"), count=count or 0, endpoint="team.memberships")


def colleagues(asked: Asked) -> Iterator[Item]:
    """Colleagues who wait for the administrator of their enterprise."""
    if not asked.actor.is_owner:
        return
    count = asked.session.scalar(
        select(func.count())
        .select_from(Account)
        .where(Account.enterprise_id == asked.actor.enterprise_id, Account.standing == AccountStanding.PENDING.value)
    )
    yield Item(label=Message("待批准的企业成员"), count=count or 0, endpoint="team.team")
