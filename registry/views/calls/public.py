"""Public pages of calls: open ones, one with its rules, the blank form, the self-check before any sign-in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, g, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.datastructures import ImmutableMultiDict

from registry.application_form import FormField
from registry.application_form.window import Phase
from registry.forms.calls import SelfCheckForm, self_check_form
from registry.i18n import _
from registry.indicators import plain
from registry.permissions import Permission
from registry.queries.calls.files import files_of_call
from registry.queries.calls.listing import CallPage, public_call, public_calls
from registry.queries.calls.self_check import public_standing
from registry.terms import BEIJING, Tier
from registry.views.calls.blank_form import blank_sections
from registry.views.calls.procedure import procedure
from registry.views.calls.self_check import answers, verdict
from registry.views.web.answers import help_of
from registry.views.web.delivery import answer
from registry.views.web.runtime import catalogue, policy, session
from registry.views.web.shelf import Body

blueprint = Blueprint("calls", __name__)
blueprint.add_app_template_filter(plain, "plain")


@blueprint.app_template_global("help_of")
def field_help(item: FormField) -> str:
    """What the form says under a field, for its template."""
    return help_of(item, catalogue().lists)


@blueprint.get("/calls")
@policy(Permission.PUBLIC_READ)
def calls() -> FlaskResponse:
    """Calls that are open, to come, and over."""
    return _page("calls/calls.html", groups=public_calls(session(), now=_now()), Phase=Phase)


@blueprint.get("/calls/<int:call_id>")
@policy(Permission.PUBLIC_READ)
def call(call_id: int) -> FlaskResponse:
    """One call in plain words."""
    page = public_call(session(), call_id, now=_now())
    tier = Tier(catalogue().lists.categories[page.row.category].tier)
    return _page(
        "calls/call.html",
        page=page,
        row=page.row,
        files=files_of_call(session(), call_id),
        begin=begin_url(page),
        procedure=procedure(page.form.rules, page.row.purpose, tier),
        Phase=Phase,
        lists=catalogue().lists,
    )


@blueprint.get("/calls/<int:call_id>/form")
@policy(Permission.PUBLIC_READ)
def blank_form(call_id: int) -> FlaskResponse:
    """The form of a call with nothing in it, for reading and printing."""
    page = public_call(session(), call_id, now=_now())
    return _page(
        "calls/blank_form.html",
        page=page,
        row=page.row,
        sections=blank_sections(page.form),
        lists=catalogue().lists,
    )


@blueprint.get("/calls/<int:call_id>/check")
@policy(Permission.PUBLIC_READ)
def check(call_id: int) -> FlaskResponse:
    """The eligibility self-check: from what is typed and what is public. Nothing is stored."""
    page = public_call(session(), call_id, now=_now())
    form, asked = _typed(page)
    if not asked or not form.validate():
        return _page("calls/check.html", status=400 if asked else 200, page=page, row=page.row, form=form, answers=())
    found = public_standing(
        session(),
        page,
        enterprise=form.enterprise.data or "",
        project=form.project.data or "",
        established_on=form.established_on.data,
    )
    rows = answers(page, form, found, now=_now())
    return _page(
        "calls/check.html",
        page=page,
        row=page.row,
        form=form,
        answers=rows,
        verdict=verdict(rows),
        found=found.names,
        begin=begin_url(page),
    )


def begin_url(page: CallPage) -> str:
    """Where an application begins; '' while the call is not open. Whoever is not signed in signs in first."""
    if page.row.phase != Phase.OPEN:
        return ""
    return url_for("enterprise.begin", call=page.row.id)


def _typed(page: CallPage) -> tuple[SelfCheckForm, bool]:
    """The form with what stands in the address, and whether anything of the form stands there."""
    made = self_check_form(page.rules, {"": _("请选择"), "yes": _("是"), "no": _("否")})
    form = made(formdata=ImmutableMultiDict(request.args))
    g.known_parameters = [pair for pair in request.args.items(multi=True) if pair[0] in form._fields]
    return form, bool(g.known_parameters)


def _now() -> datetime:
    return datetime.now(UTC)


def _page(template: str, *, status: int = 200, **values: Any) -> FlaskResponse:
    html = render_template(template, now=_now().astimezone(BEIJING), **values)
    return answer(Body(html.encode(), "text/html"), status=status)
