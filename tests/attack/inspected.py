"""A site inspection in the city that is attacked: a visit with secrets on its sheet, a photo, a draw, an addition."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from registry.application_form import InspectionItem
from registry.models import Application, InspectionDraw
from registry.services import uploads
from registry.services.inspection import additions, photos, planning, sheet
from registry.storage import Folder
from registry.terms import Action, AttachmentKind
from tests import applicants
from tests.applicants import NOW, Cast
from tests.uploads import samples

RULES: dict[str, Any] = {
    "inspection_list": (InspectionItem(code="line", text="生产线在运行"), InspectionItem(code="mes", text="系统在用")),
    "inspection_kpis": ("equipment_count", "operating_cost"),
}
"""What the call asks its inspections, with nobody drawn."""


def to_the_check(session: Session, who: Cast, application: Application) -> Application:
    """A submitted application on to the city's check."""
    applicants.step(session, application, who.district, Action.RECOMMEND, applicants.recommendation(application))
    return applicants.step(session, application, who.city, Action.ACCEPT)


def inspect(
    session: Session, who: Cast, staff: dict[str, Any], checked: Application, added: Application, folder: Path
) -> dict[str, int]:
    """Ids of what there is: `tnq` leads, the city and an expert are in the team."""
    for application in (checked, added):
        to_the_check(session, who, application)
        additions.add_inspection(session, staff["tnq"], application.number or "", "机密补充原因", now=NOW)
    team = [staff[name].id for name in ("tnq", "city", "expert")]
    plan = planning.Planning(NOW.date(), team, staff["tnq"].id)
    visit = planning.plan_visit(session, staff["tnq"], checked.id, plan, now=NOW)
    texts = {"remark": "机密核查备注", "note-line": "机密核查说明", "found-equipment_count-current": "170071"}
    changes = {name: sheet.Change("", text) for name, text in texts.items()}
    sheet.save_sheet(session, staff["tnq"], visit.id, changes, now=NOW)
    shot = io.BytesIO(samples.picture())
    digest = photos.digest_of(shot)
    with uploads.examine(shot, "a.jpg", kind=AttachmentKind.PHOTO) as examined:
        photo = photos.add_photo(
            session, staff["tnq"], visit.id, examined, digest, caption="机密核查照片", folder=Folder(folder), now=NOW
        )
    number = checked.number or ""
    draw = InspectionDraw(
        call_id=checked.call_id, share=50, seed="机密种子", pool={"TNQ": [number]}, picked={"TNQ": [number]},
        drawn_by=staff["city"].id, drawn_at=NOW,
    )  # fmt: skip
    session.add(draw)
    session.flush()
    return {
        "checking": checked.id,
        "added": added.id,
        "visit": visit.id,
        "visit_photo": photo.id,
        "draw": draw.id,
    }
