"""Filters of the queue that an officer keeps."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, redirect, request, url_for
from werkzeug import Response

from registry.errors import InvalidInput
from registry.forms.base import FormError
from registry.permissions import Permission
from registry.services.review.saved import drop_filter, keep_filter
from registry.views.review.line import queue_filters
from registry.views.review.queue import queue_page
from registry.views.web.runtime import actor, policy, session

blueprint = Blueprint("saved_filters", __name__)


@blueprint.post("/review/filters")
@policy(Permission.REVIEW)
def keep() -> Response:
    """Keep the filters of this address under a name."""
    query = queue_filters(actor()).query(page=1, lang="zh")
    name = request.form.get("name", "")
    try:
        keep_filter(session(), actor(), name, query, now=datetime.now(UTC))
    except InvalidInput as error:
        session().rollback()
        return queue_page(errors=[FormError("filter-name", error.message)], name=name[:200], status=error.status)
    return _back(query)


@blueprint.post("/review/filters/<int:filter_id>/remove")
@policy(Permission.REVIEW)
def remove(filter_id: int) -> Response:
    """Forget one."""
    drop_filter(session(), actor(), filter_id, now=datetime.now(UTC))
    return _back(queue_filters(actor()).query(page=1, lang="zh"))


def _back(query: str) -> Response:
    return redirect(url_for("review.queue") + (f"?{query}" if query else ""), 303)
