"""`/admin/maintenance`: the dated lines on top of every page."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import InvalidInput
from registry.forms.maintenance import MaintenanceForm
from registry.permissions import Permission
from registry.services.attention import maintenance
from registry.views.web.delivery import today
from registry.views.web.runtime import actor, catalogue, policy, session

blueprint = Blueprint("maintenance", __name__)


@blueprint.route("/admin/maintenance", methods=("GET", "POST"))
@policy(Permission.REFERENCE_MANAGE)
def notices() -> Response | tuple[str, int]:
    """All of them, and the form for another one."""
    form, status = MaintenanceForm(), 200
    if request.method == "POST":
        status = 303 if form.validate() else 422
        try:
            if status == 303:
                maintenance.add_notice(session(), actor(), form.given, now=datetime.now(UTC))
                return redirect(url_for("maintenance.notices"), status)
        except InvalidInput as error:
            status = form.absorb(error)
    page = render_template("site/maintenance.html", form=form, rows=catalogue().lists.maintenance, today=today())
    return page, status


@blueprint.post("/admin/maintenance/<int:notice_id>/remove")
@policy(Permission.REFERENCE_MANAGE)
def remove(notice_id: int) -> Response:
    """Take one off."""
    maintenance.remove_notice(session(), actor(), notice_id, now=datetime.now(UTC))
    return redirect(url_for("maintenance.notices"), 303)
