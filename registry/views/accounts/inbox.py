"""站内信: the messages of who is signed in."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug import Response

from registry.errors import BadParameter
from registry.permissions import Permission
from registry.queries.accounts.inbox import inbox
from registry.services.accounts.messages import mark_read
from registry.values.row_ids import row_id
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message

blueprint = Blueprint("inbox", __name__)


@blueprint.get("/inbox")
@policy(Permission.MESSAGE_OWN)
def messages() -> str:
    """Messages, the newest first."""
    typed = request.args.get("before", "")
    before = row_id(typed)
    if typed and before is None:
        raise BadParameter(Message("参数 before 应为消息的序号。"), field="before")
    page = inbox(session(), actor().id or 0, before=before)
    return render_template("accounts/inbox.html", page=page, is_first=not typed)


@blueprint.post("/inbox/read")
@policy(Permission.MESSAGE_OWN)
def read() -> Response:
    """Mark one message (`message`) or all as read."""
    typed = request.form.get("message", "")
    message = row_id(typed)
    if typed and message is None:
        raise BadParameter(Message("消息的序号不对。"), field="message")
    mark_read(session(), actor(), message, now=datetime.now(UTC))
    return redirect(url_for("inbox.messages"))
