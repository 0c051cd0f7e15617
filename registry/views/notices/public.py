"""Public notices: the list, one with its lines, the same as a workbook."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response, g, render_template

from registry.i18n import _
from registry.permissions import Permission
from registry.queries.notices import public as notices_read
from registry.queries.notices.public import PER_PAGE, NoticePhase, NoticeRow
from registry.queries.notices.workbook import notice_workbook
from registry.queries.review.summary import XLSX
from registry.views.notices.shared import page_number, shared_today
from registry.views.web.delivery import today
from registry.views.web.downloads import as_attachment
from registry.views.web.page import unit_names
from registry.views.web.runtime import policy, runtime, session
from registry.views.web.shelf import Body

blueprint = Blueprint("notices", __name__)


@blueprint.app_template_global("weekday_name")
def weekday_name(day: date) -> str:
    """The weekday in one sign, as the bar of days has it."""
    return (_("一"), _("二"), _("三"), _("四"), _("五"), _("六"), _("日"))[day.weekday()]


@blueprint.app_template_global("days_left")
def days_left(row: NoticeRow) -> str:
    """How long a notice still runs, in words; what it is when it runs no more."""
    if row.phase is NoticePhase.WITHDRAWN:
        return _("公示已撤回")
    if row.phase is NoticePhase.OVER:
        return _("公示已结束")
    if row.unit == "working":
        return _("还剩 %(n)s 个工作日", n=row.days_left)
    return _("还剩 %(n)s 天", n=row.days_left)


@blueprint.get("/notices")
@policy(Permission.PUBLIC_READ)
def notices() -> Response:
    """Notices that run, and those that are over."""
    number = page_number()
    total = notices_read.count_notices(session())

    def make() -> Body:
        rows = notices_read.notice_rows(session(), today=today(), offset=(number - 1) * PER_PAGE)
        html = render_template(
            "notices/list.html",
            running=[row for row in rows if row.phase is NoticePhase.RUNNING],
            ended=[row for row in rows if row.phase is not NoticePhase.RUNNING],
            number=number,
            pages=max(1, -(-total // PER_PAGE)),
        )
        return Body(html.encode(), "text/html")

    return shared_today((number, total), make)


@blueprint.get("/notices/<int:notice_id>")
@policy(Permission.PUBLIC_READ)
def notice(notice_id: int) -> Response:
    """One notice: its text, its list by unit, how to object."""
    page = notices_read.find_notice(session(), notice_id, today=today())
    g.known_parameters = []

    def make() -> Body:
        html = render_template("notices/notice.html", page=page, row=page.row, groups=page.groups(list(unit_names())))
        return Body(html.encode(), "text/html")

    return shared_today(None, make)


@blueprint.get("/notices/<int:notice_id>.xlsx")
@policy(Permission.PUBLIC_READ)
def workbook(notice_id: int) -> Response:
    """The list as a workbook in the bureau's layout."""
    page = notices_read.find_notice(session(), notice_id, today=today())
    site = runtime().site
    body = notice_workbook(page, unit_names(), source=f"{site.name}（{site.owner}）")
    response = Response(body, mimetype=XLSX)
    return as_attachment(response, page.row.title, suffix="xlsx", plain=f"notice-{notice_id}")
