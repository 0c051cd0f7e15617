"""The officers' workbench: the queue, an application in detail, the summary sheet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, make_response, render_template, request

from registry.application_form.window import beijing_day
from registry.errors import BadParameter, InvalidInput, NotFound
from registry.forms.base import FormError, at_fields
from registry.forms.review import read_ids
from registry.i18n import _, language
from registry.permissions import Actor, Permission
from registry.queries.accounts.people import saved_filters, uses_keys
from registry.queries.attention.items import QUEUE, Item
from registry.queries.attention.today import strip
from registry.queries.review import queue as workbench
from registry.queries.review import summary
from registry.queries.review.clock import load_clock
from registry.queries.review.queue_filters import QueueFilters
from registry.queries.review.stage_words import NAMES as STAGES
from registry.statuses import BULK_ACTIONS, fills_sheets, tabs
from registry.terms import Action, ApplicationStatus, Role, Tier
from registry.values.row_ids import row_id
from registry.views.review.case_page import case_page, happening_name, kind_name, role_name, status_name
from registry.views.review.line import queue_filters, to_case
from registry.views.review.queue_selects import chips, queue_selects
from registry.views.web.downloads import as_attachment, note_export
from registry.views.web.page import unit_names
from registry.views.web.runtime import actor, catalogue, policy, runtime, session
from registry.wording import Message
from registry.workflow import find

blueprint = Blueprint("review", __name__)
BAR = 48.0
"""Width of the waiting bar; it is full at twice the promised days."""


@blueprint.get("/review")
@policy(Permission.REVIEW)
def queue() -> Response:
    """The queue: tabs with counts, filters, one page of rows."""
    return queue_page()


def queue_page(*, errors: Sequence[FormError] = (), name: str = "", status: int = 200) -> Response:
    """The page of the queue; `errors` and `name` are those of a view that could not be kept."""
    who = actor()
    role = who.role or Role.PUBLISHER
    filters = queue_filters(who)
    now = datetime.now(UTC)
    clock = load_clock(session(), now=now)
    page = workbench.queue_page(session(), who, filters, clock=clock)
    waits = strip(session(), who, now=now, clock=clock)
    calls = workbench.call_choices(session())
    call = _only_call(filters, calls)
    quota = None
    if call is not None and role is Role.DISTRICT_REVIEWER:
        quota = workbench.quota_of(session(), call.id, who.unit or "")
    selects = queue_selects(
        filters, who, page, calls=calls, people=workbench.handlers(session(), who), lists=catalogue().lists
    )
    body = render_template(
        "review/queue.html",
        saved=saved_filters(session(), who.id),
        errors=list(errors),
        error_at=at_fields(errors),
        name=name,
        page=page,
        filters=filters,
        to_case=to_case(filters),
        role=role,
        waits=[(item, _is_shown(item, filters)) for item in waits],
        unit=who.unit,
        tabs=[(name, tab_name(name, role), page.counts[name]) for name in tabs(role)],
        selects=selects,
        chips=chips(filters, selects),
        fills_sheets=fills_sheets(role),
        keys=uses_keys(session(), who.id),
        may_extend=role is not Role.PUBLISHER and any(row.due_on for row in page.rows),
        call=call,
        quota=quota,
        bulk_actions=bulk_actions(role, page.rows),
        done=request.args.get("done", "")[:10],
    )
    return make_response(body, status)


@blueprint.get("/review/<int:application_id>")
@policy(Permission.REVIEW)
def case(application_id: int) -> Response:
    """An application in detail; `step` opens the form of a step."""
    step = request.args.get("step") or None
    if step is not None and step not in {action.value for action in Action}:
        raise BadParameter(Message("参数 step 不是办理步骤。"), field="step")
    done, onward = request.args.get("done", ""), request.args.get("next", "")
    return case_page(
        application_id,
        step=Action(step) if step else None,
        done=done[:20],
        onward=row_id(onward),
    )


@blueprint.get("/review/summary.xlsx")
@policy(Permission.REVIEW)
def summary_xlsx() -> Response:
    """The summary sheet of the applications named by `id`, else of all rows behind the current filters; an export is
    an event."""
    who, now = actor(), datetime.now(UTC)
    filters = queue_filters(who, strict=True, besides=("id",))
    ticked = read_ids(request.args.getlist("id"))
    if ticked:
        ids = workbench.chosen_ids(session(), who, ticked)
        scope: str = Message("勾选的 %(n)s 项", n=len(ids))
    else:
        ids = workbench.queue_ids(session(), who, filters, most=summary.MOST_ROWS, now=now)
        scope = _in_words(filters, who)
    if ticked and not ids:
        raise NotFound(Message("没有这份申报，或不在您的办理范围内。"))
    if len(ids) > summary.MOST_ROWS:
        raise InvalidInput(Message("现在的条件下超过 %(most)s 项，请再加筛选条件后导出。", most=summary.MOST_ROWS))
    rows = summary.declared_rows(session(), ids, today=beijing_day(now))
    site = runtime().site
    calls = {call.id: call for call in workbench.call_choices(session())}
    titles = {calls[identifier].title for identifier in filters.call if identifier in calls}
    body = summary.summary_workbook(
        rows,
        units=unit_names(),
        title="、".join(sorted(titles)) or "申报项目汇总表",
        scope=scope,
        source=f"{site.name}（{site.owner}）",
        now=now,
    )
    note_export("application.export", "rows", len(rows))
    response = Response(body, mimetype=summary.XLSX)
    return as_attachment(response, _("申报项目汇总表"), str(scope), suffix="xlsx", plain="summary")


def _is_shown(item: Item, filters: QueueFilters) -> bool:
    """Whether the rows on the page are those of a line."""
    return item.endpoint == QUEUE and dict(filters.pairs(page=1, lang="zh")) == dict(item.values)


def tab_name(name: str, role: Role) -> str:
    """What a tab is called by a role."""
    names = {
        "mine": _("待我办理"),
        "returned": _("退回企业"),
        "district": _("板块初审"),
        "city": _("市级审核"),
        "passed": _("已推荐") if role is Role.DISTRICT_REVIEWER else _("拟认定"),
        "closed": _("办结"),
        "all": _("本板块全部") if role is Role.DISTRICT_REVIEWER else _("全部"),
    }
    return names[name]


def bulk_actions(role: Role, rows: Iterable[workbench.QueueRow]) -> list[tuple[str, str]]:
    """(action, name) of the steps that a role may take for some of the rows on the page."""
    categories = catalogue().lists.categories
    states = {(row.status, Tier(categories[row.category].tier), row.purpose, row.has_notice) for row in rows}
    return [
        (action.value, action.label(language()))
        for action in BULK_ACTIONS
        if any(find(action, status, role, tier, purpose, noticed=noticed) for status, tier, purpose, noticed in states)
    ]


def _only_call(filters: QueueFilters, calls: list[workbench.CallChoice]) -> workbench.CallChoice | None:
    """The call that the page is about: the chosen one, or the only one there is."""
    if len(filters.call) == 1:
        return next((call for call in calls if call.id == filters.call[0]), None)
    return calls[0] if len(calls) == 1 and not filters.call else None


def _in_words(filters: QueueFilters, who: Actor) -> str:
    lists = catalogue().lists
    parts = [tab_name(filters.tab, who.role or Role.PUBLISHER)]
    parts += [lists.units[code].name for code in filters.unit]
    parts += [lists.industries[code].name for code in filters.industry]
    parts += [ApplicationStatus(code).zh for code in filters.step]
    parts += [str(STAGES[code]) for code in STAGES if code == filters.stage]
    if filters.q:
        parts.append(f"“{filters.q}”")
    if who.unit:
        parts.insert(0, lists.units[who.unit].name)
    return "；".join(parts)


@blueprint.app_template_filter()
def waiting_bar(row: workbench.QueueRow) -> float:
    """Width of the waiting bar of a row in the drawing's units."""
    return round(min(BAR, row.days / max(1, row.limit.days) * BAR / 2), 1)


@blueprint.app_context_processor
def names() -> dict[str, object]:
    """Words that the pages of the workbench share."""
    return {
        "kind_name": kind_name,
        "happening_name": happening_name,
        "role_name": role_name,
        "status_name": status_name,
    }
