"""The chair's page: flagged scores with all sheets, without names, and a ruling for each."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as AnyResponse

from registry.errors import InvalidInput, NotFound, RegistryError
from registry.forms.evaluation import DecideForm, number_of
from registry.permissions import Permission
from registry.queries.evaluation.chairs import chair_page
from registry.services.evaluation import deciding
from registry.services.evaluation.deciding import mark
from registry.views.evaluation.parts import decisions, flag_names, now, private
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message

blueprint = Blueprint("chair", __name__)


@blueprint.get("/expert/panels/<int:panel_id>")
@policy(Permission.EXPERT_SCORE)
def panel(panel_id: int) -> Response:
    """What waits for the chair."""
    return _page(panel_id)


@blueprint.post("/expert/panels/<int:panel_id>/decide")
@policy(Permission.EXPERT_SCORE)
def decide(panel_id: int) -> AnyResponse:
    """Rule on one application of the panel."""
    form, application_id = DecideForm(), number_of(request.form.get("application"))
    page = chair_page(session(), actor(), panel_id)
    if application_id is None or application_id not in {item.id for item in page.items}:
        raise NotFound(Message("这份申报不在这个评审组，或评分还没有交齐。"))
    if not form.validate():
        return _page(panel_id, form, application_id, 422)
    try:
        ruling = form.ruling
        if ruling is None:
            raise InvalidInput(Message("请选择组长意见。"), field="decision")
        seen = str(form.seen.data or "")
        deciding.decide(session(), actor(), panel_id, application_id, ruling, seen=seen, now=now())
    except RegistryError as error:
        session().rollback()
        return _page(panel_id, form, application_id, form.absorb(error))
    return redirect(url_for("chair.panel", panel_id=panel_id, done="decide"), 303)


def _page(panel_id: int, form: DecideForm | None = None, opened: int | None = None, status: int = 200) -> Response:
    page = chair_page(session(), actor(), panel_id)
    return private(
        "evaluation/chair.html",
        status,
        page=page,
        form=form,
        opened=opened,
        errors=form.summary if form is not None else [],
        decisions=decisions(),
        flag_names=flag_names,
        marks={item.id: mark(item.outcome) for item in page.items},
        done=request.args.get("done", "") if form is None else "",
    )
