"""Papers of a panel: the record of its draws to be printed and signed, the table of its results."""

from __future__ import annotations

from flask import Response

from registry.i18n import _
from registry.permissions import Permission
from registry.queries.accounts.people import account_row
from registry.queries.evaluation import panel_page as pages
from registry.queries.evaluation.repeating import repeated_draws
from registry.queries.evaluation.workbook import XLSX, results_workbook
from registry.services import events
from registry.views.evaluation.frame import panels_blueprint as blueprint
from registry.views.evaluation.parts import private
from registry.views.web.downloads import as_attachment
from registry.views.web.page import unit_names
from registry.views.web.runtime import actor, hands_out, policy, runtime, session


@blueprint.get("/review/panels/<int:panel_id>/record")
@policy(Permission.PANEL_MANAGE)
def record(panel_id: int) -> Response:
    """抽取记录 to be printed: every draw with what it followed from, repeated from its seed."""
    page = pages.panel_page(session(), actor(), panel_id)
    draws = repeated_draws(session(), page)
    ids = {expert for made in draws for place in made.places for expert in (*place["chosen"], *place["fixed"])}
    return private(
        "evaluation/record.html",
        page=page,
        draws=draws,
        names=pages.names_of(session(), ids),
        officers={made.by: account_row(session(), made.by).name for made in draws},
    )


@blueprint.get("/review/panels/<int:panel_id>/results.xlsx")
@policy(Permission.PANEL_READ)
def results_xlsx(panel_id: int) -> Response:
    """评审结果汇总表; a copy is an event."""
    page = pages.panel_page(session(), actor(), panel_id)
    body = results_workbook(page, unit_names())
    if hands_out():
        with runtime().write() as writing:
            entry = events.Entry(action="panel.export", subject_type="panel", subject_id=page.id)
            events.record(writing, actor(), entry)
            writing.commit()
    response = as_attachment(
        Response(body, mimetype=XLSX), _("评审结果汇总表"), page.name, suffix="xlsx", plain="results"
    )
    response.headers["Cache-Control"] = "no-store"
    return response
