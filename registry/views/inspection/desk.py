"""The officers' desk of inspections: what is to be visited, the draw, additions, the plan of a visit."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import BadParameter, InvalidInput, NotAllowed, RegistryError
from registry.forms.base import FormError
from registry.forms.inputs import visible
from registry.forms.inspection import PlanForm
from registry.i18n import language
from registry.permissions import Permission
from registry.queries.inspection.access import visible_visit
from registry.queries.inspection.draws import draws, find_draw
from registry.queries.inspection.listing import TABS, visit_page
from registry.queries.inspection.plan import find_plan
from registry.queries.inspection.team import team_choices
from registry.queries.inspection.waiting import calls_to_draw
from registry.services.inspection import additions, drawing, planning, visits
from registry.terms import Role
from registry.values.row_ids import row_id, seen_version
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message

blueprint = Blueprint("inspections", __name__)


@blueprint.get("/review/inspections")
@policy(Permission.INSPECT)
def inspections() -> str:
    """Visits by tab, those to be made first."""
    return _list()


def _list(errors: list[FormError] | None = None, typed: dict[str, str] | None = None) -> str:
    tab = request.args.get("tab", TABS[0])
    if tab not in TABS:
        raise BadParameter(Message("参数 tab 可用 %(names)s。", names=TABS), field="tab")
    number = row_id(request.args.get("page", "1"))
    if not number:
        raise BadParameter(Message("参数 page 应为页码，从 1 开始。"), field="page")
    who = actor()
    is_city, is_expert = who.role is Role.MUNICIPAL_REVIEWER, who.role is Role.EXPERT
    page = visit_page(session(), who, tab, page=number)
    return render_template(
        "inspection/list.html",
        tab=tab,
        tabs=TABS[:1] + TABS[2:] if is_expert else TABS,
        page=page,
        pages=page.pages(tab),
        may_arrange=not is_expert,
        to_draw=calls_to_draw(session()) if is_city else [],
        draws=[] if is_expert else draws(session(), who),
        errors=errors or [],
        typed=typed or {"number": "", "reason": ""},
        done=request.args.get("done", "")[:10],
    )


@blueprint.post("/review/inspections/draw")
@policy(Permission.INSPECT)
def draw() -> Response | tuple[str, int]:
    """Draw by lot for a call."""
    call_id = row_id(request.form.get("call")) or 0
    try:
        made = drawing.draw_inspections(session(), actor(), call_id, now=_now())
    except NotAllowed:
        raise
    except RegistryError as error:
        session().rollback()
        return _list([FormError("", error.message)]), error.status
    return redirect(url_for("inspections.drawn", draw_id=made[-1].id), 303)


@blueprint.get("/review/inspections/draws/<int:draw_id>")
@policy(Permission.INSPECT)
def drawn(draw_id: int) -> str:
    """The record of a draw, to be printed: seed, who was in it, who was drawn, how to repeat it."""
    return render_template("inspection/draw.html", found=find_draw(session(), actor(), draw_id))


@blueprint.post("/review/inspections/add")
@policy(Permission.INSPECT)
def add() -> Response | tuple[str, int]:
    """Have an application visited that no draw picked."""
    typed = {name: visible(request.form.get(name))[:1000] for name in ("number", "reason")}
    try:
        pick = additions.add_inspection(session(), actor(), typed["number"], typed["reason"], now=_now())
    except NotAllowed:
        raise
    except RegistryError as error:
        session().rollback()
        return _list([FormError(error.field or "", error.message)], typed), error.status
    return redirect(url_for("inspections.plan", picked_id=pick.application_id), 303)


@blueprint.post("/review/inspections/drop/<int:picked_id>")
@policy(Permission.INSPECT)
def drop(picked_id: int) -> Response:
    """Take an addition back."""
    additions.drop_addition(session(), actor(), picked_id, now=_now())
    return redirect(url_for("inspections.inspections", tab="plan", done="drop"), 303)


@blueprint.route("/review/inspections/plan/<int:picked_id>", methods=("GET", "POST"))
@policy(Permission.INSPECT)
def plan(picked_id: int) -> str | tuple[str, int] | Response:
    """Day and team of the visit of an application."""
    found = find_plan(session(), actor(), picked_id)
    form, status = PlanForm(data=found.typed if request.method == "GET" else None), 200
    people = team_choices(session(), found.unit)
    form.members.choices = form.lead.choices = [(str(identifier), name) for identifier, name, _role in people]
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                visit = planning.plan_visit(
                    session(), actor(), picked_id, form.planning, seen_version=form.seen_version, now=_now()
                )
                return redirect(url_for("inspection_sheet.visit", visit_id=visit.id, done="plan"), 303)
            except (InvalidInput, RegistryError) as error:
                if isinstance(error, NotAllowed):
                    raise
                status = form.absorb(error)
                session().rollback()
                found = find_plan(session(), actor(), picked_id)
                form.version.data = found.typed["version"]
    roles = {str(identifier): role.label(language()) for identifier, _name, role in people}
    return render_template("inspection/plan.html", found=found, form=form, roles=roles), status


@blueprint.post("/review/inspections/<int:visit_id>/cancel")
@policy(Permission.INSPECT)
def cancel(visit_id: int) -> Response | tuple[str, int]:
    """Call a visit off."""
    visit = visible_visit(session(), actor(), visit_id, lock=True)
    version = seen_version(request.form.get("version", ""))
    try:
        visits.cancel_visit(
            session(), actor(), visit, visible(request.form.get("reason")), seen_version=version, now=_now()
        )
    except NotAllowed:
        raise
    except RegistryError as error:
        from registry.views.inspection.sheet import sheet_page

        session().rollback()
        return sheet_page(visit_id, errors=[FormError("cancel-reason", error.message)]), error.status
    return redirect(url_for("inspections.inspections", tab="plan", done="cancel"), 303)


def _now() -> datetime:
    return datetime.now(UTC)
