"""The enterprise's first page, and the beginning of an application."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from werkzeug import Response

from registry.application_form.window import Phase
from registry.errors import BadParameter, InvalidInput, NotFound, RegistryError
from registry.forms.base import FormError
from registry.i18n import _
from registry.permissions import Permission
from registry.queries.applications.own import OwnProject, own_projects, own_rows
from registry.queries.attention.today import waiting_for
from registry.queries.calls.listing import CallRow, public_call, public_calls
from registry.queries.calls.subjects import to_begin
from registry.services.applications import drafts
from registry.services.calls import managing
from registry.terms import ApplicationStatus
from registry.values.row_ids import row_id
from registry.views.applications.frame import blueprint, now
from registry.views.web.page import name_of
from registry.views.web.runtime import actor, catalogue, policy, session
from registry.wording import Message


def _number(name: str, text: str) -> int | None:
    """A row's number in an address or a form; BadParameter when it is none."""
    if not text:
        return None
    found = row_id(text)
    if found is None:
        raise BadParameter(Message("参数 %(name)s 应为编号。", name=name), field=name)
    return found


@blueprint.get("/enterprise")
@policy(Permission.APPLICATION_OWN)
def dashboard() -> str:
    """What to do next, all applications, and what may be applied for."""
    rows = own_rows(session(), actor().enterprise_id or 0, now=now())
    return render_template(
        "applications/dashboard.html",
        to_do=[row for row in rows if row.is_mine],
        rows=rows,
        open_calls=_open_to_all(),
        asked=to_begin(session(), actor().enterprise_id or 0, now=now()),
        waiting=waiting_for(session(), actor(), now=now()),
        now=now(),
        me=actor(),
        has_public_page=bool((catalogue().enterprise == actor().enterprise_id).any()),
    )


def _open_to_all() -> list[CallRow]:
    """Open calls in which anybody may apply; those that ask certain projects stand apart."""
    return [row for row in public_calls(session(), now=now())[Phase.OPEN] if not row.is_later]


@blueprint.get("/enterprise/begin")
@policy(Permission.APPLICATION_OWN)
def begin() -> str:
    """Choose the call, then a new project or one of the own."""
    call_id = _number("call", request.args.get("call", ""))
    if call_id is None:
        return render_template("applications/begin_calls.html", open_calls=_open_to_all())
    return _choice(call_id, chosen=None, errors=[])


@blueprint.post("/enterprise/begin")
@policy(Permission.APPLICATION_OWN)
def begin_draft() -> Response | tuple[str, int]:
    """Begin a draft."""
    call_id = _number("call", request.args.get("call", "") or request.form.get("call", ""))
    if call_id is None:
        raise NotFound(Message("没有这个申报通知。"))
    chosen = request.form.get("project")
    try:
        if chosen is None:
            raise InvalidInput(Message("请选择为新项目还是已有的项目申报。"), field="project")
        application = drafts.begin(
            session(), actor(), call_id, project_id=_number("project", "" if chosen == "new" else chosen), now=now()
        )
    except InvalidInput as error:
        return _choice(call_id, chosen=chosen, errors=[FormError("project", error.message)]), error.status
    except NotFound:
        raise
    except RegistryError as error:
        return _choice(call_id, chosen=chosen, errors=[FormError("", error.message)]), error.status
    return redirect(url_for("enterprise.application", application_id=application.id), 303)


def _choice(call_id: int, *, chosen: str | None, errors: list[FormError]) -> str:
    page = public_call(session(), call_id, now=now())
    enterprise_id = actor().enterprise_id or 0
    kind = None if page.row.is_later else catalogue().lists.categories[page.row.category].type
    projects = own_projects(session(), enterprise_id, kind)
    if page.row.is_later:
        asked = to_begin(session(), enterprise_id, now=now())
        wanted = {item.row.project_id for item in asked if item.row.call_id == call_id}
        projects = [project for project in projects if project.id in wanted]
    call = managing.find_call(session(), call_id)
    obstacles = {
        project.id: [
            item.sentence
            for item in managing.eligibility(
                session(),
                call=call,
                rules=page.rules,
                enterprise_id=enterprise_id,
                project_id=project.id,
                established_on=None,
                now=now(),
            )
            if not item.waived
        ]
        for project in projects
    }
    rows = own_rows(session(), enterprise_id, now=now())
    return render_template(
        "applications/begin.html",
        page=page,
        projects=projects,
        obstacles=obstacles,
        general=_general(page.row, call_id),
        drafts=[row for row in rows if row.call_id == call_id and row.status is ApplicationStatus.DRAFT],
        chosen=chosen,
        errors=errors,
        project_note=_project_note,
    )


def _general(row: CallRow, call_id: int) -> list[str]:
    """Rules that stand against a new project as well."""
    call = managing.find_call(session(), call_id)
    return [
        item.sentence
        for item in managing.eligibility(
            session(),
            call=call,
            rules=managing.rules_of(call),
            enterprise_id=actor().enterprise_id or 0,
            project_id=None,
            established_on=None,
            now=now(),
        )
        if not item.waived
    ]


def _project_note(project: OwnProject) -> str:
    """The titles that a project has."""
    titles = _("、").join(name_of("categories", code) for code in project.categories)
    return f"{project.code} · {titles}" if titles else f"{project.code} · " + _("还没有有效的认定")
