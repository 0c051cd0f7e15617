"""Officers' desk of changes: what waits for them, requests they begin, steps they take."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug import Response as AnyResponse

from registry.changes import CHANGES, About, ChangeAction, ChangeKind, may_start
from registry.errors import BadParameter, NotAllowed, NotFound
from registry.permissions import Permission
from registry.queries.titles import record, titles
from registry.queries.titles.photos import photos_of
from registry.queries.titles.requests import PER_PAGE, TABS, count_requests, find_request, list_requests
from registry.services.titles import requests
from registry.services.titles.presenting import values_of
from registry.terms import BEIJING
from registry.views.titles.asking import named_about, now, parameter, wanted_kind
from registry.views.titles.entering import Entry, entry_page
from registry.views.titles.request_page import evidence, picture, request_page
from registry.views.titles.taking import edit_page, take_step
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message

blueprint = Blueprint("changes", __name__)


@blueprint.get("/review/changes")
@policy(Permission.CHANGE_REVIEW)
def queue() -> str:
    """Requests by tab, what waits for this desk first."""
    tab, page = request.args.get("tab", TABS[0]), parameter("page") or 1
    if tab not in TABS:
        raise BadParameter(Message("参数 tab 可用 %(names)s。", names=TABS), field="tab")
    counts = count_requests(session(), actor())
    return render_template(
        "titles/queue.html",
        tab=tab,
        counts=counts,
        rows=list_requests(session(), actor(), tab, page=page),
        number=page,
        pages=max(1, -(-counts[tab] // PER_PAGE)),
    )


@blueprint.route("/review/changes/new", methods=("GET", "POST"))
@policy(Permission.CHANGE_REVIEW)
def new() -> str | tuple[str, int] | AnyResponse:
    """Begin a change: about a project, an enterprise, or the titles of a project or a document."""
    kind, who = wanted_kind(), actor()
    change = CHANGES[kind]
    if not may_start(who.role, change):
        raise NotAllowed(Message("“%(kind)s”不由%(role)s发起。", kind=kind, role=who.role or Message("未登录者")))
    if change.about in (About.DOCUMENT, About.REQUEST):
        return _new_apart(kind)
    code, enterprise_id, document_id = request.args.get("project", ""), parameter("enterprise"), parameter("document")
    project = record.find_project(session(), who, code) if code else None
    enterprise = record.find_enterprise(session(), who, enterprise_id) if enterprise_id is not None else None
    if (change.about is About.PROJECT and project is None) or (change.about is About.ENTERPRISE and enterprise is None):
        raise NotFound(Message("请先在登记维护中找到项目或企业，再选择要办理的变更。"))
    if project is not None:
        listed = titles.titles_of(session(), project_id=project.id)
    elif enterprise is not None:
        listed = titles.titles_of(session(), enterprise_id=enterprise.id)
    else:
        listed = titles.titles_of(session(), document_id=document_id) if document_id is not None else []
    if change.about is About.TITLES and not listed:
        raise NotFound(Message("请先在登记维护中找到文件或项目，再选择其中的认定。"))
    subject = enterprise.id if enterprise is not None and change.about is About.ENTERPRISE else None
    project_id = project.id if project is not None and change.about is About.PROJECT else None
    entry = Entry(
        kind=kind,
        about=named_about(project, enterprise.name if enterprise is not None else ""),
        back=_back(project, enterprise),
        values=values_of(session(), kind, project_id=project_id, enterprise_id=subject),
        titles=listed,
        projects=record.projects_of(session(), subject) if subject is not None else (),
        photos=photos_of(session(), project_id),
        effective_on=now().astimezone(BEIJING).date() if change.about is About.TITLES or change.pictured else None,
    )

    def save(asking: requests.Asking, form: object) -> str:
        made = requests.enter(session(), who, kind, asking, enterprise_id=subject, project_id=project_id, now=now())
        return url_for("changes.change", request_id=made.id, done="entered")

    return entry_page(entry, save)


def _new_apart(kind: ChangeKind) -> str | tuple[str, int] | AnyResponse:
    """Begin a change of a document, or the undoing of a change."""
    who, today = actor(), now().astimezone(BEIJING).date()
    if CHANGES[kind].about is About.DOCUMENT:
        document_id, number = record.document_of(session(), parameter("document") or 0)
        ids, back = {"document_id": document_id}, url_for("upkeep.search", q=number)
        values = values_of(session(), kind, document_id=document_id)
    else:
        undone = find_request(session(), who, parameter("request") or 0)
        number, ids = undone.row.number, {"request_id": undone.row.id}
        back, values = url_for("changes.change", request_id=undone.row.id), {"number": number}
    entry = Entry(kind=kind, about=number, back=back, values=values, titles=[], effective_on=today)

    def save(asking: requests.Asking, form: object) -> str:
        made = requests.enter(session(), who, kind, asking, **ids, now=now())
        return url_for("changes.change", request_id=made.id, done="entered")

    return entry_page(entry, save)


def _back(project: record.FoundProject | None, enterprise: record.FoundEnterprise | None) -> str:
    if project is not None:
        return url_for("upkeep.project", code=project.code)
    if enterprise is not None:
        return url_for("upkeep.enterprise", enterprise_id=enterprise.id)
    return url_for("upkeep.search")


@blueprint.get("/review/changes/<int:request_id>")
@policy(Permission.CHANGE_REVIEW)
def change(request_id: int) -> str:
    """One request with old and new side by side."""
    return request_page(request_id)


@blueprint.get("/review/changes/<int:request_id>/file")
@policy(Permission.CHANGE_REVIEW)
def file(request_id: int) -> Response:
    """The evidence; a copy is an event."""
    return evidence(request_id)


@blueprint.get("/review/changes/<int:request_id>/photo")
@policy(Permission.CHANGE_REVIEW)
def photo(request_id: int) -> Response:
    """The photo that a request is about, at the size of a screen."""
    return picture(request_id)


@blueprint.route("/review/changes/<int:request_id>/edit", methods=("GET", "POST"))
@policy(Permission.CHANGE_REVIEW)
def edit(request_id: int) -> str | tuple[str, int] | AnyResponse:
    """Change a returned request of one's own and send it again."""
    return edit_page(request_id, "changes.change")


@blueprint.post("/review/changes/<int:request_id>/<any('agree', 'return', 'refuse', 'withdraw'):action>")
@policy(Permission.CHANGE_REVIEW)
def step(request_id: int, action: str) -> AnyResponse | tuple[str, int]:
    """Agree, return, refuse or withdraw."""
    return take_step(request_id, ChangeAction(action), "changes.change")
