"""Objecting without an account: the form of a notice, and the answer by number and code."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug import Response

from registry.errors import NotFound, RegistryError
from registry.forms.objections import LookObjectionForm, ObjectionForm
from registry.i18n import language
from registry.permissions import Permission
from registry.queries.notices import objections as objections_read
from registry.queries.notices import public as notices_read
from registry.queries.notices.public import NoticePage, NoticePhase
from registry.services.notices import objecting as commands
from registry.views.notices.files import examined_files, has_files, means
from registry.views.web.delivery import today
from registry.views.web.runtime import policy, session

blueprint = Blueprint("objecting", __name__)


def item_choices(page: NoticePage) -> dict[str, str]:
    """The lines that may be objected to: id → name and enterprise."""
    return {
        str(line.id): f"{line.position}. {line.name}（{line.enterprise}）" for line in page.lines if not line.is_out
    }


@blueprint.route("/notices/<int:notice_id>/object", methods=("GET", "POST"))
@policy(Permission.OBJECTION_SEND)
def objecting(notice_id: int) -> Response:
    """Object to a line of a notice, while it runs."""
    page = notices_read.find_notice(session(), notice_id, today=today())
    form, status = ObjectionForm(), 200
    form.offer(item_choices(page), language())
    if form.is_submitted():
        try:
            if has_files():
                commands.require_ready(session(), notice_id, form.given, request.remote_addr, now=datetime.now(UTC))
                session().commit()
            with examined_files() as files:
                made, code = commands.receive(session(), notice_id, form.given, files, means(), now=datetime.now(UTC))
            return redirect(url_for("objecting.answered", number=made.number, token=code), 303)
        except NotFound:
            raise
        except RegistryError as error:
            session().rollback()
            status = form.absorb(error)
            page = notices_read.find_notice(session(), notice_id, today=today())
    is_open = page.row.phase is NoticePhase.RUNNING
    html = render_template("notices/object.html", form=form, page=page, row=page.row, is_open=is_open)
    return _private(html, status)


@blueprint.route("/objections", methods=("GET", "POST"))
@policy(Permission.OBJECTION_SEND)
def look() -> Response:
    """Find the answer to an objection by number and code."""
    form = LookObjectionForm()
    if not form.is_submitted():
        return _private(render_template("notices/look.html", form=form))
    number, code = (form.number.data or "").upper(), form.code.data or ""
    try:
        found = objections_read.by_code(session(), number, commands.hash_of(code))
    except NotFound as error:
        status = form.absorb(error)
        return _private(render_template("notices/look.html", form=form), status)
    return redirect(url_for("objecting.answered", number=found.number, token=code.strip().lower()), 303)


@blueprint.get("/objections/<number>/<token>")
@policy(Permission.OBJECTION_SEND)
def answered(number: str, token: str) -> Response:
    """An objection and what became of it, for whoever has its code."""
    row = objections_read.by_code(session(), number, commands.hash_of(token))
    return _private(render_template("notices/answered.html", row=row, token=token))


def _private(html: str, status: int = 200) -> FlaskResponse:
    """A page of one reader, kept nowhere; its address, which may hold a code, is told to nobody."""
    response = make_response(html, status)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
