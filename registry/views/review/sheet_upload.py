"""A filled workbook of criteria sheets: upload, preview, confirm, and on to ranks and letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug import Response

from registry.errors import InvalidInput
from registry.forms.base import FormError, at_fields
from registry.forms.review import Typed
from registry.forms.sheet_plan import Promise, as_text, promised, promises
from registry.permissions import Permission
from registry.queries.review.sheets import SheetCase, load_sheets
from registry.services.review.bulk import first_rank, own_ranks
from registry.services.review.sheet_reading import SheetReading, read_sheets
from registry.services.review.sheets import StaleSheets, fill_sheets
from registry.services.uploads import shown_name
from registry.spreadsheets.limits import MAX_BYTES
from registry.spreadsheets.reading import read_table
from registry.terms import Action, Role
from registry.views.review.bulk import plan_page
from registry.views.review.line import queue_filters
from registry.views.web.runtime import actor, pause, policy, session
from registry.wording import Message

blueprint = Blueprint("sheet_upload", __name__)


@blueprint.get("/review/sheets/upload")
@policy(Permission.REVIEW)
def upload() -> FlaskResponse:
    """The page on which a filled workbook is sent."""
    return _page()


@blueprint.post("/review/sheets/upload")
@policy(Permission.REVIEW)
def preview() -> FlaskResponse:
    """What the file would change. Nothing is written."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise InvalidInput(Message("还没有选择文件：请先选择，再按“上传”。"), field="file")
        pause()
        table = read_table(sent.stream.read(MAX_BYTES + 1))
        reading = read_sheets(session(), actor(), table, now=datetime.now(UTC))
    except InvalidInput as error:
        return _page(errors=[FormError("file", error.message)], status=422)
    return _page(reading=reading, filename=sent.filename)


@blueprint.post("/review/sheets/apply")
@policy(Permission.REVIEW)
def apply() -> Response:
    """Store what the preview promised, all of it or nothing; `then` goes on to recommend."""
    rows, now = promises(request.form.get("plan", "")), datetime.now(UTC)
    if not rows:
        raise InvalidInput(Message("没有可以写入的申报。"))
    try:
        fill_sheets(session(), actor(), [row.entered for row in rows], now=now)
    except StaleSheets as stale:
        session().rollback()
        return _stale(rows, stale, now)
    wanted = [row for row in rows if row.is_recommended]
    if request.form.get("then") == Action.RECOMMEND.value and wanted:
        wanted.sort(key=lambda row: (row.rank is None, row.rank or 0))
        ids = [row.entered.id for row in wanted]
        ranks = {row.entered.id: row.rank for row in wanted if row.rank is not None}
        start = first_rank(session(), actor(), ids)
        if ranks:
            # Those without a rank of their own follow the last one that has one.
            start = max(start, *ranks.values())
            loose = [row.entered.id for row in wanted if row.rank is None]
            ranks |= {key: start + place for place, key in enumerate(loose, 1)}
        else:
            ranks = own_ranks(session(), actor(), ids)
        return plan_page(ids, Action.RECOMMEND.value, Typed({"rank": str(start)}), ranks=ranks, saved=len(rows))
    query = queue_filters(actor()).query()
    return redirect(url_for("review.queue") + (f"?{query}&" if query else "?") + f"done={len(rows)}", 303)


def _stale(rows: Sequence[Promise], stale: StaleSheets, now: datetime) -> FlaskResponse:
    """Nothing was stored: what others changed meanwhile beside what the file says, and the rest to go on with."""
    mine = {row.entered.id: row for row in rows}
    found: list[tuple[SheetCase, Promise]] = [
        (case, mine[case.id]) for case in load_sheets(session(), actor(), stale.ids, now=now)
    ]
    rest = [row for row in rows if row.entered.id not in stale.ids]
    return _page(stale=found, rest=rest, errors=[FormError("", stale.message)], status=stale.status)


def _page(
    *,
    reading: SheetReading | None = None,
    filename: str = "",
    stale: Sequence[tuple[SheetCase, Promise]] = (),
    rest: Sequence[Promise] = (),
    errors: Sequence[FormError] = (),
    status: int = 200,
) -> FlaskResponse:
    query = queue_filters(actor()).query()
    suffix = f"?{query}" if query else ""
    page = render_template(
        "review/sheet_upload.html",
        reading=reading,
        filename=shown_name(filename)[-80:],
        plan=as_text(promised(reading.taken)) if reading else "",
        recommends=actor().role is Role.DISTRICT_REVIEWER,
        wanted=sum(1 for line in reading.taken if line.is_recommended) if reading else 0,
        stale=stale,
        rest=rest,
        rest_plan=as_text(rest),
        errors=list(errors),
        error_at=at_fields(errors),
        queue=url_for("review.queue") + suffix,
        onward=url_for("sheet_upload.apply") + suffix,
        again=url_for("sheet_upload.preview") + suffix,
        blank=url_for("sheet_files.sheets_xlsx") + suffix,
    )
    return make_response(page, status)
