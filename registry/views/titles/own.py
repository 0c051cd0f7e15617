"""An enterprise asks for changes of its own record and follows them."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, url_for
from werkzeug import Response as AnyResponse

from registry.changes import CHANGES, About, ChangeAction, ChangeState, may_start
from registry.errors import NotAllowed, NotFound
from registry.forms.changes import AnswerForm
from registry.permissions import Permission
from registry.queries.titles import record, titles
from registry.queries.titles.photos import photos_of
from registry.queries.titles.requests import DRAFTS, find_request, list_requests
from registry.services.titles import requests, steps
from registry.services.titles.presenting import values_of
from registry.terms import BEIJING, Role
from registry.values.row_ids import seen_version
from registry.views.titles.asking import folder, now, parameter, wanted_kind
from registry.views.titles.entering import Entry, entry_page
from registry.views.titles.request_page import evidence, picture, request_page
from registry.views.titles.taking import edit_page, take_step
from registry.views.web.runtime import actor, policy, session
from registry.wording import Message

blueprint = Blueprint("own_changes", __name__)


@blueprint.get("/enterprise/changes")
@policy(Permission.CHANGE_OWN)
def changes() -> str:
    """What may be asked for, and the requests so far."""
    kinds = [change for change in CHANGES.values() if may_start(Role.ENTERPRISE, change)]
    who = actor()
    return render_template(
        "titles/own.html",
        of_enterprise=[change for change in kinds if change.about is About.ENTERPRISE],
        of_project=[change for change in kinds if change.about is About.PROJECT],
        projects=record.projects_of(session(), who.enterprise_id or 0),
        drafts=list_requests(session(), who, DRAFTS),
        open=list_requests(session(), who, "open"),
        done=list_requests(session(), who, "done"),
    )


@blueprint.route("/enterprise/changes/new", methods=("GET", "POST"))
@policy(Permission.CHANGE_OWN)
def new() -> str | tuple[str, int] | AnyResponse:
    """Ask for a change."""
    kind, project_id, who = wanted_kind(), parameter("project"), actor()
    change = CHANGES[kind]
    if not change.by_enterprise:
        raise NotAllowed(Message("“%(kind)s”由主管部门办理，请与所在板块联系。", kind=kind))
    projects = record.projects_of(session(), who.enterprise_id or 0)
    project = next((each for each in projects if each.id == project_id), None)
    if change.about is About.PROJECT and project is None:
        raise NotFound(Message("没有这个项目，请从变更申请页选择。"))
    enterprise_id = who.enterprise_id if change.about is About.ENTERPRISE else None
    entry = Entry(
        kind=kind,
        about=f"{project.code} {project.name}" if project else "",
        back=url_for("own_changes.changes"),
        values=values_of(session(), kind, project_id=project.id if project else None, enterprise_id=enterprise_id),
        titles=titles.titles_of(session(), project_id=project.id if project else None, enterprise_id=who.enterprise_id),
        projects=projects,
        photos=photos_of(session(), project.id if project else None),
        effective_on=None if change.public else now().astimezone(BEIJING).date(),
    )

    def save(asking: requests.Asking, form: object) -> str:
        made = requests.enter(
            session(), who, kind, asking, enterprise_id=enterprise_id,
            project_id=project.id if project else None, now=now(),
        )  # fmt: skip
        return url_for("own_changes.change", request_id=made.id, done="entered")

    def keep(asking: requests.Asking) -> str:
        made = requests.keep_draft(
            session(), who, kind, asking, enterprise_id=enterprise_id,
            project_id=project.id if project else None, now=now(),
        )  # fmt: skip
        return url_for("own_changes.edit", request_id=made.id, done="kept")

    return entry_page(entry, save, keep)


@blueprint.get("/enterprise/changes/<int:request_id>")
@policy(Permission.CHANGE_OWN)
def change(request_id: int) -> str | AnyResponse:
    """One request; a draft is the form that goes on."""
    if find_request(session(), actor(), request_id).row.state is ChangeState.DRAFT:
        return redirect(url_for("own_changes.edit", request_id=request_id), 302)
    return request_page(request_id)


@blueprint.get("/enterprise/changes/<int:request_id>/file")
@policy(Permission.CHANGE_OWN)
def file(request_id: int) -> Response:
    """The evidence that was sent."""
    return evidence(request_id)


@blueprint.get("/enterprise/changes/<int:request_id>/photo")
@policy(Permission.CHANGE_OWN)
def photo(request_id: int) -> Response:
    """The photo that a request is about, at the size of a screen."""
    return picture(request_id)


@blueprint.route("/enterprise/changes/<int:request_id>/edit", methods=("GET", "POST"))
@policy(Permission.CHANGE_OWN)
def edit(request_id: int) -> str | tuple[str, int] | AnyResponse:
    """Change a returned request and send it again."""
    return edit_page(request_id, "own_changes.change")


@blueprint.post("/enterprise/changes/<int:request_id>/drop")
@policy(Permission.CHANGE_OWN)
def drop(request_id: int) -> AnyResponse:
    """Delete a draft."""
    version = seen_version(AnswerForm().version.data)
    steps.drop(session(), actor(), request_id, folder=folder(), seen_version=version, now=now())
    return redirect(url_for("own_changes.changes", done="dropped"))


@blueprint.post("/enterprise/changes/<int:request_id>/withdraw")
@policy(Permission.CHANGE_OWN)
def withdraw(request_id: int) -> AnyResponse | tuple[str, int]:
    """Take a request back."""
    return take_step(request_id, ChangeAction.WITHDRAW, "own_changes.change")
