"""What notices plant in the attacked world."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy.orm import Session

from registry.models import Application
from registry.services import uploads
from registry.services.notices import objecting, opening, preparing
from registry.services.notices.identity import IdentityKey
from registry.services.notices.objecting import Given, Means
from registry.services.notices.preparing import NoticeText
from registry.storage import Folder
from registry.terms import Action, AttachmentKind, Role
from tests import applicants, people
from tests.applicants import Cast
from tests.uploads import samples

if TYPE_CHECKING:
    from tests.attack.world import World


def build_notices(
    session: Session,
    world: World,
    staff: dict[str, Any],
    draft: Callable[..., Application],
    submit: Callable[..., Application],
    folder: Path,
) -> None:
    """An open notice with an objection in hand, and one that waits to be opened, whose every word is secret yet."""
    now = datetime.now(UTC)
    rules = applicants.rules_without_files(per_enterprise=9, notice_days=5)
    call = applicants.open_call(session, rules=rules, title="演示公示通知", closes_at=now + timedelta(days=40))
    clerk = people.enterprise_account(session, "演示公示丁有限公司")
    checker = people.make_account(session, Role.ENTERPRISE, enterprise=clerk.enterprise)
    shown = Cast(
        people.actor_of(clerk), people.actor_of(checker), staff["tnq"], staff["preparer"], staff["publisher"]
    )  # fmt: skip
    hidden = Cast(staff["own"], staff["colleague"], staff["tnq"], staff["preparer"], staff["publisher"])
    found = {}
    for name, who, project, title in (
        ("notice", shown, "演示公示车间", "演示公示名单"),
        ("waiting_notice", hidden, "机密拟公示车间", "机密公示标题"),
    ):
        application = submit(session, who, draft(session, call, who, project))
        given = replace(applicants.recommendation(application), letter_number="机密函〔2026〕2号")
        applicants.step(session, application, who.district, Action.RECOMMEND, given)
        applicants.step(session, application, who.city, Action.ACCEPT)
        applicants.step(session, application, who.city, Action.PROPOSE)
        text = NoticeText(title=title, organ="演示市局", contact={"phone": "0519-85680000"})
        found[name] = preparing.prepare(session, who.city, call.id, text, {application.id: ""}, now=now)
    notice = opening.open_notice(
        session, staff["publisher"], found["notice"].id, seen_version=1, calendar_checked=True, now=now
    )
    given = Given(
        item=notice.items[0].id, kind="unit", name="机密异议单位有限公司", phone="0519-70707073",
        mail="secret-objector@example.com", facts="机密事实：该车间的设备台数与申报的不符，产线没有投产。",
    )  # fmt: skip
    means = Means(key=IdentityKey(folder.parent), folder=Folder(folder), address="192.0.2.8")
    with uploads.examine(io.BytesIO(samples.pdf()), "机密盖章材料.pdf", kind=AttachmentKind.OTHER) as scan:
        objection, _code = objecting.receive(session, notice.id, given, [scan], means, now=now)
    world.planted += [given.phone, given.mail]
    world.ids |= {name: each.id for name, each in found.items()}
    world.ids |= {
        "notice_call": call.id, "objection": objection.id, "objection_file": objection.files[0].id,
        "noticed": notice.items[0].application_id or 0,
        "waiting": found["waiting_notice"].items[0].application_id or 0,
    }  # fmt: skip
