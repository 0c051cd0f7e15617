"""One request as its page shows it, to an enterprise and to officers, with what may be done."""

from __future__ import annotations

from flask import Response, render_template, request

from registry.changes import CHANGES, DESK_ROLES, ChangeKind, Desk, may_start, possible
from registry.errors import NotFound, RegistryError
from registry.event_actions import EVENT_ACTIONS
from registry.forms.changes import AnswerForm
from registry.i18n import _, language
from registry.queries.titles.requests import RequestPage, file_of, find_request
from registry.services import events, uploads
from registry.services.titles.presenting import may_undo, present
from registry.terms import BEIJING, Role
from registry.views.titles.asking import folder, now
from registry.views.titles.words import lines
from registry.views.web.downloads import sent_file
from registry.views.web.headers import content_security_policy
from registry.views.web.runtime import actor, hands_out, runtime, session
from registry.wording import Message


def request_page(request_id: int, error: RegistryError | None = None, form: AnswerForm | None = None) -> str:
    """The request with its fields side by side."""
    page = find_request(session(), actor(), request_id)
    shown = present(session(), request_id, today=now().astimezone(BEIJING).date())
    form = form or AnswerForm()
    if error is not None:
        form.absorb(error)
    form.version.data, form.seen.data = str(page.version), shown.seen
    return render_template(
        "titles/request.html",
        page=page,
        row=page.row,
        change=CHANGES[page.row.kind],
        lines=lines(page, shown.values),
        doubts=shown.doubts if actor().role is not Role.ENTERPRISE else [],
        actions=possible(page.row.state, actor().role, is_own=page.is_own),
        last=_is_last(page),
        waits_for=_desk_words(page),
        form=form,
        may_undo=may_start(actor().role, CHANGES[ChangeKind.UNDO]) and may_undo(session(), request_id),
        names=EVENT_ACTIONS,
        is_staff=actor().role is not Role.ENTERPRISE,
        done=request.args.get("done", "") if request.method == "GET" else "",
    )


def evidence(request_id: int) -> Response:
    """The evidence as a download; a copy that staff take is an event."""
    name, media_type, filename = file_of(session(), actor(), request_id)
    content = uploads.stored_file(folder(), name).open()
    if hands_out() and actor().role is not Role.ENTERPRISE:
        with runtime().write() as writing:
            entry = events.Entry(action="change.download", subject_type="change_request", subject_id=request_id)
            events.record(writing, actor(), entry)
            writing.commit()
    return _sealed(sent_file(content, media_type, filename))


def picture(request_id: int) -> Response:
    """The photo of a request as its page shows it; looking at a page takes no copy."""
    name, media_type, _filename = file_of(session(), actor(), request_id)
    if not media_type.startswith("image/"):
        raise NotFound(Message("这个文件没有预览，请下载后查看。"))
    response = Response(uploads.stored_file(folder(), name).preview(), mimetype=uploads.PREVIEW_TYPE)
    return _sealed(response)


def _sealed(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = content_security_policy(runtime().settings) + "; sandbox"
    response.headers["Cache-Control"] = "no-store"
    return response


def _is_last(page: RequestPage) -> bool:
    """Whether the next agreement puts it into force."""
    waiting = [desk for desk in Desk if desk.value == page.row.state.value]
    return bool(waiting) and CHANGES[page.row.kind].after(waiting[0]) is None


def _desk_words(page: RequestPage) -> str:
    for desk in Desk:
        if desk.value == page.row.state.value:
            return DESK_ROLES[desk].label(language())
    return _("申请人") if page.row.state.value == "returned" else ""
