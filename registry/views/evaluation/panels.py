"""评审组: the list, making and changing one, its draw, its results."""

from __future__ import annotations

from flask import Response, redirect, request, url_for
from werkzeug import Response as AnyResponse

from registry.errors import BadParameter, Conflict, RegistryError
from registry.evaluation.terms import PanelState
from registry.forms.evaluation import PanelForm, number_of
from registry.i18n import _
from registry.permissions import Permission
from registry.queries.evaluation import panel_page as pages
from registry.queries.evaluation import panels as reading
from registry.queries.evaluation.panel_rows import Choice, PanelPage
from registry.services.calls.managing import find_call, rules_of
from registry.services.evaluation import panels
from registry.views.evaluation.frame import may_manage
from registry.views.evaluation.frame import panels_blueprint as blueprint
from registry.views.evaluation.parts import expert_choices, now, private
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message


@blueprint.get("/review/panels")
@policy(Permission.PANEL_READ)
def panel_list() -> Response:
    """All panels, and calls whose applications wait for one."""
    return private(
        "evaluation/panels.html",
        rows=reading.panel_rows(session()),
        calls=reading.calls_to_score(session()),
        may_manage=may_manage(),
    )


@blueprint.route("/review/panels/new", methods=("GET", "POST"))
@policy(Permission.PANEL_MANAGE)
def new() -> AnyResponse:
    """Make a panel for applications of a call; all that wait are ticked at first."""
    if "call" not in request.args:
        # The list names the calls whose applications wait.
        return redirect(url_for("panels.panel_list"))
    call_id = number_of(request.args.get("call"))
    if call_id is None:
        raise BadParameter(Message("参数 call 应为申报通知的编号。"), field="call")
    call = find_call(session(), call_id)
    choices = reading.choices(session(), call_id)
    data = {
        "per_application": rules_of(call).experts or 3,
        "name": _("第一组"),
        "applications": [str(choice.id) for choice in choices],
    }
    form = PanelForm(data=data if request.method == "GET" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                made = panels.create(session(), actor(), call_id, form.given, now=now())
                return redirect(url_for("panels.panel", panel_id=made.id, done="create"), 303)
            except RegistryError as error:
                session().rollback()
                status = form.absorb(error)
    return _edit_page(form, choices, status, title=call.title, panel=None)


@blueprint.route("/review/panels/<int:panel_id>/edit", methods=("GET", "POST"))
@policy(Permission.PANEL_MANAGE)
def edit(panel_id: int) -> AnyResponse:
    """Change a panel: everything before the draw, name and chair afterwards."""
    page = pages.panel_page(session(), actor(), panel_id)
    choices = reading.choices(session(), page.call_id, panel_id=panel_id)
    form = PanelForm(data=_typed(page) if request.method == "GET" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                panels.update(session(), actor(), panel_id, form.given, seen_version=form.seen_version, now=now())
                return redirect(url_for("panels.panel", panel_id=panel_id, done="update"), 303)
            except RegistryError as error:
                session().rollback()
                status = form.absorb(error)
                if isinstance(error, Conflict):
                    form.version.data = str(pages.panel_page(session(), actor(), panel_id).version)
    return _edit_page(form, choices, status, title=page.call, panel=page)


def _edit_page(form: PanelForm, choices: list[Choice], status: int, *, title: str, panel: PanelPage | None) -> Response:
    form.chair.choices = [("", _("市局审核员裁定")), *expert_choices()]
    return private(
        "evaluation/panel_edit.html",
        status,
        form=form,
        choices=choices,
        title=title,
        panel=panel,
        is_drawn=panel is not None and panel.state is not PanelState.DRAFT,
    )


def _typed(page: PanelPage) -> dict[str, object]:
    return {
        "name": page.name,
        "closes_at": page.closes_at,
        "per_application": page.per_application,
        "chair": str(page.chair_id or ""),
        "applications": [str(item.id) for item in page.items],
        "version": str(page.version),
    }
