"""What the enterprise's pages share: the blueprint, the application at hand, words for offices and steps."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flask import Blueprint, url_for

from registry.i18n import _, language
from registry.marking import zh
from registry.queries.applications import access
from registry.queries.applications.own import OwnRow, Said
from registry.queries.applications.timeline import BEGIN, CONFIRM, Step
from registry.statuses import ACTIONS, STATUSES, for_applicant
from registry.terms import BEIJING, Action, ApplicationStatus, Role, Tier
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
def with_whom(status: ApplicationStatus, unit: str | None) -> str:
    """Who has to act now, as a cell of a list; a public notice waits for nobody, and yet it is no end."""
    ended = _("办理结束") if STATUSES[status].ending else waiting_words(status, unit)
    return held_by(STATUSES[status].holder, unit) or ended


@blueprint.app_template_global()
def status_words(status: ApplicationStatus) -> str:
    """A status as the enterprise reads it."""
    return for_applicant(status).label(language())


@blueprint.app_template_global()
def status_class(status: ApplicationStatus) -> str:
    """The chip of a status."""
    return f"chip--{STATUSES[status].tone.value}"


@blueprint.app_template_global()
def step_words(step: Step, unit: str | None) -> str:
    """A step of the timeline in plain words."""
    if step.action == BEGIN:
        return _("开始填写")
    if step.action == CONFIRM:
        return _("%(name)s核对并确认", name=zh(step.name))
    return _(ACTIONS[Action(step.action)].timeline, name=zh(step.name), office=held_by(step.role, unit))


@blueprint.app_template_global()
def waiting_words(status: ApplicationStatus, unit: str | None) -> str:
    """What happens with an application now, and who does it."""
    return _(STATUSES[for_applicant(status)].waiting, unit=name_of("units", unit))


@blueprint.app_template_global()
def said_by(said: Said) -> str:
    """Office and day of a remark."""
    return _("%(office)s，%(day)s", office=held_by(said.role, said.unit), day=f"{said.at.astimezone(BEIJING):%Y-%m-%d}")


@blueprint.app_template_global()
def row_url(row: OwnRow) -> str:
    """Where an application of the list is worked on."""
    return url_for("enterprise.application", application_id=row.id)
