"""今天要办: the first page of an officer after signing in."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template, url_for

from registry.application_form.window import beijing_day
from registry.permissions import Permission
from registry.queries.attention import today as reading
from registry.queries.attention.items import Item
from registry.views.web.runtime import actor, policy, session

blueprint = Blueprint("today", __name__)


@blueprint.get("/review/today")
@policy(Permission.REVIEW)
def today() -> str:
    """All that waits for this officer, each number with its list, and the calls under way."""
    now, who = datetime.now(UTC), actor()
    return render_template(
        "attention/today.html", found=reading.today(session(), who, now=now), today=beijing_day(now), unit=who.unit
    )


@blueprint.app_template_global()
def item_url(item: Item) -> str:
    """The page behind a number."""
    values: dict[str, Any] = dict(item.values)
    return url_for(item.endpoint, **values)
