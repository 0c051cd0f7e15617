"""信息有误: the public form of a project, and the answer by its code."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import NotFound, RegistryError
from registry.forms.error_reports import LookForm, ReportForm
from registry.i18n import language
from registry.permissions import Permission
from registry.queries.record import life
from registry.queries.titles import error_reports as reading
from registry.services.titles import error_reports as commands
from registry.views.web.runtime import catalogue, policy, session
from registry.wording import Message

blueprint = Blueprint("error_reports", __name__)
Answer = str | tuple[str, int] | Response


@blueprint.route("/projects/<code>/report", methods=("GET", "POST"))
@policy(Permission.REPORT_SEND)
def report(code: str) -> Answer:
    """Say what is wrong with a project; the code of a merged one leads on."""
    successor = life.project_successor(session(), code)
    if successor is not None:
        return redirect(url_for("error_reports.report", code=successor), 301)
    project = reading.find_public_project(session(), code)
    if project is None or not catalogue().positions_of([project[0]]).size:
        raise NotFound(Message("没有编号为 %(code)s 的公开项目。", code=code[:20]))
    form, status = ReportForm(), 200
    form.offer(language())
    if request.method == "POST":
        try:
            made, token = commands.receive(
                session(),
                project[0],
                commands.Report(
                    topic=form.topic.data or "", text=form.text.data or "", contact=form.contact.data or ""
                ),
                address=request.remote_addr,
                now=datetime.now(UTC),
            )
            return redirect(url_for("error_reports.answered", number=made.number, token=token), 303)
        except RegistryError as error:
            session().rollback()
            status = form.absorb(error)
    return render_template("titles/report.html", form=form, code=project[1], name=project[2]), status


@blueprint.route("/reports", methods=("GET", "POST"))
@policy(Permission.REPORT_SEND)
def look() -> Answer:
    """Find the answer to a report by number and code."""
    form = LookForm()
    if request.method == "GET":
        return render_template("titles/report_look.html", form=form)
    number, code = (form.number.data or "").upper(), form.code.data or ""
    try:
        found = reading.by_code(session(), number, commands.hash_of(code))
    except NotFound as error:
        status = form.absorb(error)
        return render_template("titles/report_look.html", form=form), status
    return redirect(url_for("error_reports.answered", number=found.number, token=code.strip().lower()), 303)


@blueprint.get("/reports/<number>/<token>")
@policy(Permission.REPORT_SEND)
def answered(number: str, token: str) -> str:
    """A report and its answer, for whoever has its code."""
    row = reading.by_code(session(), number, commands.hash_of(token))
    return render_template("titles/report_answer.html", row=row, token=token)
