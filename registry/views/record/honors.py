"""`/honors`: the honours of enterprises, counted by kind and year, with the list behind each figure."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for

from registry.i18n import language
from registry.permissions import Permission
from registry.queries.catalogue.description import honor_label
from registry.queries.record.honors import HonorFilters, honor_page, is_named_in, parse_honors
from registry.terms import HonorLevel
from registry.views.web.delivery import cached_page
from registry.views.web.runtime import catalogue, policy, session

blueprint = Blueprint("honors", __name__)


@blueprint.get("/honors")
@policy(Permission.PUBLIC_READ)
def honors() -> Response:
    """The list of honours with its filters."""
    wanted = parse_honors(request.args.to_dict(flat=False))

    def make() -> str:
        page = honor_page(session(), catalogue(), wanted)
        return render_template(
            "record/honors.html", page=page, filters=wanted, levels=list(HonorLevel), chosen=_chosen(wanted)
        )

    return cached_page(wanted, make)


def _chosen(wanted: HonorFilters) -> list[str]:
    """The conditions in words, for the title."""
    kind = honor_label(wanted.kind, language()) if wanted.kind else ""
    level = HonorLevel(wanted.level).label(language()) if wanted.level else ""
    return [kind, level, str(wanted.year or ""), wanted.q]


def honors_url(filters: HonorFilters, **changes: object) -> str:
    """Address of the list with these filters and changes."""
    pairs = filters.but(**changes).pairs()
    if language() != "zh":
        pairs.append(("lang", language()))
    href = url_for("honors.honors", lang=None)
    return f"{href}?{urlencode(pairs)}" if pairs else href


@blueprint.app_context_processor
def words() -> dict[str, object]:
    """What the pages of the record say about honours."""
    return {
        "honors_url": honors_url,
        "honor_kind": lambda kind: honor_label(kind, language()),
        "is_named_here": lambda kind: is_named_in(kind, language()),
        "level_name": lambda level: HonorLevel(level).label(language()),
        "every_honor": HonorFilters(),
    }
