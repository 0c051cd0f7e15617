"""The annex of a public document as a workbook: derived rates and changes, no absolute value of one project."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import Blueprint, Response

from registry.i18n import _
from registry.permissions import Permission
from registry.queries.recognition.annex import public_annex
from registry.queries.record import pages
from registry.queries.review import summary
from registry.views.web.downloads import as_attachment
from registry.views.web.page import unit_names
from registry.views.web.runtime import catalogue, policy, runtime, session

blueprint = Blueprint("annex", __name__)


@blueprint.get("/announcements/<int:document_id>.xlsx")
@policy(Permission.PUBLIC_READ)
def annex(document_id: int) -> Response:
    """The titles that a document gave, in the bureau's layout."""
    document, titles = pages.find_announcement(session(), catalogue(), document_id)
    site = runtime().site
    body = summary.summary_workbook(
        public_annex(session(), catalogue().lists, document, titles),
        units=unit_names(),
        title=f"{document.number} 附件：认定名单",
        source=f"{site.name}（{site.owner}）",
        now=datetime.now(UTC),
        public=True,
        awarded=summary.Awarded(document=document.number, announced_on=document.announced_on),
    )
    response = Response(body, mimetype=summary.XLSX)
    return as_attachment(response, document.number, _("认定名单"), suffix="xlsx", plain=f"announcement-{document_id}")
