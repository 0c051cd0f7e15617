"""Files of applications for officers: sheets to fill in, 审核情况表, attachments as one archive."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug import Response as AnyResponse

from registry.errors import InvalidInput, NotFound
from registry.forms.review import read_ids
from registry.i18n import _
from registry.permissions import Permission
from registry.queries.review import queue as workbench
from registry.queries.review.archive import Packed, lost_note, packed_files
from registry.queries.review.sheet_book import sheet_workbook
from registry.queries.review.sheets import SheetCase, load_sheets
from registry.queries.review.summary import XLSX
from registry.services.review.bulk import MOST
from registry.storage import Storage
from registry.views.review.line import queue_filters
from registry.views.web.downloads import DOCX, as_attachment, note_export
from registry.views.web.page import unit_names
from registry.views.web.runtime import actor, catalogue, policy, runtime, session
from registry.wording import Message

blueprint = Blueprint("sheet_files", __name__)
MOST_BYTES = 1024 * 1024 * 1024
"""Bytes of one archive: what a browser fetches in some minutes."""
BLOCK = 256 * 1024


@blueprint.post("/review/download")
@policy(Permission.REVIEW)
def chosen() -> AnyResponse:
    """A file of the applications that were ticked: an address of its own, so that it can be fetched again."""
    ids = read_ids(request.form.getlist("id"))
    if not ids:
        raise InvalidInput(Message("还没有选择申报：请先在待办中勾选。"))
    names = {
        "sheets": "sheet_files.sheets_xlsx",
        "files": "sheet_files.files_zip",
        "summary": "review.summary_xlsx",
    }
    wanted = names.get(request.form.get("file", ""))
    if wanted is None:
        raise InvalidInput(Message("请选择要下载的文件。"))
    return redirect(url_for(wanted, id=_bounded(ids)), 303)


@blueprint.get("/review/sheets.xlsx")
@policy(Permission.REVIEW)
def sheets_xlsx() -> Response:
    """Criteria sheets to fill in: of the applications named by `id`, else of all rows behind the filters."""
    now, ids = datetime.now(UTC), _asked()
    cases = [case for case in load_sheets(session(), actor(), ids, now=now) if case.rows]
    if not cases:
        raise NotFound(Message("这些条件下没有带审核表的申报。"))
    site = runtime().site
    body = sheet_workbook(cases, units=unit_names(), source=f"{site.name} ({site.owner})", now=now)
    note_export("application.export", "rows", len(cases))
    return as_attachment(Response(body, mimetype=XLSX), _("条件审核表"), suffix="xlsx", plain="sheets")


@blueprint.get("/review/files.zip")
@policy(Permission.REVIEW)
def files_zip() -> Response:
    """The attachments of several applications, a folder each."""
    return _archive(_asked(), _("申报材料"))


@blueprint.get("/review/<int:application_id>/files.zip")
@policy(Permission.REVIEW)
def archive(application_id: int) -> Response:
    """The attachments of one application."""
    return _archive([application_id], _case(application_id).number)


@blueprint.get("/review/<int:application_id>/sheet.docx")
@policy(Permission.REVIEW)
def docx(application_id: int) -> Response:
    """审核情况表 as a Word document."""
    # Slow import: the library of Word documents.
    from registry.queries.review.sheet_document import sheet_docx, sheet_form

    case = _case(application_id)
    form = sheet_form(case, units=unit_names(), categories=_categories())
    body = sheet_docx(form, owner=runtime().site.owner, now=datetime.now(UTC))
    note_export("application.export", "rows", 1)
    return as_attachment(Response(body, mimetype=DOCX), _("审核情况表"), case.number, suffix="docx", plain="sheet")


@blueprint.get("/review/<int:application_id>/sheet.xlsx")
@policy(Permission.REVIEW)
def xlsx(application_id: int) -> Response:
    """The same as a workbook."""
    from registry.queries.review.sheet_document import sheet_form, sheet_xlsx  # slow import

    case = _case(application_id)
    body = sheet_xlsx(sheet_form(case, units=unit_names(), categories=_categories()), now=datetime.now(UTC))
    note_export("application.export", "rows", 1)
    return as_attachment(Response(body, mimetype=XLSX), _("审核情况表"), case.number, suffix="xlsx", plain="sheet")


def _asked() -> list[int]:
    """The applications of this address: those named by `id`, else all behind the filters of the queue."""
    if named := request.args.getlist("id"):
        return _bounded(read_ids(named))
    filters = queue_filters(actor(), strict=True)
    return _bounded(workbench.queue_ids(session(), actor(), filters, most=MOST, now=datetime.now(UTC)))


def _bounded(ids: Sequence[int]) -> list[int]:
    if len(ids) > MOST:
        raise InvalidInput(Message("一次最多 %(most)s 项；请先加筛选条件，或少选几项。", most=MOST))
    return list(ids)


def _case(application_id: int) -> SheetCase:
    found = load_sheets(session(), actor(), [application_id], now=datetime.now(UTC))
    if not found:
        raise NotFound(Message("没有这份申报，或不在您的办理范围内。"))
    return found[0]


def _categories() -> dict[str, str]:
    return {code: item.name for code, item in catalogue().lists.categories.items()}


def _archive(ids: Sequence[int], name: str) -> Response:
    files = packed_files(session(), actor(), ids)
    if not files:
        raise NotFound(Message("这些申报没有附件。"))
    if sum(file.size for file in files) > MOST_BYTES:
        raise InvalidInput(
            Message("附件合计超过 %(most)s MB，不能打成一个包；请少选几项。", most=MOST_BYTES // 1024 // 1024)
        )
    storage = runtime().files
    note_export("attachment.download", "files", len(files))
    response = Response(zipped(files, storage), mimetype="application/zip")
    as_attachment(response, name, suffix="zip", plain="files")
    response.headers["Cache-Control"] = "no-store"
    return response


class _Sink(io.RawIOBase):
    """Takes what a ZipFile writes and hands it on in parts; it cannot go back, so sizes follow each file."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def writable(self) -> bool:
        """It takes bytes."""
        return True

    def write(self, data: object) -> int:
        """Keep a part until it is taken."""
        part = bytes(data)  # type: ignore[call-overload]
        self.parts.append(part)
        return len(part)

    def taken(self) -> bytes:
        """What has come since the last time."""
        whole = b"".join(self.parts)
        self.parts.clear()
        return whole


def zipped(files: Sequence[Packed], storage: Storage) -> Iterator[bytes]:
    """An archive in parts as it is made: never more than a block of it is in memory. A file that is not there any
    more is named in a list, so that nobody takes the archive for complete."""
    sink, lost = _Sink(), []
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_STORED) as package:
        for file in files:
            try:
                source = storage.open(file.storage_name)
            except FileNotFoundError:
                lost.append(file.path)
                continue
            with source, package.open(file.path, "w", force_zip64=file.size > 2**31) as target:
                while block := source.read(BLOCK):
                    target.write(block)
                    yield sink.taken()
        if lost:
            package.writestr(*lost_note(lost))
    yield sink.taken()
