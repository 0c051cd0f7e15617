"""Officers' page of the pauses of a call's steps."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import RegistryError
from registry.forms.pauses import PauseForm
from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.calls.listing import managed_call
from registry.queries.review.clock import load_pauses
from registry.services.calls import pauses as commands
from registry.statuses import HELD_STATUSES
from registry.views.web.runtime import actor, catalogue, policy, session

blueprint = Blueprint("call_pauses", __name__)


@blueprint.route("/admin/calls/<int:call_id>/pauses", methods=("GET", "POST"))
@policy(Permission.CALL_MANAGE)
def pauses(call_id: int) -> str | tuple[str, int] | Response:
    """Pauses of the steps, and a form for one more."""
    now = datetime.now(UTC)
    found = managed_call(session(), call_id, now=now)
    form = PauseForm()
    form.status.choices = {"": _("请选择")} | {status.value: status.label(language()) for status in HELD_STATUSES}
    form.unit.choices = {"": _("全部板块")} | {
        code: unit.label(language()) for code, unit in catalogue().lists.units.items()
    }
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                commands.add_pause(session(), actor(), call_id, form.pause, now=now)
                return redirect(url_for("call_pauses.pauses", call_id=call_id))
            except RegistryError as error:
                status = form.absorb(error)
    rows = load_pauses(session(), call_id)
    return render_template("calls/pauses.html", form=form, row=found.page.row, pauses=rows), status


@blueprint.post("/admin/calls/<int:call_id>/pauses/<int:pause_id>/end")
@policy(Permission.CALL_MANAGE)
def end(call_id: int, pause_id: int) -> Response:
    """Take a pause back."""
    commands.end_pause(session(), actor(), call_id, pause_id, now=datetime.now(UTC))
    return redirect(url_for("call_pauses.pauses", call_id=call_id))
