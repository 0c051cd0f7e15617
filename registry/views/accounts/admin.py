"""Administrators' pages of accounts, and the audit page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from flask import Blueprint, redirect, render_template, request, send_file, url_for
from flask import Response as FlaskResponse
from werkzeug import Response

from registry.errors import BadParameter, Conflict
from registry.forms.administration import InviteForm, RoleForm
from registry.i18n import _, language
from registry.mail import Letter
from registry.permissions import STAFF, Permission
from registry.queries.accounts import audit as audits
from registry.queries.accounts import people
from registry.queries.accounts.audit import AuditFilters, AuditWords
from registry.queries.accounts.people import AccountFilters
from registry.queries.catalogue.code_lists import CodeLists
from registry.services.accounts import administration, making
from registry.services.events import Entry, record
from registry.terms import AccountStanding, Role, TokenPurpose
from registry.values.row_ids import row_id
from registry.views.accounts.attempts import DONE, UNSENT, Answer, take
from registry.views.accounts.audit_changes import changes_as_html, changes_in_words, subject_name, subjects
from registry.views.accounts.audit_words import action_name
from registry.views.accounts.outbox import mailer, post_after_commit
from registry.views.web.addresses import site_url
from registry.views.web.downloads import as_attachment
from registry.views.web.runtime import actor, catalogue, hands_out, policy, runtime, session
from registry.wording import Message, told

blueprint = Blueprint("admin", __name__)
STEPS: dict[str, Callable[..., object]] = {
    "disable": administration.disable,
    "enable": administration.enable,
    "sessions": administration.end_sessions,
    "second-factor": administration.drop_second_factor,
    "objectors-on": administration.allow_objectors,
    "objectors-off": administration.forbid_objectors,
}
CONDITIONS = ("account", "action", "subject", "id", "since", "until", "request")
PAIRS = {TokenPurpose.RESET: "auth.reset_link", TokenPurpose.INVITATION: "auth.invitation"}


@blueprint.get("/admin/accounts")
@policy(Permission.ACCOUNT_MANAGE)
def accounts() -> str:
    """All accounts, searched and filtered."""
    filters = AccountFilters(
        q=request.args.get("q", "").strip()[:100],
        role=_one_of("role", {role.value for role in Role}),
        unit=_one_of("unit", set(catalogue().lists.units)),
        standing=_one_of("standing", {standing.value for standing in AccountStanding}),
        page=_whole("page") or 1,
    )
    page = people.list_accounts(session(), filters)
    return render_template(
        "accounts/people.html",
        filters=filters,
        page=page,
        roles=_labels(Role),
        units=[(code, unit.label(language())) for code, unit in catalogue().lists.units.items()],
        vacant=people.vacant_posts(session(), catalogue().lists.units),
        standings=_labels(AccountStanding),
    )


@blueprint.route("/admin/accounts/new", methods=("GET", "POST"))
@policy(Permission.ACCOUNT_MANAGE)
def invite() -> str | Answer:
    """Invite a member of staff; the link is shown once, and mailed where mail is configured."""
    form = InviteForm()
    _offer_roles(form)
    if request.method == "GET":
        return render_template("accounts/invite.html", form=form)
    made: list[tuple[int, str]] = []

    def step() -> None:
        account, token = making.invite(
            session(),
            actor(),
            email=form.email.data or "",
            name=form.name.data or "",
            role=form.chosen_role,
            unit=form.chosen_unit,
            now=datetime.now(UTC),
        )
        made.append((account.id, token))

    status, headers = take(form, step)
    if status != DONE:
        return render_template("accounts/invite.html", form=form), status, headers
    return _link_page(made[0][0], TokenPurpose.INVITATION, made[0][1]), 200, {}


@blueprint.route("/admin/accounts/<int:account_id>", methods=("GET", "POST"))
@policy(Permission.ACCOUNT_MANAGE)
def account(account_id: int) -> Response | Answer:
    """One account; a POST changes role and unit."""
    row = people.account_row(session(), account_id)
    sent = request.method == "POST"
    form = RoleForm(data=None if sent else {"role": row.role.value, "unit": row.unit or "", "version": row.version})
    _offer_roles(form)
    status, headers = UNSENT
    if sent:
        status, headers = take(form, lambda: _change_role(form, account_id))
        if status == DONE:
            return redirect(url_for("admin.account", account_id=account_id, done="role"))
        if status == Conflict.status:
            session().expire_all()
            row = people.account_row(session(), account_id)
            form.version.data = str(row.version)
    return _account_page(row, form), status, headers


def _change_role(form: RoleForm, account_id: int) -> None:
    administration.change_role(
        session(), actor(), account_id, form.chosen_role, form.chosen_unit, seen_version=form.seen_version
    )


def _account_page(row: people.AccountRow, form: RoleForm) -> str:
    notice = request.args.get("done", "")
    return render_template(
        "accounts/person.html",
        row=row,
        form=form,
        is_staff=row.role in STAFF,
        is_own=row.id == actor().id,
        notice=notice,
    )


@blueprint.post(
    "/admin/accounts/<int:account_id>/"
    "<any('disable', 'enable', 'sessions', 'second-factor', 'objectors-on', 'objectors-off'):step>"
)
@policy(Permission.ACCOUNT_MANAGE)
def change(account_id: int, step: str) -> Response:
    """Disable, enable, end the sessions, take the second factor away, say who may know objectors."""
    STEPS[step](session(), actor(), account_id)
    return redirect(url_for("admin.account", account_id=account_id, done=step))


@blueprint.post("/admin/accounts/<int:account_id>/link")
@policy(Permission.ACCOUNT_MANAGE)
def link(account_id: int) -> str:
    """A one-time link for a new password, shown once."""
    _account, purpose, token = administration.make_link(session(), actor(), account_id, now=datetime.now(UTC))
    return _link_page(account_id, purpose, token)


def _link_page(account_id: int, purpose: TokenPurpose, token: str) -> str:
    row = people.account_row(session(), account_id)
    href = site_url(PAIRS[purpose], token=token, lang=None)
    if mailer().server is not None:
        subject = Message("邀请您使用审核工作台") if purpose is TokenPurpose.INVITATION else Message("重设密码")
        body = Message("请打开下面的链接设置密码，只能用一次：\n\n%(href)s\n", href=href)
        post_after_commit(Letter(row.email, told(subject, row.language), told(body, row.language)))
    return render_template(
        "accounts/handed_link.html",
        row=row,
        purpose=purpose.value,
        href=href,
        is_mailed=mailer().server is not None,
    )


@blueprint.get("/admin/audit")
@policy(Permission.AUDIT_READ)
def audit() -> str:
    """Who did what, when, with which outcome. Reading it is an event as well."""
    filters, unknown = _audit_filters()
    page = audits.AuditPage([], None) if unknown else audits.audit_page(session(), filters)
    _note_reading("audit.read", filters)
    return render_template(
        "accounts/audit.html",
        filters=filters,
        page=page,
        unknown=unknown,
        account=request.args.get("account", "")[:200],
        words=_audit_words(changes_as_html),
        subjects=subjects(),
        role_name=lambda code: audits.role_name(code, language()),
        query={name: request.args[name] for name in CONDITIONS if request.args.get(name)},
    )


@blueprint.get("/admin/audit.xlsx")
@policy(Permission.AUDIT_READ)
def audit_workbook() -> FlaskResponse:
    """The same selection as a workbook, bounded."""
    filters, unknown = _audit_filters()
    if unknown:
        raise BadParameter(Message("没有这个账户。"), field="account")
    path, _rows, _cut = audits.export(session(), filters, _audit_words(), now=datetime.now(UTC))
    _note_reading("audit.export", filters)
    # The open file outlives its name, so nothing is left behind.
    file = path.open("rb")
    path.unlink()
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    response = as_attachment(send_file(file, mimetype=kind), _("操作记录"), suffix="xlsx", plain="audit")
    response.call_on_close(file.close)
    return response


def _audit_words(told: Callable[[Mapping[str, Any], CodeLists], str] = changes_in_words) -> AuditWords:
    lists = catalogue().lists
    return AuditWords(action_name, subject_name, lambda changes: told(changes, lists), language())


def _audit_filters() -> tuple[AuditFilters, bool]:
    """The filters, and whether they name an account that does not exist."""
    typed = request.args.get("account", "").strip()[:200]
    found = audits.account_of(session(), typed) if typed else None
    kind, subject = _subject()
    filters = AuditFilters(
        account=found,
        subject_type=kind,
        subject_id=subject,
        action=request.args.get("action", "").strip()[:48],
        since=_day("since"),
        until=_day("until"),
        before=_whole("before"),
        request=request.args.get("request", "").strip().lower()[:32],
    )
    return filters, bool(typed) and found is None


def _subject() -> tuple[str, int | None]:
    """Kind and id of what the record should be about; an application may be named by its number."""
    kind, typed = request.args.get("subject", "").strip()[:24], request.args.get("id", "").strip()
    if not typed.upper().startswith("SB-"):
        return kind, _whole("id")
    found = audits.application_of(session(), typed.upper()[:16])
    if found is None:
        raise BadParameter(Message("没有这个编号的申报。"), field="id")
    return "application", found


def _note_reading(action: str, filters: AuditFilters) -> None:
    if not hands_out():
        return
    conditions = {name: value for name, value in vars(filters).items() if value not in (None, "")}
    note = "；".join(f"{name}={value}" for name, value in conditions.items())
    with runtime().write() as writing:
        record(writing, actor(), Entry(action=action, subject_type="event", note=note))
        writing.commit()


def _offer_roles(form: RoleForm) -> None:
    form.role.choices = [("", _("请选择"))] + [(role.value, role.label(language())) for role in Role if role in STAFF]
    units = catalogue().lists.units.items()
    form.unit.choices = [("", _("（不属于板块）"))] + [(code, unit.label(language())) for code, unit in units]


def _labels(terms: Any) -> list[tuple[str, str]]:
    return [(term.value, term.label(language())) for term in terms]


def _one_of(name: str, allowed: set[str]) -> str:
    value = request.args.get(name, "")
    if value and value not in allowed:
        raise BadParameter(Message("参数 %(name)s 的值不认识。", name=name), field=name)
    return value


def _whole(name: str) -> int | None:
    text = request.args.get(name, "").strip()
    if not text:
        return None
    number = row_id(text)
    if not number:
        raise BadParameter(Message("参数 %(name)s 应为正整数。", name=name), field=name)
    return number


def _day(name: str) -> date | None:
    text = request.args.get(name, "").strip()
    try:
        found = date.fromisoformat(text) if text else None
    except ValueError:
        found = date.min
    if found is not None and not 2000 <= found.year <= 2200:
        raise BadParameter(Message("参数 %(name)s 应为日期，如 2026-05-31。", name=name), field=name)
    return found
