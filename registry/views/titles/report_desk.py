"""Readers' reports at the desk of the unit: the queue and the answer."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import BadParameter, NotFound, RegistryError
from registry.forms.error_reports import ReportAnswerForm
from registry.i18n import language
from registry.permissions import Permission
from registry.queries.titles import error_reports as reading
from registry.services.titles import error_reports as commands
from registry.values.row_ids import seen_version
from registry.views.titles.asking import parameter
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message

blueprint = Blueprint("report_desk", __name__)
Answer = str | tuple[str, int] | Response


@blueprint.get("/review/reports")
@policy(Permission.REPORT_ANSWER)
def queue() -> str:
    """Reports of the own unit that wait for an answer, or have one."""
    tab = request.args.get("tab", "open")
    if tab not in ("open", "done"):
        raise BadParameter(Message("参数 tab 可用 %(names)s。", names=("open", "done")), field="tab")
    number = parameter("page") or 1
    rows, total = reading.list_reports(session(), actor(), is_open=tab == "open", page=number)
    return render_template(
        "titles/reports.html", rows=rows, total=total, tab=tab, number=number,
        pages=max(1, -(-total // reading.PER_PAGE)),
    )  # fmt: skip


@blueprint.post("/review/reports/<int:report_id>/contact")
@policy(Permission.REPORT_ANSWER)
def contact(report_id: int) -> Response:
    """The report with how its reader can be reached, shown once; the look is an event."""
    commands.look_at_contact(session(), actor(), report_id, now=datetime.now(UTC))
    session().commit()
    form = ReportAnswerForm(formdata=None)
    form.offer(language())
    row = reading.find_report(session(), actor(), report_id)
    form.version.data = str(row.version)
    response = make_response(render_template("titles/report_case.html", form=form, row=row, has_looked=True))
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/review/reports/<int:report_id>", methods=("GET", "POST"))
@policy(Permission.REPORT_ANSWER)
def case(report_id: int) -> Answer:
    """Read a report and answer it."""
    form, status = ReportAnswerForm(), 200
    form.offer(language())
    if request.method == "POST":
        try:
            commands.answer(
                session(), actor(), report_id, state=form.state.data or "", text=form.answer.data or "",
                seen_version=seen_version(form.version.data), now=datetime.now(UTC),
            )  # fmt: skip
            return redirect(url_for("report_desk.queue", tab="done"), 303)
        except NotFound:
            raise
        except RegistryError as error:
            session().rollback()
            status = form.absorb(error)
    row = reading.find_report(session(), actor(), report_id)
    form.version.data = str(row.version)
    return render_template("titles/report_case.html", form=form, row=row, has_looked=False), status
