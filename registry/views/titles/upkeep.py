"""登记维护: an officer finds a record and begins a change of it."""

from __future__ import annotations

import math
from collections.abc import Iterable

from flask import Blueprint, render_template, request

from registry.changes import CHANGES, About, Change, ChangeKind, may_start
from registry.permissions import Permission, can
from registry.queries.titles import record, titles
from registry.queries.titles.facts import facts_of
from registry.queries.titles.requests import requests_of
from registry.views.web.runtime import actor, catalogue, policy, session

blueprint = Blueprint("upkeep", __name__)
LONGEST = 100
LAST_PAGE = 100_000


def _kinds(*wanted: About) -> Iterable[Change]:
    return [change for change in CHANGES.values() if change.about in wanted and may_start(actor().role, change)]


@blueprint.get("/review/record")
@policy(Permission.CHANGE_REVIEW)
def search() -> str:
    """Projects, enterprises and documents by name, code or number."""
    q = " ".join(request.args.get("q", "").split())[:LONGEST]
    page, firms = _number("page"), _number("firms")
    found = record.search(session(), catalogue(), actor(), q, page=page, firms=firms) if q else None
    return render_template(
        "titles/search.html",
        q=q,
        found=found,
        page=page,
        firms=firms,
        pages=_pages(found.project_count) if found else 1,
        firm_pages=_pages(found.enterprise_count) if found else 1,
        may_end=may_start(actor().role, CHANGES[ChangeKind.END_TITLES]),
        may_import=can(actor(), Permission.LIST_IMPORT).allowed,
    )


def _number(name: str) -> int:
    return min(max(1, request.args.get(name, 1, type=int) or 1), LAST_PAGE)


def _pages(count: int) -> int:
    return max(1, math.ceil(count / record.PER_PAGE))


@blueprint.get("/review/record/projects/<code>")
@policy(Permission.CHANGE_REVIEW)
def project(code: str) -> str:
    """A project: its titles, what may be changed, what was."""
    found = record.find_project(session(), actor(), code[:20])
    return render_template(
        "titles/project.html",
        project=found,
        titles=titles.titles_of(session(), project_id=found.id),
        void=titles.void_titles(session(), project_id=found.id),
        may_relate=can(actor(), Permission.RELATION_KEEP).allowed,
        kinds=_kinds(About.PROJECT, About.TITLES) if not found.merged_into else [],
        requests=requests_of(session(), project_id=found.id),
    )


@blueprint.get("/review/record/enterprises/<int:enterprise_id>")
@policy(Permission.CHANGE_REVIEW)
def enterprise(enterprise_id: int) -> str:
    """An enterprise: its projects, what may be changed, what was."""
    found = record.find_enterprise(session(), actor(), enterprise_id)
    return render_template(
        "titles/enterprise.html",
        enterprise=found,
        projects=record.projects_of(session(), found.id),
        facts=facts_of(session(), found.id) if found.merged_into is None else None,
        may_relate=can(actor(), Permission.RELATION_KEEP).allowed,
        kinds=_kinds(About.ENTERPRISE) if found.merged_into is None else [],
        requests=requests_of(session(), enterprise_id=found.id),
        is_saved=request.args.get("done") == "facts",
    )
