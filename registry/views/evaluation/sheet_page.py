"""The page of one sheet: what was declared, the items to be scored, what others gave once the own sheet is in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from flask import Response, request, url_for

from registry.application_form import Rules
from registry.application_form.score_sheet import COMMENT, POINTS, REASON, VETO, names, running_total
from registry.application_form.window import beijing_day
from registry.forms.base import FormError
from registry.i18n import _, in_words
from registry.indicators import plain
from registry.queries.applications.access import form_for
from registry.queries.evaluation.own import why_closed
from registry.queries.evaluation.own_list import own_rows
from registry.queries.evaluation.shown import last_version, other_sheets, shown_files
from registry.views.evaluation.declared import declared_parts
from registry.views.evaluation.parts import now, private
from registry.views.web.autosave_words import script_words
from registry.views.web.json_answers import as_json
from registry.views.web.map_shell import script_json
from registry.views.web.runtime import actor, catalogue, session

if TYPE_CHECKING:
    from registry.models import Assignment


def sheet_page(
    row: Assignment,
    *,
    typed: Mapping[str, str] | None = None,
    errors: Sequence[FormError] = (),
    status: int = 200,
    reason: str = "",
) -> Response:
    """The page; `typed` are texts that were not saved, which stand in the controls with what is stored beside them."""
    form = form_for(row.application)
    rules, moment = form.rules, now()
    closed = why_closed(session(), row, now=moment)
    version = last_version(session(), row.application_id)
    known = names(rules)
    stored = {name: row.sheet.get(name, "") for name in known}
    texts = stored | dict(typed or {})
    is_open = closed is None
    return private(
        "evaluation/sheet.html",
        status,
        row=row,
        application=row.application,
        is_cleared=row.cleared_at is not None,
        is_asked=row.cleared_at is None and row.panel.state == "scoring",
        is_open=is_open,
        closed=closed,
        is_outdated=row.snapshot_id is not None and row.snapshot_id != version.id,
        version=version,
        parts=declared_parts(form, version.answers, catalogue().lists, today=beijing_day(moment))
        if row.cleared_at
        else [],
        files=shown_files(version, rules) if row.cleared_at else [],
        items=rules.score_items,
        vetoes=rules.vetoes,
        texts=texts,
        stored=stored,
        differs=[name for name in known if texts[name] != stored[name]],
        total=plain(running_total(rules, texts)),
        errors=list(errors),
        faults={error.target: error.message for error in errors},
        others=other_sheets(session(), row),
        place=_place(row.id),
        reason=reason,
        seen=as_json(stored).decode(),
        script=script_json(_script(row, rules)) if is_open else "",
        done=request.args.get("done", "") if status == 200 else "",
    )


def _place(assignment_id: int) -> tuple[int, int, int | None]:
    """(number of this sheet, of how many, the next one that is open) in the list of the expert."""
    rows = own_rows(session(), actor(), now=now())
    ids = [row.id for row in rows]
    after = [row.id for row in rows[ids.index(assignment_id) + 1 :] if row.is_open] if assignment_id in ids else []
    others = [row.id for row in rows if row.is_open and row.id != assignment_id]
    following = next(iter(after or others), None)
    return (ids.index(assignment_id) + 1 if assignment_id in ids else 0), len(ids), following


def _script(row: Assignment, rules: Rules) -> dict[str, Any]:
    address = url_for("expert.sheet", assignment_id=row.id)
    labels = {COMMENT: _("总体意见")}
    for item in rules.score_items:
        labels |= {POINTS + item.code: item.text, REASON + item.code: _("%(item)s：理由", item=item.text)}
    labels |= {VETO + veto.code: veto.text for veto in rules.vetoes}
    words = script_words() | {
        "closed": _("这份评分表现在不能修改，内容已存在本机。"),
        "conflict": _("没有保存：评审已经截止，或评分表在别处也改过。"),
        "compare": _("查看"),
    }
    return {
        "key": f"sheet:{row.id}:{actor().id}",
        "account": actor().id,
        "autosave": url_for("expert.autosave", assignment_id=row.id),
        "page": address,
        "signIn": url_for("expert.assignments"),
        "fields": {name: [in_words(labels[name]), "sheet"] for name in names(rules)},
        "sections": {"sheet": _("评分表")},
        "words": words,
    }
