"""What the enterprise's pages share: the blueprint, the application at hand, words for offices and steps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, current_app, url_for

from registry.application_form.window import BEIJING
from registry.i18n import _, language
from registry.queries.applications import access
from registry.queries.applications.own import OwnRow, Said
from registry.queries.applications.timeline import BEGIN, CONFIRM, Step
from registry.terms import Action, ApplicationStatus, Role, Tier
from registry.views.web.page import name_of
from registry.views.web.runtime import actor, session
from registry.workflow import find

if TYPE_CHECKING:
    from registry.models import Application

blueprint = Blueprint("enterprise", __name__)


def now() -> datetime:
    """The moment of this request."""
    return datetime.now(UTC)


def own(application_id: int) -> Application:
    """An application of the own enterprise; NotFound otherwise."""
    return access.visible(session(), actor(), application_id)


def may_withdraw(found: Application) -> bool:
    """Whether the enterprise can still take its application back."""
    status, tier = ApplicationStatus(found.status), Tier(found.call.category.tier)
    return find(Action.WITHDRAW, status, actor().role, tier) is not None


@blueprint.app_template_global()
def held_by(role: Role | None, unit: str | None) -> str:
    """Who holds or said something, as the enterprise reads it."""
    if role is Role.ENTERPRISE:
        return _("本企业")
    if role is Role.DISTRICT_REVIEWER:
        return _("%(unit)s（初审）", unit=name_of("units", unit))
    return _("市工业和信息化局") if role else ""


@blueprint.app_template_global()
def status_words(status: ApplicationStatus) -> str:
    """A status as the enterprise reads it."""
    return status.for_applicant.label(language())


@blueprint.app_template_global()
def status_class(status: ApplicationStatus) -> str:
    """The chip of a status."""
    if status is ApplicationStatus.RECOGNISED or status is ApplicationStatus.FORWARDED:
        return "chip--good"
    if status is ApplicationStatus.RETURNED:
        return "chip--warn"
    if status in (ApplicationStatus.REJECTED, ApplicationStatus.NOT_RECOMMENDED):
        return "chip--bad"
    return "chip--line" if status in (ApplicationStatus.DRAFT, ApplicationStatus.WITHDRAWN) else "chip--note"


@blueprint.app_template_global()
def step_words(step: Step, unit: str | None) -> str:
    """A step of the timeline in plain words."""
    sentences = {
        BEGIN: _("开始填写"),
        CONFIRM: _("%(name)s核对并确认", name=step.name),
        Action.SUBMIT: _("%(name)s提交申报", name=step.name),
        Action.RESUBMIT: _("%(name)s修改后重新提交", name=step.name),
        Action.WITHDRAW: _("%(name)s撤回申报", name=step.name),
        Action.RETURN: _("%(office)s退回修改", office=held_by(step.role, unit)),
        Action.RECOMMEND: _("%(office)s推荐", office=held_by(step.role, unit)),
        Action.NOT_RECOMMEND: _("%(office)s不予推荐", office=held_by(step.role, unit)),
        Action.ACCEPT: _("通过形式审查，进入市级审核"),
        Action.REJECT: _("市级审核不予认定"),
        Action.FORWARD: _("市级审核通过，已上报"),
        Action.RECOGNISE: _("发文认定"),
        Action.UNDO: _("%(office)s撤销了上一步", office=held_by(step.role, unit)),
    }
    return sentences[step.action]


@blueprint.app_template_global()
def waiting_words(status: ApplicationStatus, unit: str | None) -> str:
    """What happens with an application now, and who does it."""
    waiting = {
        ApplicationStatus.DRAFT: _("还没有提交"),
        ApplicationStatus.SUBMITTED: _("%(unit)s正在初审", unit=name_of("units", unit)),
        ApplicationStatus.RETURNED: _("等待本企业修改后重新提交"),
        ApplicationStatus.RECOMMENDED: _("市工业和信息化局正在形式审查"),
        ApplicationStatus.CHECKING: _("市工业和信息化局正在审核"),
        ApplicationStatus.NOTICED: _("正在公示"),
        ApplicationStatus.RECOGNISED: _("已获认定"),
        ApplicationStatus.FORWARDED: _("已上报上级部门"),
        ApplicationStatus.NOT_RECOMMENDED: _("所在板块不予推荐，办理结束"),
        ApplicationStatus.REJECTED: _("不予认定，办理结束"),
        ApplicationStatus.WITHDRAWN: _("已撤回，办理结束"),
    }
    return waiting[status.for_applicant]


@blueprint.app_template_global()
def said_by(said: Said) -> str:
    """Office and day of a remark."""
    return f"{held_by(said.role, said.unit)}，{said.at.astimezone(BEIJING):%Y-%m-%d}"


@blueprint.app_template_global()
def has_page(endpoint: str) -> bool:
    """Whether this installation has a page that is linked to."""
    return endpoint in current_app.view_functions


@blueprint.app_template_global()
def row_url(row: OwnRow) -> str:
    """Where an application of the list is worked on."""
    return url_for("enterprise.application", application_id=row.id)
