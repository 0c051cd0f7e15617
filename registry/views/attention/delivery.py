"""交付情况 of a call by reporting unit: the page and its workbook. A district sees its own row."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import NamedTuple

from flask import Blueprint, Response, render_template, request

from registry.errors import BadParameter, NotFound
from registry.i18n import _, language
from registry.permissions import Permission
from registry.purposes import LATER_PURPOSES, CallPurpose
from registry.queries.attention.delivery import Delivered, delivery, summed
from registry.queries.attention.delivery_workbook import delivery_workbook
from registry.queries.calls.subjects import SubjectRow, subject_rows
from registry.queries.review.queue import CallChoice, call_choices
from registry.queries.review.summary import XLSX
from registry.services.events import Entry, record
from registry.values.row_ids import row_id
from registry.views.web.downloads import as_attachment
from registry.views.web.page import unit_names
from registry.views.web.runtime import actor, hands_out, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("delivery", __name__)


class _Asked(NamedTuple):
    calls: list[CallChoice]
    call: CallChoice | None
    rows: list[Delivered]


class MissingOfUnit(NamedTuple):
    """The projects of one unit from which a later form has not come; `states` are (how far they are, how many)."""

    unit: str
    rows: list[SubjectRow]
    states: list[tuple[str, int]]


@blueprint.get("/review/delivery")
@policy(Permission.REVIEW)
def page() -> str:
    """The table of one call: unless another is asked for, the newest that anybody may apply for."""
    asked = _asked(datetime.now(UTC))
    return render_template(
        "attention/delivery.html",
        calls=asked.calls,
        call=asked.call,
        rows=asked.rows,
        total=summed(asked.rows) if len(asked.rows) > 1 else None,
        unit=actor().unit,
        missing=_missing(asked.call),
    )


@blueprint.get("/review/delivery.xlsx")
@policy(Permission.REVIEW)
def workbook() -> Response:
    """The same as a workbook; an export is an event."""
    now = datetime.now(UTC)
    asked = _asked(now)
    if asked.call is None:
        raise NotFound(Message("还没有发布的申报通知。"))
    site = runtime().site
    source = f"{site.name}（{site.owner}）"
    body = delivery_workbook(asked.rows, title=asked.call.title, units=unit_names(), source=source, now=now)
    if hands_out():
        with runtime().write() as writing:
            changes = {"rows": (None, len(asked.rows)), "filters": (None, f"delivery call={asked.call.id}")}
            record(writing, actor(), Entry(action="application.export", subject_type="export", changes=changes))
            writing.commit()
    response = Response(body, mimetype=XLSX)
    return as_attachment(response, _("交付情况"), asked.call.title[:40], suffix="xlsx", plain="delivery")


def _missing(call: CallChoice | None) -> list[MissingOfUnit] | None:
    """By unit, projects in reach from which a later form has not come; None for a call that asks nobody by name."""
    if call is None or CallPurpose(call.purpose) not in LATER_PURPOSES:
        return None
    unit = actor().unit
    by_unit: dict[str, list[SubjectRow]] = {code: [] for code in unit_names()}
    for row in subject_rows(session(), call.id):
        if unit in (None, row.unit) and row.may_be_decided:
            by_unit.setdefault(row.unit, []).append(row)
    return [
        MissingOfUnit(code, rows, list(Counter(row.state.label(language()) for row in rows).items()))
        for code, rows in by_unit.items()
        if rows
    ]


def _asked(now: datetime) -> _Asked:
    calls = call_choices(session())
    text = request.args.get("call", "")
    if text:
        identifier = row_id(text)
        if identifier is None:
            raise BadParameter(Message("参数 call 应是申报通知的编号。"), field="call")
        call = next((item for item in calls if item.id == identifier), None)
    else:
        open_to_all = (item for item in calls if CallPurpose(item.purpose) not in LATER_PURPOSES)
        call = next(open_to_all, calls[0] if calls else None)
    if text and call is None:
        raise NotFound(Message("没有这个申报通知。"))
    rows = delivery(session(), actor(), call.id, list(unit_names()), now=now) if call else []
    return _Asked(calls, call, rows)
