"""Officers' pages of calls: list, text, rules, publication, extensions and waivers."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.application_form.window import Phase
from registry.errors import Conflict, RegistryError
from registry.forms.call_rules import RulesForm, rules_form, typed_rules
from registry.forms.calls import CallTextForm, ConfirmForm, NewCallForm
from registry.i18n import _, language
from registry.permissions import Permission
from registry.purposes import CallPurpose
from registry.queries.calls.files import files_of_call
from registry.queries.calls.listing import CallRow, ManagedCall, managed_call, managed_calls
from registry.services.calls import managing
from registry.services.calls.subjects import due_count
from registry.terms import BEIJING, AttachmentKind, KpiKind
from registry.views.web.runtime import actor, catalogue, policy, session

blueprint = Blueprint("calls_admin", __name__)
_COMMON = (
    "per_enterprise",
    "most_titles",
    "cool_down_years",
    "least_age_years",
    "handling_days",
    "correction_days",
    "notice_days",
    "notice_unit",
    "interval_years",
)


@blueprint.get("/admin/calls")
@policy(Permission.CALL_MANAGE)
def calls() -> str:
    """All calls, drafts first."""
    return render_template("calls/manage_calls.html", rows=managed_calls(session(), now=_now()), now=_beijing())


@blueprint.route("/admin/calls/new", methods=("GET", "POST"))
@policy(Permission.CALL_MANAGE)
def new() -> str | tuple[str, int] | Response:
    """Begin a draft, with the usual rules of its category or those of an earlier call."""
    form = NewCallForm(data={"year": _beijing().year} if request.method == "GET" else None)
    earlier = managed_calls(session(), now=_now())
    form.purpose.choices = {purpose.value: purpose.label(language()) for purpose in CallPurpose}
    form.rules_from.choices = {"0": _("本类别通用的规则")} | {
        str(item.row.id): _("沿用：%(title)s", title=item.row.title) for item in earlier
    }
    _offer_categories(form)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                chosen = managing.find_call(session(), form.rules_from.data) if form.rules_from.data else None
                rules = None if chosen is None else managing.rules_of(chosen)
                made = managing.create_call(session(), actor(), form.call_text, now=_now(), rules=rules)
                return redirect(url_for("calls_admin.call", call_id=made.id))
            except RegistryError as error:
                status = _absorb(form, error)
    return render_template("calls/manage_edit.html", form=form, row=None, changed={}), status


@blueprint.get("/admin/calls/<int:call_id>")
@policy(Permission.CALL_MANAGE)
def call(call_id: int) -> str:
    """One call: what holds now, and where to change it."""
    return _render("calls/manage_call.html", managed_call(session(), call_id, now=_now()))


@blueprint.route("/admin/calls/<int:call_id>/edit", methods=("GET", "POST"))
@policy(Permission.CALL_MANAGE)
def edit(call_id: int) -> str | tuple[str, int] | Response:
    """Change the text of a call."""
    found = managed_call(session(), call_id, now=_now())
    form = CallTextForm(data=_typed_text(found.page.row) if request.method == "GET" else None)
    _offer_categories(form, found.page.row.category)
    changed: dict[str, str] = {}
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                managing.update_call(session(), actor(), call_id, form.call_text, seen_version=form.seen_version)
                return redirect(url_for("calls_admin.call", call_id=call_id))
            except Conflict as error:
                status = form.absorb(error)
                found = managed_call(session(), call_id, now=_now())
                changed = _differences(form, found.page.row)
                form.version.data = str(found.page.row.version)
            except RegistryError as error:
                status = _absorb(form, error)
    return render_template("calls/manage_edit.html", form=form, row=found.page.row, changed=changed), status


@blueprint.route("/admin/calls/<int:call_id>/rules", methods=("GET", "POST"))
@policy(Permission.CALL_MANAGE)
def rules(call_id: int) -> str | tuple[str, int] | Response:
    """The rules editor; more rows are asked for with a button, so that no script is needed."""
    found = managed_call(session(), call_id, now=_now())
    form = _rules_form(found)
    more = request.method == "GET" or "more" in request.form
    status = 200
    if not more:
        status = 422
        if form.validate():
            try:
                wanted = form.rules()
                managing.revise_rules(session(), actor(), call_id, wanted, seen_version=form.seen_version, now=_now())
                return redirect(url_for("calls_admin.call", call_id=call_id))
            except Conflict as error:
                status = form.absorb(error)
                found = managed_call(session(), call_id, now=_now())
                form.version.data = str(found.page.row.version)
            except RegistryError as error:
                status = _absorb(form, error)
    else:
        form.add_rows()
        form.bind(_kinds())
    common = [form[name] for name in _COMMON if name in form]
    return _render("calls/manage_rules.html", found, form=form, common=common, kinds=list(AttachmentKind)), status


def _rules_form(found: ManagedCall) -> RulesForm:
    units = {code: unit.label(language()) for code, unit in catalogue().lists.units.items()}
    made = rules_form(units, found.page.row.purpose)
    stored = typed_rules(found.page.rules) | {"version": str(found.page.row.version)}
    form = made(data=stored if request.method == "GET" else None)
    form.bind(_kinds())
    if "notice_unit" in form:
        form.notice_unit.choices = {"working": _("工作日"), "calendar": _("自然日")}
    return form


def _kinds() -> dict[str, str]:
    """Ways of judging a criterion: yes or no, a number, a KPI whose derived value can be compared."""
    rated = (KpiKind.SHARE, KpiKind.CHANGE, KpiKind.LEVEL, KpiKind.ORDINAL)
    by_kpi = {
        f"kpi-{code}": _("指标：%(name)s", name=item.label(language()))
        for code, item in catalogue().lists.kpis.items()
        if item.kind in rated
    }
    return {"yes_no": _("回答是或否"), "number": _("填数值")} | by_kpi


@blueprint.route("/admin/calls/<int:call_id>/publish", methods=("GET", "POST"))
@policy(Permission.CALL_MANAGE)
def publish(call_id: int) -> str | tuple[str, int] | Response:
    """What will be public, and the button that makes it so."""
    found = managed_call(session(), call_id, now=_now())
    form = ConfirmForm(data={"version": str(found.page.row.version)} if request.method == "GET" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.validate():
            try:
                managing.publish_call(session(), actor(), call_id, seen_version=form.seen_version, now=_now())
                return redirect(url_for("calls_admin.call", call_id=call_id))
            except RegistryError as error:
                status = form.absorb(error)
                form.version.data = str(found.page.row.version)
    call = managing.find_call(session(), call_id)
    asked = due_count(session(), call, found.page.rules) if found.page.row.is_later else 0
    files = files_of_call(session(), call_id)
    return _render("calls/manage_publish.html", found, form=form, asked=asked, files=files), status


def _render(template: str, found: ManagedCall, **values: Any) -> str:
    return render_template(
        template,
        found=found,
        page=found.page,
        row=found.page.row,
        lists=catalogue().lists,
        now=_beijing(),
        Phase=Phase,
        **values,
    )


def _absorb(form: CallTextForm | RulesForm, error: RegistryError) -> int:
    return form.absorb_all(error) if isinstance(error, managing.CallFaults) else form.absorb(error)


def _offer_categories(form: CallTextForm, chosen: str = "") -> None:
    """Categories in force this year or later, and the one that is chosen already."""
    year = _beijing().year
    form.category.choices = {"": _("请选择")} | {
        code: item.label(language())
        for code, item in catalogue().lists.categories.items()
        if (item.valid_to or year) >= year or code in (chosen, form.category.data)
    }


def _typed_text(row: CallRow) -> dict[str, Any]:
    return {
        "category": row.category,
        "year": row.year,
        "title": row.title,
        "document_number": row.document_number,
        "introduction": row.introduction,
        "opens_at": row.window.opens_at,
        "closes_at": row.window.closes_at,
        "version": str(row.version),
    }


def _differences(form: CallTextForm, row: CallRow) -> dict[str, str]:
    """What is stored now, by field, where something else was typed."""
    stored = CallTextForm(formdata=None, data=_typed_text(row))
    return {
        field.name: stored[field.name]._value() if hasattr(field, "_value") else str(stored[field.name].data)
        for field in form
        if field.name in ("title", "document_number", "introduction", "opens_at", "closes_at")
        and stored[field.name].data != field.data
    }


def _now() -> datetime:
    return datetime.now(UTC)


def _beijing() -> datetime:
    return _now().astimezone(BEIJING)
