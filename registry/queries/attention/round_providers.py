"""What waits for each role in the later parts of a round: scores, visits, public notices, objections, reports."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import func, select

from registry.evaluation.terms import PanelState
from registry.models import Application, Inspection, Notice, Objection, Panel
from registry.notices import HOLDING, NoticeState
from registry.queries.attention.items import Asked, Item
from registry.queries.calls.subjects import open_counts
from registry.queries.evaluation.outcomes import outcomes
from registry.queries.inspection.access import OPEN_STATES, units_of
from registry.statuses import Tone
from registry.terms import ApplicationStatus
from registry.wording import Message

NOTICE_DAYS = 2
"""A public notice that ends within so many days is shown, so that the document after it is not late."""


def flags(asked: Asked) -> Iterator[Item]:
    """Scored applications of panels under way whose flags wait for the chair."""
    scoring = asked.session.scalars(select(Panel.id).where(Panel.state == PanelState.SCORING.value)).all()
    found = outcomes(asked.session, scoring).values() if scoring else ()
    yield Item(
        label=Message("评分待组长裁定"),
        count=sum(item.is_complete and bool(item.open_flags) for item in found),
        endpoint="panels.panel_list",
    )


def visits(asked: Asked) -> Iterator[Item]:
    """Visits that are arranged and not signed, of the own unit or of all."""
    count = asked.session.scalar(
        select(func.count())
        .select_from(Inspection)
        .join(Application, Application.id == Inspection.application_id)
        .where(
            units_of(asked.actor),
            Application.status == ApplicationStatus.CHECKING.value,
            Inspection.state.in_([state.value for state in OPEN_STATES]),
        )
    )
    yield Item(label=Message("现场核查待签字"), count=count or 0, endpoint="inspections.inspections")


def ending_notices(asked: Asked) -> Iterator[Item]:
    """Public notices on their last days."""
    today = asked.clock.today
    count = asked.session.scalar(
        select(func.count())
        .select_from(Notice)
        .where(
            Notice.state == NoticeState.OPEN.value,
            Notice.last_day.between(today, today + timedelta(days=NOTICE_DAYS)),
        )
    )
    yield Item(label=Message("公示将结束"), count=count or 0, endpoint="notice_desk.notices")


def prepared_notices(asked: Asked) -> Iterator[Item]:
    """Public notices that wait for a second person."""
    count = asked.session.scalar(
        select(func.count())
        .select_from(Notice)
        .where(Notice.state == NoticeState.PREPARED.value, Notice.prepared_by != asked.actor.id)
    )
    yield Item(label=Message("公示待公开"), count=count or 0, endpoint="notice_desk.notices")


def objections(asked: Asked) -> Iterator[Item]:
    """Objections that hold something."""
    count = asked.session.scalar(
        select(func.count()).select_from(Objection).where(Objection.state.in_([state.value for state in HOLDING]))
    )
    yield Item(label=Message("异议在办"), count=count or 0, endpoint="objections.objections")


def unreported(asked: Asked) -> Iterator[Item]:
    """Projects of the own unit from which a later form has not come yet, by call; late ones are marked."""
    for found in open_counts(asked.session, unit=asked.actor.unit):
        yield Item(
            label=Message("缺报：%(title)s", title=found.title),
            count=found.count,
            endpoint="delivery.page",
            values={"call": str(found.call_id)},
            tone=Tone.WARN if found.deadline < asked.now else Tone.NOTE,
        )


def unsent(asked: Asked) -> Iterator[Item]:
    """Projects that sent nothing by the deadline of a later form and of which nobody has said why, by call."""
    late = [found for found in open_counts(asked.session) if found.deadline < asked.now]
    titles = {found.call_id: found.title for found in late}
    for call_id, title in titles.items():
        yield Item(
            label=Message("逾期缺报：%(title)s", title=title),
            count=sum(found.count for found in late if found.call_id == call_id),
            endpoint="subjects.subjects",
            values={"call_id": str(call_id)},
            tone=Tone.WARN,
        )
