"""Site inspections of the demo: one planned, one under way, one signed, one with something to put right.

The photos are drawn by the program. They are files, so they come only where a folder is given.
"""

from __future__ import annotations

import io
import uuid
from collections.abc import Mapping
from datetime import datetime, timedelta

from PIL import Image, ImageDraw
from sqlalchemy import select
from sqlalchemy.orm import Session

from registry.application_form import InspectionItem
from registry.application_form.inspection import (
    Answer,
    Conclusion,
    Seen,
    check_field,
    found_field,
    note_field,
    seen_field,
)
from registry.application_form.window import beijing_day
from registry.models import Application, Call, Inspection
from registry.permissions import Actor
from registry.services import uploads
from registry.services.inspection import additions, photos, planning, sheet, signing
from registry.storage import Storage
from registry.terms import BEIJING, ApplicationStatus, AttachmentKind, Role

LIST = tuple(
    InspectionItem(code=code, text=text)
    for code, text in (
        ("line", "申报的生产线在运行，设备铭牌与清单相符"),
        ("network", "设备数据实时进入系统，现场可以查看"),
        ("system", "制造执行系统在用，能查到上月的工单"),
        ("trace", "任选一件产品，可以追溯到工序和设备"),
        ("safety", "车间整洁，安全警示和防护到位"),
    )
)
KPIS = ("equipment_count", "smart_equipment_count", "networked_equipment_count", "production_efficiency", "defect_rate")
_SHOTS = ("装配线全景（演示）", "立体仓库（演示）")


def load_inspections(
    session: Session,
    call: Call,
    staff: Mapping[Role | str, Actor],
    *,
    folder: Storage | None,
    now: datetime,
) -> None:
    """Visits of the applications of a call that the city checks, in four stages, made on the day before `now`."""
    now = (now.astimezone(BEIJING) - timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    checked = session.scalars(
        select(Application)
        .where(Application.call_id == call.id, Application.status == ApplicationStatus.CHECKING.value)
        .order_by(Application.id)
    ).all()
    stages: tuple[dict[str, str] | None, ...] = (
        None, {}, _signed(Conclusion.PASS, now), _signed(Conclusion.FIX, now),
    )  # fmt: skip
    for number, (application, texts) in enumerate(zip(checked, stages, strict=False)):
        visit = _arranged(session, application, staff, now=now, day=now + timedelta(days=6 if texts is None else 0))
        if texts is None:
            continue
        lead = staff[application.unit_code or ""]
        changes = {name: sheet.Change("", text) for name, text in (texts or _begun(application)).items()}
        sheet.save_sheet(session, lead, visit.id, changes, now=now)
        if folder is not None:
            _photograph(session, lead, visit, number, folder, now=now)
        if texts:
            signing.sign_visit(session, lead, visit.id, {}, seen_version=visit.version, now=now)


def _arranged(
    session: Session, application: Application, staff: Mapping[Role | str, Actor], *, now: datetime, day: datetime
) -> Inspection:
    city, lead = staff[Role.MUNICIPAL_REVIEWER], staff[application.unit_code or ""]
    additions.add_inspection(session, city, application.number or "", "投资额较大（演示）。", now=now)
    team = [int(actor.id or 0) for actor in (lead, city, staff[Role.EXPERT])]
    plan = planning.Planning(beijing_day(day), team, team[0])
    return planning.plan_visit(session, city, application.id, plan, now=now)


def _signed(conclusion: Conclusion, now: datetime) -> dict[str, str]:
    texts = {check_field(item.code): Answer.YES.value for item in LIST}
    texts |= {seen_field(code): Seen.SAME.value for code in KPIS}
    texts |= {"conclusion": conclusion.value, "remark": "企业配合，资料齐全（演示）。"}
    if conclusion is Conclusion.FIX:
        texts |= {
            check_field("trace"): Answer.NO.value,
            note_field("trace"): "抽查的一件只能追溯到班组，查不到设备（演示）。",
            "fixes": "在追溯记录中补上设备编号，并抽查十件（演示）。",
            "fix_by": beijing_day(now + timedelta(days=20)).isoformat(),
        }
    return texts


def _begun(application: Application) -> dict[str, str]:
    """A sheet of which a part is filled in, with one device fewer than declared."""
    declared = int(application.answers.get("kpi-smart_equipment_count-current") or "2")
    return {check_field(code): Answer.YES.value for code in ("line", "network")} | {
        seen_field("equipment_count"): Seen.SAME.value,
        seen_field("smart_equipment_count"): Seen.INPUTS.value,
        found_field("smart_equipment_count", "current"): str(max(1, declared - 1)),
    }


def _photograph(
    session: Session, actor: Actor, visit: Inspection, number: int, folder: Storage, *, now: datetime
) -> None:
    for place, caption in enumerate(_SHOTS):
        shot = io.BytesIO(_picture(number * 10 + place))
        digest = photos.digest_of(shot)
        with uploads.examine(shot, f"{place}.png", kind=AttachmentKind.PHOTO) as examined:
            photos.add_photo(
                session,
                actor,
                visit.id,
                examined,
                digest,
                caption=caption,
                key=str(uuid.UUID(int=visit.id * 100 + place)),
                taken_at=now,
                folder=folder,
                now=now,
            )


def _picture(number: int) -> bytes:
    """A workshop in a few strokes: floor, columns, machines; another number, another workshop."""
    picture = Image.new("RGB", (960, 720), "#e6ebee")
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 500, 960, 720), fill="#c3ccd1")
    for column in range(60, 960, 180):
        pen.rectangle((column, 0, column + 22, 500), fill="#aab6bd")
    for place in range(3 + number % 3):
        left = 40 + place * 190 + (number * 37) % 60
        pen.rectangle((left, 360, left + 130, 500), fill="#35617f")
        pen.rectangle((left + 20, 385, left + 110, 440), fill="#d9e7ef")
        pen.line((left + 65, 360, left + 105, 250), fill="#c97b1e", width=16)
        pen.line((left + 105, 250, left + 150, 300), fill="#c97b1e", width=14)
    pen.rectangle((0, 500, 960, 520), fill="#5d6b73")
    made = io.BytesIO()
    picture.save(made, "PNG")
    return made.getvalue()
