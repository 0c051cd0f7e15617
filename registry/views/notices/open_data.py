"""Public notices for programs; the feed of what is opened is `/feed.xml?kind=notice`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import orjson
from flask import Blueprint, Response, g

from registry.permissions import Permission
from registry.queries.notices import public as notices_read
from registry.queries.notices.public import PER_PAGE, NoticeRow
from registry.terms import BEIJING
from registry.views.notices.shared import page_number, shared_today
from registry.views.web.addresses import site_url
from registry.views.web.delivery import today
from registry.views.web.runtime import filters, policy, session
from registry.views.web.shelf import Body

blueprint = Blueprint("notices_open", __name__)


@blueprint.get("/api/v1/notices")
@policy(Permission.PUBLIC_READ)
def notices() -> Response:
    """Opened notices, the newest first, in the shape of all lists."""
    filters(strict=True, known=("page", "lang"))
    number = page_number()
    total = notices_read.count_notices(session())

    def make() -> Body:
        rows = notices_read.notice_rows(session(), today=today(), offset=(number - 1) * PER_PAGE)
        pages = max(1, -(-total // PER_PAGE))
        numbers = {"first": 1, "prev": number - 1, "self": number, "next": number + 1, "last": pages}
        links = {name: _page_url(at) for name, at in numbers.items() if 1 <= at <= pages or name == "self"}
        body = {
            "total": total,
            "page": number,
            "per_page": PER_PAGE,
            "items": [_item(row) for row in rows],
            "links": links,
        }
        return Body(orjson.dumps(body), "application/json")

    return shared_today((number, total), make)


@blueprint.get("/api/v1/notices/<int:notice_id>")
@policy(Permission.PUBLIC_READ)
def notice(notice_id: int) -> Response:
    """One notice with its text and its lines."""
    filters(strict=True, known=("lang",))
    page = notices_read.find_notice(session(), notice_id, today=today())
    g.known_parameters = []
    body = _item(page.row) | {
        "text": list(page.paragraphs),
        "list": [
            {
                "position": line.position,
                "name": line.name,
                "enterprise": line.enterprise,
                "unit": line.unit,
                "listed": not line.is_out,
            }
            | ({"outcome": line.outcome and line.outcome.value} if page.has_outcomes else {})
            | ({"score": line.score or None} if page.has_scores else {})
            for line in page.lines
        ],
        "notes": [{"at": _beijing(note.at), "text": note.text, "last_day": note.last_day} for note in page.notes],
    }
    return shared_today(None, lambda: Body(orjson.dumps(body), "application/json"))


def _item(row: NoticeRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "title": row.title,
        "kind": row.kind.value,
        "organ": row.organ,
        "call": {"id": row.call_id, "title": row.call_title} if row.call_id else None,
        "category": row.category or None,
        "year": row.year,
        "first_day": row.first_day,
        "last_day": row.last_day,
        "state": row.phase.value,
        "items": row.items,
        "opened_at": _beijing(row.opened_at),
        "url": site_url("notices.notice", notice_id=row.id, lang=None),
    }


def _page_url(number: int) -> str:
    """A page in the language of the request."""
    return site_url("notices_open.notices", **({"page": number} if number != 1 else {}))


def _beijing(moment: datetime) -> str:
    """RFC 3339 in the city's time."""
    return moment.astimezone(BEIJING).isoformat(timespec="seconds")
