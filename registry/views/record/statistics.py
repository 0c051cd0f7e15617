"""`/statistics` and its workbook: any scope, every figure with its method and the list behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, redirect, render_template, request
from werkzeug import Response as AnyResponse

from registry.config import Site
from registry.i18n import _, language
from registry.permissions import Permission
from registry.queries.catalogue.description import in_short
from registry.queries.catalogue.filters import Filters, Reader
from registry.queries.catalogue.selection import select_projects
from registry.queries.open.operations import XLSX
from registry.queries.record.honors import HonorFilters, honor_counts
from registry.queries.statistics.counted import counting
from registry.queries.statistics.crossed import crossed
from registry.queries.statistics.reconciliation import reconcile
from registry.queries.statistics.scope import statistics
from registry.queries.statistics.summary import summary
from registry.queries.statistics.workbook import statistics_workbook
from registry.terms import BEIJING, CountKind
from registry.views.record.statistics_page import page_view
from registry.views.web.delivery import cached_page
from registry.views.web.downloads import DOCX, as_attachment
from registry.views.web.operation.whole_files import Wanted, made_file
from registry.views.web.page import view_url
from registry.views.web.runtime import catalogue, filters, policy, runtime, session

blueprint = Blueprint("statistics", __name__)


@blueprint.get("/statistics")
@policy(Permission.PUBLIC_READ)
def page() -> AnyResponse:
    """The statistics of a scope. The form says what is counted by `count`, and is sent on to the address that says it
    in the parameters of the contract."""
    wanted = filters()
    kind = Reader(request.args.to_dict(flat=False)).one_of("count", [kind.value for kind in CountKind], "")
    if kind:
        return redirect(view_url("statistics.page", counting(wanted, CountKind(kind), catalogue())))
    return cached_page(wanted, lambda: render_template("record/statistics.html", **page_view(wanted)))


@blueprint.get("/statistics.xlsx")
@policy(Permission.PUBLIC_READ)
def workbook() -> Response:
    """The same numbers as a workbook: counts, KPI figures, one sheet a breakdown, reconciliation."""

    def make(wanted: Filters, site: Site) -> bytes:
        found = statistics(session(), catalogue(), wanted)
        selection = select_projects(session(), catalogue(), wanted)
        return statistics_workbook(
            summary(selection, found),
            reconcile(session(), catalogue()),
            honor_counts(session(), HonorFilters()),
            catalogue().lists,
            parts=crossed(selection),
            source=f"{site.name}（{site.owner}）",
            now=datetime.now(BEIJING),
            language=language(),
        )

    return _file(make, _("智能制造统计"), XLSX, "xlsx")


@blueprint.get("/statistics.docx")
@policy(Permission.PUBLIC_READ)
def summary_document() -> Response:
    """The summary paragraph with its list as a Word document."""
    from registry.queries.statistics.document import paragraph_docx  # slow import

    def make(wanted: Filters, site: Site) -> bytes:
        return paragraph_docx(
            session(),
            catalogue(),
            wanted,
            source=_("%(name)s（%(owner)s）", name=site.name, owner=site.owner),
            owner=site.owner,
            now=datetime.now(BEIJING),
            language=language(),
        )

    return _file(make, _("智能制造统计摘要"), DOCX, "docx")


def _file(make: Callable[[Filters, Site], bytes], name: str, mimetype: str, suffix: str) -> Response:
    """The statistics of a scope as a file, made once for each state of the record."""

    def read() -> Wanted:
        wanted = filters(strict=True)
        scope = in_short(wanted, catalogue().lists, language())
        return Wanted(
            wanted,
            lambda: [make(wanted, runtime().site.told(language()))],
            mimetype,
            lambda response: as_attachment(response, name, scope, suffix=suffix, plain="statistics"),
        )

    return made_file(read)
