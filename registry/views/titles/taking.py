"""Steps of a request from its page, the same for an enterprise and for officers."""

from __future__ import annotations

from flask import redirect, request, url_for
from werkzeug import Response as AnyResponse

from registry.changes import CHANGES, About, ChangeAction
from registry.errors import NotAllowed, NotFound, RegistryError
from registry.forms.changes import AnswerForm
from registry.queries.titles import record, titles
from registry.queries.titles.photos import photos_of
from registry.queries.titles.requests import find_request
from registry.services.titles import requests, steps
from registry.values.row_ids import seen_version
from registry.views.titles.asking import now
from registry.views.titles.entering import Entry, entry_page
from registry.views.titles.request_page import request_page
from registry.views.web.runtime import actor, session
from registry.wording import Message


def edit_page(request_id: int, endpoint: str) -> str | tuple[str, int] | AnyResponse:
    """The form of a returned request, for whoever entered it."""
    page, who = find_request(session(), actor(), request_id), actor()
    if page.row.state.value not in ("returned", "draft") or not page.is_own:
        raise NotAllowed(Message("现在是“%(state)s”，不能修改。", state=page.row.state))
    change = CHANGES[page.row.kind]
    if change.about is About.PROJECT:
        listed = titles.titles_of(session(), project_id=page.project_id)
    elif change.about is About.ENTERPRISE:
        listed = titles.titles_of(session(), enterprise_id=page.enterprise_id)
    else:
        listed = titles.titles_of(session(), ids=[int(each) for each in page.wanted.get("titles", ())])
    entry = Entry(
        kind=page.row.kind,
        about=f"{page.row.project_code} {page.row.project_name}".strip() or page.row.enterprise,
        back=url_for(endpoint, request_id=request_id),
        values=page.wanted,
        titles=listed,
        projects=record.projects_of(session(), page.enterprise_id) if page.enterprise_id else (),
        photos=photos_of(session(), page.project_id),
        reason=page.reason,
        effective_on=page.effective_on,
        version=page.version,
        filename=page.filename,
        drop=url_for("own_changes.drop", request_id=request_id) if page.row.state.value == "draft" else "",
    )

    def save(asking: requests.Asking, form: object) -> str:
        version = seen_version(request.form.get("version"))
        held = steps.hold(session(), who, request_id, ChangeAction.RESUBMIT, seen_version=version)
        requests.resubmit(session(), who, held, asking, now=now())
        return url_for(endpoint, request_id=request_id, done="entered")

    def keep(asking: requests.Asking) -> str:
        version = seen_version(request.form.get("version"))
        held = steps.hold(session(), who, request_id, ChangeAction.RESUBMIT, seen_version=version)
        requests.keep_draft(session(), who, page.row.kind, asking, held, now=now())
        return url_for("own_changes.edit", request_id=request_id, done="kept")

    return entry_page(entry, save, keep if page.row.state.value == "draft" else None)


def take_step(request_id: int, action: ChangeAction, endpoint: str) -> AnyResponse | tuple[str, int]:
    """Take a step; what stands against it is said on the page, and what was typed stays there."""
    form = AnswerForm()
    try:
        steps.perform(
            session(),
            actor(),
            request_id,
            action,
            answer=form.answer.data or "",
            seen_version=seen_version(form.version.data),
            seen=form.seen.data or "",
            now=now(),
        )
    except NotFound as error:
        session().rollback()
        if not error.field:
            find_request(session(), actor(), request_id)
        return request_page(request_id, error, form), error.status
    except RegistryError as error:
        session().rollback()
        return request_page(request_id, error, form), error.status
    return redirect(url_for(endpoint, request_id=request_id, done=action.value), 303)
