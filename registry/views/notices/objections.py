"""Objections at the city's desk: the list, one with its steps, who objects (for those who may know), paper ones."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug import Response

from registry.errors import BadParameter, NotFound, RegistryError
from registry.forms.objections import HandlingForm, PaperForm
from registry.i18n import language
from registry.permissions import Permission, can
from registry.queries.notices import objections as objections_read
from registry.queries.notices import public as notices_read
from registry.services.notices import handling
from registry.services.notices import objecting as commands
from registry.services.notices.identity import Identity
from registry.values.row_ids import seen_version
from registry.views.notices.files import examined_files, identity_key, means
from registry.views.notices.objecting import item_choices
from registry.views.notices.shared import page_number
from registry.views.web.delivery import today
from registry.views.web.downloads import sent_file
from registry.views.web.headers import content_security_policy
from registry.views.web.runtime import actor, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("objections", __name__)
Answer = str | tuple[str, int] | Response


@blueprint.get("/review/objections")
@policy(Permission.OBJECTION_HANDLE)
def objections() -> str:
    """Objections in hand, or those that are over."""
    tab = request.args.get("tab", "open")
    if tab not in ("open", "done"):
        raise BadParameter(Message("参数 tab 可用 %(names)s。", names=("open", "done")), field="tab")
    number = page_number()
    rows, total = objections_read.list_objections(session(), is_open=tab == "open", page=number)
    pages = max(1, -(-total // objections_read.PER_PAGE))
    return render_template("notices/objections.html", rows=rows, total=total, tab=tab, number=number, pages=pages)


@blueprint.get("/review/objections/<int:objection_id>")
@policy(Permission.OBJECTION_HANDLE)
def objection(objection_id: int) -> FlaskResponse:
    """One objection, without who made it."""
    return _page(objection_id)


@blueprint.post("/review/objections/<int:objection_id>/<any('admit', 'refuse', 'inquire', 'decide'):step>")
@policy(Permission.OBJECTION_HANDLE)
def handle(objection_id: int, step: str) -> Response:
    """Take one step."""
    form, now = HandlingForm(), datetime.now(UTC)
    form.offer(language())
    seen = seen_version(form.version.data)
    reply = form.reply.data or ""
    try:
        if step == "admit":
            handling.admit(session(), actor(), objection_id, seen_version=seen, now=now)
        elif step == "refuse":
            handling.refuse(session(), actor(), objection_id, reply=reply, seen_version=seen, now=now)
        elif step == "inquire":
            inquiry = form.inquiry.data or ""
            handling.inquire(session(), actor(), objection_id, inquiry=inquiry, seen_version=seen, now=now)
        else:
            handling.decide(
                session(),
                actor(),
                objection_id,
                finding=str(form.finding.data or ""),
                finding_text=form.finding_text.data or "",
                reply=reply,
                seen_version=seen,
                now=now,
            )
    except NotFound:
        raise
    except RegistryError as error:
        session().rollback()
        return _page(objection_id, form=form, status=form.absorb(error))
    return redirect(url_for("objections.objection", objection_id=objection_id, done=step), 303)


@blueprint.post("/review/objections/<int:objection_id>/identity")
@policy(Permission.OBJECTION_IDENTITY)
def identity(objection_id: int) -> FlaskResponse:
    """Who objects, shown once; the look is an event."""
    who = handling.look_at_identity(session(), actor(), objection_id, identity_key(), now=datetime.now(UTC))
    session().commit()
    return _page(objection_id, who=who, has_looked=True)


@blueprint.post("/review/objections/<int:objection_id>/files/<int:file_id>")
@policy(Permission.OBJECTION_IDENTITY)
def file(objection_id: int, file_id: int) -> FlaskResponse:
    """A file of an objection, for those who may know who objects."""
    found, stored = handling.open_file(
        session(), actor(), objection_id, file_id, runtime().files, now=datetime.now(UTC)
    )
    response = sent_file(stored.open(), found.media_type, found.filename)
    response.headers["Content-Security-Policy"] = content_security_policy(runtime().settings) + "; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.route("/review/notices/<int:notice_id>/paper", methods=("GET", "POST"))
@policy(Permission.OBJECTION_HANDLE)
def paper(notice_id: int) -> Answer:
    """Enter an objection that came in on paper within the period."""
    page = notices_read.find_notice(session(), notice_id, today=today())
    form, status = PaperForm(), 200
    form.offer(item_choices(page), language())
    if form.is_submitted():
        try:
            with examined_files() as files:
                made, code = commands.enter_paper(
                    session(),
                    actor(),
                    notice_id,
                    form.given,
                    files,
                    means(),
                    received_on=form.received_on.data,
                    now=datetime.now(UTC),
                )
            return redirect(url_for("objections.objection", objection_id=made.id, code=code), 303)
        except NotFound:
            raise
        except RegistryError as error:
            session().rollback()
            status = form.absorb(error)
            page = notices_read.find_notice(session(), notice_id, today=today())
    return render_template("notices/paper.html", form=form, row=page.row), status


def _page(
    objection_id: int,
    *,
    form: HandlingForm | None = None,
    status: int = 200,
    who: Identity | None = None,
    has_looked: bool = False,
) -> FlaskResponse:
    row = objections_read.find_objection(session(), objection_id)
    form = form or HandlingForm(formdata=None)
    form.offer(language())
    response = make_response(
        render_template(
            "notices/objection.html",
            row=row,
            form=form,
            may_look=can(actor(), Permission.OBJECTION_IDENTITY),
            who=who,
            has_looked=has_looked,
            files=objections_read.file_ids(session(), objection_id) if has_looked else [],
            code=request.args.get("code", "") if request.method == "GET" else "",
            done=request.args.get("done", "") if request.method == "GET" else "",
        ),
        status,
    )
    response.headers["Cache-Control"] = "no-store"
    return response
