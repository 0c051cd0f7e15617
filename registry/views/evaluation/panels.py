"""评审组: the list, making and changing one, its draw, its results."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as AnyResponse

from registry.errors import BadParameter, Conflict, RegistryError
from registry.evaluation.terms import PanelState
from registry.forms.evaluation import ExtendForm, PanelForm, ReasonForm, number_of
from registry.i18n import _
from registry.permissions import Permission, can
from registry.queries.accounts.people import account_row
from registry.queries.applications.access import LARGEST_ID
from registry.queries.evaluation import panels as reading
from registry.queries.evaluation.repeating import repeat
from registry.queries.evaluation.workbook import XLSX, results_workbook
from registry.services import events
from registry.services.calls.managing import find_call, rules_of
from registry.services.evaluation import drawing, panels
from registry.views.evaluation.parts import expert_choices, flag_names, now, private
from registry.views.web.downloads import as_attachment
from registry.views.web.page import unit_names
from registry.views.web.runtime import actor, hands_out, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("panels", __name__)


@blueprint.get("/review/panels")
@policy(Permission.PANEL_READ)
def panel_list() -> Response:
    """All panels, and calls whose applications wait for one."""
    return private(
        "evaluation/panels.html",
        rows=reading.panel_rows(session()),
        calls=reading.calls_to_score(session()),
        may_manage=_may_manage(),
    )


@blueprint.route("/review/panels/new", methods=("GET", "POST"))
@policy(Permission.PANEL_MANAGE)
def new() -> AnyResponse:
    """Make a panel for applications of a call; all that wait are ticked at first."""
    call_id = number_of(request.args.get("call"))
    if call_id is None or call_id >= LARGEST_ID:
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
    page = reading.panel_page(session(), actor(), panel_id)
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
                    form.version.data = str(reading.panel_page(session(), actor(), panel_id).version)
    return _edit_page(form, choices, status, title=page.call, panel=page)


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
        lambda: panels.extend(
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
        lambda: panels.close(session(), actor(), panel_id, seen_version=form.seen_version, now=now()),
    )


@blueprint.get("/review/panels/<int:panel_id>/record")
@policy(Permission.PANEL_MANAGE)
def record(panel_id: int) -> Response:
    """抽取记录 to be printed: every draw with what it followed from, repeated from its seed."""
    page = reading.panel_page(session(), actor(), panel_id)
    draws = [repeat(entry) for entry in page.draws]
    ids = {expert for made in draws for place in made.places for expert in (*place["chosen"], *place["fixed"])}
    return private(
        "evaluation/record.html",
        page=page,
        draws=draws,
        names=reading.names_of(session(), ids),
        officers={made.by: account_row(session(), made.by).name for made in draws},
    )


@blueprint.get("/review/panels/<int:panel_id>/results.xlsx")
@policy(Permission.PANEL_READ)
def results_xlsx(panel_id: int) -> Response:
    """评审结果汇总表; a copy is an event."""
    page = reading.panel_page(session(), actor(), panel_id)
    body = results_workbook(page, unit_names())
    if hands_out():
        with runtime().write() as writing:
            entry = events.Entry(action="panel.export", subject_type="panel", subject_id=page.id)
            events.record(writing, actor(), entry)
            writing.commit()
    response = as_attachment(
        Response(body, mimetype=XLSX), _("评审结果汇总表"), page.name, suffix="xlsx", plain="results"
    )
    response.headers["Cache-Control"] = "no-store"
    return response


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
    page = reading.panel_page(session(), actor(), panel_id)
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
        may_manage=_may_manage(),
        is_late=page.state is PanelState.SCORING and now().replace(microsecond=0) > page.closes_at,
        done=request.args.get("done", "") if form is None else "",
    )


def _edit_page(
    form: PanelForm, choices: list[reading.Choice], status: int, *, title: str, panel: reading.PanelPage | None
) -> Response:
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


def _typed(page: reading.PanelPage) -> dict[str, object]:
    return {
        "name": page.name,
        "closes_at": page.closes_at,
        "per_application": page.per_application,
        "chair": str(page.chair_id or ""),
        "applications": [str(item.id) for item in page.items],
        "version": str(page.version),
    }


def _may_manage() -> bool:
    return can(actor(), Permission.PANEL_MANAGE).allowed
