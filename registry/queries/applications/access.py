"""Which applications an actor may open, with their forms and files."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from registry import declaration
from registry.application_form import Form, Rules, form_of
from registry.application_form.window import beijing_day
from registry.declaration import Checked
from registry.errors import NotFound
from registry.models import Application, Attachment
from registry.permissions import Actor, in_scope
from registry.purposes import CallPurpose
from registry.values.row_ids import LARGEST_ID
from registry.wording import Message


def form_for(application: Application) -> Form:
    """The form of an application: that of the rules it was begun with."""
    return form_of(application.call_form.rules, CallPurpose(application.call.purpose))


def has_notice(application: Application) -> bool:
    """Whether a public notice comes before the recognition of an application, by the rules it was begun with."""
    return Rules.from_json(application.call_form.rules).has_notice


def visible(session: Session, actor: Actor, application_id: int, *, lock: bool = False) -> Application:
    """An application in this actor's scope; raises NotFound otherwise. `lock` locks its row to the end of the
    transaction."""
    # Addresses hold any number; beyond this no database has a row.
    if application_id > LARGEST_ID:
        raise NotFound(Message("没有这份申报，或不在您的办理范围内。"))
    statement = select(Application).where(Application.id == application_id)
    if lock:
        statement = statement.with_for_update(of=Application).execution_options(populate_existing=True)
    application = session.scalars(statement).one_or_none()
    if application is None or not in_scope(
        actor, enterprise_id=application.enterprise_id, unit=application.unit_code, status=application.status
    ):
        raise NotFound(Message("没有这份申报，或不在您的办理范围内。"))
    return application


def check_application(session: Session, application: Application, *, now: datetime) -> Checked:
    """All faults and doubts of an application as it is typed now."""
    form = form_for(application)
    return declaration.check(
        form,
        application.answers,
        count_files(session, application.id),
        declaration.load_choices(session),
        today=beijing_day(now),
        batch=application.call.year,
    )


def count_files(session: Session, application_id: int) -> Mapping[str, int]:
    """Number of attachments by kind."""
    rows = session.execute(
        select(Attachment.kind, func.count())
        .where(Attachment.application_id == application_id, Attachment.removed_at.is_(None))
        .group_by(Attachment.kind)
    ).all()
    return Counter({kind: count for kind, count in rows})  # noqa: C416
