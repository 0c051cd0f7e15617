"""One panel: how far it is, its results, and the steps that officers take with it."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, url_for
from werkzeug import Response as AnyResponse

from registry.errors import RegistryError
from registry.evaluation.terms import PanelState
from registry.forms.evaluation import ExtendForm, ReasonForm
from registry.permissions import Permission
from registry.queries.evaluation import panel_page as pages
from registry.services.evaluation import drawing, timing
from registry.views.evaluation.frame import may_manage
from registry.views.evaluation.frame import panels_blueprint as blueprint
from registry.views.evaluation.parts import flag_names, now, private
from registry.views.web.runtime import actor, policy, session


@blueprint.get("/review/panels/<int:panel_id>")
@policy(Permission.PANEL_READ)
def panel(panel_id: int) -> Response:
    """One panel: how far it is, and its results."""
    return _page(panel_id)


@blueprint.post("/review/panels/<int:panel_id>/draw")
@policy(Permission.PANEL_MANAGE)
def draw(panel_id: int) -> AnyResponse:
    """Draw the experts; again with a reason."""
    form = ReasonForm()
    return _step(
        panel_id,
        form,
        "draw",
        lambda: drawing.draw_panel(
            session(),
            actor(),
            panel_id,
            reason=form.reason.data or "",
            seen_version=form.seen_version,
            now=now(),
        ),
    )


@blueprint.post("/review/panels/<int:panel_id>/extend")
@policy(Permission.PANEL_MANAGE)
def extend(panel_id: int) -> AnyResponse:
    """More time, with a reason."""
    form = ExtendForm()
    return _step(
        panel_id,
        form,
        "extend",
        lambda: timing.extend(
            session(),
            actor(),
            panel_id,
            form.closes_at.data,
            form.reason.data or "",
            seen_version=form.seen_version,
            now=now(),
        ),
    )


@blueprint.post("/review/panels/<int:panel_id>/close")
@policy(Permission.PANEL_MANAGE)
def close(panel_id: int) -> AnyResponse:
    """End the scoring."""
    form = ReasonForm()
    return _step(
        panel_id,
        form,
        "close",
        lambda: timing.close(session(), actor(), panel_id, seen_version=form.seen_version, now=now()),
    )


def _step(panel_id: int, form: ReasonForm, name: str, run: Any) -> AnyResponse:
    """Take a step; a refusal gives the page again with everything that was typed."""
    if not form.validate():
        return _page(panel_id, form, name, 422)
    try:
        run()
    except RegistryError as error:
        session().rollback()
        status = form.absorb(error)
        return _page(panel_id, form, name, status)
    return redirect(url_for("panels.panel", panel_id=panel_id, done=name), 303)


def _page(panel_id: int, form: ReasonForm | None = None, name: str = "", status: int = 200) -> Response:
    page = pages.panel_page(session(), actor(), panel_id)
    fresh = {"version": str(page.version)}
    blank = {"draw": ReasonForm, "close": ReasonForm, "extend": ExtendForm}
    forms = {key: kind(formdata=None, data=fresh) for key, kind in blank.items()}
    if form is not None:
        forms[name] = form
        form.version.data = str(page.version)
    # Several forms of one page ask for the same things: their controls are told apart by the step.
    return private(
        "evaluation/panel.html",
        status,
        page=page,
        forms=forms,
        errors=form.summary if form is not None else [],
        opened=name if form is not None else "",
        flag_names=flag_names,
        may_manage=may_manage(),
        is_late=page.state is PanelState.SCORING and now().replace(microsecond=0) > page.closes_at,
        done=request.args.get("done", "") if form is None else "",
    )
