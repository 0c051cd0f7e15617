"""Downloads of an import: the list as sent, the list with its results, the answers, empty lists to fill in."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Callable
from pathlib import Path

from flask import Blueprint, Response

from registry.errors import NotFound
from registry.i18n import _
from registry.permissions import Permission
from registry.queries.imports import jobs
from registry.services.imports.jobs import managing
from registry.services.imports.jobs.templates import write_enterprises, write_list_template
from registry.services.imports.result import ListKind
from registry.services.uploads.names import suffix_of
from registry.views.imports.words import kind_names
from registry.views.web.downloads import as_attachment
from registry.views.web.runtime import actor, hands_out, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("import_files", __name__)
LISTS = (".xlsx", ".xlsm", ".xls", ".et", ".csv", ".tsv", ".txt", ".htm", ".html", ".docx")
"""Endings that lists have."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/admin/imports/<int:job_id>/file")
@policy(Permission.LIST_IMPORT)
def sent(job_id: int) -> Response:
    """The list as it was sent."""
    found = jobs.file_of(session(), job_id)
    _record(job_id, "file")
    # Whoever opens it trusts its ending, which the sender chose.
    suffix = suffix_of(found.name) if suffix_of(found.name) in LISTS else ".bin"
    response = Response(found.content, mimetype="application/octet-stream")
    return as_attachment(response, found.name.removesuffix(suffix), suffix=suffix[1:], plain=f"list-{job_id}")


@blueprint.get("/admin/imports/<int:job_id>/report.xlsx")
@policy(Permission.LIST_IMPORT)
def report(job_id: int) -> Response:
    """The list with what became of each row."""
    found = jobs.report_of(session(), job_id)
    _record(job_id, "report")
    stem = found.name.rpartition(".")[0] or found.name
    response = Response(found.content, mimetype=XLSX)
    return as_attachment(response, stem, _("处理结果"), suffix="xlsx", plain=f"report-{job_id}")


@blueprint.get("/admin/imports/<int:job_id>/answers.csv")
@policy(Permission.LIST_IMPORT)
def answers(job_id: int) -> Response:
    """The answers as `--answers` of the command takes them."""
    page = jobs.find_job_page(session(), job_id)
    _record(job_id, "answers")
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerows([("id", "answer"), *sorted(page.answers.items())])
    response = Response(b"\xef\xbb\xbf" + buffer.getvalue().encode(), mimetype="text/csv")
    return as_attachment(response, _("名单答复"), str(job_id), suffix="csv", plain=f"answers-{job_id}")


@blueprint.get("/admin/imports/templates/<kind>.xlsx")
@policy(Permission.LIST_IMPORT)
def template(kind: str) -> Response:
    """An empty list of a kind."""
    if kind not in set(ListKind):
        raise NotFound(Message("没有这种模板。"))
    response = _workbook(lambda path: write_list_template(session(), ListKind(kind), path))
    return as_attachment(response, kind_names()[kind], _("模板"), suffix="xlsx", plain=f"template-{kind}")


@blueprint.get("/admin/imports/enterprises.xlsx")
@policy(Permission.LIST_IMPORT)
def enterprises() -> Response:
    """What is on record of all enterprises, as the list to change and upload again."""
    response = _workbook(lambda path: write_enterprises(session(), path))
    return as_attachment(response, _("企业情况"), suffix="xlsx", plain="enterprises")


def _workbook(write: Callable[[Path], None]) -> Response:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "list.xlsx"
        write(path)
        return Response(path.read_bytes(), mimetype=XLSX)


def _record(job_id: int, what: str) -> None:
    """A copy that somebody takes is an event; it is written in a session of its own, since this request only reads."""
    if not hands_out():
        return
    with runtime().write() as writing:
        managing.note_download(writing, actor(), job_id, what)
        writing.commit()
