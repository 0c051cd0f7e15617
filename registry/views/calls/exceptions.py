"""Officers' pages of exceptions from a call: later deadlines of units, rules waived for enterprises."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import Conflict, InvalidInput, RegistryError
from registry.forms.calls import ExtensionForm, WaiverForm
from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.calls.listing import managed_call
from registry.queries.calls.self_check import find_enterprises
from registry.services.calls import waivers as commands
from registry.terms import CallRule
from registry.values.row_ids import seen_version
from registry.views.web.runtime import actor, catalogue, policy, session
from registry.wording import Message

blueprint = Blueprint("call_exceptions", __name__)
Answer = str | tuple[str, int] | Response


@blueprint.route("/admin/calls/<int:call_id>/extensions", methods=("GET", "POST"))
@policy(Permission.CALL_MANAGE)
def extensions(call_id: int) -> Answer:
    """Later deadlines by unit, and a form for one more."""
    form, status = _extension_form(), 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                commands.extend(
                    session(),
                    actor(),
                    call_id,
                    unit=form.unit.data,
                    closes_at=form.closes_at.data,
                    reason=form.reason.data or "",
                    seen_version=form.seen_version,
                )
                return redirect(url_for("call_exceptions.extensions", call_id=call_id))
            except RegistryError as error:
                session().rollback()
                status = form.absorb(error)
    return _extensions_page(call_id, form), status


@blueprint.post("/admin/calls/<int:call_id>/extensions/<unit>/end")
@policy(Permission.CALL_MANAGE)
def end_extension(call_id: int, unit: str) -> Answer:
    """Take a unit's later deadline back."""
    seen = seen_version(request.form.get("version"))
    try:
        commands.end_extension(session(), actor(), call_id, unit=unit, seen_version=seen)
    except Conflict as error:
        session().rollback()
        form = _extension_form(formdata=None)
        status = form.absorb(error)
        return _extensions_page(call_id, form), status
    return redirect(url_for("call_exceptions.extensions", call_id=call_id))


def _extension_form(**options: Any) -> ExtensionForm:
    form = ExtensionForm(**options)
    form.unit.choices = {"": _("请选择")} | {
        code: unit.label(language()) for code, unit in catalogue().lists.units.items()
    }
    return form


def _extensions_page(call_id: int, form: ExtensionForm) -> str:
    row = managed_call(session(), call_id, now=_now()).page.row
    return render_template("calls/extensions.html", form=form, row=row)


@blueprint.route("/admin/calls/<int:call_id>/waivers", methods=("GET", "POST"))
@policy(Permission.CALL_MANAGE)
def waivers(call_id: int) -> Answer:
    """Rules waived for enterprises, and a form for one more."""
    found = managed_call(session(), call_id, now=_now())
    form = WaiverForm()
    form.rule.choices = {"": _("请选择")} | {rule.value: rule.label(language()) for rule in CallRule}
    several: dict[int, str] = {}
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            several = {
                key: f"{name}　{uscc or _('没有代码')}"
                for key, name, uscc in find_enterprises(session(), form.enterprise.data or "")
            }
            try:
                commands.waive(
                    session(),
                    actor(),
                    call_id,
                    enterprise_id=_chosen(form, several),
                    rule=CallRule(form.rule.data),
                    reason=form.reason.data or "",
                    now=_now(),
                )
                return redirect(url_for("call_exceptions.waivers", call_id=call_id))
            except RegistryError as error:
                status = form.absorb(error)
    form.enterprise_id.choices = {"0": _("请选择")} | {str(key): name for key, name in several.items()}
    page = render_template(
        "calls/waivers.html",
        form=form,
        row=found.page.row,
        waivers=found.waivers,
        several=len(several) > 1,
        rule_names={rule.value: rule.label(language()) for rule in CallRule},
    )
    return page, status


@blueprint.post("/admin/calls/<int:call_id>/waivers/<int:waiver_id>/end")
@policy(Permission.CALL_MANAGE)
def end_waiver(call_id: int, waiver_id: int) -> Response:
    """Let a waived rule hold again."""
    commands.end_waiver(session(), actor(), call_id, waiver_id)
    return redirect(url_for("call_exceptions.waivers", call_id=call_id))


def _chosen(form: WaiverForm, several: dict[int, str]) -> int:
    """The one enterprise that is meant; raises InvalidInput when none or several bear the name."""
    keys = list(several)
    if not keys:
        raise InvalidInput(Message("没有登记这家企业；请核对名称或代码，企业注册后才能豁免。"), field="enterprise")
    if len(keys) > 1:
        if form.enterprise_id.data not in keys:
            raise InvalidInput(Message("有几家企业叫这个名称，请选择是哪一家。"), field="enterprise_id")
        return int(form.enterprise_id.data)
    return keys[0]


def _now() -> datetime:
    return datetime.now(UTC)
