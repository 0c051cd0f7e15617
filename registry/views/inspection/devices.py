"""What a device without a network asks: taking over its changes, and the script that opens pages it keeps."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response, url_for

from registry.errors import Conflict, InvalidInput, NotAllowed
from registry.forms.inspection_sheet import sent_changes
from registry.i18n import _
from registry.permissions import Permission
from registry.queries.inspection.visit import find_visit
from registry.services.inspection import sheet as sheets
from registry.views.web.assets import asset_text
from registry.views.web.errors import problem
from registry.views.web.json_answers import as_json
from registry.views.web.received import sent_json
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message

blueprint = Blueprint("inspection_devices", __name__)


@blueprint.put("/review/inspections/<int:visit_id>/sheet")
@policy(Permission.INSPECT)
def sync(visit_id: int) -> Response:
    """Take the changes of a device; 409 with both texts of each field that somebody else changed meanwhile."""
    now, body = datetime.now(UTC), sent_json()
    try:
        require_writer(str(body.get("account", "")) if isinstance(body, dict) else "")
        saved = sheets.save_sheet(session(), actor(), visit_id, sent_changes(body), now=now)
    except (InvalidInput, NotAllowed) as error:
        return problem(error.status, _("内容需要修改"), error.message, error.field, error.code)
    session().commit()
    found = find_visit(session(), actor(), visit_id, now=now)
    told = {
        "version": found.version,
        "answers": {item.name: found.answers.get(item.name, "") for item in found.sheet.fields},
        "faults": [{"field": fault.field, "message": fault.message} for fault in found.checked.faults],
        "blanks": found.checked.blanks,
        "saved_at": now.isoformat(),
        "conflicts": [
            {
                "field": clash.name,
                "label": clash.label,
                "mine": clash.mine,
                "theirs": clash.theirs,
                "by": clash.by,
                "at": clash.at.isoformat() if clash.at else None,
            }
            for clash in saved.clashes
        ],
    }
    status = Conflict.status if saved.clashes else 200
    return Response(as_json(told), status=status, mimetype="application/json")


@blueprint.get("/review/inspections/worker.js")
@policy(Permission.INSPECT)
def worker() -> Response:
    """The script that opens downloaded pages without a network; it may look after the pages of inspections alone."""
    response = Response(asset_text("inspection-worker.js"), mimetype="text/javascript")
    response.headers["Service-Worker-Allowed"] = url_for("inspections.inspections", lang=None)
    return response


def require_writer(account: str) -> None:
    """Refuse what somebody else entered on this device: it must not come in under another name.

    `account` is the one that the device kept beside it, '' for a form without a script.
    """
    if account and account != str(actor().id):
        raise NotAllowed(Message("这些内容是另一个账户填写的，请由其登录后上传。"))
